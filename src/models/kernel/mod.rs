//! The only place where the machine's vector instructions show.
//!
//! A [`Kernel`] runs the per-bit loops and the mixer's two vector operations. Each kernel
//! computes the same integers; they differ in speed alone. Holding a kernel value proves
//! that the processor has what it needs.

#[cfg(target_arch = "x86_64")]
mod avx2;
mod portable;
#[cfg(target_arch = "x86_64")]
mod wide_words;
mod words;

#[cfg(target_arch = "x86_64")]
pub(crate) use avx2::Avx2;
pub(crate) use portable::Portable;
pub(crate) use words::{EightWords, Words};

use super::{
    frozen::Walk,
    memory::{slots::Eight, table::Windows},
    predictor::{Predictor, Tree},
};
use crate::coding::{BitDecoder, BitSink};

/// Inputs in one vector.
pub(crate) const LANES: usize = 16;

/// Sixteen inputs or weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C, align(32))]
pub(crate) struct Vector(pub(crate) [i16; LANES]);

#[expect(unsafe_code, reason = "the derive would have to say the same")]
// SAFETY: 32 bytes aligned to 32 leave no padding; every bit pattern is sixteen integers.
unsafe impl bytemuck::Zeroable for Vector {}
#[expect(unsafe_code, reason = "the derive would have to say the same")]
// SAFETY: as above, and the type is `Copy`, `'static` and `repr(C)`.
unsafe impl bytemuck::Pod for Vector {}

/// A row of `G` vectors out of `R`, for each of `S` sets and each bit of a byte.
#[derive(Clone, Copy)]
pub(crate) struct Choice<const G: usize, const S: usize, const R: usize> {
    /// Where the rows are in their sets, bytes. Invariant: the offset of one of `R` rows.
    offsets: [[u32; 8]; S],
}

impl<const G: usize, const S: usize, const R: usize> Choice<G, S, R> {
    const ROW_BYTES: u32 = size_of::<[Vector; G]>() as u32;

    /// The first row of each set.
    pub(crate) const FIRST: Self = Self { offsets: [[0; 8]; S] };

    /// The rows number `rows`, modulo `R`, a power of two, computed by `kernel`.
    #[inline(always)]
    pub(crate) fn of<K: Kernel>(kernel: K, rows: [K::Words; S]) -> Self {
        const { assert!(R.is_power_of_two() && R <= 1 << 16) };
        let (last, mut offsets) = (kernel.same(R as u32 - 1), [[0; 8]; S]);
        for (offsets, rows) in offsets.iter_mut().zip(rows) {
            *offsets = (rows & last).times(Self::ROW_BYTES).into();
        }
        Self { offsets }
    }

    /// The row of set `s` at `place`.
    #[inline(always)]
    fn row<'a>(&self, set: &'a [[Vector; G]; R], s: usize, place: usize) -> &'a [Vector; G] {
        &set[(self.offsets[s][place] / Self::ROW_BYTES) as usize]
    }
}

