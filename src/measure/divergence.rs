//! How far one distribution is from another. P and Q are probabilities of the same
//! classes in the same order; results in bits unless they are pure numbers.

#![expect(clippy::disallowed_methods, reason = "logarithms are what is measured")]

use super::sum::accurate_sum;
use std::f64::consts::LN_2;

/// Cross-entropy H(P, Q) = −Σ p log₂ q, in bits: what outcomes of P cost in a code made
/// for Q. H(P, Q) = H(P) + KL(P‖Q); ∞ if Q gives 0 to an outcome that P allows.
pub fn cross_entropy(p: &[f64], q: &[f64]) -> f64 {
    accurate_sum(possible(p, q).map(|(p, q)| -p * q.log2()))
}

/// Kullback–Leibler divergence KL(P‖Q) = Σ p log₂ (p/q), in bits: the extra cost of a code
/// made for Q. At least 0, and 0 only if P = Q; not symmetric; ∞ if
/// [some outcome](impossible_outcome) of P is impossible under Q.
/// Source: Kullback & Leibler, Annals of Mathematical Statistics 22 (1951).
pub fn kl_divergence(p: &[f64], q: &[f64]) -> f64 {
    accurate_sum(possible(p, q).map(|(p, q)| p * (p / q).log2())).max(0.0)
}

/// The first class that P allows and Q does not: the reason for an infinite
/// [`kl_divergence`] or [`cross_entropy`].
pub fn impossible_outcome(p: &[f64], q: &[f64]) -> Option<usize> {
    p.iter().zip(q).position(|(&p, &q)| p > 0.0 && q <= 0.0)
}

/// Jensen–Shannon divergence ½ KL(P‖M) + ½ KL(Q‖M) with M = ½ (P + Q), in bits, `0..=1`.
///
/// Symmetric, finite always, and its square root is a metric. It is also the entropy of
/// the mixture less the mean of the entropies.
/// Source: Lin, IEEE Transactions on Information Theory 37 (1991).
pub fn jensen_shannon(p: &[f64], q: &[f64]) -> f64 {
    let middle: Vec<f64> = p.iter().zip(q).map(|(&p, &q)| f64::midpoint(p, q)).collect();
    f64::midpoint(kl_divergence(p, &middle), kl_divergence(q, &middle)).min(1.0)
}

/// Total variation ½ Σ |p − q|, `0..=1`: the largest difference of any event's probability.
pub fn total_variation(p: &[f64], q: &[f64]) -> f64 {
    accurate_sum(p.iter().zip(q).map(|(p, q)| (p - q).abs())) / 2.0
}

/// Pinsker's bound of the [`total_variation`] by the divergence `kl_bits` in bits:
/// √(KL ln 2 / 2).
pub fn pinsker_bound(kl_bits: f64) -> f64 {
    (kl_bits * LN_2 / 2.0).sqrt()
}

/// Bhattacharyya coefficient Σ √(p q), `0..=1`: 1 for equal, 0 for disjoint ones.
pub fn bhattacharyya_coefficient(p: &[f64], q: &[f64]) -> f64 {
    accurate_sum(p.iter().zip(q).map(|(p, q)| (p * q).sqrt()))
}

/// Hellinger distance √(1 − Σ √(p q)), `0..=1`.
pub fn hellinger(p: &[f64], q: &[f64]) -> f64 {
    // ½ Σ (√p − √q)² keeps the digits that 1 − Σ √(p q) loses when P is near Q.
    let squares = p.iter().zip(q).map(|(p, q)| (p.sqrt() - q.sqrt()).powi(2));
    (accurate_sum(squares) / 2.0).sqrt().min(1.0)
}

/// χ² divergence Σ (p − q)² / q, a pure number of at least 0; ∞ if Q forbids what P allows.
/// KL(P‖Q) ≤ log₂ (1 + χ²).
pub fn chi_squared(p: &[f64], q: &[f64]) -> f64 {
    let terms = p.iter().zip(q).filter(|(p, q)| **p > 0.0 || **q > 0.0);
    accurate_sum(terms.map(|(p, q)| (p - q).powi(2) / q))
}

