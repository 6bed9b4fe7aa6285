use super::{BitSource, Cumulative, Probability};

/// A range decoder of bits and symbols: the mirror of [`BitEncoder`](super::BitEncoder).
///
/// It reads the stream of constriction's range coder, bits without that coder's division: a
/// bit needs no quantile, only to which side of one bound the code falls.
///
/// ```text
/// bound = ⌊range / 2¹⁶⌋ · p        bit = offset < bound
/// ```
///
/// Past its end the code reads as zeros, and damaged code gives arbitrary bits: the
/// block around it carries its raw length and a check.
pub struct BitDecoder {
    words: std::vec::IntoIter<u32>,
    /// Where the code points, counted from the interval's lower end.
    offset: u64,
    /// Size of the interval, at least 2³².
    range: u64,
}

impl BitDecoder {
    /// A decoder of the bytes that [`BitEncoder::finish`](super::BitEncoder::finish)
    /// gave. A last word cut short has zeros in its low bytes.
    pub fn new(code: &[u8]) -> Self {
        let words: Vec<u32> = code.chunks(4).map(word).collect();
        let mut decoder = Self { words: words.into_iter(), offset: 0, range: u64::MAX };
        decoder.shift_in();
        decoder.shift_in();
        decoder
    }

    /// Moves the next word of the code into `offset`.
    #[inline(always)]
    fn shift_in(&mut self) {
        self.offset = self.offset << 32 | u64::from(self.words.next().unwrap_or(0));
    }

    /// Makes the interval wide enough for another bit or symbol.
    #[inline(always)]
    fn settle(&mut self) {
        if self.range < 1 << 32 {
            self.range <<= 32;
            self.shift_in();
        }
    }
}

/// The high bytes of a little-endian word, up to four.
pub(super) fn word(bytes: &[u8]) -> u32 {
    let mut word = [0; 4];
    word[4 - bytes.len()..].copy_from_slice(bytes);
    u32::from_le_bytes(word)
}

impl BitSource for BitDecoder {
    #[inline(always)]
    fn take(&mut self, p: Probability) -> bool {
        let scale = self.range >> Probability::BITS;
        let bound = scale * u64::from(p.to_u16());
        let bit = self.offset < bound;
        self.range = scale * u64::from(p.of(bit));
        self.offset = self.offset.wrapping_sub(if bit { 0 } else { bound });
        self.settle();
        bit
    }

    #[inline(always)]
    fn take_symbol(&mut self, cumulative: &Cumulative) -> usize {
        let scale = self.range >> Probability::BITS;
        // Damaged code may point beyond the interval.
        let quantile = (self.offset / scale).min(u16::MAX.into()) as u16;
        let symbol = cumulative.symbol_at(quantile);
        let (start, width) = cumulative.part_of(symbol);
        self.offset = self.offset.wrapping_sub(scale * u64::from(start));
        self.range = scale * u64::from(width);
        self.settle();
        symbol
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coding::{BitEncoder, BitSink, CostMeter};
    use constriction::stream::{Decode, queue::RangeDecoder};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_same_bits_come_out_as_of_constrictions_own_decoder(
            bits in prop::collection::vec((any::<bool>(), any::<i32>(), 0..17u32), 0..3000),
        ) {
            let steps: Vec<_> = bits
                .iter()
                .map(|&(bit, p, shift)| (bit, Probability::from_u16_clamped((p & 0xFFFF) >> shift)))
                .collect();
            let mut encoder = BitEncoder::new();
            for &(bit, p) in &steps {
                encoder.put(bit, p);
            }
            let code = encoder.finish();
            let ideal: f64 = steps.iter().map(|&(bit, p)| CostMeter::cost(bit, p)).sum();
            prop_assert!(code.len() as f64 <= ideal / 8.0 * 1.0001 + 2.0, "{} {ideal}", code.len());
            let words: Vec<u32> = code.chunks(4).map(word).chain([0; 2]).collect();
            let mut theirs = RangeDecoder::<u32, u64, _>::from_compressed(words).unwrap();
            let mut ours = BitDecoder::new(&code);
            for &(bit, p) in &steps {
                prop_assert_eq!((ours.take(p), theirs.decode_symbol(p).unwrap()), (bit, bit));
            }
        }

        #[test]
        fn damaged_code_gives_bits(code in prop::collection::vec(any::<u8>(), 0..40), p in any::<i32>()) {
            let mut decoder = BitDecoder::new(&code);
            for step in 0..500 {
                decoder.take(Probability::from_u16_clamped((p >> (step % 17)) & 0xFFFF));
            }
        }
    }
}
