//! How much one variable tells of another. Results in bits.

#![expect(clippy::disallowed_methods, reason = "logarithms are what is measured")]

use super::{Spectrum, estimators, sum::accurate_sum};
use crate::sources::SplitMix64;
use std::{collections::HashMap, f64::consts::LN_2, hash::Hash};

/// Counts of pairs (X, Y) and of each alone.
#[derive(Clone, Debug)]
pub struct PairCounts<T> {
    pairs: HashMap<(T, T), u64>,
    first: HashMap<T, u64>,
    second: HashMap<T, u64>,
    total: u64,
}

/// One pair of symbols, how often it was seen, and how strongly it is associated.
#[derive(Clone, Debug, PartialEq)]
pub struct Association<T> {
    /// The pair.
    pub pair: (T, T),
    /// How often it was seen.
    pub count: u64,
    /// Pointwise mutual information log₂ (P(a, b) / (P(a) P(b))), in bits: positive if the
    /// two attract each other; its mean over all pairs is the mutual information.
    pub pmi_bits: f64,
    /// PMI over −log₂ P(a, b), in `-1..=1`: 1 if neither comes without the other.
    /// Source: Bouma, GSCL (2009).
    pub normalized_pmi: f64,
}

impl<T: Clone + Eq + Hash + Ord> PairCounts<T> {
    /// Counts of `pairs`.
    pub fn of(pairs: impl IntoIterator<Item = (T, T)>) -> Self {
        let mut counts = HashMap::new();
        for pair in pairs {
            *counts.entry(pair).or_insert(0) += 1;
        }
        let (mut first, mut second) = (HashMap::new(), HashMap::new());
        for ((a, b), &count) in &counts {
            *first.entry(a.clone()).or_insert(0) += count;
            *second.entry(b.clone()).or_insert(0) += count;
        }
        let total = counts.values().sum();
        Self { pairs: counts, first, second, total }
    }

    /// Number of pairs seen.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// Plug-in mutual information Σ P(a, b) log₂ (P(a, b) / (P(a) P(b))), in bits.
    ///
    /// Biased up, by about the [correction](Self::miller_madow_mutual_information) on
    /// independent samples.
    pub fn mutual_information(&self) -> f64 {
        let (x, y) = self.entropies();
        let joint = estimators::plug_in(&Spectrum::of_counts(self.pairs.values().copied()));
        (x + y - joint).max(0.0)
    }

    /// Plug-in entropies of X and of Y, in bits.
    pub fn entropies(&self) -> (f64, f64) {
        let of = |counts: &HashMap<T, u64>| Spectrum::of_counts(counts.values().copied());
        (estimators::plug_in(&of(&self.first)), estimators::plug_in(&of(&self.second)))
    }

    /// Mutual information with Miller–Madow's correction of all three entropies, in bits:
    /// plug-in − (K₁₂ − K₁ − K₂ + 1) / (2 M ln 2). May be below 0.
    pub fn miller_madow_mutual_information(&self) -> f64 {
        if self.total == 0 {
            return 0.0;
        }
        let [joint, x, y] = [self.pairs.len(), self.first.len(), self.second.len()];
        let excess = joint as f64 - x as f64 - y as f64 + 1.0;
        self.mutual_information() - excess / (2.0 * self.total as f64 * LN_2)
    }

    /// Standard error of [`mutual_information`](Self::mutual_information) on independent
    /// pairs, in bits: √(Var(PMI) / M). Where there is no information it tends to 0, and the
    /// bias is what is left.
    pub fn mutual_information_error(&self) -> f64 {
        let total = self.total as f64;
        if self.total == 0 {
            return 0.0;
        }
        let mean = self.mutual_information();
        let squares = self.pairs.iter().map(|(pair, &count)| {
            let pmi = self.association(pair.clone(), count).pmi_bits;
            count as f64 / total * (pmi - mean).powi(2)
        });
        (accurate_sum(squares) / total).sqrt()
    }

    /// Every pair seen at least `least_count` times, the most strongly attracted first;
    /// ties by the pair.
    pub fn associations(&self, least_count: u64) -> Vec<Association<T>> {
        let mut all: Vec<Association<T>> = self
            .pairs
            .iter()
            .filter(|&(_, &count)| count >= least_count.max(1))
            .map(|(pair, &count)| self.association(pair.clone(), count))
            .collect();
        all.sort_by(|a, b| b.pmi_bits.total_cmp(&a.pmi_bits).then(a.pair.cmp(&b.pair)));
        all
    }

