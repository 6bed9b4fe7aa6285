//! How fast a mixer learns.

use crate::models::MixSpec;

/// A mixer's learning rate: high at first, then falling towards a floor. Units of 2⁻¹⁶.
pub(crate) struct Rates {
    first: u32,
    last: u32,
}

impl Rates {
    pub(crate) fn new(spec: &MixSpec) -> Self {
        Self { first: u32::from(spec.first_rate), last: u32::from(spec.last_rate) }
    }

    /// The rate after `position` bytes, units of 2⁻²⁰.
    pub(crate) fn at(&self, position: usize) -> i32 {
        let fade = (1 << 30) / (16384 + position.min(1 << 28) as u32);
        (16 * self.last + (((self.first - self.last) * fade) >> 12)) as i32
    }
}
