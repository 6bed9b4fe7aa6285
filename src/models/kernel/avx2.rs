//! 256-bit vectors of x86-64 processors since 2013.
#![expect(unsafe_code, reason = "vector instructions, called where their presence is proven")]

use super::{Choice, Kernel, LANES, Vector, wide_words::WideWords};
use crate::{
    coding::{BitDecoder, BitSink},
    models::{
        frozen::{self, Walk},
        memory::{slots::Eight, table::Windows},
        predictor::{self, Predictor, Tree},
    },
};
use std::arch::x86_64::{
    __m256i, _mm_add_epi32, _mm_cvtsi128_si32, _mm_shuffle_epi32, _mm256_add_epi32,
    _mm256_adds_epi16, _mm256_and_si256, _mm256_blendv_epi8, _mm256_castsi256_ps,
    _mm256_castsi256_si128, _mm256_cmpeq_epi8, _mm256_cmpeq_epi32, _mm256_extracti128_si256,
    _mm256_hadd_epi32, _mm256_i32gather_epi32, _mm256_load_si256, _mm256_loadu_si256,
    _mm256_madd_epi16, _mm256_maddubs_epi16, _mm256_mask_i32gather_epi32, _mm256_min_epu32,
    _mm256_movemask_ps, _mm256_mulhrs_epi16, _mm256_permute2x128_si256, _mm256_set1_epi16,
    _mm256_set1_epi32, _mm256_setr_epi32, _mm256_setzero_si256, _mm256_shuffle_epi8,
    _mm256_slli_epi32, _mm256_srli_epi32, _mm256_store_si256, _mm256_storeu_si256,
    _mm256_sub_epi32,
};

/// The kernel for processors with AVX2.
///
/// Invariant: a value exists only where AVX2, BMI1, BMI2 and LZCNT were detected.
#[derive(Clone, Copy)]
pub(crate) struct Avx2(());

impl Avx2 {
    /// The kernel, if this processor can run it.
    pub(crate) fn detect() -> Option<Self> {
        #[cfg(test)]
        if super::plain::is_asked_for() {
            return None;
        }
        let present = std::arch::is_x86_feature_detected!("avx2")
            && std::arch::is_x86_feature_detected!("bmi1")
            && std::arch::is_x86_feature_detected!("bmi2")
            && std::arch::is_x86_feature_detected!("lzcnt")
            && std::arch::is_x86_feature_detected!("popcnt");
        present.then_some(Self(()))
    }
}

#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
fn encode_wide<P: Predictor>(predictor: &mut P, bytes: &[u8], sink: &mut dyn BitSink) {
    predictor::encode(predictor, bytes, sink);
}

#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
fn decode_wide<P: Predictor>(
    predictor: &mut P,
    source: &mut BitDecoder,
    count: usize,
    bytes: &mut Vec<u8>,
) {
    predictor::decode(predictor, source, count, bytes);
}

#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
fn read_wide<W: Walk>(walk: &mut W, bytes: &[u8], first: Option<&Tree>, sink: &mut dyn BitSink) {
    frozen::read(walk, bytes, first, sink);
}

impl Kernel for Avx2 {
    type Words = WideWords;

    #[inline(always)]
    fn words(self, words: [u32; 8]) -> WideWords {
        WideWords::new(self, words)
    }

    #[inline(always)]
    fn neighbours(self, cells: &[u16], places: &[u32; 8]) -> [[i32; 8]; 2] {
        let mut found = [[0; 8]; 2];
        if let Some(last) = cells.len().checked_sub(2) {
            // A place of 32 bits would be taken for one before the start.
            let last = last.min(i32::MAX as usize) as i32;
            // SAFETY: `self` proves AVX2; only places up to the last but one are looked at, two
            // cells each; the arrays are 32 bytes, stored unaligned.
            unsafe {
                let (places, last) = (load_words(places), _mm256_set1_epi32(last));
                let is_within = _mm256_cmpeq_epi32(_mm256_min_epu32(places, last), places);
                let (nothing, cells) = (_mm256_setzero_si256(), cells.as_ptr().cast());
                let both = _mm256_mask_i32gather_epi32::<2>(nothing, cells, places, is_within);
                let first = _mm256_and_si256(both, _mm256_set1_epi32(0xFFFF));
                let behind = _mm256_srli_epi32::<16>(both);
                _mm256_storeu_si256(found[0].as_mut_ptr().cast(), first);
                _mm256_storeu_si256(found[1].as_mut_ptr().cast(), behind);
            }
        }
        found
    }

