//! Words computed with one by one or eight at once, by the same formula.

use std::ops::{Add, BitAnd, BitOr, BitXor, Shl};

/// A word or several, each computed with by itself.
pub(crate) trait Words:
    Copy
    + Add<Output = Self>
    + BitAnd<Output = Self>
    + BitOr<Output = Self>
    + BitXor<Output = Self>
    + Shl<u32, Output = Self>
{
    /// The product with `factor`, modulo 2³².
    fn times(self, factor: u32) -> Self;

    /// The half of it, rounded down.
    fn half(self) -> Self;
}

/// Eight words.
pub(crate) trait EightWords: Words + Into<[u32; 8]> {
    /// Each shifted right by its place in `by`, `0..32`.
    fn shifted(self, by: [u32; 8]) -> Self;

    /// All bits set in words that are 0, none in the others.
    fn where_zero(self) -> Self;
}

impl Words for u32 {
    #[inline(always)]
    fn times(self, factor: u32) -> Self {
        self.wrapping_mul(factor)
    }

    #[inline(always)]
    fn half(self) -> Self {
        self >> 1
    }
}

/// Eight words of a machine without vector instructions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PlainWords(pub(super) [u32; 8]);

impl PlainWords {
    #[inline(always)]
    fn with(self, other: Self, f: impl Fn(u32, u32) -> u32) -> Self {
        Self(std::array::from_fn(|i| f(self.0[i], other.0[i])))
    }
}

impl From<PlainWords> for [u32; 8] {
    #[inline(always)]
    fn from(words: PlainWords) -> Self {
        words.0
    }
}

impl Add for PlainWords {
    type Output = Self;

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        self.with(other, u32::wrapping_add)
    }
}

impl BitAnd for PlainWords {
    type Output = Self;

    #[inline(always)]
    fn bitand(self, other: Self) -> Self {
        self.with(other, |a, b| a & b)
    }
}

impl BitOr for PlainWords {
    type Output = Self;

    #[inline(always)]
    fn bitor(self, other: Self) -> Self {
        self.with(other, |a, b| a | b)
    }
}

impl BitXor for PlainWords {
    type Output = Self;

    #[inline(always)]
    fn bitxor(self, other: Self) -> Self {
        self.with(other, |a, b| a ^ b)
    }
}

impl Shl<u32> for PlainWords {
    type Output = Self;

    #[inline(always)]
    fn shl(self, by: u32) -> Self {
        Self(self.0.map(|word| word << by))
    }
}

impl Words for PlainWords {
    #[inline(always)]
    fn times(self, factor: u32) -> Self {
        Self(self.0.map(|word| word.wrapping_mul(factor)))
    }

    #[inline(always)]
    fn half(self) -> Self {
        Self(self.0.map(|word| word >> 1))
    }
}

impl EightWords for PlainWords {
    #[inline(always)]
    fn shifted(self, by: [u32; 8]) -> Self {
        self.with(Self(by), |word, by| word >> by)
    }

    #[inline(always)]
    fn where_zero(self) -> Self {
        Self(self.0.map(|word| if word == 0 { u32::MAX } else { 0 }))
    }
}
