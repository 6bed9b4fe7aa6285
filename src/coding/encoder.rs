use super::{BitSink, Probability};
use constriction::stream::{Encode, queue::RangeEncoder};

/// A range encoder of single bits: its length is the sum of the bits' ideal code
/// lengths plus at most 8 bytes.
///
/// 32-bit words and 64-bit state leave 2¹⁶ steps for the narrowest interval at 16-bit
/// probabilities, so truncation costs below 0.004 % even on nearly certain bits.
#[derive(Default)]
pub struct BitEncoder {
    coder: RangeEncoder<u32, u64>,
}

impl BitEncoder {
    /// An encoder with nothing coded yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Seals the code and gives its bytes: a whole number of little-endian 32-bit words,
    /// none if no bit was coded.
    pub fn finish(self) -> Vec<u8> {
        let words = match self.coder.into_compressed() {
            Ok(words) => words,
            Err(impossible) => match impossible {},
        };
        words.into_iter().flat_map(u32::to_le_bytes).collect()
    }
}

impl BitSink for BitEncoder {
    #[inline(always)]
    fn put(&mut self, bit: bool, p: Probability) {
        self.coder.encode_symbol(bit, p).expect("both bits are possible and a Vec takes any word");
    }
}