    fn association(&self, pair: (T, T), count: u64) -> Association<T> {
        let (joint, total) = (count as f64, self.total as f64);
        let alone = self.first[&pair.0] as f64 * self.second[&pair.1] as f64;
        let pmi_bits = (joint * total / alone).log2();
        let surprise = (total / joint).log2();
        let normalized_pmi = if surprise > 0.0 { pmi_bits / surprise } else { 1.0 };
        Association { pair, count, pmi_bits, normalized_pmi }
    }
}

/// Plug-in mutual information `I(X[t]; X[t + lag])` of a sequence with itself, in bits: that of
/// the n − `lag` pairs, with their own marginals.
pub fn lagged_mutual_information(bytes: &[u8], lag: usize) -> f64 {
    lagged_pairs(bytes, lag).mutual_information()
}

/// Counts of the pairs `(x[t], x[t + lag])`.
pub fn lagged_pairs(bytes: &[u8], lag: usize) -> PairCounts<u8> {
    let later = bytes.get(lag..).unwrap_or_default();
    let mut table = vec![0_u64; 1 << 16];
    for (&a, &b) in bytes.iter().zip(later) {
        table[usize::from(a) << 8 | usize::from(b)] += 1;
    }
    PairCounts::of_table(&table)
}

impl PairCounts<u8> {
    /// Counts from a table with index `first · 256 + second`.
    fn of_table(table: &[u64]) -> Self {
        let mut counts =
            Self { pairs: HashMap::new(), first: HashMap::new(), second: HashMap::new(), total: 0 };
        for (index, &count) in table.iter().enumerate().filter(|&(_, &count)| count > 0) {
            let (a, b) = ((index >> 8) as u8, index as u8);
            counts.pairs.insert((a, b), count);
            *counts.first.entry(a).or_insert(0) += count;
            *counts.second.entry(b).or_insert(0) += count;
            counts.total += count;
        }
        counts
    }
}

/// Plug-in conditional mutual information I(X; Y | Z) of `samples` (x, y, z), in bits:
/// H(X, Z) + H(Y, Z) − H(X, Y, Z) − H(Z).
pub fn conditional_mutual_information<T: Copy + Eq + Hash>(samples: &[(T, T, T)]) -> f64 {
    fn plug_in_of<K: Eq + Hash>(keys: impl Iterator<Item = K>) -> f64 {
        let mut counts = HashMap::new();
        keys.for_each(|key| *counts.entry(key).or_insert(0) += 1);
        estimators::plug_in(&Spectrum::of_counts(counts.into_values()))
    }
    let xz = plug_in_of(samples.iter().map(|&(x, _, z)| (x, z)));
    let yz = plug_in_of(samples.iter().map(|&(_, y, z)| (y, z)));
    let xyz = plug_in_of(samples.iter());
    let z = plug_in_of(samples.iter().map(|&(_, _, z)| z));
    (xz + yz - xyz - z).max(0.0)
}

/// Plug-in `I(X[t]; X[t + lag] | X[t + lag − 1])`, in bits: what a byte tells of a later one
/// beyond what its neighbour tells. Takes 64 MiB for counts.
pub fn lagged_conditional_mutual_information(bytes: &[u8], lag: usize) -> f64 {
    let (later, nearer) = (bytes.get(lag..), bytes.get(lag.max(1) - 1..));
    let (later, nearer) = (later.unwrap_or_default(), nearer.unwrap_or_default());
    let mut triples = vec![0_u32; 1 << 24];
    for ((&x, &y), &z) in bytes.iter().zip(later).zip(nearer) {
        triples[usize::from(z) << 16 | usize::from(x) << 8 | usize::from(y)] += 1;
    }
    let total = later.len() as f64;
    let given_z = triples.chunks(1 << 16).map(|table| {
        let counts: Vec<u64> = table.iter().map(|&count| u64::from(count)).collect();
        let pairs = PairCounts::of_table(&counts);
        pairs.total() as f64 * pairs.mutual_information()
    });
    if total > 0.0 { accurate_sum(given_z) / total } else { 0.0 }
}