    fn encode<P: Predictor>(self, predictor: &mut P, bytes: &[u8], sink: &mut dyn BitSink) {
        // SAFETY: `self` proves the features.
        unsafe { encode_wide(predictor, bytes, sink) }
    }

    fn decode<P: Predictor>(
        self,
        predictor: &mut P,
        source: &mut BitDecoder,
        count: usize,
        bytes: &mut Vec<u8>,
    ) {
        // SAFETY: `self` proves the features.
        unsafe { decode_wide(predictor, source, count, bytes) }
    }

    fn read<W: Walk>(
        self,
        walk: &mut W,
        bytes: &[u8],
        first: Option<&Tree>,
        sink: &mut dyn BitSink,
    ) {
        // SAFETY: `self` proves the features.
        unsafe { read_wide(walk, bytes, first, sink) }
    }

    #[inline(always)]
    fn pack(self, words: [u32; LANES / 2]) -> Vector {
        let w = words.map(u32::cast_signed);
        let mut vector = Vector([0; LANES]);
        // SAFETY: `self` proves AVX2; a `Vector` is 32 bytes, aligned to 32.
        unsafe {
            // Registers are filled word by word: words written to memory one by one could
            // not be read back as a vector without waiting for all of them.
            let packed = _mm256_setr_epi32(w[0], w[1], w[2], w[3], w[4], w[5], w[6], w[7]);
            _mm256_store_si256(std::ptr::from_mut(&mut vector).cast(), packed);
        }
        vector
    }

    #[inline(always)]
    fn dot<const G: usize, const S: usize>(
        self,
        rows: [&[Vector; G]; S],
        inputs: &[Vector; G],
    ) -> i32 {
        // SAFETY: `self` proves AVX2; a `Vector` is 32 bytes long and aligned.
        unsafe {
            let mut sums = _mm256_setzero_si256();
            for g in 0..G {
                let x = load(&inputs[g]);
                for row in rows {
                    sums = _mm256_add_epi32(sums, _mm256_madd_epi16(load(&row[g]), x));
                }
            }
            sum(sums)
        }
    }

    #[inline(always)]
    fn find_slots<const G: usize>(
        self,
        eight: Eight<'_>,
        index: usize,
        windows: &mut Windows<'_, G>,
    ) -> u32 {
        let lines = windows.lines();
        // SAFETY: `self` proves AVX2; arrays of eight words are loaded and stored unaligned. A
        // line's index is masked, so that its first four bytes are within the view: 8 · 8
        // bytes times less than 2²⁶ lines stay below 2³¹ where the index is taken. A place is
        // in a line, 48 bytes behind its start at most, or `nothing`.
        unsafe {
            let mask = _mm256_set1_epi32(lines.line_mask().cast_signed());
            let indices = _mm256_and_si256(load_words(eight.lines), mask);
            let indices = _mm256_slli_epi32::<3>(indices);
            let stored = _mm256_i32gather_epi32::<8>(lines.start().cast(), indices);
            // The check byte of each address in all four places.
            let spread = _mm256_setr_epi32(
                0x0101_0101,
                0x0505_0505,
                0x0909_0909,
                0x0D0D_0D0D,
                0x0101_0101,
                0x0505_0505,
                0x0909_0909,
                0x0D0D_0D0D,
            );
            let checks = _mm256_shuffle_epi8(load_words(eight.checks), spread);
            let equal = _mm256_cmpeq_epi8(stored, checks);
            // The lowest bit of the first equal byte, then where its slot is in the line.
            let zero = _mm256_setzero_si256();
            let first = _mm256_and_si256(equal, _mm256_sub_epi32(zero, equal));
            let starts = _mm256_set1_epi32(i32::from_le_bytes([3, 18, 33, 48]));
            let start =
                _mm256_madd_epi16(_mm256_maddubs_epi16(first, starts), _mm256_set1_epi16(1));
            let place = _mm256_add_epi32(_mm256_slli_epi32::<3>(indices), start);
            let missing = _mm256_cmpeq_epi32(first, zero);
            let nothing = _mm256_set1_epi32((lines.nothing() as u32).cast_signed());
            let place = _mm256_blendv_epi8(place, nothing, missing);
            _mm256_storeu_si256(windows.eight_mut(index).as_mut_ptr().cast(), place);
            let missing = _mm256_movemask_ps(_mm256_castsi256_ps(missing));
            !missing.cast_unsigned() & 0xFF
        }
    }

