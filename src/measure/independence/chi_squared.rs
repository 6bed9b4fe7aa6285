use super::bins::{Bins, shares};
use crate::measure::{gamma::chi_squared_tail, min_entropy::Symbols};

/// Outcome of a χ² test.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChiSquared {
    /// T, the sum of squared deviations over expectations.
    pub score: f64,
    /// Degrees of freedom; 0 if there were too few samples to test.
    pub freedom: usize,
    /// Probability that independent symbols deviate more.
    pub p_value: f64,
}

impl ChiSquared {
    /// Below this p-value the test has failed.
    pub const LEAST_P: f64 = 0.001;

    fn new(score: f64, freedom: usize) -> Self {
        Self { score, freedom, p_value: chi_squared_tail(score, freedom as f64) }
    }

    /// Whether independent symbols could have deviated so much.
    pub fn has_passed(&self) -> bool {
        self.p_value >= Self::LEAST_P
    }
}

/// Whether neighbours are independent: disjoint pairs of symbols (§5.2.1), or disjoint
/// tuples of up to 11 bits (§5.2.3), against the products of their shares.
pub(super) fn independence(symbols: &Symbols<'_>) -> ChiSquared {
    if symbols.is_binary() { bit_tuples(symbols.literal()) } else { symbol_pairs(symbols) }
}

/// Whether ten parts have the distribution of the whole (§5.2.2, §5.2.4).
pub(super) fn goodness_of_fit(symbols: &Symbols<'_>) -> ChiSquared {
    let samples = symbols.literal();
    let part = samples.len() / PARTS;
    if part == 0 {
        return ChiSquared::new(0.0, 0);
    }
    let expected = shares(samples, symbols.alphabet()).into_iter().map(|p| p * part as f64);
    let expected: Vec<f64> = expected.collect();
    if symbols.is_binary() {
        let parts = samples.chunks_exact(part).take(PARTS);
        let score = parts.map(|part| bit_score(part, &expected)).sum();
        return ChiSquared::new(score, PARTS - 1);
    }
    let bins = Bins::new(&expected);
    let parts = samples.chunks_exact(part).take(PARTS);
    let score = parts.map(|part| bins.score(part.iter().map(|&s| usize::from(s)))).sum();
    ChiSquared::new(score, (PARTS - 1) * (bins.count() - 1))
}

/// Parts that are compared.
const PARTS: usize = 10;
/// Longest tuple of bits.
const LONGEST_TUPLE: usize = 11;
/// Least expectation of the rarest tuple.
const LEAST_EXPECTED: f64 = 5.0;

fn ones(bits: &[u8]) -> u64 {
    bits.iter().map(|&bit| u64::from(bit)).sum()
}

/// Deviation of one part's zeros and ones; bits are not binned, however few are expected.
fn bit_score(part: &[u8], expected: &[f64]) -> f64 {
    let ones = ones(part);
    let observed = [part.len() as u64 - ones, ones];
    let pairs = observed.iter().zip(expected);
    pairs.map(|(&observed, expected)| (observed as f64 - expected).powi(2) / expected).sum()
}

fn symbol_pairs(symbols: &Symbols<'_>) -> ChiSquared {
    let (samples, alphabet) = (symbols.literal(), symbols.alphabet());
    let shares = shares(samples, alphabet);
    let places = (samples.len() / 2) as f64;
    let products = shares.iter().flat_map(|&p| shares.iter().map(move |&q| p * q * places));
    let bins = Bins::new(&products.collect::<Vec<_>>());
    let pairs = samples.chunks_exact(2);
    let numbers = pairs.map(|pair| usize::from(pair[0]) * alphabet + usize::from(pair[1]));
    ChiSquared::new(bins.score(numbers), bins.count().saturating_sub(alphabet))
}

fn bit_tuples(bits: &[u8]) -> ChiSquared {
    let ones = ones(bits) as f64 / bits.len() as f64;
    let zeros = 1.0 - ones;
    let rarest = |length: usize| {
        zeros.min(ones).powi(length as i32) * (bits.len() / length) as f64 >= LEAST_EXPECTED
    };
    let Some(length) = (2..=LONGEST_TUPLE).rev().find(|&length| rarest(length)) else {
        return ChiSquared::new(0.0, 0);
    };
    let mut observed = vec![0_u64; 1 << length];
    for tuple in bits.chunks_exact(length) {
        let number = tuple.iter().fold(0, |number, &bit| number << 1 | usize::from(bit));
        observed[number] += 1;
    }
    let places = (bits.len() / length) as f64;
    let deviation = |(number, &observed): (usize, &u64)| {
        let weight = number.count_ones() as i32;
        let expected = ones.powi(weight) * zeros.powi(length as i32 - weight) * places;
        (observed as f64 - expected).powi(2) / expected
    };
    let score = observed.iter().enumerate().map(deviation).sum();
    ChiSquared::new(score, (1 << length) - 2)
}
