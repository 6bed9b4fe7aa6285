//! Bytes with their costs → pieces.

use super::Unity;

/// A piece of the input and what it costs.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct Piece {
    /// Where it begins, in bytes.
    pub(super) offset: u64,
    pub(super) bytes: Vec<u8>,
    /// Ideal code length, in bits.
    pub(super) bits: f64,
}

/// Cuts an input into pieces, however it arrives.
pub(super) struct Splitter {
    by: Unity,
    open: Piece,
    offset: u64,
}

impl Splitter {
    /// A piece is at most this long: what has no white space is not one word.
    const LONGEST: usize = 1 << 16;

    pub(super) fn new(by: Unity) -> Self {
        Self { by, open: Piece::default(), offset: 0 }
    }

    /// Bytes taken so far.
    pub(super) fn bytes(&self) -> u64 {
        self.offset
    }

    /// Takes a byte that cost `bits`; gives the piece before it, if it begins another.
    pub(super) fn add(&mut self, byte: u8, bits: f64) -> Option<Piece> {
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
        self.offset += 1;
        finished
    }

    /// The piece still open.
    pub(super) fn end(&mut self) -> Option<Piece> {
        let piece = std::mem::take(&mut self.open);
        (!piece.bytes.is_empty()).then_some(piece)
    }
}

/// Whether a piece ends between two bytes.
fn is_boundary(by: Unity, before: u8, next: u8) -> bool {
    match by {
        Unity::Byte => true,
        Unity::Char => next & 0xC0 != 0x80,
        Unity::Word => before.is_ascii_whitespace() != next.is_ascii_whitespace(),
        Unity::Line => before == b'\n',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(by: Unity, text: &str) -> Vec<String> {
        let mut splitter = Splitter::new(by);
        let mut pieces: Vec<Piece> = text.bytes().filter_map(|b| splitter.add(b, 1.0)).collect();
        pieces.extend(splitter.end());
        assert!(pieces.iter().all(|piece| piece.bits as usize == piece.bytes.len()));
        pieces.into_iter().map(|piece| String::from_utf8(piece.bytes).unwrap()).collect()
    }

    #[test]
    fn an_input_is_cut_where_pieces_end() {
        assert_eq!(pieces(Unity::Char, "aé€"), ["a", "é", "€"]);
        assert_eq!(pieces(Unity::Word, "to  be\nor"), ["to", "  ", "be", "\n", "or"]);
        assert_eq!(pieces(Unity::Line, "a\n\nb"), ["a\n", "\n", "b"]);
        assert_eq!(pieces(Unity::Byte, "ab"), ["a", "b"]);
        assert!(pieces(Unity::Word, "").is_empty());
    }
}
