/// P(next bit = 1) in units of 2⁻¹⁶.
///
/// Invariant: `1 <= p <= 65535`. Neither bit is ever impossible, so every bit has a
/// finite cost and the coder's interval never becomes empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Probability(u16);

impl Probability {
    /// Fraction bits: probabilities are multiples of 2⁻¹⁶.
    pub const BITS: usize = 16;
    /// P(1) = ½.
    pub const HALF: Self = Self(1 << 15);

    /// Probability nearest to `p · 2⁻¹⁶` inside the open interval (0, 1).
    #[inline]
    pub const fn from_u16_clamped(p: i32) -> Self {
        Self(if p < 1 {
            1
        } else if p > 65535 {
            65535
        } else {
            p as u16
        })
    }

    /// The probability `p` · 2⁻¹⁶ of one who knows that `1 <= p <= 65535`.
    #[inline]
    pub(crate) const fn from_inside(p: i32) -> Self {
        debug_assert!(1 <= p && p <= 65535);
        Self(p as u16)
    }

    /// P(1) in units of 2⁻¹⁶, in `1..=65535`.
    #[inline]
    pub const fn to_u16(self) -> u16 {
        self.0
    }

    /// P(`bit`) in units of 2⁻¹⁶, in `1..=65535`.
    #[inline]
    pub const fn of(self, bit: bool) -> u16 {
        if bit { self.0 } else { self.0.wrapping_neg() }
    }
}

#[cfg(test)]
mod tests {
    use super::Probability;

    #[test]
    fn both_bits_share_the_whole_interval() {
        for p in [i32::MIN, 0, 1, 77, 32768, 65535, 65536, i32::MAX] {
            let p = Probability::from_u16_clamped(p);
            assert_eq!(u32::from(p.of(true)) + u32::from(p.of(false)), 1 << Probability::BITS);
        }
    }
}
