use super::{Choice, Kernel, LANES, Vector, words::PlainWords};
use crate::{
    coding::{BitDecoder, BitSink},
    models::{
        frozen::{self, Walk},
        memory::{
            slots::{self, Eight},
            table::Windows,
        },
        predictor::{self, Predictor, Tree},
    },
};

/// The kernel of every machine: what the others are held to.
#[derive(Clone, Copy)]
pub(crate) struct Portable;

impl Kernel for Portable {
    type Words = PlainWords;

    #[inline(always)]
    fn words(self, words: [u32; 8]) -> PlainWords {
        PlainWords(words)
    }

    #[inline(always)]
    fn neighbours(self, cells: &[u16], places: &[u32; 8]) -> [[i32; 8]; 2] {
        let mut found = [[0; 8]; 2];
        for (i, &place) in places.iter().enumerate() {
            let place = place as usize;
            if let Some(&behind) = cells.get(place.saturating_add(1)) {
                (found[0][i], found[1][i]) = (i32::from(cells[place]), i32::from(behind));
            }
        }
        found
    }

    fn encode<P: Predictor>(self, predictor: &mut P, bytes: &[u8], sink: &mut dyn BitSink) {
        predictor::encode(predictor, bytes, sink);
    }

    fn decode<P: Predictor>(
        self,
        predictor: &mut P,
        source: &mut BitDecoder,
        count: usize,
        bytes: &mut Vec<u8>,
    ) {
        predictor::decode(predictor, source, count, bytes);
    }

    fn read<W: Walk>(
        self,
        walk: &mut W,
        bytes: &[u8],
        first: Option<&Tree>,
        sink: &mut dyn BitSink,
    ) {
        frozen::read(walk, bytes, first, sink);
    }

    #[inline(always)]
    fn pack(self, words: [u32; LANES / 2]) -> Vector {
        Vector(std::array::from_fn(|lane| (words[lane / 2] >> (16 * (lane % 2))) as i16))
    }

    #[inline(always)]
    fn dot<const G: usize, const S: usize>(
        self,
        rows: [&[Vector; G]; S],
        inputs: &[Vector; G],
    ) -> i32 {
        let mut sum = 0_i32;
        for row in rows {
            for (weights, inputs) in row.iter().zip(inputs) {
                for (w, x) in weights.0.iter().zip(inputs.0) {
                    sum = sum.wrapping_add(i32::from(*w) * i32::from(x));
                }
            }
        }
        sum
    }

    #[inline(always)]
    fn find_slots<const G: usize>(
        self,
        eight: Eight<'_>,
        index: usize,
        windows: &mut Windows<'_, G>,
    ) -> u32 {
        slots::find_each(eight, index, windows)
    }

    #[inline(always)]
    fn dot_byte<const G: usize, const S: usize, const R: usize>(
        self,
        sets: [&[[Vector; G]; R]; S],
        choice: &Choice<G, S, R>,
        inputs: &[[Vector; G]; 8],
    ) -> [i32; 8] {
        std::array::from_fn(|place| {
            let row = |s: usize| choice.row(sets[s], s, place);
            self.dot::<G, S>(std::array::from_fn(row), &inputs[place])
        })
    }

    #[inline(always)]
    fn dots<const G: usize, const S: usize>(
        self,
        rows: [&[Vector; G]; S],
        inputs: &[Vector; G],
    ) -> [i32; S] {
        rows.map(|row| self.dot([row], inputs))
    }

    #[inline(always)]
    fn train<const G: usize>(self, weights: &mut [Vector; G], inputs: &[Vector; G], step: i16) {
        for (weights, inputs) in weights.iter_mut().zip(inputs) {
            for lane in 0..LANES {
                let change = (i32::from(inputs.0[lane]) * i32::from(step) + (1 << 14)) >> 15;
                weights.0[lane] = weights.0[lane].saturating_add(change as i16);
            }
        }
    }
}
