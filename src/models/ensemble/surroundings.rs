//! What weights and refinements are chosen by.

use crate::models::{component::matching::Expected, history::History, kernel::Words};

/// What weights and refinements of a bit are chosen by, or of the eight bits of a byte.
pub(super) struct Surroundings<W> {
    /// Known bits of the byte behind a leading 1, `1..=255`.
    pub(super) partial: W,
    /// 0 for the most significant bit of the byte.
    pub(super) place: W,
    /// The last byte.
    pub(super) last: W,
    /// The byte before it.
    pub(super) second: W,
    /// Hash of the last three bytes, 16 bits.
    pub(super) order3: W,
    /// Class of how many contexts of the half byte had been seen before.
    pub(super) known: W,
    /// Length class of the first match, `0..=7`.
    pub(super) class: W,
    /// What the first match expects: 0 for nothing, 1 for a zero, 2 for a one.
    pub(super) expected: W,
}

impl Surroundings<u32> {
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
            partial: history.partial as u32 & 255,
            place: history.place as u32,
            last: history.byte(1),
            second: history.byte(2),
            order3: order3 as u32,
            known: known as u32,
            class: expected.length_class() as u32,
            expected: expected.bit() as u32,
        }
    }
}

impl<W: Words> Surroundings<W> {
    /// The row of each weight set.
    #[inline(always)]
    pub(super) fn rows<const S: usize>(&self) -> [W; S] {
        let mut rows = [self.second; S];
        for (set, row) in rows.iter_mut().enumerate() {
            *row = match set {
                0 => self.class << 8 | self.partial,
                1 => self.last << 3 | self.place,
                2 => self.second,
                _ => (self.known << 3 | self.place).times(3) + self.expected,
            };
        }
        rows
    }

    /// The context of each refinement; those of the two bits that can follow another are twins.
    #[inline(always)]
    pub(super) fn refined(&self) -> [W; 2] {
        let half = self.partial.half();
        let twin = self.partial ^ half << 1;
        [self.last << 8 | self.partial, self.order3 ^ half.times(0x9E36) ^ twin]
    }
}
