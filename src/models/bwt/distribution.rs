//! One adaptive distribution of 16 symbols.

use super::lanes::Lanes;

/// Symbols.
pub(super) const SYMBOLS: usize = 16;
/// Distributions remember how many symbols they have seen up to this many.
const MOST_SEEN: usize = 15;

/// An adaptive distribution of 16 symbols: cᵢ is P(symbol < i) in units of 2⁻¹⁵.
///
/// ```text
/// cᵢ ← cᵢ + ⌊(tᵢ − cᵢ) · rateₙ⌋      t: the distribution that is certain of the symbol seen
/// ```
///
/// The sums of a table stay sorted, whatever comes: both steps are monotone. c₀ would be 0;
/// in its place stands n, the number of symbols seen, at most 15.
#[derive(Clone, Copy)]
#[repr(align(32))]
pub(super) struct Distribution([[i16; 8]; 2]);

impl Distribution {
    /// All symbols alike, none seen.
    pub(super) const NEW: Self = {
        let (mut sums, mut i) = ([[0; 8]; 2], 1);
        while i < SYMBOLS {
            sums[i / 8][i % 8] = (i << 11) as i16;
            i += 1;
        }
        Self(sums)
    };

    /// The sums, and in lane 0 the symbols seen.
    #[inline(always)]
    pub(super) fn lanes(&self) -> [Lanes; 2] {
        [Lanes::of(&self.0[0]), Lanes::of(&self.0[1])]
    }

    /// Learns `symbol`. `lanes` is what [`lanes`](Self::lanes) gave.
    #[inline(always)]
    pub(super) fn learn(&mut self, lanes: [Lanes; 2], symbol: usize, rates: &Rates) {
        let (target, rate) = (&CERTAIN[symbol % SYMBOLS], &rates.0[self.0[0][0] as usize & 15]);
        for half in 0..2 {
            let rate = Lanes::of(&rate[half]);
            let step = Lanes::of(&target[half]).minus(lanes[half]).high_product(rate);
            self.0[half] = lanes[half].plus(step).to_array();
        }
    }
}

/// How quickly a distribution moves after 0, 1, … symbols: nearly one over the symbols
/// seen, in units of 2⁻¹⁶ and not above ½.
///
/// The rate of lane 0 adds one to the symbols seen, or nothing in the end.
pub(super) struct Rates([[[i16; 8]; 2]; MOST_SEEN + 1]);

impl Rates {
    /// Rates that end at 1/`limit`.
    pub(super) const fn down_to(limit: i32) -> Self {
        let (mut rates, mut seen) = ([[[0; 8]; 2]; MOST_SEEN + 1], 0);
        while seen <= MOST_SEEN {
            let (first, last) = ((1 << 17) / (2 * seen as i32 + 3), (1 << 16) / limit);
            let rate = if seen == MOST_SEEN || first < last { last } else { first };
            let rate = if rate > i16::MAX as i32 { i16::MAX } else { rate as i16 };
            rates[seen] = [[rate; 8]; 2];
            rates[seen][0][0] = if seen < MOST_SEEN { COUNTING } else { 0 };
            seen += 1;
        }
        Self(rates)
    }
}

/// Rate of lane 0: `(2¹⁴ − n) · 5` is between 2¹⁶ and 2¹⁷.
const COUNTING: i16 = 5;
/// Probability that even the most certain distribution leaves each symbol, units of 2⁻¹⁵.
const LEAST: i16 = 2;

/// For each symbol the distribution that is as certain of it as can be, and in lane 0 what
/// the symbols seen move towards.
static CERTAIN: [[[i16; 8]; 2]; SYMBOLS] = {
    let (mut certain, mut symbol) = ([[[0; 8]; 2]; SYMBOLS], 0);
    while symbol < SYMBOLS {
        certain[symbol][0][0] = 1 << 14;
        let mut i = 1;
        while i < SYMBOLS {
            let below = i as i16 * LEAST;
            let above = i16::MAX - (SYMBOLS - 1 - i) as i16 * LEAST;
            certain[symbol][i / 8][i % 8] = if i > symbol { above } else { below };
            i += 1;
        }
        symbol += 1;
    }
    certain
};

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn sums_stay_sorted_and_symbols_are_counted(
            symbols in prop::collection::vec(0usize..SYMBOLS, 0..200),
            limit in 2i32..200,
        ) {
            let (mut distribution, rates) = (Distribution::NEW, Rates::down_to(limit));
            for &symbol in &symbols {
                distribution.learn(distribution.lanes(), symbol, &rates);
            }
            let mut sums = distribution.0.concat();
            prop_assert_eq!(sums[0] as usize, symbols.len().min(MOST_SEEN));
            sums[0] = 0;
            prop_assert!(sums.is_sorted() && sums.iter().all(|&sum| sum >= 0));
        }
    }

    #[test]
    fn shares_become_those_of_the_symbols() {
        let (mut distribution, rates) = (Distribution::NEW, Rates::down_to(100));
        for i in 0..3000 {
            distribution.learn(distribution.lanes(), [3, 9, 9, 15][i % 4], &rates);
        }
        let sums = distribution.0.concat();
        for (i, share) in [(3, 0.0), (4, 0.25), (9, 0.25), (10, 0.75), (15, 0.75)] {
            let sum = f64::from(sums[i]) / f64::from(1 << 15);
            assert!((sum - share).abs() < 0.02, "{i}: {sum}");
        }
    }
}
