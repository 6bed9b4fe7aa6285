//! Eight 16-bit numbers at once: SSE2, which every x86-64 has, or plain integers.

#[cfg(target_arch = "x86_64")]
pub(super) use sse2::Lanes;

#[cfg(not(target_arch = "x86_64"))]
pub(super) use portable::Lanes;

/// Numbers of one vector.
#[cfg(any(test, not(target_arch = "x86_64")))]
const LANES: usize = 8;

#[cfg(target_arch = "x86_64")]
#[expect(
    unsafe_code,
    reason = "keeps the mixer in vector registers; the portable twin computes the same integers"
)]
mod sse2 {
    use std::arch::x86_64::{
        __m128i, _mm_add_epi16, _mm_add_epi32, _mm_adds_epi16, _mm_cvtsi128_si32, _mm_madd_epi16,
        _mm_mulhi_epi16, _mm_set_epi64x, _mm_set1_epi16, _mm_shuffle_epi32, _mm_srai_epi16,
    };

    /// Eight `i16` in a register.
    #[derive(Clone, Copy)]
    pub(in crate::models::bwt) struct Lanes(__m128i);

    impl Lanes {
        /// Eight numbers, four to a word, lowest bits first.
        #[inline(always)]
        pub(in crate::models::bwt) fn from_words([low, high]: [u64; 2]) -> Self {
            // SAFETY: every x86-64 has SSE2.
            Self(unsafe { _mm_set_epi64x(high as i64, low as i64) })
        }

        /// Σ aᵢ bᵢ, wrapping.
        #[inline(always)]
        pub(in crate::models::bwt) fn dot(self, other: Self) -> i32 {
            // SAFETY: every x86-64 has SSE2.
            unsafe {
                let pairs = _mm_madd_epi16(self.0, other.0);
                let halves = _mm_add_epi32(pairs, _mm_shuffle_epi32::<0b01_00_11_10>(pairs));
                let sum = _mm_add_epi32(halves, _mm_shuffle_epi32::<0b10_11_00_01>(halves));
                _mm_cvtsi128_si32(sum)
            }
        }

        /// aᵢ + bᵢ · `factor` / 2¹⁷, rounded, saturating.
        #[inline(always)]
        pub(in crate::models::bwt) fn moved(self, other: Self, factor: i16) -> Self {
            // SAFETY: every x86-64 has SSE2.
            unsafe {
                let product = _mm_mulhi_epi16(other.0, _mm_set1_epi16(factor));
                let step = _mm_srai_epi16::<1>(_mm_add_epi16(product, _mm_set1_epi16(1)));
                Self(_mm_adds_epi16(self.0, step))
            }
        }
    }
}

#[cfg(any(test, not(target_arch = "x86_64")))]
mod portable {
    use super::LANES;

    /// Eight `i16`.
    #[derive(Clone, Copy)]
    pub(in crate::models::bwt) struct Lanes([i16; LANES]);

    impl Lanes {
        /// Eight numbers, four to a word, lowest bits first.
        #[inline(always)]
        pub(in crate::models::bwt) fn from_words(words: [u64; 2]) -> Self {
            Self(std::array::from_fn(|l| (words[l / 4] >> (16 * (l % 4))) as i16))
        }

        /// Σ aᵢ bᵢ, wrapping.
        #[inline(always)]
        pub(in crate::models::bwt) fn dot(self, other: Self) -> i32 {
            let products = self.0.iter().zip(other.0).map(|(&a, b)| i32::from(a) * i32::from(b));
            products.fold(0, i32::wrapping_add)
        }

        /// aᵢ + bᵢ · `factor` / 2¹⁷, rounded, saturating.
        #[inline(always)]
        pub(in crate::models::bwt) fn moved(self, other: Self, factor: i16) -> Self {
            Self(std::array::from_fn(|l| {
                let product = (i32::from(other.0[l]) * i32::from(factor)) >> 16;
                self.0[l].saturating_add(((product + 1) >> 1) as i16)
            }))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn registers_and_integers_give_the_same(
            a in prop::array::uniform2(any::<u64>()),
            b in prop::array::uniform2(any::<u64>()),
            factor in any::<i16>(),
        ) {
            // A dot product with each unit vector reads one lane.
            let units = (0..LANES).map(|l| {
                let mut words = [0; 2];
                words[l / 4] = 1 << (16 * (l % 4));
                words
            });
            let (fast, plain) = (Lanes::from_words, portable::Lanes::from_words);
            prop_assert_eq!(fast(a).dot(fast(b)), plain(a).dot(plain(b)));
            let (fast_moved, plain_moved) =
                (fast(a).moved(fast(b), factor), plain(a).moved(plain(b), factor));
            for unit in units {
                prop_assert_eq!(fast_moved.dot(fast(unit)), plain_moved.dot(plain(unit)));
            }
        }
    }
}
