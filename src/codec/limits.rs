//! What the caller allows a decoder.

use crate::{container::SegmentHeader, error::Error};

/// What decoding may cost; compressed data from strangers cannot exceed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    memory_bytes: u64,
    block_bytes: u64,
}

impl Limits {
    /// Default limit of [`memory_bytes`](Self::memory_bytes): 4 GiB.
    pub const DEFAULT_MEMORY_BYTES: u64 = 4 << 30;

    /// Bytes of memory for model and buffers.
    #[must_use]
    pub fn memory_bytes(mut self, bytes: u64) -> Self {
        self.memory_bytes = bytes;
        self
    }

    /// Bytes of content of one block, the most that a decoder gives at once; what the
    /// format allows (1 GiB) by default.
    #[must_use]
    pub fn block_bytes(mut self, bytes: u64) -> Self {
        self.block_bytes = bytes;
        self
    }

    /// Refuses a segment that may exceed the limits and needs `needed` bytes of memory.
    pub(super) fn admit(&self, header: &SegmentHeader, needed: u64) -> Result<(), Error> {
        if needed > self.memory_bytes {
            return Err(Error::MemoryLimit { needed, limit: self.memory_bytes });
        }
        if header.block_bytes > self.block_bytes {
            return Err(Error::BlockLimit { needed: header.block_bytes, limit: self.block_bytes });
        }
        Ok(())
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            memory_bytes: Self::DEFAULT_MEMORY_BYTES,
            block_bytes: crate::container::MAX_BLOCK_BYTES,
        }
    }
}
