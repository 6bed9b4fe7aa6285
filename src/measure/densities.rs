//! Differential entropies of the densities that are least committed under a constraint, and
//! code lengths of residuals under noise models.

#![expect(clippy::disallowed_methods, reason = "logarithms are what is measured")]

use super::sum::accurate_sum;
use std::f64::consts::{E, PI};

/// Differential entropy of the uniform density over an interval of `width` > 0, in bits:
/// log₂ w. The most that a density on that interval can have.
pub fn uniform_entropy(width: f64) -> f64 {
    width.log2()
}

/// Differential entropy of the exponential density of `mean` > 0, in bits: log₂ (e μ). The
/// most that a density of positive numbers with that mean can have.
pub fn exponential_entropy(mean: f64) -> f64 {
    (E * mean).log2()
}

/// Differential entropy of Laplace's density with mean absolute deviation `scale` > 0, in
/// bits: log₂ (2e b). The most that a density with that mean absolute deviation can have.
pub fn laplace_entropy(scale: f64) -> f64 {
    (2.0 * E * scale).log2()
}

/// Sizes of residuals (errors of predictions of numbers): what regression minimises, and what
/// they cost.
///
/// A loss is a code length under a noise model: squared errors under Gaussian noise, absolute
/// ones under Laplace's. Code lengths here are of the best scale, in bits a residual, and
/// differential: to code with steps of δ add −log₂ δ.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Residuals {
    /// Mean squared error, in squares of the residuals' unit.
    pub mean_square: f64,
    /// Mean absolute error, in the residuals' unit.
    pub mean_absolute: f64,
}

impl Residuals {
    /// Sizes of `residuals`; zeros if there are none.
    pub fn of(residuals: &[f64]) -> Self {
        let count = residuals.len().max(1) as f64;
        Self {
            mean_square: accurate_sum(residuals.iter().map(|r| r * r)) / count,
            mean_absolute: accurate_sum(residuals.iter().map(|r| r.abs())) / count,
        }
    }

    /// Mean −log₂ density under zero-mean Gaussian noise whose variance is the mean square, in
    /// bits: ½ log₂ (2πe MSE). No other variance is cheaper.
    pub fn gaussian_bits(self) -> f64 {
        0.5 * (2.0 * PI * E * self.mean_square).log2()
    }

    /// Mean −log₂ density under zero-mean Laplace noise whose scale is the mean absolute
    /// error, in bits: log₂ (2e MAE). No other scale is cheaper.
    pub fn laplace_bits(self) -> f64 {
        laplace_entropy(self.mean_absolute)
    }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "exact where it says exact")]
mod tests {
    use super::*;
    use crate::measure::{Gaussian, tests::close};
    use proptest::prelude::*;
    use std::f64::consts::LN_2;

    #[test]
    fn each_density_is_the_least_committed_under_its_own_constraint() {
        let gaussian = Gaussian { mean: 0.0, deviation: 1.0 }.entropy();
        // Of equal variance the Gaussian has most …
        let [uniform, exponential, laplace] = [
            uniform_entropy(12_f64.sqrt()),
            exponential_entropy(1.0),
            laplace_entropy(0.5_f64.sqrt()),
        ];
        assert!(gaussian > laplace && gaussian > uniform && gaussian > exponential);
        // … of equal mean absolute deviation Laplace's: a Gaussian has σ √(2/π).
        assert!(laplace_entropy((2.0 / PI).sqrt()) > gaussian);
        // In nats: ½ ln 12, 1, 1 + ½ ln 2, ½ ln 2πe.
        close(uniform * LN_2, 1.242_453_324_894_0, 1e-12);
        close(exponential * LN_2, 1.0, 1e-15);
        close(laplace * LN_2, 1.346_573_590_279_97, 1e-12);
        close(gaussian * LN_2, 1.418_938_533_204_67, 1e-12);
        assert_eq!(uniform_entropy(0.5), -1.0);
    }

    #[test]
    fn squared_errors_are_a_gaussian_code_and_absolute_ones_laplaces() {
        let residuals = Residuals::of(&[1.0, -1.0, 2.0, -2.0]);
        assert_eq!((residuals.mean_square, residuals.mean_absolute), (2.5, 1.5));
        let mean =
            |cost: &dyn Fn(f64) -> f64| [1.0, -1.0, 2.0, -2.0].map(cost).iter().sum::<f64>() / 4.0;
        let gaussian = mean(&|r: f64| (r * r / 5.0 + 0.5 * (2.0 * PI * 2.5).ln()) / LN_2);
        let laplace = mean(&|r: f64| (r.abs() / 1.5 + 3_f64.ln()) / LN_2);
        close(residuals.gaussian_bits(), gaussian, 1e-12);
        close(residuals.laplace_bits(), laplace, 1e-12);
        // One outlier costs a Gaussian code more than a Laplace code.
        let wild = Residuals::of(&[0.1, -0.1, 0.1, -0.1, 0.1, -0.1, 0.1, 5.0]);
        assert!(wild.laplace_bits() < wild.gaussian_bits());
        assert_eq!(Residuals::of(&[]).mean_square, 0.0);
    }

    proptest! {
        #[test]
        fn no_other_scale_of_the_noise_is_cheaper(
            residuals in prop::collection::vec(-9.0..9.0_f64, 1..9), factor in 0.2..5.0_f64
        ) {
            let sizes = Residuals::of(&residuals);
            prop_assume!(sizes.mean_absolute > 1e-3);
            let variance = sizes.mean_square * factor;
            let gaussian = (sizes.mean_square / (2.0 * variance) + 0.5 * (2.0 * PI * variance).ln()) / LN_2;
            let scale = sizes.mean_absolute * factor;
            let laplace = (sizes.mean_absolute / scale + (2.0 * scale).ln()) / LN_2;
            prop_assert!(sizes.gaussian_bits() <= gaussian + 1e-9);
            prop_assert!(sizes.laplace_bits() <= laplace + 1e-9);
        }
    }
}
