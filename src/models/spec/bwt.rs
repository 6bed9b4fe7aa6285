//! Parameters of the model of sorted blocks.

use super::SpecError;
use crate::models::bwt::BwtModel;
use bytes::{Buf, BufMut};

/// Parameters of the model of sorted blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BwtSpec {
    /// Contexts of each decision, 3 or 4.
    pub contexts: u8,
    /// log₂ of the bytes that are sorted together, `10..=24`.
    pub log2_block: u8,
}

impl BwtSpec {
    /// Bytes that are sorted together.
    pub const fn block_bytes(self) -> usize {
        1 << self.log2_block
    }

    pub(super) fn write(self, out: &mut impl BufMut) {
        out.put_slice(&[self.contexts, self.log2_block]);
    }

    /// The mirror of [`write`](Self::write).
    pub(super) fn read(bytes: &mut impl Buf) -> Result<Self, SpecError> {
        let (contexts, log2_block) = (bytes.try_get_u8()?, bytes.try_get_u8()?);
        let known = (3..=4).contains(&contexts) && (10..=24).contains(&log2_block);
        if known { Ok(Self { contexts, log2_block }) } else { Err(SpecError::OutOfRange) }
    }

    pub(super) const fn memory_bytes(self) -> u64 {
        BwtModel::memory_bytes(self)
    }

    /// The same with blocks no larger than `input_bytes`.
    pub(super) fn fitted(self, input_bytes: u64) -> Self {
        let whole = input_bytes.clamp(1 << 10, 1 << 24).next_power_of_two().ilog2() as u8;
        Self { log2_block: self.log2_block.min(whole), ..self }
    }
}
