//! [`Cumulative`] as an entropy model of `constriction`.

use super::{Cumulative, Probability};
use constriction::stream::model::{DecoderModel, EncoderModel, EntropyModel};
use std::{borrow::Borrow, num::NonZeroU16};

const PRECISION: usize = Probability::BITS;

impl EntropyModel<PRECISION> for Cumulative {
    type Symbol = usize;
    type Probability = u16;
}

/// Start and width of the part of the unit interval that `symbol` owns.
#[inline]
fn part_of(cumulative: &Cumulative, symbol: usize) -> (u16, NonZeroU16) {
    let (start, width) = cumulative.part_of(symbol);
    (start, NonZeroU16::new(width).expect("no symbol is impossible"))
}

impl EncoderModel<PRECISION> for Cumulative {
    #[inline]
    fn left_cumulative_and_probability(
        &self,
        symbol: impl Borrow<usize>,
    ) -> Option<(u16, NonZeroU16)> {
        let symbol = *symbol.borrow();
        (symbol < Self::SYMBOLS).then(|| part_of(self, symbol))
    }
}

impl DecoderModel<PRECISION> for Cumulative {
    #[inline]
    fn quantile_function(&self, quantile: u16) -> (usize, u16, NonZeroU16) {
        let symbol = self.symbol_at(quantile);
        let (start, width) = part_of(self, symbol);
        (symbol, start, width)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coding::{BitDecoder, BitEncoder, BitSink, BitSource, CostMeter, decoder::word};
    use constriction::stream::{
        Decode, Encode,
        queue::{RangeDecoder, RangeEncoder},
    };
    use proptest::prelude::*;

    /// A symbol and its distribution, from widths.
    fn step((symbol, widths): (usize, [u16; 15])) -> (usize, Cumulative) {
        let mut start = 0;
        let bounds = std::array::from_fn(|s| {
            start += if s == 0 { 0 } else { 1 + widths[s - 1] % 4000 };
            start
        });
        (symbol, Cumulative::new(bounds).expect("they rise"))
    }

    proptest! {
        #[test]
        fn symbols_are_coded_as_by_constrictions_own_coders(
            steps in prop::collection::vec((0usize..16, prop::array::uniform15(any::<u16>())), 0..500),
        ) {
            let steps: Vec<_> = steps.into_iter().map(step).collect();
            let (mut ours, mut theirs) = (BitEncoder::new(), RangeEncoder::<u32, u64>::new());
            let mut meter = CostMeter::new();
            for (symbol, cumulative) in &steps {
                ours.put_symbol(*symbol, cumulative);
                meter.put_symbol(*symbol, cumulative);
                theirs.encode_symbol(*symbol, *cumulative).unwrap();
            }
            let code = ours.finish();
            prop_assert!(code.len() as f64 <= meter.bits() / 8.0 * 1.0001 + 2.0);
            let words: Vec<u32> = code.chunks(4).map(word).chain([0; 2]).collect();
            let mut their_decoder = RangeDecoder::<u32, u64, _>::from_compressed(words).unwrap();
            let their_code: Vec<u8> =
                theirs.into_compressed().unwrap().iter().flat_map(|word| word.to_le_bytes()).collect();
            let (mut our_decoder, mut of_theirs) =
                (BitDecoder::new(&code), BitDecoder::new(&their_code));
            for (symbol, cumulative) in &steps {
                prop_assert_eq!(our_decoder.take_symbol(cumulative), *symbol);
                prop_assert_eq!(of_theirs.take_symbol(cumulative), *symbol);
                prop_assert_eq!(their_decoder.decode_symbol(*cumulative).unwrap(), *symbol);
            }
        }

        #[test]
        fn symbols_bit_by_bit_cost_nearly_the_same(
            steps in prop::collection::vec((0usize..16, prop::array::uniform15(any::<u16>())), 1..200),
        ) {
            /// A sink that knows bits only.
            struct Bits(CostMeter);
            impl BitSink for Bits {
                fn put(&mut self, bit: bool, p: Probability) {
                    self.0.put(bit, p);
                }
            }
            let (mut bits, mut meter) = (Bits(CostMeter::new()), CostMeter::new());
            for (symbol, cumulative) in steps.into_iter().map(step) {
                // Of what is nearly impossible, 16 bits of a probability say little.
                if cumulative.part_of(symbol).1 >= 256 {
                    bits.put_symbol(symbol, &cumulative);
                    meter.put_symbol(symbol, &cumulative);
                }
            }
            let (bits, whole) = (bits.0.bits(), meter.bits());
            prop_assert!((bits - whole).abs() <= whole * 0.01, "{} {}", bits, whole);
        }
    }
}
