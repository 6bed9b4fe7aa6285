//! What weights and refinements are chosen by.

use super::REFINEMENTS;
use crate::models::{
    component::{history_runs::BitPlace, matching::Expected},
    mixing::layered::FINAL_SETS,
};

/// What weights and refinements of a byte's bits are chosen by.
#[derive(Clone, Copy)]
pub(super) struct Surroundings<const M: usize> {
    /// The last eight bytes, newest lowest.
    pub(super) recent: u64,
    /// Hashes of the last two and three bytes and of the current word, 16 bits.
    pub(super) hashes: [usize; 3],
    /// The kinds of the last two characters, `0..256`.
    pub(super) shape: usize,
    /// The column of the record, `0..256`.
    pub(super) record: usize,
    /// The place in an instruction, `0..256`.
    pub(super) instruction: usize,
    /// Class of how many contexts of the half byte had been seen before.
    pub(super) known: usize,
    /// What the matches expect.
    pub(super) expected: [Expected; M],
}

impl<const M: usize> Default for Surroundings<M> {
    fn default() -> Self {
        Self {
            recent: 0,
            hashes: [0; 3],
            shape: 0,
            record: 0,
            instruction: 0,
            known: 0,
            expected: [Expected::default(); M],
        }
    }
}

impl<const M: usize> Surroundings<M> {
    /// Byte `n` back; 1 is the last one.
    #[inline(always)]
    fn byte(&self, n: u32) -> usize {
        (self.recent >> (8 * (n - 1))) as usize & 255
    }

    /// The row of each weight set of the first layer.
    #[inline(always)]
    pub(super) fn rows<const S: usize>(
        &self,
        BitPlace { partial, place, .. }: BitPlace,
    ) -> [usize; S] {
        let with_place = |class: usize| class << 3 | place;
        let first = &self.expected[0];
        std::array::from_fn(|set| match set {
            0 => first.length_class() << 8 | partial,
            1 => with_place(self.byte(1)),
            2 => with_place(self.byte(2)),
            3 => with_place(self.known) * 3 + first.bit(),
            4 => with_place(self.shape),
            5 => first.byte() << 2 | (first.length_class() >> 1),
            6 => with_place(self.byte(3)),
            7 => with_place(self.record),
            8 => with_place(self.instruction),
            _ => with_place(self.expected[M - 1].byte()),
        })
    }

    /// The row of each weight set of the second layer.
    #[inline(always)]
    pub(super) fn final_rows(
        &self,
        BitPlace { partial, place, .. }: BitPlace,
    ) -> [usize; FINAL_SETS] {
        let first = &self.expected[0];
        let expectation = first.length_class() * 3 + first.bit();
        [partial, expectation, self.byte(1) << 3 | place]
    }

    /// The context of each refinement; those of the two bits that can follow another are twins.
    #[inline(always)]
    pub(super) fn refined(&self, BitPlace { partial, .. }: BitPlace) -> [usize; REFINEMENTS] {
        let spread = (partial / 2).wrapping_mul(0x9E36) ^ partial & 1;
        let [order2, order3, word] = self.hashes;
        [
            partial,
            self.byte(1) << 8 | partial,
            order2 ^ spread,
            order3 ^ spread,
            word ^ spread,
            self.expected[0].byte() << 8 | partial,
        ]
    }
}