    #[inline(always)]
    fn dot_byte<const G: usize, const S: usize, const R: usize>(
        self,
        sets: [&[[Vector; G]; R]; S],
        choice: &Choice<G, S, R>,
        inputs: &[[Vector; G]; 8],
    ) -> [i32; 8] {
        // SAFETY: as in `dot`; by the invariant of `choice` each row is one of its set.
        unsafe {
            let mut sums = [_mm256_setzero_si256(); 8];
            for ((place, sum), inputs) in sums.iter_mut().enumerate().zip(inputs) {
                for (set, offsets) in sets.iter().zip(&choice.offsets) {
                    let row = std::ptr::from_ref(*set).byte_add(offsets[place] as usize);
                    let row = row.cast::<__m256i>();
                    for (g, inputs) in inputs.iter().enumerate() {
                        let weights = _mm256_load_si256(row.add(g));
                        *sum = _mm256_add_epi32(*sum, _mm256_madd_epi16(weights, load(inputs)));
                    }
                }
            }
            sum_each(sums)
        }
    }

    #[inline(always)]
    fn dots<const G: usize, const S: usize>(
        self,
        rows: [&[Vector; G]; S],
        inputs: &[Vector; G],
    ) -> [i32; S] {
        // SAFETY: as in `dot`.
        unsafe {
            let mut sums = [_mm256_setzero_si256(); S];
            for g in 0..G {
                let x = load(&inputs[g]);
                for s in 0..S {
                    sums[s] = _mm256_add_epi32(sums[s], _mm256_madd_epi16(load(&rows[s][g]), x));
                }
            }
            sums.map(|lanes| sum(lanes))
        }
    }

    #[inline(always)]
    fn train<const G: usize>(self, weights: &mut [Vector; G], inputs: &[Vector; G], step: i16) {
        // SAFETY: as in `dot`.
        unsafe {
            let step = _mm256_set1_epi16(step);
            for g in 0..G {
                let change = _mm256_mulhrs_epi16(load(&inputs[g]), step);
                let moved = _mm256_adds_epi16(load(&weights[g]), change);
                _mm256_store_si256(std::ptr::from_mut(&mut weights[g]).cast(), moved);
            }
        }
    }
}

/// The sum of eight lanes, modulo 2³².
///
/// # Safety
/// The processor has AVX2.
#[inline(always)]
unsafe fn sum(lanes: __m256i) -> i32 {
    // SAFETY: the caller vouches for AVX2.
    unsafe {
        let halves =
            _mm_add_epi32(_mm256_castsi256_si128(lanes), _mm256_extracti128_si256::<1>(lanes));
        let pairs = _mm_add_epi32(halves, _mm_shuffle_epi32::<0b01_00_11_10>(halves));
        let sum = _mm_add_epi32(pairs, _mm_shuffle_epi32::<0b10_11_00_01>(pairs));
        _mm_cvtsi128_si32(sum)
    }
}

/// Eight `words` as lanes.
///
/// # Safety
/// The processor has AVX.
#[inline(always)]
unsafe fn load_words(words: &[u32; 8]) -> __m256i {
    // SAFETY: eight words are 32 bytes, loaded unaligned; the caller vouches for AVX.
    unsafe { _mm256_loadu_si256(words.as_ptr().cast()) }
}

/// The sum of the eight lanes of each of `vectors`, modulo 2³².
///
/// # Safety
/// The processor has AVX2.
#[inline(always)]
unsafe fn sum_each(vectors: [__m256i; 8]) -> [i32; 8] {
    // SAFETY: the caller vouches for AVX2; the array is 32 bytes, stored unaligned.
    unsafe {
        // Sums of neighbours, halves of vectors apart, until a lane is a quarter's sum.
        let [v0, v1, v2, v3, v4, v5, v6, v7] = vectors;
        let first = _mm256_hadd_epi32(_mm256_hadd_epi32(v0, v1), _mm256_hadd_epi32(v2, v3));
        let last = _mm256_hadd_epi32(_mm256_hadd_epi32(v4, v5), _mm256_hadd_epi32(v6, v7));
        let low = _mm256_permute2x128_si256::<0x20>(first, last);
        let high = _mm256_permute2x128_si256::<0x31>(first, last);
        let mut sums = [0; 8];
        _mm256_storeu_si256(sums.as_mut_ptr().cast(), _mm256_add_epi32(low, high));
        sums
    }
}

/// The lanes of `vector`.
///
/// # Safety
/// The processor has AVX.
#[inline(always)]
unsafe fn load(vector: &Vector) -> __m256i {
    // SAFETY: a `Vector` is 32 bytes, aligned to 32; the caller vouches for AVX.
    unsafe { _mm256_load_si256(std::ptr::from_ref(vector).cast()) }
}
