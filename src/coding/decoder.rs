use super::{BitSource, Probability};
use constriction::{
    backends::Cursor,
    stream::{Decode, queue::RangeDecoder},
};

/// A range decoder of single bits: the mirror of [`BitEncoder`](super::BitEncoder).
///
/// Past its end the code reads as zeros, and damaged code gives arbitrary bits: the
/// block around it carries its raw length and a check.
pub struct BitDecoder {
    coder: RangeDecoder<u32, u64, Cursor<u32, Vec<u32>>>,
}

impl BitDecoder {
    /// A decoder of the bytes that [`BitEncoder::finish`](super::BitEncoder::finish)
    /// gave. A last word cut short is filled with zeros.
    pub fn new(code: &[u8]) -> Self {
        let words: Vec<u32> = code
            .chunks(4)
            .map(|part| {
                let mut word = [0; 4];
                word[..part.len()].copy_from_slice(part);
                u32::from_le_bytes(word)
            })
            .collect();
        let coder = match RangeDecoder::from_compressed(words) {
            Ok(coder) => coder,
            Err(impossible) => match impossible {},
        };
        Self { coder }
    }
}

impl BitSource for BitDecoder {
    #[inline]
    fn take(&mut self, p: Probability) -> bool {
        // Only damaged code can fail here; the block's check refuses what it decodes to.
        self.coder.decode_symbol(p).unwrap_or(false)
    }
}
