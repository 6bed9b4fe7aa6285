//! Scored documents as records or as CSV.

use super::{Form, numbers::Scored, record};
use std::{
    fmt::Write as _,
    io::{self, Write},
};

/// Writes what is wanted of each document.
pub(super) struct Writer<W> {
    out: W,
    form: Form,
}

impl<W: Write> Writer<W> {
    pub(super) fn new(out: W, form: Form) -> Self {
        Self { out, form }
    }

    /// Before the first document.
    pub(super) fn begin(&mut self) -> io::Result<()> {
        match self.form {
            Form::Record => Ok(()),
            Form::Csv => self.out.write_all(
                b"file,line,bytes,chars,bits,bits_per_byte,bits_per_char,\
                  perplexity_per_byte,compression_ratio,error\n",
            ),
        }
    }

    pub(super) fn write(&mut self, scored: &Scored) -> io::Result<()> {
        match self.form {
            Form::Record => self.record(scored),
            Form::Csv => self.row(scored),
        }
    }

    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    /// The record of the input with the numbers added; its own text is kept as it is.
    fn record(&mut self, scored: &Scored) -> io::Result<()> {
        let document = &scored.document;
        let Ok(numbers) = &scored.outcome else {
            self.out.write_all(&document.raw)?;
            return self.out.write_all(b"\n");
        };
        let mut added = String::new();
        for (name, value) in numbers.fields() {
            let _ = write!(added, ",\"{name}\":{}", shown(value).unwrap_or("null".to_owned()));
        }
        if document.field.is_some() {
            self.out.write_all(&record::with(&document.raw, &added))?;
            return self.out.write_all(b"\n");
        }
        let file = serde_json::to_string(&*document.file).unwrap_or_default();
        write!(self.out, "{{\"file\":{file}")?;
        if document.line > 0 {
            write!(self.out, ",\"line\":{}", document.line)?;
        }
        writeln!(self.out, "{added}}}")
    }

    fn row(&mut self, scored: &Scored) -> io::Result<()> {
        let document = &scored.document;
        let mut cells = vec![quoted(&document.file)];
        cells.push(if document.line > 0 { document.line.to_string() } else { String::new() });
        match &scored.outcome {
            Ok(numbers) => {
                let values = numbers.fields().map(|(_, value)| shown(value).unwrap_or_default());
                cells.extend(values);
                cells.push(String::new());
            }
            Err(bad) => {
                cells.extend(std::iter::repeat_n(String::new(), 7));
                cells.push(quoted(bad));
            }
        }
        writeln!(self.out, "{}", cells.join(","))
    }
}

/// A number as JSON and CSV have it: counts whole, others to six decimal places.
fn shown(value: Option<f64>) -> Option<String> {
    let value = value.filter(|value| value.is_finite())?;
    let is_whole = value.fract() == 0.0;
    Some(if is_whole { format!("{value:.0}") } else { format!("{value:.6}") })
}

/// `text` as a cell of CSV (RFC 4180).
fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}
