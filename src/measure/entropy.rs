//! Entropies of given distributions. All results in bits; 0 · log 0 = 0.

#![expect(clippy::disallowed_methods, reason = "logarithms are what is measured")]

use super::sum::accurate_sum;

/// Surprise of an event of probability `p` in `0..=1`, in bits: −log₂ p; ∞ at 0.
pub fn surprise(p: f64) -> f64 {
    // `0.0 -` keeps the surprise of certainty from being −0.
    0.0 - p.log2()
}

/// Entropy of a distribution, in bits: −Σ p log₂ p.
///
/// Range `0..=log2(p.len())`: 0 for certainty, the upper end for the uniform one.
/// Source: Shannon, "A mathematical theory of communication" §6 (1948).
///
/// ```
/// use foretell::measure::entropy;
/// assert_eq!(entropy(&[0.5, 0.25, 0.25]), 1.5);
/// ```
pub fn entropy(p: &[f64]) -> f64 {
    accurate_sum(p.iter().filter(|&&p| p > 0.0).map(|&p| p * surprise(p)))
}

/// Entropy of a coin with P(1) = `p`, in bits: H(p, 1 − p).
pub fn binary_entropy(p: f64) -> f64 {
    entropy(&[p, 1.0 - p])
}

/// Rényi entropy of order `alpha` ≥ 0, in bits: log₂ Σ p^α / (1 − α).
///
/// Order 0 is log₂ of the support's size (Hartley), 1 Shannon's entropy, 2 the collision
/// entropy, ∞ the min-entropy. Falls as `alpha` grows. Within 10⁻⁶ of 1, where the
/// quotient loses its digits, it is Shannon's.
/// Source: Rényi, "On measures of entropy and information" (1961).
pub fn renyi_entropy(p: &[f64], alpha: f64) -> f64 {
    if (alpha - 1.0).abs() < 1e-6 {
        return entropy(p);
    }
    if alpha.is_infinite() {
        return min_entropy(p);
    }
    let power_sum = accurate_sum(p.iter().filter(|&&p| p > 0.0).map(|p| p.powf(alpha)));
    power_sum.log2() / (1.0 - alpha)
}

/// Min-entropy, in bits: −log₂ max p, what guessing the likeliest outcome faces.
pub fn min_entropy(p: &[f64]) -> f64 {
    surprise(p.iter().copied().fold(0.0, f64::max))
}

/// Perplexity of a code length of `bits` per symbol: 2^bits, the number of equally likely
/// choices that would cost as much. Per symbol means per whatever symbol `bits` is per.
pub fn perplexity(bits: f64) -> f64 {
    bits.exp2()
}

/// A joint distribution of two variables as a table: `rows` of X, columns of Y.
///
/// Rows have equal length; the entries add up to 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Joint {
    rows: Vec<Vec<f64>>,
}

impl Joint {
    /// The joint distribution proportional to `weights` (probabilities or counts).
    ///
    /// `None` if the rows differ in length, a weight is negative or not finite, or all are 0.
    pub fn new(weights: Vec<Vec<f64>>) -> Option<Self> {
        let total = accurate_sum(weights.iter().flatten().copied());
        let width = weights.first()?.len();
        let good = weights.iter().all(|row| row.len() == width)
            && weights.iter().flatten().all(|w| w.is_finite() && *w >= 0.0)
            && total > 0.0;
        let scale = |row: Vec<f64>| row.into_iter().map(|w| w / total).collect();
        good.then(|| Self { rows: weights.into_iter().map(scale).collect() })
    }

    /// P(X, Y), row by row.
    pub fn probabilities(&self) -> &[Vec<f64>] {
        &self.rows
    }

    /// P(X).
    pub fn marginal_x(&self) -> Vec<f64> {
        self.rows.iter().map(|row| accurate_sum(row.iter().copied())).collect()
    }

    /// P(Y).
    pub fn marginal_y(&self) -> Vec<f64> {
        let column = |y: usize| accurate_sum(self.rows.iter().map(|row| row[y]));
        (0..self.rows[0].len()).map(column).collect()
    }

    /// H(X, Y), in bits.
    pub fn entropy(&self) -> f64 {
        entropy(&self.rows.concat())
    }

