use super::{Z, entropy_of, search::bisect};
use crate::measure::sum::accurate_sum;

/// §6.3.4: Maurer's universal test; how far back each block of six bits last occurred.
///
/// Bits only. The mean log₂ distance of a source whose likeliest block has probability p,
/// the others sharing the rest, falls with p; the p of the lower end of the mean's
/// interval is the estimate, p = 2⁻⁶ if none explains so large a mean.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Compression {
    /// X̄, bits.
    pub mean: f64,
    /// σ̂ = 0.5907 · s of the distances, bits; ∞ for one block.
    pub deviation: f64,
    /// X̄′, the lower end of the mean's 99 % interval, bits.
    pub lower: f64,
    /// p of the likeliest block, `2⁻⁶..=1`.
    pub p: f64,
}

/// Bits a block, b.
const BLOCK_BITS: usize = 6;
/// Different blocks, 2ᵇ.
const BLOCKS: usize = 1 << BLOCK_BITS;
/// Blocks that only fill the dictionary, d.
const DICTIONARY: usize = 1000;
/// Corrects the deviation for the dependence of distances, c(b).
const CORRECTION: f64 = 0.5907;

impl Compression {
    /// Bits that are needed.
    pub const LEAST_BITS: usize = (DICTIONARY + 1) * BLOCK_BITS;

    /// Of bits, one a byte; none if they are too few.
    pub fn of(bits: &[u8]) -> Option<Self> {
        let count = bits.len() / BLOCK_BITS;
        if count <= DICTIONARY {
            return None;
        }
        let logarithms = logarithms(count);
        let distances = distances(bits);
        let seen = (count - DICTIONARY) as f64;
        let mean = accurate_sum(distances.iter().map(|&d| logarithms[d as usize])) / seen;
        let square = |&d: &u32| logarithms[d as usize] * logarithms[d as usize];
        let squares = accurate_sum(distances.iter().map(square));
        let deviation = CORRECTION * (squares / (seen - 1.0) - mean * mean).sqrt();
        let lower = mean - Z * deviation / seen.sqrt();
        let least = 1.0 / BLOCKS as f64;
        let expected = |p: f64| {
            let others = (BLOCKS - 1) as f64;
            let rest = (1.0 - p) / others;
            mean_distance(p, &logarithms) + others * mean_distance(rest, &logarithms)
        };
        let is_explained = expected(least) > lower;
        let p = if is_explained { bisect(expected, lower, least) } else { None };
        Some(Self { mean, deviation, lower, p: p.unwrap_or(least).max(least) })
    }

    /// −log₂ p / 6, in bits a bit.
    pub fn min_entropy(&self) -> f64 {
        entropy_of(self.p) / BLOCK_BITS as f64
    }
}

/// log₂ of `0..=last`, that of 0 standing in for none.
#[expect(clippy::disallowed_methods, reason = "logarithms are what is measured")]
fn logarithms(last: usize) -> Vec<f64> {
    (0..=last).map(|i| (i.max(1) as f64).log2()).collect()
}

/// For each block after the dictionary, blocks since its like, or since the start.
fn distances(bits: &[u8]) -> Vec<u32> {
    let mut latest = [0_u32; BLOCKS];
    let blocks = bits.chunks_exact(BLOCK_BITS);
    let values = blocks.map(|block| block.iter().fold(0, |value, bit| value << 1 | bit));
    let step = |(number, value): (u32, u8)| {
        number - std::mem::replace(&mut latest[usize::from(value)], number)
    };
    let all = (1..).zip(values).map(step);
    all.skip(DICTIONARY).collect()
}

