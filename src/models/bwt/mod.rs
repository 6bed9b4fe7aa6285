//! Burrows–Wheeler sorting and a small mixing coder for what it gives.
//!
//! Sorting a block by what follows each byte ([`sort`]) puts bytes of equal context side
//! by side, so a context model of any order becomes one of the last few bytes coded
//! ([`past`]). Either runs are coded ([`runs`]): which byte, as choices down a tree of 16
//! branches a node ([`tree`]), and how long. Each choice mixes a few adaptive distributions
//! ([`distribution`], [`mixture`]). Or the block is divided into what contexts of each length
//! hold ([`segments`]), in decisions that mix adaptive probabilities ([`decision`]).
//!
//! M. Burrows, D. Wheeler: A block-sorting lossless data compression algorithm (1994).

mod decision;
mod distribution;
mod lanes;
mod marks;
mod mixture;
mod past;
mod port;
mod runs;
mod segments;
mod share;
mod sort;
mod tree;

use super::spec::{BwtMethod, BwtSpec};
use crate::coding::{BitSink, BitSource, Probability};
use port::{BitPort, Reader, Writer};
use sort::Sorted;

/// Codes whole blocks; blocks share nothing.
pub(super) struct BwtModel {
    spec: BwtSpec,
}

impl BwtModel {
    /// A coder of blocks.
    pub(super) const fn new(spec: BwtSpec) -> Self {
        Self { spec }
    }

    /// Bytes of memory: the sorted block, 4 bytes a position to sort it or to undo that
    /// or 8 to divide it, and the statistics.
    pub(super) const fn memory_bytes(spec: BwtSpec) -> u64 {
        match spec.method {
            BwtMethod::Runs => 5 * spec.block_bytes as u64 + runs::BYTES,
            BwtMethod::Segments => segments::memory_bytes(spec.block_bytes as u64),
        }
    }

    /// Codes `bytes` into `sink`.
    pub(super) fn encode(&self, bytes: &[u8], sink: &mut impl BitSink) {
        for block in bytes.chunks(self.spec.block_bytes as usize) {
            let mut sorted = Sorted::of(block);
            self.code_block(&mut sorted, &mut Writer(sink));
        }
    }

    /// The mirror of [`encode`](Self::encode).
    pub(super) fn decode(&self, source: &mut impl BitSource, count: usize, bytes: &mut Vec<u8>) {
        let end = bytes.len() + count;
        while bytes.len() < end {
            let mut sorted = Sorted::blank((end - bytes.len()).min(self.spec.block_bytes as usize));
            self.code_block(&mut sorted, &mut Reader(source));
            bytes.append(&mut sorted.inverse());
        }
    }

    /// Passes a sorted block through `port`, into the code or out of it.
    fn code_block(&self, sorted: &mut Sorted, port: &mut impl BitPort) {
        let head_bits = usize::BITS - sorted.last.len().leading_zeros();
        for head in &mut sorted.heads {
            *head = pass_number(port, *head, head_bits);
        }
        let whole_text = sorted.heads.first().map_or(0, |&row| row);
        match self.spec.method {
            BwtMethod::Runs => runs::code(port, &mut sorted.last),
            BwtMethod::Segments => segments::code(port, &mut sorted.last, whole_text),
        }
    }
}

/// Passes a number of `bits` bits, highest first, each equally likely.
fn pass_number(port: &mut impl BitPort, value: u32, bits: u32) -> u32 {
    (0..bits).rev().fold(0, |passed, shift| {
        passed << 1 | u32::from(port.pass(value >> shift & 1 == 1, Probability::HALF))
    })
}
