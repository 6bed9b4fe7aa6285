//! The parameters of a mixing model.

use super::SpecError;
use crate::models::{ContextKind, ensemble::Shape};
use bytes::{Buf, BufMut};

/// The parameters of a mixing model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MixSpec {
    /// Contexts over the shared table of bit histories.
    pub contexts: Vec<ContextKind>,
    /// Layers of mixing: 1, or 2 with richer inputs.
    pub layers: u8,
    /// Weight sets of the mixer, of its first layer where there are two.
    pub sets: u8,
    /// Refinements after the mixer.
    pub refinements: u8,
    /// Bytes that a match must have in common, one entry a match model, `3..=32`.
    pub match_lengths: Vec<u8>,
    /// log₂ of the number of 64-byte lines of bit histories, `4..=25`.
    pub log2_lines: u8,
    /// log₂ of the bytes of past that matches are found in, `8..=30`.
    pub log2_history: u8,
    /// Weight of each logit before anything is learnt, units of 1/256.
    pub start_weight: u8,
    /// Learning rate of the mixer at the start, units of 2⁻¹⁶.
    pub first_rate: u16,
    /// Learning rate that it falls to, units of 2⁻¹⁶.
    pub last_rate: u16,
}

/// Largest learning rate, units of 2⁻¹⁶: an error of 1 times it fits the mixer's 32 bits.
const MOST_RATE: u16 = 2000;

/// Bytes of an input whose tables fit a processor's cache however roomy they are.
const SMALL_BYTES: u64 = 1 << 16;

impl MixSpec {
    /// Appends the parameters to `out`.
    pub(super) fn write(&self, out: &mut impl BufMut) {
        out.put_u8(self.contexts.len() as u8);
        self.contexts.iter().for_each(|&kind| out.put_u8(kind as u8));
        let matches = self.match_lengths.len() as u8;
        out.put_slice(&[self.layers, self.sets, self.refinements, matches]);
        out.put_slice(&self.match_lengths);
        out.put_slice(&[self.log2_lines, self.log2_history, self.start_weight]);
        out.put_u16_le(self.first_rate);
        out.put_u16_le(self.last_rate);
    }

    /// The mirror of [`write`](Self::write).
    pub(super) fn read(bytes: &mut impl Buf) -> Result<Self, SpecError> {
        let count = bytes.try_get_u8()?;
        let contexts = (0..count)
            .map(|_| ContextKind::from_number(bytes.try_get_u8()?).ok_or(SpecError::OutOfRange))
            .collect::<Result<_, _>>()?;
        let (layers, sets) = (bytes.try_get_u8()?, bytes.try_get_u8()?);
        let refinements = bytes.try_get_u8()?;
        let count = bytes.try_get_u8()?;
        let match_lengths = (0..count).map(|_| Ok(bytes.try_get_u8()?));
        let spec = Self {
            contexts,
            layers,
            sets,
            refinements,
            match_lengths: match_lengths.collect::<Result<_, SpecError>>()?,
            log2_lines: bytes.try_get_u8()?,
            log2_history: bytes.try_get_u8()?,
            start_weight: bytes.try_get_u8()?,
            first_rate: bytes.try_get_u16_le()?,
            last_rate: bytes.try_get_u16_le()?,
        };
        if spec.is_known() { Ok(spec) } else { Err(SpecError::OutOfRange) }
    }

    /// Whether this version can build the model.
    fn is_known(&self) -> bool {
        Shape::of(self).is_some()
            && self.last_rate <= self.first_rate
            && self.first_rate <= MOST_RATE
            && (4..=25).contains(&self.log2_lines)
            && (8..=30).contains(&self.log2_history)
            && self.match_lengths.iter().all(|length| (3..=32).contains(length))
    }

    /// log₂ of the positions that each match model remembers.
    pub(crate) fn log2_positions(&self) -> u8 {
        self.log2_history.min(22)
    }

    pub(super) fn memory_bytes(&self) -> u64 {
        let positions = (self.match_lengths.len() as u64 * 4) << self.log2_positions();
        let fixed = Shape::of(self).map_or(0, |shape| shape.fixed_bytes(self));
        (64 << self.log2_lines) + (1 << self.log2_history) + positions + fixed
    }

    /// The same model with tables no larger than `input_bytes` of input can fill.
    pub(super) fn fitted(&self, input_bytes: u64) -> Self {
        // A context touches two slots of 16 bytes a byte, most of them again and again; in
        // a small input that is seldom so, and room costs little there.
        let shared = if input_bytes <= SMALL_BYTES { 4 } else { 32 };
        let lines = (input_bytes.saturating_mul(self.contexts.len() as u64) / shared).max(16);
        let log2_lines = self.log2_lines.min(log2_at_least(lines));
        let log2_history =
            self.log2_history.min(log2_at_least(input_bytes.max(255).saturating_add(1)));
        Self { log2_lines, log2_history, ..self.clone() }
    }
}

/// ⌈log₂ n⌉ of `n` ≥ 1.
fn log2_at_least(n: u64) -> u8 {
    (u64::BITS - (n - 1).leading_zeros()) as u8
}
