//! The next bytes of a text, 64 classified together.

use super::{CAPITAL, LITERAL};

/// Bytes that are classified together.
const WIDTH: usize = 64;
/// Bytes that are read together.
pub(super) const GROUP: usize = 8;
/// A window, and bytes to read after it.
pub(super) type Bytes = [u8; WIDTH + GROUP];

/// Plain bytes that are taken together at most: with the code of a word and its mark they are
/// a group.
const MOST_PLAIN: u32 = 4;

/// A run of letters and the bytes after it, fewer than 64 together.
#[derive(Clone, Copy)]
pub(super) struct Piece {
    /// How many bytes are letters.
    pub(super) letters: usize,
    /// How many bytes after them stand for themselves: one to [`MOST_PLAIN`].
    pub(super) plain: usize,
}

/// Bytes of a text, taken piece by piece.
pub(super) struct Window<'a> {
    bytes: &'a Bytes,
    /// Bytes that have been taken.
    taken: usize,
    /// Which of the bytes that are left are letters: the lowest bit tells of the first.
    letters: u64,
    /// Which stand for themselves and are no letters.
    plain: u64,
}

impl<'a> Window<'a> {
    #[inline(always)]
    pub(super) fn of(bytes: &'a Bytes) -> Self {
        let (letters, plain) = classes(bytes);
        Self { bytes, taken: 0, letters, plain }
    }

    /// Bytes that have been taken.
    #[inline(always)]
    pub(super) fn taken(&self) -> usize {
        self.taken
    }

    /// What is next, unless other bytes are or the window's end.
    #[inline(always)]
    pub(super) fn piece(&self) -> Option<Piece> {
        let letters = (!self.letters).trailing_zeros();
        let plain = (!(self.plain >> letters)).trailing_zeros().min(MOST_PLAIN);
        (plain > 0).then_some(Piece { letters: letters as usize, plain: plain as usize })
    }

    /// Whether letters are next up to the end, and something before.
    #[inline(always)]
    pub(super) fn is_cut(&self) -> bool {
        let letters = (!self.letters).trailing_zeros() as usize;
        self.taken > 0 && self.taken + letters == WIDTH - 1
    }

    #[inline(always)]
    pub(super) fn take(&mut self, piece: Piece) {
        let count = piece.letters + piece.plain;
        self.taken += count;
        self.letters >>= count;
        self.plain >>= count;
    }

    /// The next `count` bytes.
    #[inline(always)]
    pub(super) fn next(&self, count: usize) -> &'a [u8] {
        &self.bytes[self.taken..][..count]
    }

    /// The group `at` bytes further on, the first byte lowest.
    #[inline(always)]
    pub(super) fn group(&self, at: usize) -> u64 {
        let group = self.bytes[self.taken + at..].first_chunk().copied();
        u64::from_le_bytes(group.unwrap_or_default())
    }
}

/// Fewer bytes than a window takes, and bytes after them that are in no piece.
pub(super) fn padded(text: &[u8]) -> Bytes {
    let mut bytes = [CAPITAL; WIDTH + GROUP];
    bytes[..text.len()].copy_from_slice(text);
    bytes
}

/// The bit of each byte that is 1 in lower-case letters and 0 in capitals.
pub(super) const LOWER: u64 = ONES * 0x20;
/// Each byte 1.
const ONES: u64 = u64::MAX / 0xFF;
/// The highest bit of each byte.
const HIGHEST: u64 = ONES * 0x80;

/// Which of the first 63 bytes are letters, and which others stand for themselves.
#[inline(always)]
fn classes(bytes: &Bytes) -> (u64, u64) {
    let (mut letters, mut plain) = (0, 0);
    for (&group, at) in bytes[..WIDTH].as_chunks().0.iter().zip(0..) {
        let group = u64::from_le_bytes(group);
        let lower = group | LOWER;
        let is_letter = from(lower, b'a') & !from(lower, b'z' + 1) & !group;
        let is_mark = from(group, CAPITAL) & !from(group, LITERAL + 1);
        letters |= gathered(is_letter) << (GROUP * at);
        plain |= gathered(!(is_letter | is_mark | group)) << (GROUP * at);
    }
    // Shifts by a run's length are shorter than the word.
    (letters & u64::MAX >> 1, plain & u64::MAX >> 1)
}

/// Sets the highest bit of each byte that is `least` or more, or more by 80.
#[inline(always)]
fn from(bytes: u64, least: u8) -> u64 {
    // Sums of seven bits: none carries into the next byte.
    (bytes & !HIGHEST) + ONES * u64::from(0x80 - least)
}

/// The highest bit of each byte, that of the first lowest.
#[inline(always)]
fn gathered(bytes: u64) -> u64 {
    // The bit of byte i, 8i + 7, is wanted at 56 + i: 49 − 7i higher.
    (bytes & HIGHEST).wrapping_mul(0x0002_0408_1020_4081) >> 56
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_is_of_its_class_at_every_place() {
        for byte in 0..=u8::MAX {
            let is_letter = byte.is_ascii_alphabetic();
            let is_plain = !is_letter && byte < 0x80 && !(CAPITAL..=LITERAL).contains(&byte);
            for at in 0..WIDTH - 1 {
                let mut bytes = [0xFF; WIDTH + GROUP];
                bytes[at] = byte;
                let expected = (u64::from(is_letter) << at, u64::from(is_plain) << at);
                assert_eq!(classes(&bytes), expected, "{byte:x} at {at}");
            }
        }
    }
}
