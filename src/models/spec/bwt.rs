//! Parameters of the model of sorted blocks.

use super::SpecError;
use crate::models::bwt::BwtModel;
use bytes::{Buf, BufMut};

/// How a sorted block is coded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BwtMethod {
    /// Byte by byte: does the run go on, and if not, which byte follows.
    Runs,
    /// By how each context's symbols divide among longer contexts.
    Segments,
}

/// Parameters of the model of sorted blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BwtSpec {
    /// How a sorted block is coded.
    pub method: BwtMethod,
    /// Bytes that are sorted together, `2¹²..=2²⁴`.
    pub block_bytes: u32,
}

/// Bytes that are sorted together, at least: each block begins with fresh statistics, a
/// megabyte of them, which a stranger could ask for with every byte.
const MIN_BLOCK_BYTES: u32 = 1 << 12;
/// Most bytes that are sorted together.
const MAX_BLOCK_BYTES: u32 = 1 << 24;

impl BwtSpec {
    pub(super) fn write(self, out: &mut impl BufMut) {
        out.put_u8(match self.method {
            BwtMethod::Runs => 0,
            BwtMethod::Segments => 1,
        });
        out.put_u32_le(self.block_bytes);
    }

    /// The mirror of [`write`](Self::write).
    pub(super) fn read(bytes: &mut impl Buf) -> Result<Self, SpecError> {
        let method = match bytes.try_get_u8()? {
            0 => BwtMethod::Runs,
            1 => BwtMethod::Segments,
            _ => return Err(SpecError::OutOfRange),
        };
        let block_bytes = bytes.try_get_u32_le()?;
        let is_known = (MIN_BLOCK_BYTES..=MAX_BLOCK_BYTES).contains(&block_bytes);
        if is_known { Ok(Self { method, block_bytes }) } else { Err(SpecError::OutOfRange) }
    }

    pub(super) const fn memory_bytes(self) -> u64 {
        BwtModel::memory_bytes(self)
    }

    /// The same with blocks no larger than `input_bytes` need.
    pub(super) fn fitted(self, input_bytes: u64) -> Self {
        let whole = input_bytes.clamp(MIN_BLOCK_BYTES.into(), MAX_BLOCK_BYTES.into()) as u32;
        Self { block_bytes: self.block_bytes.min(whole), ..self }
    }
}
