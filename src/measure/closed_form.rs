//! Quantities that have a formula: Gaussians, the contrastive bound, softmax, smoothing.

#![expect(clippy::disallowed_methods, reason = "logarithms are what is measured")]

use std::f64::consts::{LN_2, PI};

/// A normal distribution of one variable.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gaussian {
    /// Mean, in the variable's unit.
    pub mean: f64,
    /// Standard deviation, above 0, in the variable's unit.
    pub deviation: f64,
}

impl Gaussian {
    /// Differential entropy ½ log₂ (2πe σ²), in bits; negative for narrow ones.
    pub fn entropy(self) -> f64 {
        0.5 * (2.0 * PI * self.deviation.powi(2)).log2() + 0.5 / LN_2
    }

    /// KL(self‖`other`), in bits: log₂ (σ₂/σ₁) + ((σ₁² + (μ₁ − μ₂)²) / 2σ₂² − ½) / ln 2.
    pub fn kl_divergence(self, other: Self) -> f64 {
        let (ratio, distance) = (self.deviation / other.deviation, self.mean - other.mean);
        let nats = 0.5 * (ratio.powi(2) + (distance / other.deviation).powi(2) - 1.0) - ratio.ln();
        nats / LN_2
    }

    /// Wasserstein-2 distance √((μ₁ − μ₂)² + (σ₁ − σ₂)²), in the variable's unit.
    pub fn wasserstein_2(self, other: Self) -> f64 {
        (self.mean - other.mean).hypot(self.deviation - other.deviation)
    }
}

/// Mutual information of two jointly normal variables with correlation `rho` in `-1..=1`,
/// in bits: −½ log₂ (1 − ρ²); ∞ at ±1.
pub fn gaussian_mutual_information(rho: f64) -> f64 {
    0.0 - 0.5 * (1.0 - rho * rho).log2()
}

/// Lower bound of a mutual information from the `InfoNCE` loss over `candidates`, both in
/// bits: log₂ N − L. Never above log₂ N, however much the variables share.
/// Source: van den Oord, Li & Vinyals, arXiv:1807.03748 (2018), §2.3.
pub fn infonce_bound(candidates: f64, loss_bits: f64) -> f64 {
    candidates.log2() - loss_bits
}

/// ln Σ exp(zᵢ), in nats, without overflow: the largest is taken out first.
pub fn log_sum_exp(logits: &[f64]) -> f64 {
    let largest = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if largest.is_infinite() {
        return largest;
    }
    largest + logits.iter().map(|z| (z - largest).exp()).sum::<f64>().ln()
}

/// Softmax of `logits` (nats) at `temperature` ≥ 0: exp(z/T) / Σ exp(z/T).
///
/// Towards 0 it picks the largest (equally among ties), towards ∞ it is uniform.
pub fn softmax(logits: &[f64], temperature: f64) -> Vec<f64> {
    if temperature <= 0.0 {
        let largest = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let wins: Vec<f64> = logits.iter().map(|&z| f64::from(u8::from(z >= largest))).collect();
        let winners: f64 = wins.iter().sum();
        return wins.into_iter().map(|win| win / winners).collect();
    }
    let scaled: Vec<f64> = logits.iter().map(|z| z / temperature).collect();
    let total = log_sum_exp(&scaled);
    scaled.iter().map(|z| (z - total).exp()).collect()
}

/// Cross-entropy of a softmax against the class `target`, in bits: the surprise of that
/// class. `None` if there is no such class.
pub fn softmax_loss(logits: &[f64], target: usize) -> Option<f64> {
    logits.get(target).map(|z| (log_sum_exp(logits) - z) / LN_2)
}

/// Slope of the [loss](softmax_loss) along each logit, in nats a nat: p − y, where y is 1 for
/// the class `target` and 0 for the others.
///
/// A prediction that is too high is lowered by as much as it is too high: the same rule, of a
/// bit, moves the weights of this crate's mixers.
pub fn softmax_loss_gradient(logits: &[f64], target: usize) -> Vec<f64> {
    let p = softmax(logits, 1.0).into_iter().enumerate();
    p.map(|(class, p)| p - f64::from(u8::from(class == target))).collect()
}

/// How label smoothing shares out the probability ε that it takes from the target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Smoothing {
    /// Among the K − 1 other classes: target 1 − ε, others ε/(K − 1).
    Others,
    /// Among all K classes: target 1 − ε + ε/K, others ε/K.
    /// Source: Szegedy et al., CVPR (2016), §7.
    All,
}

impl Smoothing {
    /// The smoothed target distribution over `classes` ≥ 2; ε = `epsilon` in `0..=1`.
    pub fn distribution(self, classes: usize, target: usize, epsilon: f64) -> Vec<f64> {
        let share = match self {
            Self::Others => epsilon / (classes as f64 - 1.0),
            Self::All => epsilon / classes as f64,
        };
        let kept = match self {
            Self::Others => 1.0 - epsilon,
            Self::All => 1.0 - epsilon + share,
        };
        (0..classes).map(|class| if class == target { kept } else { share }).collect()
    }
}

/// Bits per byte from a loss per token in bits: the code length of the same text, whatever
/// the tokenizer. Losses and perplexities per token compare only between equal tokens.
pub fn bits_per_byte_of_tokens(bits_per_token: f64, tokens: f64, bytes: f64) -> f64 {
    bits_per_token * tokens / bytes
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "exact where it says exact")]
mod tests {
    use super::*;
    use crate::measure::{entropy, perplexity, surprise, tests::close};
    use proptest::prelude::*;
    use std::f64::consts::LN_10;

