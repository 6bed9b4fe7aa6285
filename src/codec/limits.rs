//! What the caller allows a decoder.

use super::{Options, Prior};
use crate::{container::SegmentHeader, error::Error};

/// What decoding may cost, and what it may begin with; compressed data from strangers cannot
/// exceed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    memory_bytes: u64,
    block_bytes: u64,
    threads: usize,
    prior: Option<Prior>,
}

impl Limits {
    /// Default limit of [`memory_bytes`](Self::memory_bytes): 4 GiB.
    pub const DEFAULT_MEMORY_BYTES: u64 = 4 << 30;

    /// Largest limit of memory, 2⁶² bytes: what two segments within it claim fits 64 bits.
    pub const MOST_MEMORY_BYTES: u64 = 1 << 62;

    /// Bytes of memory for models and buffers, of all threads together; more than any
    /// machine has is [`MOST_MEMORY_BYTES`](Self::MOST_MEMORY_BYTES).
    #[must_use]
    pub fn memory_bytes(mut self, bytes: u64) -> Self {
        self.memory_bytes = bytes.min(Self::MOST_MEMORY_BYTES);
        self
    }

    /// Bytes of content of one block, the most that a decoder gives at once; what the
    /// format allows (1 GiB) by default.
    #[must_use]
    pub fn block_bytes(mut self, bytes: u64) -> Self {
        self.block_bytes = bytes;
        self
    }

    /// Threads that decode segments side by side, at least 1. Fewer work at a time where
    /// the memory would not do for all of them.
    #[must_use]
    pub fn threads(mut self, threads: usize) -> Self {
        self.threads = threads.clamp(1, Options::MOST_THREADS);
        self
    }

    /// What the decoder knows beforehand, for content that was coded with the same
    /// ([`Options::prior`](super::Options::prior)).
    #[must_use]
    pub fn prior(mut self, prior: Prior) -> Self {
        self.prior = Some(prior);
        self
    }

    /// What the decoder knows beforehand.
    pub(super) fn known(&self) -> Option<&Prior> {
        self.prior.as_ref()
    }

    /// Bytes of memory allowed.
    pub fn memory(&self) -> u64 {
        self.memory_bytes
    }

    /// The threads allowed.
    pub(super) fn thread_count(&self) -> usize {
        self.threads
    }

    /// Refuses what needs more than the memory allowed.
    pub(super) fn admit_memory(&self, needed: u64) -> Result<(), Error> {
        let limit = self.memory_bytes;
        if needed > limit { Err(Error::MemoryLimit { needed, limit }) } else { Ok(()) }
    }

    /// Refuses a segment that may exceed the limits and needs `needed` bytes of memory.
    pub(super) fn admit(&self, header: &SegmentHeader, needed: u64) -> Result<(), Error> {
        self.admit_memory(needed)?;
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
            threads: 1,
            prior: None,
        }
    }
}
