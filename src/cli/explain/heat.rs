//! Pieces in colours of their cost, or as JSON lines.

use super::{Piece, Shown};
use crate::cli::{args::Unit, failure::shown};
use serde_json::json;
use std::{
    io::{self, Write},
    path::Path,
};

/// Steps of colour, a bit per byte each: cheap is plain, from [`HOTTEST`] on it is hottest.
const HOTTEST: usize = 9;

/// Step of a piece by its mean cost: 0 up to ½ bit per byte.
fn heat(piece: &Piece) -> usize {
    let bits_per_byte = piece.bits / piece.bytes.len().max(1) as f64;
    (bits_per_byte.round() as usize).min(HOTTEST)
}

/// The input in colours of a terminal.
pub(super) struct Ansi;

/// Backgrounds of the 256-colour palette, cheap to dear: none, greens, yellows, reds.
const PALETTE: [Option<u8>; HOTTEST + 1] = [
    None,
    Some(194),
    Some(193),
    Some(192),
    Some(228),
    Some(221),
    Some(215),
    Some(209),
    Some(203),
    Some(197),
];

impl Shown for Ansi {
    fn piece(&mut self, piece: &Piece, out: &mut dyn Write) -> io::Result<()> {
        let text = printable(&piece.bytes);
        let Some(colour) = PALETTE[heat(piece)] else { return out.write_all(text.as_bytes()) };
        // A colour that runs over a line's end would paint the rest of the screen.
        for line in text.split_inclusive('\n') {
            let (line, feed) = line.strip_suffix('\n').map_or((line, ""), |line| (line, "\n"));
            write!(out, "\x1b[30;48;5;{colour}m{line}\x1b[0m{feed}")?;
        }
        Ok(())
    }

    fn end(&mut self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(b"\n")
    }
}

/// Text that moves no cursor: control characters and what is not UTF-8 are replaced.
fn printable(bytes: &[u8]) -> String {
    let shown = |c: char| if c.is_control() && !matches!(c, '\n' | '\t') { '·' } else { c };
    String::from_utf8_lossy(bytes).chars().map(shown).collect()
}

/// One JSON object a piece.
pub(super) struct JsonLines {
    pub(super) unit: Unit,
}

impl Shown for JsonLines {
    fn piece(&mut self, piece: &Piece, out: &mut dyn Write) -> io::Result<()> {
        let cost = piece.bits * self.unit.per_bit();
        let object = json!({
            "offset_bytes": piece.offset,
            "length_bytes": piece.bytes.len(),
            "text": String::from_utf8_lossy(&piece.bytes),
            self.unit.key("cost"): cost,
        });
        writeln!(out, "{object}")
    }
}

/// A page that needs nothing else: pieces on a background of their cost, light or dark.
pub(super) struct Html {
    title: String,
    unit: Unit,
    bits: f64,
    bytes: u64,
}

impl Html {
    pub(super) fn new(path: &Path, unit: Unit) -> Self {
        Self { title: escaped(&shown(path)), unit, bits: 0.0, bytes: 0 }
    }
}

impl Shown for Html {
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        let title = &self.title;
        write!(
            out,
            "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <title>What {title} costs</title>\n<style>\n\
             :root {{ color-scheme: light dark }}\n\
             body {{ max-width: 60rem; margin: 1rem auto; padding: 0 1rem; \
             font: 1rem/1.6 ui-monospace, monospace }}\n\
             pre {{ white-space: pre-wrap; overflow-wrap: anywhere }}\n"
        )?;
        for step in 1..=HOTTEST {
            let (hue, share) = (120 - 120 * step / HOTTEST, 15 + 60 * step / HOTTEST);
            writeln!(out, ".h{step} {{ background: hsl({hue} 90% 50% / {share}%) }}")?;
        }
        write!(out, "</style>\n<h1>What {title} costs</h1>\n<p>Hover for the cost.</p>\n<pre>")
    }

    fn piece(&mut self, piece: &Piece, out: &mut dyn Write) -> io::Result<()> {
        self.bits += piece.bits;
        self.bytes += piece.bytes.len() as u64;
        let text = escaped(&printable(&piece.bytes));
        let (step, cost) = (heat(piece), piece.bits * self.unit.per_bit());
        write!(
            out,
            "<span class=\"h{step}\" title=\"{cost:.2} {}\">{text}</span>",
            self.unit.name()
        )
    }

    fn end(&mut self, out: &mut dyn Write) -> io::Result<()> {
        let cost = self.bits * self.unit.per_bit();
        let (bytes, unit) = (self.bytes, self.unit.name());
        let mean = if bytes > 0 { cost / bytes as f64 } else { 0.0 };
        writeln!(
            out,
            "</pre>\n<p>{bytes} bytes cost {cost:.0} {unit}: {mean:.4} {unit} per byte.</p>\n</html>"
        )
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_input_reaches_the_terminal_or_the_page_as_code() {
        assert_eq!(printable(b"a\x1b[2J\n\xFF"), "a·[2J\n\u{FFFD}");
        let mut page = Vec::new();
        let piece = Piece { offset: 0, bytes: b"<script>&".to_vec(), bits: 9.0 };
        Html::new(Path::new("x"), Unit::Bits).piece(&piece, &mut page).unwrap();
        assert!(String::from_utf8(page).unwrap().contains(">&lt;script&gt;&amp;</span>"));
    }

    #[test]
    fn a_colour_ends_with_its_line() {
        let piece = Piece { offset: 0, bytes: b"a\nb".to_vec(), bits: 300.0 };
        let mut out = Vec::new();
        Ansi.piece(&piece, &mut out).unwrap();
        let expected = "\x1b[30;48;5;197ma\x1b[0m\n\x1b[30;48;5;197mb\x1b[0m";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }
}
