//! Pieces in colours of their cost, or as JSON lines.

use super::{Piece, Shown};
use crate::{
    cli::{args::Unit, failure::shown},
    report::page::{Page, escaped},
};
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
pub(super) struct JsonLines<'a> {
    pub(super) unit: Unit,
    /// The components that are watched.
    pub(super) names: &'a [String],
}

impl Shown for JsonLines<'_> {
    fn piece(&mut self, piece: &Piece, out: &mut dyn Write) -> io::Result<()> {
        let cost = piece.bits * self.unit.per_bit();
        let mut object = json!({
            "offset_bytes": piece.offset,
            "length_bytes": piece.bytes.len(),
            "text": String::from_utf8_lossy(&piece.bytes),
            self.unit.key("cost"): cost,
        });
        if !self.names.is_empty() {
            let shares = self.names.iter().zip(&piece.shares);
            let saved =
                shares.map(|(name, share)| (name.clone(), (share * self.unit.per_bit()).into()));
            object[self.unit.key("saved")] = serde_json::Value::Object(saved.collect());
        }
        writeln!(out, "{object}")
    }
}

/// Rules of a style sheet for pieces on a background of their cost, which shows at the foot
/// of the window while a piece is pointed at or touched.
pub(in crate::cli) fn heat_style() -> String {
    let mut style = "\
.heat{white-space:pre-wrap;overflow-wrap:anywhere;font:.9rem/1.7 ui-monospace,monospace}
.heat span:hover{outline:1px solid}
.heat span:hover::after{content:attr(data-c);position:fixed;left:1rem;bottom:1rem;z-index:9;\
padding:.3rem .7rem;border-radius:.4rem;background:var(--ink);color:var(--paper);\
font:1rem system-ui,sans-serif;white-space:pre}
"
    .to_owned();
    style.extend((1..=HOTTEST).map(|step| {
        let (hue, share) = (120 - 120 * step / HOTTEST, 15 + 60 * step / HOTTEST);
        format!(".h{step}{{background:hsl({hue} 90% 50% / {share}%)}}\n")
    }));
    style
}

/// A piece as text on a background of its cost, for a page with the [`heat_style`]. `more` is
/// shown below the cost.
pub(in crate::cli) fn heat_span(piece: &Piece, unit: Unit, more: &str) -> String {
    span(piece, &printable(&piece.bytes), unit, more)
}

/// The same of a piece that is no text, as hexadecimal digits; below its cost stands what it
/// would be as text.
pub(in crate::cli) fn heat_digits(piece: &Piece, unit: Unit) -> String {
    let digits: Vec<String> = piece.bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let more = format!("\n{}", piece.bytes.escape_ascii());
    span(piece, &digits.join(" "), unit, &more) + " "
}

fn span(piece: &Piece, text: &str, unit: Unit, more: &str) -> String {
    let (step, cost) = (heat(piece), piece.bits * unit.per_bit());
    let [text, more] = [text, more].map(escaped);
    format!("<span class=\"h{step}\" data-c=\"{cost:.2} {}{more}\">{text}</span>", unit.name())
}

/// A page that needs nothing else: pieces on a background of their cost, light or dark.
pub(super) struct Html<'a> {
    title: String,
    unit: Unit,
    /// The components that are watched.
    names: &'a [String],
    bits: f64,
    bytes: u64,
}

impl<'a> Html<'a> {
    /// Shares that are shown of a piece.
    const SHOWN: usize = 3;

    pub(super) fn new(path: &Path, unit: Unit, names: &'a [String]) -> Self {
        Self { title: format!("What {} costs", shown(path)), unit, names, bits: 0.0, bytes: 0 }
    }
}

impl Shown for Html<'_> {
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        let lead = "The redder, the greater the surprise. Point at a piece to see what it costs.";
        write!(out, "{}<div class=\"heat\">", Page::begin(&self.title, lead, &heat_style()))
    }

    fn piece(&mut self, piece: &Piece, out: &mut dyn Write) -> io::Result<()> {
        self.bits += piece.bits;
        self.bytes += piece.bytes.len() as u64;
        let helped = piece.largest(self.names, Self::SHOWN, true);
        let misled = piece.largest(self.names, Self::SHOWN, false);
        let shown = |(name, share): (&str, f64)| {
            format!("\n{name} saved {:+.2}", share * self.unit.per_bit())
        };
        let more: String = helped.into_iter().chain(misled).map(shown).collect();
        out.write_all(heat_span(piece, self.unit, &more).as_bytes())
    }

    fn end(&mut self, out: &mut dyn Write) -> io::Result<()> {
        let cost = self.bits * self.unit.per_bit();
        let (bytes, unit) = (self.bytes, self.unit.name());
        let mean = if bytes > 0 { cost / bytes as f64 } else { 0.0 };
        writeln!(
            out,
            "</div>\n<p>{bytes} bytes cost {cost:.0} {unit}: {mean:.4} {unit} per byte.</p>"
        )?;
        out.write_all(Page::end().as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_input_reaches_the_terminal_or_the_page_as_code() {
        assert_eq!(printable(b"a\x1b[2J\n\xFF"), "a·[2J\n\u{FFFD}");
        let mut page = Vec::new();
        let piece =
            Piece { offset: 0, bytes: b"<script>&".to_vec(), bits: 9.0, ..Piece::default() };
        Html::new(Path::new("x"), Unit::Bits, &[]).piece(&piece, &mut page).unwrap();
        assert!(String::from_utf8(page).unwrap().contains(">&lt;script&gt;&amp;</span>"));
    }

    #[test]
    fn what_is_no_text_is_shown_in_digits() {
        let piece = Piece { bytes: vec![0xFF], bits: 2.5, ..Piece::default() };
        let expected = "<span class=\"h3\" data-c=\"2.50 bits\n\\xff\">ff</span> ";
        assert_eq!(heat_digits(&piece, Unit::Bits), expected);
    }

    #[test]
    fn a_colour_ends_with_its_line() {
        let piece = Piece { offset: 0, bytes: b"a\nb".to_vec(), bits: 300.0, ..Piece::default() };
        let mut out = Vec::new();
        Ansi.piece(&piece, &mut out).unwrap();
        let expected = "\x1b[30;48;5;197ma\x1b[0m\n\x1b[30;48;5;197mb\x1b[0m";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }
}
