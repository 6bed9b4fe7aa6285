//! Which model, and every parameter a decoder needs to rebuild it.

mod bwt;
mod level;
mod mix;

pub use bwt::{BwtMethod, BwtSpec};
pub use level::Level;
pub use mix::MixSpec;

use super::OrderModel;
use bytes::{Buf, BufMut};

/// Which model, and every parameter a decoder needs to rebuild it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ModelSpec {
    /// One adaptive order-k context model.
    Order {
        /// Bytes of context, `0..=8`.
        order: u8,
        /// log₂ of the number of counters, `8..=30`.
        log2_slots: u8,
    },
    /// Many context models, mixed.
    Mix(MixSpec),
    /// Sorted blocks, coded by a small mixing model.
    Bwt(BwtSpec),
}

/// Why the bytes of a [`ModelSpec`] were refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SpecError {
    /// This version of foretell has no such model.
    #[error("unknown model kind {0}")]
    UnknownKind(u8),
    /// The parameters do not describe a model of that kind.
    #[error("model parameters out of range")]
    OutOfRange,
}

impl From<bytes::TryGetError> for SpecError {
    fn from(_: bytes::TryGetError) -> Self {
        Self::OutOfRange
    }
}

const KIND_ORDER: u8 = 0;
const KIND_MIX: u8 = 1;
const KIND_BWT: u8 = 2;

impl ModelSpec {
    /// The parameters as bytes, at most 96 of them: the kind, then what the kind needs.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        match self {
            Self::Order { order, log2_slots } => {
                out.put_slice(&[KIND_ORDER, *order, *log2_slots]);
            }
            Self::Mix(mix) => {
                out.put_u8(KIND_MIX);
                mix.write(&mut out);
            }
            Self::Bwt(bwt) => {
                out.put_u8(KIND_BWT);
                bwt.write(&mut out);
            }
        }
        out
    }

    /// The mirror of [`to_bytes`](Self::to_bytes).
    ///
    /// # Errors
    /// [`SpecError`] if the kind is unknown, a parameter is out of its range, or bytes
    /// are missing or left over.
    pub fn from_bytes(mut bytes: &[u8]) -> Result<Self, SpecError> {
        let spec = match bytes.try_get_u8()? {
            KIND_ORDER => Self::read_order(&mut bytes)?,
            KIND_MIX => Self::Mix(MixSpec::read(&mut bytes)?),
            KIND_BWT => Self::Bwt(BwtSpec::read(&mut bytes)?),
            kind => return Err(SpecError::UnknownKind(kind)),
        };
        if bytes.is_empty() { Ok(spec) } else { Err(SpecError::OutOfRange) }
    }

    fn read_order(bytes: &mut impl Buf) -> Result<Self, SpecError> {
        let (order, log2_slots) = (bytes.try_get_u8()?, bytes.try_get_u8()?);
        let known = order <= 8 && (8..=30).contains(&log2_slots);
        if known { Ok(Self::Order { order, log2_slots }) } else { Err(SpecError::OutOfRange) }
    }

    /// Bytes of memory that the model takes, coding and decoding alike.
    pub fn memory_bytes(&self) -> u64 {
        match self {
            Self::Order { log2_slots, .. } => OrderModel::memory_bytes(*log2_slots),
            Self::Mix(mix) => mix.memory_bytes(),
            Self::Bwt(bwt) => bwt.memory_bytes(),
        }
    }

    /// The same model with tables no larger than `input_bytes` of input can fill.
    #[must_use]
    pub fn fitted(&self, input_bytes: u64) -> Self {
        match self {
            Self::Order { order, log2_slots } => {
                let useful = input_bytes.saturating_mul(32).max(1 << 12).ilog2() as u8;
                Self::Order { order: *order, log2_slots: useful.min(*log2_slots) }
            }
            Self::Mix(mix) => Self::Mix(mix.fitted(input_bytes)),
            Self::Bwt(bwt) => Self::Bwt(bwt.fitted(input_bytes)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_level_survives_the_header_and_stays_within_its_memory() {
        for number in 1..=9 {
            let spec = Level::new(number).unwrap().spec();
            assert_eq!(ModelSpec::from_bytes(&spec.to_bytes()), Ok(spec.clone()));
            let limit = [128, 160, 128, 256, 256, 768, 768, 1024, 2048][number as usize - 1];
            assert!(spec.memory_bytes() <= limit << 20, "{number}: {}", spec.memory_bytes());
            assert!(spec.fitted(1000).memory_bytes() <= 16 << 20, "{number}");
            assert_eq!(spec.fitted(u64::MAX), spec);
        }
    }

    #[test]
    fn sorted_blocks_are_not_so_small_that_their_statistics_cost_more() {
        let spec = |block_bytes: u32| [&[KIND_BWT, 0][..], &block_bytes.to_le_bytes()].concat();
        for block_bytes in [0, 1, 4095, (1 << 24) + 1] {
            assert_eq!(ModelSpec::from_bytes(&spec(block_bytes)), Err(SpecError::OutOfRange));
        }
        let least = ModelSpec::from_bytes(&spec(4096)).expect("it is in range");
        assert_eq!(Level::MIN.spec().fitted(1), least);
    }

    #[test]
    fn cut_or_lengthened_parameters_are_refused() {
        let whole = Level::DEFAULT.spec().to_bytes();
        for end in 0..whole.len() {
            assert!(ModelSpec::from_bytes(&whole[..end]).is_err(), "{end}");
        }
        assert!(ModelSpec::from_bytes(&[whole, vec![0]].concat()).is_err());
        assert_eq!(ModelSpec::from_bytes(&[99]), Err(SpecError::UnknownKind(99)));
    }
}