    #[test]
    fn the_textbooks_losses_come_out() {
        let four = softmax_loss(&[2.0, 1.5, 0.8, 0.2], 0).unwrap();
        close(four * LN_2, 0.7290, 5e-5);
        close(perplexity(four), 2.0730, 5e-5);
        close(softmax_loss(&[2.0, 1.0, 0.1], 0).unwrap() * LN_2, 0.4170, 5e-5);
        close(surprise(0.7) * LN_2, 0.3567, 5e-5);
        close(surprise(0.1) * LN_2, LN_10, 1e-15);
        close(surprise(0.5) * LN_2, LN_2, 1e-15);
        close((-3.2_f64).exp(), 0.0408, 5e-5);
        close(3.2 / LN_2, 4.617, 5e-4);
        assert_eq!(softmax_loss(&[1.0], 1), None);
    }

    #[test]
    fn the_textbooks_gaussians_come_out() {
        for (rho, bits) in [(0.3, 0.0680), (0.5, 0.2075), (0.9, 1.1980), (0.99, 2.8255)] {
            close(gaussian_mutual_information(rho), bits, 5e-5);
        }
        assert!(gaussian_mutual_information(0.0).is_sign_positive());
        assert_eq!(gaussian_mutual_information(1.0), f64::INFINITY);
        let (p, q) =
            (Gaussian { mean: 0.0, deviation: 1.0 }, Gaussian { mean: 1.0, deviation: 2.0 });
        close(p.kl_divergence(q) * LN_2, 2_f64.ln() + 2.0 / 8.0 - 0.5, 1e-12);
        close(q.kl_divergence(p) * LN_2, -(2_f64.ln()) + 5.0 / 2.0 - 0.5, 1e-12);
        close(p.wasserstein_2(q), 2_f64.sqrt(), 1e-15);
        close(p.entropy(), 2.047_095_585_180_641, 1e-12);
    }

    #[test]
    fn a_sum_of_exponentials_neither_overflows_nor_vanishes() {
        close(log_sum_exp(&[1000.0, 1000.0]), 1000.0 + LN_2, 1e-12);
        close(log_sum_exp(&[-1000.0, -1001.0]), -1000.0 + (-1.0_f64).exp().ln_1p(), 1e-12);
        assert_eq!(log_sum_exp(&[]), f64::NEG_INFINITY);
        assert_eq!(log_sum_exp(&[0.0, f64::NEG_INFINITY]), 0.0);
    }

    #[test]
    fn the_slope_of_a_loss_is_what_was_predicted_less_what_came() {
        let logits = [2.0, 1.5, 0.8, 0.2];
        let gradient = softmax_loss_gradient(&logits, 1);
        close(gradient.iter().sum(), 0.0, 1e-15);
        for (class, slope) in gradient.into_iter().enumerate() {
            let beside = |step: f64| {
                let mut moved = logits;
                moved[class] += step;
                softmax_loss(&moved, 1).unwrap() * LN_2
            };
            close(slope, (beside(1e-5) - beside(-1e-5)) / 2e-5, 1e-9);
        }
    }

    #[test]
    fn the_penalty_of_a_variational_autoencoder_is_a_gaussians_kl() {
        let (mean, deviation) = (0.7_f64, 0.4_f64);
        let penalty =
            -0.5 * (1.0 + (deviation * deviation).ln() - mean * mean - deviation * deviation);
        let standard = Gaussian { mean: 0.0, deviation: 1.0 };
        close(Gaussian { mean, deviation }.kl_divergence(standard) * LN_2, penalty, 1e-12);
    }

    #[test]
    fn label_smoothing_is_written_in_two_ways() {
        let all = Smoothing::All.distribution(4, 0, 0.1);
        let others = Smoothing::Others.distribution(4, 0, 0.1);
        for (p, (a, b)) in all.iter().zip(&others).zip([(0.925, 0.9), (0.025, 0.1 / 3.0)]) {
            close(*p.0, a, 1e-15);
            close(*p.1, b, 1e-15);
        }
    }

    #[test]
    fn a_contrastive_bound_saturates_at_the_number_of_candidates() {
        assert_eq!(infonce_bound(256.0, 0.0), 8.0);
        assert_eq!(bits_per_byte_of_tokens(4.0, 10.0, 40.0), 1.0);
    }

    #[test]
    fn temperature_runs_from_the_winner_to_indifference() {
        let logits = [2.0, 1.0, 1000.0, 1000.0];
        assert_eq!(softmax(&logits, 0.0), [0.0, 0.0, 0.5, 0.5]);
        for (p, expected) in softmax(&logits, 0.5).into_iter().zip([0.0, 0.0, 0.5, 0.5]) {
            close(p, expected, 1e-12);
        }
        for p in softmax(&logits, 1e9) {
            close(p, 0.25, 1e-6);
        }
    }

    proptest! {
        #[test]
        fn entropy_grows_with_temperature(logits in prop::collection::vec(-5.0..5.0_f64, 2..8)) {
            let h = [0.1, 0.5, 1.0, 2.0, 5.0].map(|t| entropy(&softmax(&logits, t)));
            prop_assert!(h.windows(2).all(|pair| pair[0] <= pair[1] + 1e-9), "{:?}", h);
        }

        #[test]
        fn gaussian_divergence_is_never_negative(a in -9.0..9.0_f64, s in 0.1..9.0_f64, t in 0.1..9.0_f64) {
            let (p, q) = (Gaussian { mean: 0.0, deviation: s }, Gaussian { mean: a, deviation: t });
            prop_assert!(p.kl_divergence(q) >= -1e-12);
        }
    }
}
