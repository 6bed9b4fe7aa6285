//! Scored documents as records or as CSV.

use super::{
    Form, decimal,
    numbers::{Numbers, Scored},
    record::without_end,
};
use std::{
    borrow::Cow,
    io::{self, Write},
};

/// Writes what is wanted of each document.
pub(super) struct Writer<W> {
    out: W,
    form: Form,
    /// The line that is being written.
    line: Vec<u8>,
}

impl<W: Write> Writer<W> {
    pub(super) fn new(out: W, form: Form) -> Self {
        Self { out, form, line: Vec::new() }
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
        self.line.clear();
        match self.form {
            Form::Record => put_record(scored, &mut self.line),
            Form::Csv => put_row(scored, &mut self.line),
        }
        self.line.push(b'\n');
        self.out.write_all(&self.line)
    }

    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Appends the record of the input with the numbers added; its own text is kept as it is.
fn put_record(scored: &Scored, line: &mut Vec<u8>) {
    let document = &scored.document;
    let Ok(numbers) = &scored.outcome else {
        return line.extend_from_slice(&document.raw);
    };
    if document.field.is_some() {
        line.extend_from_slice(without_end(&document.raw));
    } else {
        line.extend_from_slice(b"{\"file\":");
        let _ = serde_json::to_writer(&mut *line, &*document.file);
        if document.line > 0 {
            let _ = write!(line, ",\"line\":{}", document.line);
        }
    }
    put_fields(numbers, line);
    line.push(b'}');
}

/// Appends the names and values of `numbers`, each behind a comma.
fn put_fields(numbers: &Numbers, line: &mut Vec<u8>) {
    for (name, value) in numbers.fields() {
        line.extend_from_slice(b",\"");
        line.extend_from_slice(name.as_bytes());
        line.extend_from_slice(b"\":");
        match value.filter(|value| value.is_finite()) {
            Some(value) => decimal::put(value, line),
            None => line.extend_from_slice(b"null"),
        }
    }
}

/// Appends the document's place, numbers and error as cells of CSV.
fn put_row(scored: &Scored, line: &mut Vec<u8>) {
    let document = &scored.document;
    line.extend_from_slice(quoted(&document.file).as_bytes());
    line.push(b',');
    if document.line > 0 {
        let _ = write!(line, "{}", document.line);
    }
    match &scored.outcome {
        Ok(numbers) => {
            for (_, value) in numbers.fields() {
                line.push(b',');
                if let Some(value) = value.filter(|value| value.is_finite()) {
                    decimal::put(value, line);
                }
            }
            line.push(b',');
        }
        Err(bad) => {
            line.extend_from_slice(b",,,,,,,,");
            line.extend_from_slice(quoted(bad).as_bytes());
        }
    }
}

/// `text` as a cell of CSV (RFC 4180).
fn quoted(text: &str) -> Cow<'_, str> {
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\"")).into()
    } else {
        text.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::score::documents::Document;

    #[test]
    fn what_is_added_stands_behind_the_fields_that_are_there() {
        let raw = bytes::Bytes::from_static(b"{\"a\": \"x\"} \r");
        let document =
            Document { file: "-".into(), line: 1, raw, problem: None, field: Some("a".into()) };
        let numbers = Numbers { bytes: 1, characters: Some(1), bits: 2.5 };
        let mut line = Vec::new();
        put_record(&Scored { document, outcome: Ok(numbers) }, &mut line);
        let expected = "{\"a\": \"x\",\"bytes\":1,\"chars\":1,\"bits\":2.500000,\
            \"bits_per_byte\":2.500000,\"bits_per_char\":2.500000,\
            \"perplexity_per_byte\":5.656854,\"compression_ratio\":3.200000}";
        assert_eq!(String::from_utf8_lossy(&line), expected);
    }
}