/// Rényi divergence of order `alpha` ≥ 0, in bits: log₂ Σ p^α q^(1−α) / (α − 1).
///
/// Grows with `alpha`; within 10⁻⁶ of 1 it is KL(P‖Q), at ∞ log₂ max p/q.
/// Source: van Erven & Harremoës, IEEE Transactions on Information Theory 60 (2014).
pub fn renyi_divergence(p: &[f64], q: &[f64], alpha: f64) -> f64 {
    if (alpha - 1.0).abs() < 1e-6 {
        return kl_divergence(p, q);
    }
    if alpha.is_infinite() {
        return possible(p, q).map(|(p, q)| (p / q).log2()).fold(0.0, f64::max);
    }
    let overlap = accurate_sum(possible(p, q).map(|(p, q)| p.powf(alpha) * q.powf(1.0 - alpha)));
    (overlap.log2() / (alpha - 1.0)).max(0.0)
}

/// Wasserstein-1 (earth mover's) distance of distributions over equally spaced points one
/// unit apart, in that unit: Σ |P(≤ i) − Q(≤ i)|.
pub fn wasserstein_1(p: &[f64], q: &[f64]) -> f64 {
    let mut carried = 0.0;
    accurate_sum(p.iter().zip(q).map(|(p, q)| {
        carried += p - q;
        carried.abs()
    }))
}

/// Wasserstein-1 distance of two samples of numbers, in their unit: the area between their
/// empirical distribution functions. 0 if either is empty.
pub fn wasserstein_1_of_samples(x: &[f64], y: &[f64]) -> f64 {
    let sorted = |values: &[f64]| {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        sorted
    };
    let (x, y) = (sorted(x), sorted(y));
    let all = sorted(&[&x[..], &y].concat());
    let share = |values: &[f64], edge: f64| {
        values.partition_point(|&value| value <= edge) as f64 / values.len() as f64
    };
    if x.is_empty() || y.is_empty() {
        return 0.0;
    }
    accurate_sum(
        all.windows(2).map(|gap| (share(&x, gap[0]) - share(&y, gap[0])).abs() * (gap[1] - gap[0])),
    )
}

/// Pairs of probabilities of the outcomes that P allows.
fn possible<'a>(p: &'a [f64], q: &'a [f64]) -> impl Iterator<Item = (f64, f64)> + 'a {
    p.iter().copied().zip(q.iter().copied()).filter(|&(p, _)| p > 0.0)
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "exact where it says exact")]
mod tests {
    use super::*;
    use crate::measure::{
        entropy, surprise,
        tests::{close, distribution},
    };
    use proptest::prelude::*;

    fn in_nats(bits: f64) -> f64 {
        bits * LN_2
    }

    #[test]
    fn the_textbooks_divergences_come_out() {
        let (fair, leaning, biased) = ([0.5, 0.5], [0.6, 0.4], [0.9, 0.1]);
        close(in_nats(kl_divergence(&fair, &leaning)), 0.0204, 5e-5);
        close(in_nats(cross_entropy(&fair, &leaning)), 0.7136, 5e-5);
        close(in_nats(kl_divergence(&fair, &biased)), 0.5108, 5e-5);
        close(kl_divergence(&fair, &biased), 0.7370, 5e-5);
        close(in_nats(kl_divergence(&biased, &fair)), 0.3681, 5e-5);
        close(kl_divergence(&biased, &fair), 0.5310, 5e-5);
    }

    #[test]
    fn a_good_and_a_bad_code_for_the_same_source_come_out() {
        let p = [0.4, 0.3, 0.2, 0.1];
        let (good, bad) = ([0.35, 0.30, 0.20, 0.15], [0.1, 0.1, 0.1, 0.7]);
        close(in_nats(entropy(&p)), 1.2799, 5e-5);
        close(in_nats(cross_entropy(&p, &good)), 1.2927, 5e-5);
        close(in_nats(kl_divergence(&p, &good)), 0.01287, 5e-6);
        close(in_nats(kl_divergence(&good, &p)), 0.01408, 5e-6);
        close(in_nats(cross_entropy(&p, &bad)), 2.1080, 5e-5);
        close(in_nats(kl_divergence(&p, &bad)), 0.8281, 5e-5);
        close(in_nats(kl_divergence(&bad, &p)), 1.0443, 5e-5);
        close(in_nats(jensen_shannon(&p, &bad)), 0.2094, 5e-5);
        close(total_variation(&p, &bad), 0.6, 1e-15);
        close(pinsker_bound(kl_divergence(&p, &bad)), 0.6435, 5e-5);
    }