/// G(z): what a block of probability `z` adds to the expected mean, in bits.
///
/// ```text
/// G(z) = 1/v Σₜ₌d₊₁ⁿ Σᵤ₌₁ᵗ log₂ u · F(z, t, u);  F = z² (1−z)ᵘ⁻¹ for u < t, z (1−z)ᵗ⁻¹ for u = t
/// ```
///
/// The double sum collapses: with aᵢ = log₂ i · (1 − z)ⁱ⁻¹, each aᵢ counts once for every
/// later t. (1 − z)ⁱ is carried in two doubles: rounded at each of a million steps it
/// would lose four digits.
fn mean_distance(z: f64, logarithms: &[f64]) -> f64 {
    let blocks = logarithms.len() - 1;
    let mut power = Power::of_complement(z);
    let mut early = Sum::default();
    for logarithm in &logarithms[2..=DICTIONARY] {
        early.add(logarithm * power.next());
    }
    let (mut all, mut weighted) = (early, Sum::default());
    for (i, logarithm) in (DICTIONARY + 1..=blocks).zip(&logarithms[DICTIONARY + 1..]) {
        let term = logarithm * power.next();
        all.add(term);
        weighted.add((blocks - i) as f64 * term);
        // What is left falls from here on, far below the last digit.
        if term * (blocks as f64) < f64::EPSILON.powi(2) * weighted.total {
            break;
        }
    }
    let seen = (blocks - DICTIONARY) as f64;
    weighted.add(seen * early.total);
    z * (z * weighted.total + (all.total - early.total)) / seen
}

/// A compensated sum of positive terms (Kahan).
#[derive(Clone, Copy, Default)]
struct Sum {
    total: f64,
    lost: f64,
}

impl Sum {
    #[inline]
    fn add(&mut self, term: f64) {
        let term = term - self.lost;
        let total = self.total + term;
        self.lost = (total - self.total) - term;
        self.total = total;
    }
}

/// Successive powers of a base in `0..=1`, to about 100 bits each.
struct Power {
    base: (f64, f64),
    value: (f64, f64),
}

impl Power {
    /// Powers of 1 − `z`.
    fn of_complement(z: f64) -> Self {
        let high = 1.0 - z;
        Self { base: (high, (1.0 - high) - z), value: (1.0, 0.0) }
    }

    /// The next power, from the first on.
    #[inline]
    fn next(&mut self) -> f64 {
        let ((a, a_low), (b, b_low)) = (self.value, self.base);
        let (high, low) = product(a, b);
        let low = low + (a * b_low + a_low * b);
        self.value = (high + low, low - ((high + low) - high));
        self.value.0
    }
}

/// a · b as the nearest double and the rest (Dekker, Numerische Mathematik 18, 1971).
#[inline]
fn product(a: f64, b: f64) -> (f64, f64) {
    /// Splits a double into two halves of 26 bits.
    const SPLITTER: f64 = (1_u32 << 27) as f64 + 1.0;
    let split = |x: f64| {
        let high = SPLITTER * x - (SPLITTER * x - x);
        (high, x - high)
    };
    let ((a_high, a_low), (b_high, b_low)) = (split(a), split(b));
    let high = a * b;
    let low = ((a_high * b_high - high) + a_high * b_low + a_low * b_high) + a_low * b_low;
    (high, low)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::tests::close;

    /// The standard's double sum as it stands.
    fn double_sum(z: f64, blocks: usize) -> f64 {
        let f = |t: usize, u: usize| match u {
            u if u < t => z * z * (1.0 - z).powi(u as i32 - 1),
            _ => z * (1.0 - z).powi(t as i32 - 1),
        };
        let inner = |t: usize| (1..=t).map(|u| (u as f64).log2() * f(t, u)).sum::<f64>();
        (DICTIONARY + 1..=blocks).map(inner).sum::<f64>() / (blocks - DICTIONARY) as f64
    }

    #[test]
    fn the_collapsed_sum_is_the_double_sum() {
        for z in [1.0 / 64.0, 0.3, 0.0005, 0.99] {
            let expected = double_sum(z, 1500);
            close(mean_distance(z, &logarithms(1500)), expected, 1e-12 * expected);
        }
    }

    #[test]
    fn powers_keep_their_digits() {
        let mut power = Power::of_complement(1e-6);
        let last = (0..1_000_000).map(|_| power.next()).last().unwrap();
        close(last, (1e6 * (-1e-6_f64).ln_1p()).exp(), 1e-16);
    }

    #[test]
    fn too_few_bits_are_not_judged() {
        assert_eq!(Compression::of(&[0; Compression::LEAST_BITS - 1]), None);
        assert!(Compression::of(&[0; Compression::LEAST_BITS]).is_some());
    }
}
