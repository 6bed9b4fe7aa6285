//! Whether symbols are independent and identically distributed: SP 800-90B §5.

mod bins;
mod chi_squared;
mod permutation;
mod statistic;

pub use chi_squared::ChiSquared;
pub use permutation::{Permutations, Ranking};
pub use statistic::Statistic;

use super::min_entropy::{MostCommon, Symbols, tuples::longest_repeat};

/// The longest repeated tuple against what independent symbols would repeat (§5.2.5).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LongestRepeat {
    /// `P_col`, probability that two symbols are equal.
    pub collision: f64,
    /// W, symbols of the longest repeated tuple.
    pub length: usize,
    /// Pr(X ≥ 1): probability that some pair of independent places repeats so much.
    pub p_value: f64,
}

impl LongestRepeat {
    /// Below this p-value symbols are not taken for independent.
    pub const LEAST_P: f64 = 0.001;

    /// Of all symbols; none if they are too many to sort.
    fn of(symbols: &Symbols<'_>) -> Self {
        let samples = symbols.literal();
        let shares = bins::shares(samples, symbols.alphabet());
        let collision: f64 = shares.iter().map(|share| share * share).sum();
        let length = longest_repeat(samples);
        let places = (samples.len() - length + 1) as f64;
        let pairs = places * (places - 1.0) / 2.0;
        // 1 − (1 − P_col^W)^pairs, for tiny P_col^W.
        let none = pairs * (-collision.powi(length as i32)).ln_1p();
        Self { collision, length, p_value: -none.exp_m1() }
    }

    /// Whether independent symbols could have repeated so much.
    pub fn has_passed(&self) -> bool {
        self.p_value >= Self::LEAST_P
    }
}

/// All tests of §5.
#[derive(Clone, Debug, PartialEq)]
pub struct Independence {
    /// H\_original under independence: that of the most common symbol (§6.1), bits a symbol.
    pub most_common: MostCommon,
    /// Of the bits of symbols of more than one.
    pub most_common_bit: Option<MostCommon>,
    /// §5.2.1 or §5.2.3.
    pub independence: ChiSquared,
    /// §5.2.2 or §5.2.4.
    pub goodness_of_fit: ChiSquared,
    /// §5.2.5.
    pub longest_repeat: LongestRepeat,
    /// §5.1.
    pub permutations: Permutations,
}

impl Independence {
    /// Tests `symbols` on all cores, at most `rounds` permutations drawn by `seed`; of the
    /// bitstring the first `bits` bits.
    pub fn of(symbols: &Symbols<'_>, rounds: u32, seed: u64, bits: usize) -> Self {
        let most_common_bit = (!symbols.is_binary()).then(|| MostCommon::of(&symbols.bits(bits)));
        Self {
            most_common: MostCommon::of(symbols.literal()),
            most_common_bit,
            independence: chi_squared::independence(symbols),
            goodness_of_fit: chi_squared::goodness_of_fit(symbols),
            longest_repeat: LongestRepeat::of(symbols),
            permutations: Permutations::of(symbols, rounds, seed),
        }
    }

    /// Whether no test speaks against independent symbols of one distribution.
    pub fn has_passed(&self) -> bool {
        self.independence.has_passed()
            && self.goodness_of_fit.has_passed()
            && self.longest_repeat.has_passed()
            && self.permutations.has_passed()
    }
}
