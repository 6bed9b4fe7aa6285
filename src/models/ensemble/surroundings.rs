//! What weights and refinements are chosen by.

use crate::models::{component::matching::Expected, history::History};

/// What weights and refinements of `L` bits of a byte, one or all, are chosen by.
pub(super) struct Surroundings<const L: usize> {
    /// Known bits of the byte behind a leading 1, `1..=255`.
    pub(super) partial: [u32; L],
    /// 0 for the most significant bit of the byte.
    pub(super) place: [u32; L],
    /// The last eight bytes, newest lowest.
    pub(super) recent: u64,
    /// Hash of the last three bytes, 16 bits.
    pub(super) order3: usize,
    /// Class of how many contexts of the half byte had been seen before.
    pub(super) known: [u32; L],
    /// Length class of the first match, `0..=7`.
    pub(super) class: [u32; L],
    /// What the first match expects: 0 for nothing, 1 for a zero, 2 for a one.
    pub(super) expected: [u32; L],
}

impl Surroundings<1> {
    /// What the next bit behind `history` is surrounded by, of which the first match expects
    /// `expected`.
    #[inline(always)]
    pub(super) fn of_bit(
        history: &History,
        order3: usize,
        known: usize,
        expected: &Expected,
    ) -> Self {
        Self {
            partial: [history.partial as u32 & 255],
            place: [history.place as u32],
            recent: history.recent,
            order3,
            known: [known as u32],
            class: [expected.length_class() as u32],
            expected: [expected.bit() as u32],
        }
    }
}

impl<const L: usize> Surroundings<L> {
    /// The row of each weight set, for each bit.
    #[inline(always)]
    pub(super) fn rows<const S: usize>(&self) -> [[u32; L]; S] {
        let (last, second) = (self.recent as u32 & 255, self.recent as u32 >> 8 & 255);
        let mut rows = [[0; L]; S];
        for (set, rows) in rows.iter_mut().enumerate() {
            for (bit, row) in rows.iter_mut().enumerate() {
                *row = match set {
                    0 => self.class[bit] << 8 | self.partial[bit],
                    1 => last << 3 | self.place[bit],
                    2 => second,
                    _ => (self.known[bit] << 3 | self.place[bit]) * 3 + self.expected[bit],
                };
            }
        }
        rows
    }

    /// The context of each refinement, for each bit.
    #[inline(always)]
    pub(super) fn refined(&self) -> [[u32; L]; 2] {
        let (last, order3) = (self.recent as u32 & 255, self.order3 as u32);
        let mut contexts = [[0; L]; 2];
        for (bit, &partial) in self.partial.iter().enumerate() {
            contexts[0][bit] = last << 8 | partial;
            contexts[1][bit] = order3 ^ partial.wrapping_mul(0x9E35);
        }
        contexts
    }
}
