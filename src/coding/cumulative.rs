/// How likely each of 16 symbols is, as a sum: entry s is P(symbol < s) in units of 2⁻¹⁶.
///
/// Invariant: the entries rise strictly from 0, so that no symbol is impossible and none
/// certain.
#[derive(Clone, Copy, Debug)]
pub struct Cumulative {
    /// The last one stands for 2¹⁶.
    bounds: [u16; Self::SYMBOLS + 1],
}

impl Cumulative {
    /// Symbols: `0..16`.
    pub const SYMBOLS: usize = 16;

    /// The distribution in which symbol s starts at `bounds[s]`, if they rise from 0.
    pub fn new(bounds: [u16; Self::SYMBOLS]) -> Option<Self> {
        let rises = bounds[0] == 0 && bounds.is_sorted_by(|a, b| a < b);
        rises.then(|| Self::from_rising(bounds))
    }

    /// The same for one who knows that they rise from 0.
    #[inline(always)]
    pub(crate) fn from_rising(bounds: [u16; Self::SYMBOLS]) -> Self {
        debug_assert!(bounds[0] == 0 && bounds.is_sorted_by(|a, b| a < b), "{bounds:?}");
        let mut whole = [0; Self::SYMBOLS + 1];
        whole[..Self::SYMBOLS].copy_from_slice(&bounds);
        Self { bounds: whole }
    }

    /// Start and width of the part of the unit interval that `symbol` owns, in units of
    /// 2⁻¹⁶.
    #[inline(always)]
    pub fn part_of(&self, symbol: usize) -> (u16, u16) {
        let start = self.bounds[symbol % Self::SYMBOLS];
        (start, self.bounds[symbol % Self::SYMBOLS + 1].wrapping_sub(start))
    }

    /// The symbol whose part holds `quantile`.
    #[inline(always)]
    pub fn symbol_at(&self, quantile: u16) -> usize {
        last_at_most(&self.bounds, quantile)
    }
}

#[cfg(target_arch = "x86_64")]
use sse2::last_at_most;

#[cfg(not(target_arch = "x86_64"))]
use portable::last_at_most;

#[cfg(target_arch = "x86_64")]
#[expect(
    unsafe_code,
    reason = "finds a symbol without leaving vector registers; the portable twin does the same"
)]
mod sse2 {
    use std::arch::x86_64::{
        _mm_cmpeq_epi16, _mm_loadu_si128, _mm_movemask_epi8, _mm_packs_epi16, _mm_set1_epi16,
        _mm_setzero_si128, _mm_subs_epu16,
    };

    /// Place of the last of the first 16 rising `bounds`, which begin with 0, that is not
    /// above `quantile`.
    #[inline(always)]
    pub(super) fn last_at_most(bounds: &[u16; 17], quantile: u16) -> usize {
        // SAFETY: every x86-64 has SSE2, and there are twice sixteen bytes to read.
        let at_most = unsafe {
            let quantile = _mm_set1_epi16(quantile.cast_signed());
            let is_at_most =
                |half| _mm_cmpeq_epi16(_mm_subs_epu16(half, quantile), _mm_setzero_si128());
            let low = _mm_loadu_si128(bounds.as_ptr().cast());
            let high = _mm_loadu_si128(bounds[8..].as_ptr().cast());
            _mm_movemask_epi8(_mm_packs_epi16(is_at_most(low), is_at_most(high)))
        };
        (at_most as u32 | 1).ilog2() as usize
    }
}

#[cfg(any(test, not(target_arch = "x86_64")))]
mod portable {
    /// Place of the last of the first 16 rising `bounds`, which begin with 0, that is not
    /// above `quantile`.
    pub(super) fn last_at_most(bounds: &[u16; 17], quantile: u16) -> usize {
        bounds[..16].iter().filter(|&&bound| bound <= quantile).count().max(1) - 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn registers_and_integers_find_the_same_symbol(
            mut bounds in prop::array::uniform16(any::<u16>()),
            quantile in any::<u16>(),
            shift in 0u32..12,
        ) {
            bounds[0] = 0;
            bounds = bounds.map(|bound| bound >> shift);
            bounds.sort_unstable();
            for quantile in bounds.into_iter().chain([quantile >> shift]) {
                let whole: [u16; 17] = std::array::from_fn(|i| *bounds.get(i).unwrap_or(&0));
                let found = last_at_most(&whole, quantile);
                prop_assert_eq!(found, portable::last_at_most(&whole, quantile));
            }
        }
    }

    #[test]
    fn parts_fill_the_unit_interval_and_hold_their_quantiles() {
        let bounds = std::array::from_fn(|s| (s * s * 290) as u16);
        let cumulative = Cumulative::new(bounds).expect("they rise");
        let mut end = 0;
        for symbol in 0..Cumulative::SYMBOLS {
            let (start, width) = cumulative.part_of(symbol);
            assert_eq!(u32::from(start), end);
            end += u32::from(width);
            let last = (end - 1) as u16;
            assert_eq!([start, last].map(|at| cumulative.symbol_at(at)), [symbol; 2]);
        }
        assert_eq!(end, 1 << 16);
    }

    #[test]
    fn impossible_symbols_are_refused() {
        let even: [u16; 16] = std::array::from_fn(|s| (s << 12) as u16);
        assert!(Cumulative::new(even).is_some());
        for (place, bound) in [(0, 1), (7, 6 << 12), (15, 3)] {
            let mut bounds = even;
            bounds[place] = bound;
            assert!(Cumulative::new(bounds).is_none(), "{place}");
        }
    }
}