/// One way to run the per-bit work.
pub(crate) trait Kernel: Copy + Send + 'static {
    /// Eight words that it computes with at once.
    type Words: EightWords;

    /// `words`, to be computed with.
    fn words(self, words: [u32; 8]) -> Self::Words;

    /// Eight times `word`, to be computed with.
    #[inline(always)]
    fn same(self, word: u32) -> Self::Words {
        self.words([word; 8])
    }

    /// Those of `cells` at `places`, and those behind them; 0 twice where there is none behind.
    fn neighbours(self, cells: &[u16], places: &[u32; 8]) -> [[i32; 8]; 2];

    /// Codes `bytes` with `predictor`'s probabilities into `sink`.
    fn encode<P: Predictor>(self, predictor: &mut P, bytes: &[u8], sink: &mut dyn BitSink);

    /// The mirror of `encode`: decodes `count` bytes to the end of `bytes`.
    fn decode<P: Predictor>(
        self,
        predictor: &mut P,
        source: &mut BitDecoder,
        count: usize,
        bytes: &mut Vec<u8>,
    );

    /// Prices `bytes`, known beforehand, into `sink`, of which the `first` predictions may be
    /// known too; learns nothing.
    fn read<W: Walk>(
        self,
        walk: &mut W,
        bytes: &[u8],
        first: Option<&Tree>,
        sink: &mut dyn BitSink,
    );

    /// The halves of eight words, the low half of the first word first.
    fn pack(self, words: [u32; LANES / 2]) -> Vector;

    /// Σ weights · inputs over all rows, modulo 2³².
    fn dot<const G: usize, const S: usize>(
        self,
        rows: [&[Vector; G]; S],
        inputs: &[Vector; G],
    ) -> i32;

    /// As [`find_each`](super::memory::slots::find_each).
    fn find_slots<const G: usize>(
        self,
        eight: Eight<'_>,
        index: usize,
        windows: &mut Windows<'_, G>,
    ) -> u32;

    /// Σ weights · inputs, modulo 2³², of each bit of a byte, over those rows of `sets` that
    /// `choice` has for it.
    fn dot_byte<const G: usize, const S: usize, const R: usize>(
        self,
        sets: [&[[Vector; G]; R]; S],
        choice: &Choice<G, S, R>,
        inputs: &[[Vector; G]; 8],
    ) -> [i32; 8];

    /// Σ weights · inputs of each row, modulo 2³².
    fn dots<const G: usize, const S: usize>(
        self,
        rows: [&[Vector; G]; S],
        inputs: &[Vector; G],
    ) -> [i32; S];

    /// Adds (`step` · input + 2¹⁴) >> 15 to each weight, saturated. `step` > −2¹⁵.
    fn train<const G: usize>(self, weights: &mut [Vector; G], inputs: &[Vector; G], step: i16);
}

/// Lets a test see what a processor without vector instructions would do.
#[cfg(all(test, target_arch = "x86_64"))]
mod plain {
    use std::cell::Cell;

    thread_local!(static IS_ASKED_FOR: Cell<bool> = const { Cell::new(false) });

    pub(super) fn is_asked_for() -> bool {
        IS_ASKED_FOR.get()
    }

    /// What `run` gives when this thread detects no vector instructions.
    pub(super) fn only<T>(run: impl FnOnce() -> T) -> T {
        IS_ASKED_FOR.set(true);
        let outcome = run();
        IS_ASKED_FOR.set(false);
        outcome
    }
}

#[cfg(all(test, target_arch = "x86_64"))]
mod tests {
    use super::*;
    use crate::{
        coding::BitEncoder,
        models::{Level, Model, ModelSpec, Trainer, memory::table::LineTable},
    };
    use proptest::prelude::*;

    fn code(spec: &ModelSpec, bytes: &[u8]) -> Vec<u8> {
        let mut encoder = BitEncoder::new();
        Model::new(spec).encode(bytes, &mut encoder);
        encoder.finish()
    }

    #[test]
    fn every_level_gives_the_same_code_without_vector_instructions() {
        let mut bytes: Vec<u8> = (0..9000_u32).map(|i| (i * i % 251 + i / 97) as u8).collect();
        bytes.extend(b"one word after the other, <and a=\"mark\">up</and>\n".repeat(60));
        bytes.extend((0..1500_i32).flat_map(|i| (i * i / 300 - 1700).to_le_bytes()));
        for number in 1..=9 {
            let spec = Level::new(number).unwrap().spec().fitted(bytes.len() as u64);
            let plain = plain::only(|| code(&spec, &bytes));
            assert!(code(&spec, &bytes) == plain, "level {number}");
        }
    }

    #[test]
    fn every_level_prices_known_bytes_the_same_without_vector_instructions() {
        let bytes = b"one word after the other, <and a=\"mark\">up</and>\n\0\x01".repeat(40);
        for number in 3..=9 {
            let price = || {
                let spec = Level::new(number).unwrap().spec().fitted(2000);
                let mut trainer = Trainer::new(&spec).unwrap();
                trainer.learn(&bytes[..1500]);
                trainer.finish("").freeze().bits(&bytes[1400..]).to_bits()
            };
            assert_eq!(price(), plain::only(price), "level {number}");
        }
    }