    #[test]
    fn an_impossible_outcome_costs_infinitely_much_and_is_named() {
        let (p, q) = ([0.5, 0.5, 0.0], [1.0, 0.0, 0.0]);
        assert_eq!(kl_divergence(&p, &q), f64::INFINITY);
        assert_eq!(cross_entropy(&p, &q), f64::INFINITY);
        assert_eq!(chi_squared(&p, &q), f64::INFINITY);
        assert_eq!(impossible_outcome(&p, &q), Some(1));
        assert_eq!(impossible_outcome(&q, &p), None);
        assert_eq!(kl_divergence(&q, &p), 1.0);
    }

    #[test]
    fn renyi_divergences_have_their_closed_forms() {
        let (p, q) = ([0.4, 0.3, 0.2, 0.1], [0.1, 0.1, 0.1, 0.7]);
        close(renyi_divergence(&p, &q, 2.0), (1.0 + chi_squared(&p, &q)).log2(), 1e-12);
        let half = -2.0 * bhattacharyya_coefficient(&p, &q).log2();
        close(renyi_divergence(&p, &q, 0.5), half, 1e-12);
        assert_eq!(renyi_divergence(&p, &q, f64::INFINITY), 2.0);
    }

    #[test]
    fn the_likeliest_model_of_a_sample_is_the_one_of_least_forward_divergence() {
        let sample = [0, 0, 1, 0, 2, 1, 0, 0];
        let frequencies = [5.0 / 8.0, 2.0 / 8.0, 1.0 / 8.0];
        let models = [frequencies, [0.5, 0.3, 0.2], [0.6, 0.3, 0.1], [0.7, 0.2, 0.1]];
        let code_length = |q: &[f64; 3]| sample.map(|class| surprise(q[class])).iter().sum::<f64>();
        for q in &models {
            close(code_length(q), 8.0 * cross_entropy(&frequencies, q), 1e-12);
            let extra = code_length(q) - code_length(&frequencies);
            close(extra, 8.0 * kl_divergence(&frequencies, q), 1e-12);
            assert!(extra >= 0.0);
        }
    }

    #[test]
    fn disjoint_supports_saturate_all_but_the_earth_mover() {
        let (p, near, far) = ([1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 0.0, 1.0]);
        for q in [near, far] {
            assert_eq!((jensen_shannon(&p, &q), total_variation(&p, &q)), (1.0, 1.0));
            assert_eq!((hellinger(&p, &q), kl_divergence(&p, &q)), (1.0, f64::INFINITY));
        }
        assert_eq!((wasserstein_1(&p, &near), wasserstein_1(&p, &far)), (1.0, 3.0));
        assert_eq!(wasserstein_1_of_samples(&[0.0, 1.0], &[5.0, 6.0]), 5.0);
    }

    proptest! {
        #[test]
        fn the_inequalities_hold(p in distribution(6..7), q in distribution(6..7)) {
            let (kl, js) = (kl_divergence(&p, &q), jensen_shannon(&p, &q));
            let (tv, distance) = (total_variation(&p, &q), hellinger(&p, &q));
            prop_assert!(kl >= 0.0 && kl_divergence(&p, &p) == 0.0);
            prop_assert!(tv <= pinsker_bound(kl) + 1e-9, "Pinsker");
            prop_assert!(distance.powi(2) <= tv + 1e-9 && tv <= distance * 2_f64.sqrt() + 1e-9);
            prop_assert!(kl <= (1.0 + chi_squared(&p, &q)).log2() + 1e-9);
            prop_assert!((0.0..=1.0).contains(&js) && js <= tv + 1e-9);
            if kl.is_finite() {
                close(cross_entropy(&p, &q), entropy(&p) + kl, 1e-9);
            }
            let middle: Vec<f64> = p.iter().zip(&q).map(|(a, b)| f64::midpoint(*a, *b)).collect();
            close(js, entropy(&middle) - f64::midpoint(entropy(&p), entropy(&q)), 1e-9);
        }

        #[test]
        fn the_root_of_jensen_shannon_obeys_the_triangle(
            p in distribution(4..5), q in distribution(4..5), r in distribution(4..5)
        ) {
            let d = |a, b| jensen_shannon(a, b).sqrt();
            prop_assert!(d(&p[..], &r[..]) <= d(&p, &q) + d(&q, &r) + 1e-9);
        }

        #[test]
        fn renyi_divergences_grow_with_their_order(p in distribution(5..6), q in distribution(5..6)) {
            let d = [0.25, 0.5, 1.0, 2.0, f64::INFINITY].map(|a| renyi_divergence(&p, &q, a));
            prop_assert!(d.windows(2).all(|pair| pair[0] <= pair[1] + 1e-9), "{:?}", d);
        }
    }
}
