//! The pieces that cost most.

use super::{Piece, Shown};
use crate::{
    cli::args::Unit,
    report::{Cell, Column, Report, Table},
};
use std::io::{self, Write};

/// Keeps the dearest pieces of an input of any length.
pub(super) struct Surprises<'a> {
    count: usize,
    /// The components that are watched.
    names: &'a [String],
    /// At most twice `count` pieces; those beyond are dropped when it is full.
    kept: Vec<Piece>,
    pieces: u64,
    bytes: u64,
    bits: f64,
}

impl<'a> Surprises<'a> {
    pub(super) fn new(count: usize, names: &'a [String]) -> Self {
        Self { count, names, kept: Vec::new(), pieces: 0, bytes: 0, bits: 0.0 }
    }

    /// Drops all but the dearest; of equals the earlier stay.
    fn prune(&mut self) {
        self.kept.sort_by(|a, b| b.bits.total_cmp(&a.bits).then(a.offset.cmp(&b.offset)));
        self.kept.truncate(self.count);
    }

    /// The components that misled most over a piece, or helped most, with their shares.
    fn named(&self, piece: &Piece, is_helpful: bool, unit: Unit) -> Cell {
        const MOST: usize = 2;
        let largest = piece.largest(self.names, MOST, is_helpful).into_iter();
        let each = largest.map(|(name, share)| format!("{name} {:+.1}", share * unit.per_bit()));
        each.collect::<Vec<_>>().join(", ").into()
    }

    /// The greatest surprises, and what all pieces cost.
    pub(super) fn report(mut self, unit: Unit) -> Report {
        self.prune();
        let mut columns = vec![
            Column::count("offset_bytes", "offset", "bytes"),
            Column::number(&unit.key("cost"), "cost", unit.name(), 2),
            Column::number(&unit.key_per("cost", "byte"), "cost", &unit.per("byte"), 2),
            Column::text("text", "piece"),
        ];
        if !self.names.is_empty() {
            columns.push(Column::text("misled", &format!("misled, {}", unit.name())));
            columns.push(Column::text("helped", &format!("helped, {}", unit.name())));
        }
        let mut table = Table::new("surprises", "Greatest surprises", columns);
        for piece in &self.kept {
            let cost = piece.bits * unit.per_bit();
            let mut row = vec![
                piece.offset.into(),
                cost.into(),
                Cell::Number(cost / piece.bytes.len() as f64),
                excerpt(&piece.bytes).into(),
            ];
            if !self.names.is_empty() {
                row.extend([false, true].map(|helped| self.named(piece, helped, unit)));
            }
            table.push(row);
        }
        let mut report = Report::new("");
        report.push(table);
        let cost = self.bits * unit.per_bit();
        if self.bytes > 0 {
            report.note(format!(
                "Pieces: {}, bytes: {}. Together they cost {cost:.0} {}, {:.4} {}, {:.3} {} a piece.",
                self.pieces,
                self.bytes,
                unit.name(),
                cost / self.bytes as f64,
                unit.per("byte"),
                cost / self.pieces as f64,
                unit.name(),
            ));
        }
        report
    }
}

/// The beginning of a piece on one line.
fn excerpt(bytes: &[u8]) -> String {
    const LONGEST: usize = 48;
    let text: String = String::from_utf8_lossy(&bytes[..bytes.len().min(4 * LONGEST)])
        .chars()
        .map(|c| if c.is_control() { c.escape_debug().to_string() } else { c.to_string() })
        .collect();
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

impl Shown for Surprises<'_> {
    fn piece(&mut self, piece: &Piece, _: &mut dyn Write) -> io::Result<()> {
        self.pieces += 1;
        self.bytes += piece.bytes.len() as u64;
        self.bits += piece.bits;
        self.kept.push(piece.clone());
        if self.kept.len() >= 2 * self.count.max(512) {
            self.prune();
        }
        Ok(())
    }
}
