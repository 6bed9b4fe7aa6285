//! Probabilities from counts, some of which are zero: what a class costs that was never
//! seen.

use super::sum::accurate_sum;
use special::Gamma;
use std::f64::consts::LN_2;

/// Probabilities (nᵢ + α)/(N + Kα) of K classes from their `counts`.
///
/// `alpha` = 0 gives relative frequencies (maximum likelihood), ½ Krichevsky and
/// Trofimov's estimate, 1 Laplace's. Uniform where nothing was counted.
/// Source: Krichevsky & Trofimov, IEEE Transactions on Information Theory 27 (1981).
pub fn add_constant(counts: &[u64], alpha: f64) -> Vec<f64> {
    let classes = counts.len() as f64;
    let total = counts.iter().sum::<u64>() as f64 + classes * alpha;
    if total <= 0.0 {
        return vec![1.0 / classes; counts.len()];
    }
    counts.iter().map(|&count| (count as f64 + alpha) / total).collect()
}

/// Probabilities by Witten and Bell: of N samples T were the first of their class, so the
/// next is one of a new class with T/(N + T), equally likely each of those not seen; a
/// class that was seen has nᵢ/(N + T).
///
/// It is the escape of PPM, method C. Relative frequencies where every class was seen,
/// uniform where none was.
/// Source: Witten & Bell, IEEE Transactions on Information Theory 37 (1991).
pub fn witten_bell(counts: &[u64]) -> Vec<f64> {
    let unseen = counts.iter().filter(|&&count| count == 0).count();
    if unseen == 0 || unseen == counts.len() {
        return add_constant(counts, 0.0);
    }
    let seen = (counts.len() - unseen) as f64;
    let total = counts.iter().sum::<u64>() as f64 + seen;
    let new = seen / (unseen as f64 * total);
    counts.iter().map(|&count| if count == 0 { new } else { count as f64 / total }).collect()
}

/// Code length of any sequence with these `counts` for a coder that begins without knowing
/// them and predicts by [`add_constant`] with `alpha` > 0 as it goes, in bits:
///
/// ```text
/// log₂ Γ(N + Kα)/Γ(Kα) − Σ log₂ Γ(nᵢ + α)/Γ(α)
/// ```
///
/// Learning is paid for: with α = ½ about ((K − 1)/2) log₂ N bits more than N times the
/// entropy of the counts, which no other way of learning can beat for all sources.
pub fn learnt_code_length(counts: &[u64], alpha: f64) -> f64 {
    let rising = |count: f64, from: f64| Gamma::ln_gamma(from + count).0 - Gamma::ln_gamma(from).0;
    let samples = counts.iter().sum::<u64>() as f64;
    let own = accurate_sum(counts.iter().map(|&count| rising(count as f64, alpha)));
    ((rising(samples, counts.len() as f64 * alpha) - own) / LN_2).max(0.0)
}

/// `q` with nothing below `floor`, not scaled again: what programs compute that add a small
/// number inside a logarithm. An infinite cross-entropy becomes finite, and as large as the
/// floor makes it: each tenth of the floor adds 3.32 bits times what P allows there.
pub fn floored(q: &[f64], floor: f64) -> Vec<f64> {
    q.iter().map(|&q| q.max(floor)).collect()
}

#[cfg(test)]
#[expect(clippy::float_cmp, clippy::disallowed_methods, reason = "exact where it says exact")]
mod tests {
    use super::*;
    use crate::measure::{cross_entropy, entropy, kl_divergence, tests::close};
    use proptest::prelude::*;

    #[test]
    fn the_textbooks_estimates_of_three_classes_come_out() {
        let counts = [3, 1, 0];
        assert_eq!(add_constant(&counts, 0.0), [0.75, 0.25, 0.0]);
        for (p, sevenths) in add_constant(&counts, 1.0).into_iter().zip([4.0, 2.0, 1.0]) {
            close(p, sevenths / 7.0, 1e-15);
        }
        for (p, elevenths) in add_constant(&counts, 0.5).into_iter().zip([7.0, 3.0, 1.0]) {
            close(p, elevenths / 11.0, 1e-15);
        }
        assert_eq!(witten_bell(&counts), [0.5, 1.0 / 6.0, 1.0 / 3.0]);
        assert_eq!(witten_bell(&[1, 3]), [0.25, 0.75]);
        assert_eq!(witten_bell(&[0, 0]), [0.5, 0.5]);
        assert_eq!(add_constant(&[0, 0], 0.0), [0.5, 0.5]);
    }

    #[test]
    fn learning_a_coin_costs_what_counting_on_the_way_costs() {
        // Laplace: any sequence of n zeros and m ones has n! m! / (n + m + 1)!.
        close(learnt_code_length(&[3, 1], 1.0), 20_f64.log2(), 1e-12);
        // Krichevsky and Trofimov: three zeros have 1/2 · 3/4 · 5/6.
        close(learnt_code_length(&[3, 0], 0.5), (16.0_f64 / 5.0).log2(), 1e-12);
        assert_eq!(learnt_code_length(&[0, 0], 0.5), 0.0);
        // About ½ log₂ N + ½ log₂ π/2 above the entropy.
        let (zeros, ones) = (900_000, 100_000);
        let least = 1e6 * entropy(&add_constant(&[zeros, ones], 0.0));
        let learning = learnt_code_length(&[zeros, ones], 0.5) - least;
        close(learning, 0.5 * (1e6 * std::f64::consts::FRAC_PI_2).log2(), 1e-3);
    }

    #[test]
    fn a_floor_hides_an_infinity_and_decides_what_is_seen_instead() {
        let (p, q) = ([0.5, 0.5], [1.0, 0.0]);
        assert_eq!(kl_divergence(&p, &q), f64::INFINITY);
        let at = |floor: f64| kl_divergence(&p, &floored(&q, floor));
        close(at(1e-12), -1.0 - 0.5 * 1e-12_f64.log2(), 1e-9);
        close(at(1e-13) - at(1e-12), 0.5 * 10_f64.log2(), 1e-9);
    }

    proptest! {
        #[test]
        fn estimates_are_distributions_and_fit_their_sample_worse_than_its_frequencies(
            counts in prop::collection::vec(0..50_u64, 2..9)
        ) {
            let frequencies = add_constant(&counts, 0.0);
            for q in [add_constant(&counts, 0.5), add_constant(&counts, 1.0), witten_bell(&counts)] {
                close(q.iter().sum::<f64>(), 1.0, 1e-12);
                prop_assert!(q.iter().all(|&q| q > 0.0) || q == frequencies);
                let cost = cross_entropy(&frequencies, &q);
                prop_assert!(cost >= entropy(&frequencies) - 1e-12);
            }
        }
    }
}