    /// H(Y | X) = Σ P(x) H(Y | X = x), in bits; H(X, Y) = H(X) + H(Y | X).
    pub fn conditional_entropy(&self) -> f64 {
        accurate_sum(
            self.rows
                .iter()
                .zip(self.marginal_x())
                .filter(|(_, x)| *x > 0.0)
                .map(|(row, x)| x * entropy(&row.iter().map(|p| p / x).collect::<Vec<_>>())),
        )
    }

    /// I(X; Y) = Σ P(x, y) log₂ (P(x, y) / (P(x) P(y))), in bits; 0 iff independent.
    pub fn mutual_information(&self) -> f64 {
        let (px, py) = (self.marginal_x(), self.marginal_y());
        accurate_sum(self.rows.iter().zip(&px).flat_map(|(row, x)| {
            row.iter()
                .zip(&py)
                .filter(|&(&p, _)| p > 0.0)
                .map(move |(p, y)| p * (p / (x * y)).log2())
        }))
    }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "exact where it says exact")]
mod tests {
    use super::*;
    use crate::measure::tests::{close, distribution};
    use proptest::prelude::*;
    use std::f64::consts::LN_2;

    #[test]
    fn the_textbooks_surprises_and_entropies_come_out() {
        assert_eq!(surprise(1.0 / 8.0), 3.0);
        assert!(surprise(1.0).is_sign_positive());
        close(surprise(1.0 / 52.0), 5.7004, 5e-5);
        close(entropy(&[1.0 / 6.0; 6]), 2.5850, 5e-5);
        close(binary_entropy(0.99), 0.0808, 5e-5);
        close(binary_entropy(0.9), 0.4690, 5e-5);
        close(binary_entropy(0.9) * LN_2, 0.3251, 5e-5);
        assert_eq!(binary_entropy(0.5), 1.0);
        close(entropy(&[0.4, 0.3, 0.2, 0.1]), 1.8464, 5e-5);
        assert_eq!(entropy(&[1.0, 0.0]), 0.0);
    }

    #[test]
    fn perplexity_of_the_uniform_distribution_is_its_size() {
        close(perplexity(entropy(&[1.0 / 50.0; 50])), 50.0, 1e-12);
        close(perplexity(3.0 / LN_2), 20.0855, 5e-5);
        close(perplexity(2.5 / LN_2), 12.1825, 5e-5);
        close(perplexity(1.0 / LN_2), std::f64::consts::E, 1e-15);
    }

    proptest! {
        #[test]
        fn entropy_is_between_0_and_the_uniform_one(p in distribution(1..20)) {
            let h = entropy(&p);
            prop_assert!(h >= 0.0 && h <= (p.len() as f64).log2() + 1e-12);
        }

        #[test]
        fn renyi_entropies_fall_with_their_order(p in distribution(2..20)) {
            let orders = [0.0, 0.5, 1.0, 1.5, 2.0, 10.0, f64::INFINITY];
            let h = orders.map(|alpha| renyi_entropy(&p, alpha));
            prop_assert!(h.windows(2).all(|pair| pair[0] >= pair[1] - 1e-9), "{:?}", h);
        }

        #[test]
        fn the_chain_rule_holds_and_conditioning_never_adds(
            weights in prop::collection::vec(prop::collection::vec(0.0..1.0_f64, 4), 1..6)
        ) {
            let Some(joint) = Joint::new(weights) else { return Ok(()) };
            let (hx, hy) = (entropy(&joint.marginal_x()), entropy(&joint.marginal_y()));
            let conditional = joint.conditional_entropy();
            close(joint.entropy(), hx + conditional, 1e-9);
            close(joint.mutual_information(), hy - conditional, 1e-9);
            prop_assert!(conditional <= hy + 1e-9);
        }

        #[test]
        fn a_mixture_has_at_least_the_mean_entropy(p in distribution(5..6), q in distribution(5..6)) {
            let middle: Vec<f64> = p.iter().zip(&q).map(|(a, b)| (a + b) / 2.0).collect();
            prop_assert!(entropy(&middle) >= f64::midpoint(entropy(&p), entropy(&q)) - 1e-12);
        }
    }
}