/// The reference against which a byte's [lagged mutual
/// information](lagged_mutual_information) is to be held: the mean over `rounds` random
/// orders of the bytes, and its standard deviation, in bits. `seed` fixes the orders.
pub fn shuffled_mutual_information(bytes: &[u8], rounds: u32, seed: u64) -> (f64, f64) {
    let mut shuffled = bytes.to_vec();
    let mut random = SplitMix64::new(seed);
    let values: Vec<f64> = (0..rounds)
        .map(|_| {
            random.shuffle(&mut shuffled);
            lagged_mutual_information(&shuffled, 1)
        })
        .collect();
    let mean = accurate_sum(values.iter().copied()) / f64::from(rounds.max(1));
    let squares = accurate_sum(values.iter().map(|value| (value - mean).powi(2)));
    (mean, (squares / f64::from(rounds.max(2) - 1)).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::tests::close;
    use proptest::prelude::*;

    #[test]
    fn mutual_information_is_the_mean_pmi() {
        let bytes: Vec<u8> = (0..5000_u32).map(|i| (i * i % 251 % 7) as u8).collect();
        let pairs = lagged_pairs(&bytes, 1);
        let total = pairs.total() as f64;
        let mean: f64 =
            pairs.associations(1).iter().map(|a| a.count as f64 / total * a.pmi_bits).sum();
        close(pairs.mutual_information(), mean, 1e-12);
        assert_eq!(pairs.total(), bytes.len() as u64 - 1);
        assert!(pairs.miller_madow_mutual_information() < pairs.mutual_information());
    }

    #[test]
    fn the_error_of_mutual_information_is_that_seen_over_many_samples() {
        let values: Vec<(f64, f64)> = (0..200)
            .map(|seed| {
                let mut random = SplitMix64::new(seed);
                let pairs = PairCounts::of((0..1000).map(|_| {
                    let (x, is_same) = (random.below(4), random.below(3) > 0);
                    (x, if is_same { x } else { random.below(4) })
                }));
                (pairs.mutual_information(), pairs.mutual_information_error())
            })
            .collect();
        let mean = values.iter().map(|v| v.0).sum::<f64>() / 200.0;
        let spread = (values.iter().map(|v| (v.0 - mean).powi(2)).sum::<f64>() / 199.0).sqrt();
        let stated = values.iter().map(|v| v.1).sum::<f64>() / 200.0;
        close(stated, spread, 0.2 * spread);
    }

    #[test]
    fn inseparable_symbols_have_normalized_pmi_1() {
        let pairs = PairCounts::of([(1, 2), (1, 2), (3, 4), (5, 6)]);
        close(pairs.associations(2)[0].normalized_pmi, 1.0, 1e-15);
        close(PairCounts::of([(1, 1)]).associations(1)[0].normalized_pmi, 1.0, 0.0);
    }

    #[test]
    fn a_bit_that_is_the_sum_of_two_others_is_seen_only_given_one_of_them() {
        let samples = [(0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 0)];
        close(conditional_mutual_information(&samples), 1.0, 1e-12);
        let pairs = PairCounts::of(samples.map(|(x, y, _)| (x, y)));
        close(pairs.mutual_information(), 0.0, 1e-12);
    }

    #[test]
    fn what_a_lag_tells_beyond_its_neighbour_is_that_of_the_triples() {
        let mut random = SplitMix64::new(5);
        let mut bits: Vec<u8> = vec![0, 1];
        for place in 2..4000 {
            let fresh = u8::from(random.below(8) == 0);
            bits.push(bits[place - 1] ^ bits[place - 2] ^ fresh);
        }
        for lag in [2, 3, 5] {
            let triples = (lag..bits.len()).map(|t| (bits[t - lag], bits[t], bits[t - 1]));
            let expected = conditional_mutual_information(&triples.collect::<Vec<_>>());
            close(lagged_conditional_mutual_information(&bits, lag), expected, 1e-9);
        }
        // Given one of the two bits before, the other tells all but the fresh one: H(⅛).
        let told = 1.0 - crate::measure::binary_entropy(0.125);
        close(lagged_conditional_mutual_information(&bits, 2), told, 0.03);
        assert!(lagged_mutual_information(&bits, 2) < 0.01);
        close(lagged_conditional_mutual_information(&bits, 9_999), 0.0, 0.0);
    }

    #[test]
    fn a_shuffle_leaves_only_the_bias() {
        let bytes: Vec<u8> = b"abcd".repeat(1000);
        let (mean, deviation) = shuffled_mutual_information(&bytes, 10, 7);
        close(lagged_mutual_information(&bytes, 1), 2.0, 1e-3);
        // Nine degrees of freedom.
        close(mean, 9.0 / (2.0 * 4000.0 * LN_2), 1e-3);
        assert!(deviation > 0.0 && deviation < 1e-3);
    }

    proptest! {
        #[test]
        fn processing_never_adds_information(pairs in prop::collection::vec((0_u8..6, 0_u8..6), 1..200)) {
            let whole = PairCounts::of(pairs.iter().copied()).mutual_information();
            let halved = PairCounts::of(pairs.iter().map(|&(a, b)| (a, b / 2))).mutual_information();
            let renamed = PairCounts::of(pairs.iter().map(|&(a, b)| (a, 5 - b))).mutual_information();
            prop_assert!(halved <= whole + 1e-12);
            close(renamed, whole, 1e-12);
        }
    }
}
