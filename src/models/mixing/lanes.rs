//! Eight numbers at once.

use std::ops::{Add, AddAssign, Mul};

/// Lanes of one vector.
pub(crate) const LANES: usize = 8;

/// Eight numbers that are added and multiplied lane by lane.
///
/// Every operation is one IEEE 754 operation a lane in the order written, so the result
/// is the same bits with and without vector instructions.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(C, align(32))]
pub(crate) struct Lanes([f32; LANES]);

impl Lanes {
    pub(crate) const ZERO: Self = Self::splat(0.0);

    /// `value` in every lane.
    #[inline(always)]
    pub(crate) const fn splat(value: f32) -> Self {
        Self([value; LANES])
    }

    /// The lanes' sum, by halves: ((0+4)+(2+6)) + ((1+5)+(3+7)).
    #[inline(always)]
    pub(crate) fn sum(self) -> f32 {
        let fours: [f32; 4] = std::array::from_fn(|l| self.0[l] + self.0[l + 4]);
        (fours[0] + fours[2]) + (fours[1] + fours[3])
    }

    /// The low halves of eight pairs of `i16`.
    #[inline(always)]
    pub(crate) fn low_halves(pairs: &[u32; LANES]) -> Self {
        Self(pairs.map(|pair| ((pair << 16) as i32 >> 16) as f32))
    }

    /// The high halves of eight pairs of `i16`.
    #[inline(always)]
    pub(crate) fn high_halves(pairs: &[u32; LANES]) -> Self {
        Self(pairs.map(|pair| (pair as i32 >> 16) as f32))
    }
}

/// Applies `$op` lane by lane.
macro_rules! lanewise {
    ($left:expr, $op:tt, $right:expr) => {{
        let (left, right, mut out) = ($left.0, $right.0, [0.0; LANES]);
        for l in 0..LANES {
            out[l] = left[l] $op right[l];
        }
        Self(out)
    }};
}

impl Add for Lanes {
    type Output = Self;
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        lanewise!(self, +, other)
    }
}

impl AddAssign for Lanes {
    #[inline(always)]
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Mul for Lanes {
    type Output = Self;
    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        lanewise!(self, *, other)
    }
}