    proptest! {
        #[test]
        fn the_wide_kernel_finds_the_portable_kernels_slots(
            checks in prop::array::uniform16(0..6_u8),
            lines in prop::array::uniform8(0..40_u32),
            wanted in prop::array::uniform8(0..6_u32),
        ) {
            let Some(wide) = Avx2::detect() else { return Ok(()) };
            let mut table = LineTable::new(2);
            for (line, checks) in (0..).zip(checks.chunks(4)) {
                table.line_mut(line)[..4].copy_from_slice(checks);
            }
            let checks = wanted.map(|check| check << 8 | 0x4D);
            let eight = Eight { lines: &lines, checks: &checks };
            let [mut left, mut right] = [(); 2].map(|()| Windows::<1>::of(table.view()));
            let present = wide.find_slots(eight, 1, &mut left);
            prop_assert_eq!(present, Portable.find_slots(eight, 1, &mut right));
            for window in 0..16 {
                prop_assert_eq!(left.get::<16>(window).as_ptr(), right.get::<16>(window).as_ptr());
            }
        }

        #[test]
        fn the_wide_kernel_computes_with_eight_words_as_the_portable_one_does(
            left in prop::array::uniform8(prop_oneof![Just(0), 0..9_u32, any::<u32>()]),
            right in prop::array::uniform8(any::<u32>()),
            by in prop::array::uniform8(0..32_u32),
            cells in prop::collection::vec(any::<u16>(), 0..7),
        ) {
            fn all<K: Kernel>(kernel: K, left: [u32; 8], right: [u32; 8], by: [u32; 8]) -> [[u32; 8]; 9] {
                let (a, b) = (kernel.words(left), kernel.words(right));
                let sums = [a + b, a & b, a | b, a ^ b, a << 11, a.times(right[0])];
                let [s0, s1, s2, s3, s4, s5] = sums;
                [s0, s1, s2, s3, s4, s5, b.half(), b.shifted(by), a.where_zero()].map(Into::into)
            }
            let Some(wide) = Avx2::detect() else { return Ok(()) };
            prop_assert_eq!(all(wide, left, right, by), all(Portable, left, right, by));
            let there = wide.neighbours(&cells, &left);
            prop_assert_eq!(there, Portable.neighbours(&cells, &left));
        }

        #[test]
        fn the_wide_kernel_finds_the_portable_kernels_integers(
            lanes in prop::array::uniform32(any::<i16>()),
            more in prop::array::uniform32(any::<i16>()),
            step in -32767..=32767_i16,
        ) {
            let Some(wide) = Avx2::detect() else { return Ok(()) };
            let vectors = |lanes: [i16; 32]| -> [Vector; 2] {
                std::array::from_fn(|v| Vector(std::array::from_fn(|l| lanes[LANES * v + l])))
            };
            let (weights, inputs) = (vectors(lanes), vectors(more));
            let rows = [&weights, &inputs, &weights];
            let words: [u32; 8] = std::array::from_fn(|w| step as u32 ^ lanes[w] as u32 ^ (more[w] as u32) << 16);
            prop_assert_eq!(wide.pack(words), Portable.pack(words));
            prop_assert_eq!(wide.dots(rows, &inputs), Portable.dots(rows, &inputs));
            prop_assert_eq!(wide.dot(rows, &inputs), Portable.dot(rows, &inputs));
            let bits = [inputs, weights, inputs, inputs, weights, inputs, weights, weights];
            let rows = [words, words.map(|word| word >> 9)];
            let choice = Choice::of(Portable, rows.map(|rows| Portable.words(rows)));
            let sets = [&bits, &[weights; 8]];
            prop_assert_eq!(wide.dot_byte(sets, &choice, &bits), Portable.dot_byte(sets, &choice, &bits));
            let (mut left, mut right) = (weights, weights);
            wide.train(&mut left, &inputs, step);
            Portable.train(&mut right, &inputs, step);
            prop_assert_eq!(left, right);
        }
    }
}
