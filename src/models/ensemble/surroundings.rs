//! What weights and refinements are chosen by.

use crate::models::component::matching::Expected;

/// What weights and refinements of a bit are chosen by.
pub(super) struct Surroundings {
    /// Known bits of the byte behind a leading 1, `1..=255`.
    pub(super) partial: usize,
    /// 0 for the most significant bit of the byte.
    pub(super) place: usize,
    /// The last eight bytes, newest lowest.
    pub(super) recent: u64,
    /// Hash of the last three bytes, 16 bits.
    pub(super) order3: usize,
    /// Class of how many contexts of the half byte had been seen before.
    pub(super) known: usize,
    /// What the first match expects.
    pub(super) expected: Expected,
}

impl Surroundings {
    /// The row of each weight set.
    #[inline(always)]
    pub(super) fn rows<const S: usize>(&self) -> [usize; S] {
        let (last, second) = (self.recent as usize & 255, self.recent as usize >> 8 & 255);
        std::array::from_fn(|set| match set {
            0 => self.expected.length_class() << 8 | self.partial,
            1 => last << 3 | self.place,
            2 => second,
            _ => (self.known << 3 | self.place) * 3 + self.expected.bit(),
        })
    }

    /// The context of each refinement.
    #[inline(always)]
    pub(super) fn refined(&self) -> [usize; 2] {
        let last = self.recent as usize & 255;
        [last << 8 | self.partial, self.order3 ^ self.partial.wrapping_mul(0x9E35)]
    }
}
