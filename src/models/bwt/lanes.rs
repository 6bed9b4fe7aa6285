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
        __m128i, _mm_add_epi16, _mm_add_epi32, _mm_adds_epi16, _mm_and_si128, _mm_cvtsi32_si128,
        _mm_cvtsi128_si32, _mm_loadu_si128, _mm_madd_epi16, _mm_max_epi16, _mm_min_epi16,
        _mm_mulhi_epi16, _mm_mulhi_epu16, _mm_packs_epi32, _mm_set_epi64x, _mm_set1_epi16,
        _mm_set1_epi32, _mm_shuffle_epi32, _mm_sll_epi16, _mm_srai_epi16, _mm_storeu_si128,
        _mm_sub_epi16, _mm_sub_epi32, _mm_subs_epu16, _mm_unpackhi_epi32, _mm_unpackhi_epi64,
        _mm_unpacklo_epi16, _mm_unpacklo_epi32, _mm_unpacklo_epi64,
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

        /// Eight numbers.
        #[inline(always)]
        pub(in crate::models::bwt) fn of(numbers: &[i16; 8]) -> Self {
            // SAFETY: every x86-64 has SSE2, and there are sixteen bytes to read.
            Self(unsafe { _mm_loadu_si128(numbers.as_ptr().cast()) })
        }

        /// One number, eight times.
        #[inline(always)]
        pub(in crate::models::bwt) fn splat(number: i16) -> Self {
            // SAFETY: every x86-64 has SSE2.
            Self(unsafe { _mm_set1_epi16(number) })
        }

        /// The eight numbers.
        #[inline(always)]
        pub(in crate::models::bwt) fn to_array(self) -> [i16; 8] {
            let mut numbers = [0; 8];
            // SAFETY: every x86-64 has SSE2, and there are sixteen bytes to write.
            unsafe { _mm_storeu_si128(numbers.as_mut_ptr().cast(), self.0) };
            numbers
        }

        /// Each of the first four numbers, eight times.
        #[inline(always)]
        pub(in crate::models::bwt) fn spread(self) -> [Self; 4] {
            // SAFETY: every x86-64 has SSE2.
            unsafe {
                let pairs = _mm_unpacklo_epi16(self.0, self.0);
                [
                    Self(_mm_shuffle_epi32::<0b00_00_00_00>(pairs)),
                    Self(_mm_shuffle_epi32::<0b01_01_01_01>(pairs)),
                    Self(_mm_shuffle_epi32::<0b10_10_10_10>(pairs)),
                    Self(_mm_shuffle_epi32::<0b11_11_11_11>(pairs)),
                ]
            }
        }

        /// aᵢ + bᵢ, wrapping.
        #[inline(always)]
        pub(in crate::models::bwt) fn plus(self, other: Self) -> Self {
            // SAFETY: every x86-64 has SSE2.
            Self(unsafe { _mm_add_epi16(self.0, other.0) })
        }

        /// aᵢ − bᵢ, wrapping.
        #[inline(always)]
        pub(in crate::models::bwt) fn minus(self, other: Self) -> Self {
            // SAFETY: every x86-64 has SSE2.
            Self(unsafe { _mm_sub_epi16(self.0, other.0) })
        }

        /// aᵢ − bᵢ of numbers without sign, not below 0.
        #[inline(always)]
        pub(in crate::models::bwt) fn less_unsigned(self, other: Self) -> Self {
            // SAFETY: every x86-64 has SSE2.
            Self(unsafe { _mm_subs_epu16(self.0, other.0) })
        }

        /// ⌊aᵢ bᵢ / 2¹⁶⌋.
        #[inline(always)]
        pub(in crate::models::bwt) fn high_product(self, other: Self) -> Self {
            // SAFETY: every x86-64 has SSE2.
            Self(unsafe { _mm_mulhi_epi16(self.0, other.0) })
        }

        /// ⌊aᵢ bᵢ / 2¹⁶⌋ of numbers without sign.
        #[inline(always)]
        pub(in crate::models::bwt) fn high_product_unsigned(self, other: Self) -> Self {
            // SAFETY: every x86-64 has SSE2.
            Self(unsafe { _mm_mulhi_epu16(self.0, other.0) })
        }

        /// aᵢ · 2^`count` modulo 2¹⁶.
        #[inline(always)]
        pub(in crate::models::bwt) fn shifted_left(self, count: u32) -> Self {
            // SAFETY: every x86-64 has SSE2.
            Self(unsafe { _mm_sll_epi16(self.0, _mm_cvtsi32_si128(count as i32)) })
        }

        /// ⌊aᵢ / 2⌋.
        #[inline(always)]
        pub(in crate::models::bwt) fn halved(self) -> Self {
            // SAFETY: every x86-64 has SSE2.
            Self(unsafe { _mm_srai_epi16::<1>(self.0) })
        }

        /// The bits that both have.
        #[inline(always)]
        pub(in crate::models::bwt) fn and(self, other: Self) -> Self {
            // SAFETY: every x86-64 has SSE2.
            Self(unsafe { _mm_and_si128(self.0, other.0) })
        }

        /// The smaller of aᵢ and bᵢ.
        #[inline(always)]
        pub(in crate::models::bwt) fn min(self, other: Self) -> Self {
            // SAFETY: every x86-64 has SSE2.
            Self(unsafe { _mm_min_epi16(self.0, other.0) })
        }

        /// The larger of aᵢ and bᵢ.
        #[inline(always)]
        pub(in crate::models::bwt) fn max(self, other: Self) -> Self {
            // SAFETY: every x86-64 has SSE2.
            Self(unsafe { _mm_max_epi16(self.0, other.0) })
        }

        /// `whole` − Σ aᵢ, saturating, eight times.
        #[inline(always)]
        pub(in crate::models::bwt) fn lacking(self, whole: i32) -> Self {
            // SAFETY: every x86-64 has SSE2.
            unsafe {
                let pairs = _mm_madd_epi16(self.0, _mm_set1_epi16(1));
                let halves = _mm_add_epi32(pairs, _mm_shuffle_epi32::<0b01_00_11_10>(pairs));
                let sum = _mm_add_epi32(halves, _mm_shuffle_epi32::<0b10_11_00_01>(halves));
                let lacking = _mm_sub_epi32(_mm_set1_epi32(whole), sum);
                Self(_mm_packs_epi32(lacking, lacking))
            }
        }

        /// Σ over both vectors' lanes of aᵢ bᵢ for each of four pairs a, saturating: the
        /// first four numbers, and once more.
        #[inline(always)]
        pub(in crate::models::bwt) fn dots(pairs: &[[Self; 2]; 4], other: [Self; 2]) -> Self {
            // SAFETY: every x86-64 has SSE2.
            unsafe {
                let [a, b, c, d] = pairs.map(|[low, high]| {
                    let low = _mm_madd_epi16(low.0, other[0].0);
                    _mm_add_epi32(low, _mm_madd_epi16(high.0, other[1].0))
                });
                let ab = _mm_add_epi32(_mm_unpacklo_epi32(a, b), _mm_unpackhi_epi32(a, b));
                let cd = _mm_add_epi32(_mm_unpacklo_epi32(c, d), _mm_unpackhi_epi32(c, d));
                let sums = _mm_add_epi32(_mm_unpacklo_epi64(ab, cd), _mm_unpackhi_epi64(ab, cd));
                Self(_mm_packs_epi32(sums, sums))
            }
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

        /// Eight numbers.
        pub(in crate::models::bwt) const fn of(numbers: &[i16; 8]) -> Self {
            Self(*numbers)
        }

        /// One number, eight times.
        pub(in crate::models::bwt) const fn splat(number: i16) -> Self {
            Self([number; LANES])
        }

        /// The eight numbers.
        pub(in crate::models::bwt) const fn to_array(self) -> [i16; 8] {
            self.0
        }

        /// Each of the first four numbers, eight times.
        pub(in crate::models::bwt) fn spread(self) -> [Self; 4] {
            std::array::from_fn(|l| Self::splat(self.0[l]))
        }

        /// `of` each pair of numbers.
        fn with(self, other: Self, of: impl Fn(i16, i16) -> i16) -> Self {
            Self(std::array::from_fn(|l| of(self.0[l], other.0[l])))
        }

        /// aᵢ + bᵢ, wrapping.
        pub(in crate::models::bwt) fn plus(self, other: Self) -> Self {
            self.with(other, i16::wrapping_add)
        }

        /// aᵢ − bᵢ, wrapping.
        pub(in crate::models::bwt) fn minus(self, other: Self) -> Self {
            self.with(other, i16::wrapping_sub)
        }

        /// aᵢ − bᵢ of numbers without sign, not below 0.
        pub(in crate::models::bwt) fn less_unsigned(self, other: Self) -> Self {
            self.with(other, |a, b| {
                a.cast_unsigned().saturating_sub(b.cast_unsigned()).cast_signed()
            })
        }

        /// ⌊aᵢ bᵢ / 2¹⁶⌋.
        pub(in crate::models::bwt) fn high_product(self, other: Self) -> Self {
            self.with(other, |a, b| ((i32::from(a) * i32::from(b)) >> 16) as i16)
        }

        /// ⌊aᵢ bᵢ / 2¹⁶⌋ of numbers without sign.
        pub(in crate::models::bwt) fn high_product_unsigned(self, other: Self) -> Self {
            let wide = |number: i16| u32::from(number.cast_unsigned());
            self.with(other, |a, b| ((wide(a) * wide(b)) >> 16) as i16)
        }

        /// aᵢ · 2^`count` modulo 2¹⁶.
        pub(in crate::models::bwt) fn shifted_left(self, count: u32) -> Self {
            Self(self.0.map(|number| number << count))
        }

        /// ⌊aᵢ / 2⌋.
        pub(in crate::models::bwt) fn halved(self) -> Self {
            Self(self.0.map(|number| number >> 1))
        }

        /// The bits that both have.
        pub(in crate::models::bwt) fn and(self, other: Self) -> Self {
            self.with(other, |a, b| a & b)
        }

        /// The smaller of aᵢ and bᵢ.
        pub(in crate::models::bwt) fn min(self, other: Self) -> Self {
            self.with(other, i16::min)
        }

        /// The larger of aᵢ and bᵢ.
        pub(in crate::models::bwt) fn max(self, other: Self) -> Self {
            self.with(other, i16::max)
        }

        /// `whole` − Σ aᵢ, saturating, eight times.
        pub(in crate::models::bwt) fn lacking(self, whole: i32) -> Self {
            let lacking = whole - self.0.iter().map(|&number| i32::from(number)).sum::<i32>();
            Self::splat(lacking.clamp(i16::MIN.into(), i16::MAX.into()) as i16)
        }

        /// Σ over both vectors' lanes of aᵢ bᵢ for each of four pairs a, saturating: the
        /// first four numbers, and once more.
        pub(in crate::models::bwt) fn dots(pairs: &[[Self; 2]; 4], other: [Self; 2]) -> Self {
            let saturated = |sum: i32| sum.clamp(i16::MIN.into(), i16::MAX.into()) as i16;
            Self(std::array::from_fn(|l| {
                let [low, high] = pairs[l % 4];
                saturated(low.dot(other[0]).wrapping_add(high.dot(other[1])))
            }))
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

    /// What each operation on two vectors gives, in `$lanes`.
    macro_rules! results {
        ($lanes:ty, $a:expr, $b:expr, $shift:expr) => {{
            let (a, b) = (<$lanes>::of(&$a), <$lanes>::of(&$b));
            let [first, second, third, fourth] = a.spread();
            let pairs = [[a, b], [b, b], [first, a], [b, fourth]];
            [
                a.plus(b),
                a.minus(b),
                a.less_unsigned(b),
                a.high_product(b),
                a.high_product_unsigned(b),
                a.shifted_left($shift),
                a.halved(),
                a.and(b),
                a.min(b),
                a.max(b),
                a.lacking(100_000),
                <$lanes>::dots(&pairs, [a, second]),
                first,
                second,
                third,
                fourth,
                <$lanes>::splat($a[0]),
            ]
            .map(<$lanes>::to_array)
        }};
    }

    proptest! {
        #[test]
        fn each_operation_gives_the_same_in_registers_and_in_integers(
            a in prop::array::uniform8(any::<i16>()),
            b in prop::array::uniform8(any::<i16>()),
            shift in 0u32..16,
        ) {
            let small = a.map(|number| number >> 8);
            for a in [a, small] {
                let fast = results!(Lanes, a, b, shift);
                prop_assert_eq!(fast, results!(portable::Lanes, a, b, shift));
            }
        }

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
