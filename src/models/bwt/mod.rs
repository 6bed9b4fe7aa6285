//! Burrows–Wheeler sorting and a small mixing coder for what it gives.
//!
//! Sorting a block by what follows each byte ([`sort`]) puts bytes of equal context side
//! by side, so a context model of any order becomes one of the last few bytes coded
//! ([`past`]). Each byte is then a flag, "the same as the one before", and if not, a walk
//! down a Huffman-shaped tree ([`tree`]); each of these decisions mixes a few adaptive
//! probabilities ([`decision`]).
//!
//! M. Burrows, D. Wheeler: A block-sorting lossless data compression algorithm (1994).

mod decision;
mod lanes;
mod past;
mod port;
mod sort;
mod symbols;
mod tree;

use super::spec::BwtSpec;
use crate::coding::{BitSink, BitSource, Probability};
use port::{BitPort, Reader, Writer};
use sort::Sorted;
use symbols::SymbolCoder;

/// Codes whole blocks; blocks share nothing.
pub(super) struct BwtModel {
    spec: BwtSpec,
}

impl BwtModel {
    /// A coder of blocks.
    pub(super) const fn new(spec: BwtSpec) -> Self {
        Self { spec }
    }

    /// Bytes of memory: the sorted block, 4 bytes a position to sort it or to undo that,
    /// and the statistics.
    pub(super) const fn memory_bytes(spec: BwtSpec) -> u64 {
        5 * spec.block_bytes() as u64 + SymbolCoder::<4>::BYTES
    }

    /// Codes `bytes` into `sink`.
    pub(super) fn encode(&self, bytes: &[u8], sink: &mut impl BitSink) {
        for block in bytes.chunks(self.spec.block_bytes()) {
            let mut sorted = Sorted::of(block);
            self.code_block(&mut sorted, &mut Writer(sink));
        }
    }

    /// The mirror of [`encode`](Self::encode).
    pub(super) fn decode(&self, source: &mut impl BitSource, count: usize, bytes: &mut Vec<u8>) {
        let end = bytes.len() + count;
        while bytes.len() < end {
            let mut sorted = Sorted::blank((end - bytes.len()).min(self.spec.block_bytes()));
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
        match self.spec.contexts {
            ..=3 => SymbolCoder::<3>::new().code(port, &mut sorted.last),
            _ => SymbolCoder::<4>::new().code(port, &mut sorted.last),
        }
    }
}

/// Passes a number of `bits` bits, highest first, each equally likely.
fn pass_number(port: &mut impl BitPort, value: u32, bits: u32) -> u32 {
    (0..bits).rev().fold(0, |passed, shift| {
        passed << 1 | u32::from(port.pass(value >> shift & 1 == 1, Probability::HALF))
    })
}
