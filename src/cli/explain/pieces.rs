//! Bytes with their costs → pieces.

use super::Granularity;

/// A piece of the input and what it costs.
#[derive(Debug, Default, Clone, PartialEq)]
pub(in crate::cli) struct Piece {
    /// Where it begins, in bytes.
    pub(in crate::cli) offset: u64,
    pub(in crate::cli) bytes: Vec<u8>,
    /// Ideal code length, in bits.
    pub(in crate::cli) bits: f64,
    /// Bits that each component of the model saved; none if they are not watched.
    pub(in crate::cli) shares: Vec<f64>,
}

impl Piece {
    /// The `count` components whose shares are largest, with their shares, in bits: of those
    /// that helped if `is_helpful`, else of those that misled.
    pub(super) fn largest<'n>(
        &self,
        names: &'n [String],
        count: usize,
        is_helpful: bool,
    ) -> Vec<(&'n str, f64)> {
        let sign = if is_helpful { 1.0 } else { -1.0 };
        let all = names.iter().map(String::as_str).zip(self.shares.iter().copied());
        let mut chosen: Vec<_> = all.filter(|(_, share)| share * sign > 0.0).collect();
        chosen.sort_by(|a, b| (b.1 * sign).total_cmp(&(a.1 * sign)));
        chosen.truncate(count);
        chosen
    }
}

/// Cuts an input into pieces, however it arrives.
pub(in crate::cli) struct Splitter {
    by: Granularity,
    open: Piece,
    offset: u64,
}

impl Splitter {
    /// A piece is at most this long: what has no white space is not one word.
    const LONGEST: usize = 1 << 16;

    pub(in crate::cli) fn new(by: Granularity) -> Self {
        Self { by, open: Piece::default(), offset: 0 }
    }

    /// Bytes taken so far.
    pub(super) fn bytes(&self) -> u64 {
        self.offset
    }

    /// Takes a byte that cost `bits`, of which components saved `shares`; gives the piece
    /// before it, if it begins another.
    pub(in crate::cli) fn add(&mut self, byte: u8, bits: f64, shares: &[f64]) -> Option<Piece> {
        let before = self.open.bytes.last().copied();
        let ends = before.is_some_and(|before| {
            self.open.bytes.len() >= Self::LONGEST || is_boundary(self.by, before, byte)
        });
        let finished = if ends { self.end() } else { None };
        if self.open.bytes.is_empty() {
            self.open.offset = self.offset;
        }
        self.open.bytes.push(byte);
        self.open.bits += bits;
        self.open.shares.resize(shares.len(), 0.0);
        self.open.shares.iter_mut().zip(shares).for_each(|(sum, share)| *sum += share);
        self.offset += 1;
        finished
    }

    /// The piece still open.
    pub(in crate::cli) fn end(&mut self) -> Option<Piece> {
        let piece = std::mem::take(&mut self.open);
        (!piece.bytes.is_empty()).then_some(piece)
    }
}

/// Whether a piece ends between two bytes.
fn is_boundary(by: Granularity, before: u8, next: u8) -> bool {
    match by {
        Granularity::Byte => true,
        Granularity::Char => next & 0xC0 != 0x80,
        Granularity::Word => before.is_ascii_whitespace() != next.is_ascii_whitespace(),
        Granularity::Line => before == b'\n',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(by: Granularity, text: &str) -> Vec<String> {
        let mut splitter = Splitter::new(by);
        let mut pieces: Vec<Piece> =
            text.bytes().filter_map(|b| splitter.add(b, 1.0, &[])).collect();
        pieces.extend(splitter.end());
        assert!(pieces.iter().all(|piece| piece.bits as usize == piece.bytes.len()));
        pieces.into_iter().map(|piece| String::from_utf8(piece.bytes).unwrap()).collect()
    }

    #[test]
    fn an_input_is_cut_where_pieces_end() {
        assert_eq!(pieces(Granularity::Char, "aé€"), ["a", "é", "€"]);
        assert_eq!(pieces(Granularity::Word, "to  be\nor"), ["to", "  ", "be", "\n", "or"]);
        assert_eq!(pieces(Granularity::Line, "a\n\nb"), ["a\n", "\n", "b"]);
        assert_eq!(pieces(Granularity::Byte, "ab"), ["a", "b"]);
        assert!(pieces(Granularity::Word, "").is_empty());
    }
}
