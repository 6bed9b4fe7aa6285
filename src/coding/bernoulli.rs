//! [`Probability`] as a two-symbol entropy model of `constriction`.

use super::Probability;
use constriction::stream::model::{DecoderModel, EncoderModel, EntropyModel};
use std::{borrow::Borrow, num::NonZeroU16};

const PRECISION: usize = Probability::BITS;

impl EntropyModel<PRECISION> for Probability {
    type Symbol = bool;
    type Probability = u16;
}

/// Start and width of the part of the unit interval that `bit` owns.
///
/// The interval is split at `p`: bit 1 owns `[0, p)`, bit 0 owns `[p, 1)`.
#[inline]
fn part_of(p: Probability, bit: bool) -> (u16, NonZeroU16) {
    let left = if bit { 0 } else { p.to_u16() };
    (left, NonZeroU16::new(p.of(bit)).expect("a Probability is never 0 and never 1"))
}

impl EncoderModel<PRECISION> for Probability {
    #[inline]
    fn left_cumulative_and_probability(&self, bit: impl Borrow<bool>) -> Option<(u16, NonZeroU16)> {
        Some(part_of(*self, *bit.borrow()))
    }
}

impl DecoderModel<PRECISION> for Probability {
    #[inline]
    fn quantile_function(&self, quantile: u16) -> (bool, u16, NonZeroU16) {
        let bit = quantile < self.to_u16();
        let (left, width) = part_of(*self, bit);
        (bit, left, width)
    }
}
