//! Eight words in a vector of AVX2.
#![expect(unsafe_code, reason = "vector instructions, called where their presence is proven")]

use super::{Avx2, EightWords, Words};
use std::{
    arch::x86_64::{
        __m256i, _mm_cvtsi32_si128, _mm256_add_epi32, _mm256_and_si256, _mm256_cmpeq_epi32,
        _mm256_loadu_si256, _mm256_mullo_epi32, _mm256_or_si256, _mm256_set1_epi32,
        _mm256_setzero_si256, _mm256_sll_epi32, _mm256_srli_epi32, _mm256_srlv_epi32,
        _mm256_storeu_si256, _mm256_xor_si256,
    },
    ops::{Add, BitAnd, BitOr, BitXor, Shl},
};

/// Eight words in a vector.
///
/// Invariant: a value exists only where there is one of [`Avx2`].
#[derive(Clone, Copy)]
pub(crate) struct WideWords(__m256i);

impl WideWords {
    #[inline(always)]
    pub(super) fn new(_: Avx2, words: [u32; 8]) -> Self {
        // SAFETY: eight words are 32 bytes, loaded unaligned; the kernel proves AVX2.
        Self(unsafe { _mm256_loadu_si256(words.as_ptr().cast()) })
    }
}

impl From<WideWords> for [u32; 8] {
    #[inline(always)]
    fn from(words: WideWords) -> Self {
        let mut array = [0; 8];
        // SAFETY: eight words are 32 bytes, stored unaligned; `words` proves AVX2.
        unsafe { _mm256_storeu_si256(array.as_mut_ptr().cast(), words.0) };
        array
    }
}

/// Defines an operator by an instruction.
macro_rules! operator {
    ($operator:ident, $method:ident, $instruction:ident) => {
        impl $operator for WideWords {
            type Output = Self;

            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                // SAFETY: `self` proves AVX2.
                Self(unsafe { $instruction(self.0, other.0) })
            }
        }
    };
}
operator!(Add, add, _mm256_add_epi32);
operator!(BitAnd, bitand, _mm256_and_si256);
operator!(BitOr, bitor, _mm256_or_si256);
operator!(BitXor, bitxor, _mm256_xor_si256);

impl Shl<u32> for WideWords {
    type Output = Self;

    #[inline(always)]
    fn shl(self, by: u32) -> Self {
        // SAFETY: `self` proves AVX2.
        Self(unsafe { _mm256_sll_epi32(self.0, _mm_cvtsi32_si128(by.cast_signed())) })
    }
}

impl Words for WideWords {
    #[inline(always)]
    fn times(self, factor: u32) -> Self {
        // SAFETY: `self` proves AVX2.
        Self(unsafe { _mm256_mullo_epi32(self.0, _mm256_set1_epi32(factor.cast_signed())) })
    }

    #[inline(always)]
    fn half(self) -> Self {
        // SAFETY: `self` proves AVX2.
        Self(unsafe { _mm256_srli_epi32::<1>(self.0) })
    }
}

impl EightWords for WideWords {
    #[inline(always)]
    fn shifted(self, by: [u32; 8]) -> Self {
        // SAFETY: `self` proves AVX2.
        unsafe { Self(_mm256_srlv_epi32(self.0, _mm256_loadu_si256(by.as_ptr().cast()))) }
    }

    #[inline(always)]
    fn where_zero(self) -> Self {
        // SAFETY: `self` proves AVX2.
        Self(unsafe { _mm256_cmpeq_epi32(self.0, _mm256_setzero_si256()) })
    }
}
