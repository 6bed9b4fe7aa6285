//! Mixtures of Gaussians, and the one Gaussian that stands for them: fits that cover all
//! modes, and fits that seek one.

#![expect(clippy::disallowed_methods, reason = "logarithms are what is measured")]

use super::{Gaussian, log_sum_exp, sum::accurate_sum};
use std::f64::consts::{LN_2, PI};

/// A mixture of normal distributions of one variable.
#[derive(Clone, Debug, PartialEq)]
pub struct GaussianMixture {
    /// Weights, which add up to 1, and what they weigh.
    parts: Vec<(f64, Gaussian)>,
}

impl From<Gaussian> for GaussianMixture {
    fn from(only: Gaussian) -> Self {
        Self { parts: vec![(1.0, only)] }
    }
}

impl GaussianMixture {
    /// The mixture of `parts`, each with a weight above 0; weights are scaled to add up to 1.
    ///
    /// `None` if there is none, or a number is not finite, or a weight or a standard
    /// deviation is not above 0.
    pub fn new(parts: impl IntoIterator<Item = (f64, Gaussian)>) -> Option<Self> {
        let mut parts: Vec<(f64, Gaussian)> = parts.into_iter().collect();
        let total: f64 = parts.iter().map(|part| part.0).sum();
        let is_good = |&(weight, Gaussian { mean, deviation }): &(f64, Gaussian)| {
            let is_finite = mean.is_finite() && deviation.is_finite();
            weight > 0.0 && deviation > 0.0 && is_finite
        };
        for (weight, _) in &mut parts {
            *weight /= total;
        }
        (!parts.is_empty() && total.is_finite() && parts.iter().all(is_good))
            .then_some(Self { parts })
    }

    /// Weights and what they weigh.
    pub fn parts(&self) -> &[(f64, Gaussian)] {
        &self.parts
    }

    /// ln of the density at `x`, in nats.
    fn log_density(&self, x: f64) -> f64 {
        let terms = self.parts.iter().map(|&(weight, Gaussian { mean, deviation })| {
            weight.ln()
                - deviation.ln()
                - 0.5 * (2.0 * PI).ln()
                - 0.5 * ((x - mean) / deviation).powi(2)
        });
        log_sum_exp(&terms.collect::<Vec<_>>())
    }

    /// Differential entropy, in bits, by quadrature (good to ten digits).
    pub fn entropy(&self) -> f64 {
        self.mean_of(&[], |x| -self.log_density(x)) / LN_2
    }

    /// KL(self‖`other`), in bits, by quadrature (good to ten digits).
    pub fn kl_divergence(&self, other: &Self) -> f64 {
        let gap = |x| self.log_density(x) - other.log_density(x);
        (self.mean_of(&other.parts, gap) / LN_2).max(0.0)
    }

    /// Jensen–Shannon divergence, in bits, `0..=1`, by quadrature: half the divergences of
    /// both from their even mixture.
    pub fn jensen_shannon(&self, other: &Self) -> f64 {
        let halves = self.parts.iter().chain(&other.parts);
        let middle = Self { parts: halves.map(|&(weight, part)| (weight / 2.0, part)).collect() };
        f64::midpoint(self.kl_divergence(&middle), other.kl_divergence(&middle)).min(1.0)
    }

    /// The Gaussian of least KL(self‖·): forward, *mode-covering* (also mass-covering,
    /// mean-seeking), what maximum likelihood and cross-entropy fit. It has the mixture's
    /// mean and variance, exactly.
    pub fn covering_fit(&self) -> Gaussian {
        let mean = accurate_sum(self.parts.iter().map(|(weight, part)| weight * part.mean));
        let spread = |part: &Gaussian| part.deviation.powi(2) + (part.mean - mean).powi(2);
        let variance = accurate_sum(self.parts.iter().map(|(weight, part)| weight * spread(part)));
        Gaussian { mean, deviation: variance.sqrt() }
    }

    /// The Gaussian of least KL(·‖self): reverse, *mode-seeking* (zero-forcing), what
    /// variational inference and a policy held to a reference fit. It rather misses a mode
    /// than put weight where the mixture has none.
    ///
    /// Found by descent from each part and from the [covering fit](Self::covering_fit);
    /// good to about six digits, the first of equally good ones.
    pub fn seeking_fit(&self) -> Gaussian {
        let starts = self.parts.iter().map(|part| part.1).chain([self.covering_fit()]);
        let fits = starts.map(|start| self.descend(start));
        let better = |best: (f64, Gaussian), next: (f64, Gaussian)| {
            if next.0 < best.0 - 1e-9 { next } else { best }
        };
        fits.fold((f64::INFINITY, self.covering_fit()), better).1
    }

    /// Goes from `start` wherever KL(·‖self) falls, by steps that are halved where it rises on
    /// all sides; what is reached and its divergence.
    fn descend(&self, start: Gaussian) -> (f64, Gaussian) {
        let cost = |fit: Gaussian| Self::from(fit).kl_divergence(self);
        let (mut best, mut step) = ((cost(start), start), 0.5_f64);
        while step > 1e-7 {
            let Gaussian { mean, deviation } = best.1;
            let sides = [
                Gaussian { mean: mean + step * deviation, deviation },
                Gaussian { mean: mean - step * deviation, deviation },
                Gaussian { mean, deviation: deviation * step.exp() },
                Gaussian { mean, deviation: deviation * (-step).exp() },
            ];
            let tried = sides.map(|side| (cost(side), side));
            let least = tried.into_iter().min_by(|a, b| a.0.total_cmp(&b.0)).unwrap_or(best);
            if least.0 < best.0 {
                best = least;
            } else {
                step /= 2.0;
            }
        }
        best
    }

    /// Mean of `value` under the mixture: Gauss–Legendre quadrature of three points between
    /// marks a sixteenth of a standard deviation apart, around each part and each of the
    /// parts `beside` that shape `value`.
    fn mean_of(&self, beside: &[(f64, Gaussian)], value: impl Fn(f64) -> f64) -> f64 {
        /// Standard deviations to either side; beyond are 10⁻²³ of a part.
        const REACH: i32 = 10;
        const MARKS: i32 = 16;
        let around = |part: &Gaussian| {
            let &Gaussian { mean, deviation } = part;
            (-REACH * MARKS..=REACH * MARKS)
                .map(move |mark| mean + deviation * f64::from(mark) / f64::from(MARKS))
        };
        let mut marks: Vec<f64> =
            self.parts.iter().chain(beside).flat_map(|(_, part)| around(part)).collect();
        marks.sort_by(f64::total_cmp);
        let integrand = |x: f64| match self.log_density(x).exp() {
            density if density > 0.0 => density * value(x),
            _ => 0.0,
        };
        accurate_sum(marks.windows(2).filter(|gap| gap[1] > gap[0]).map(|gap| {
            let (middle, half) = (f64::midpoint(gap[0], gap[1]), (gap[1] - gap[0]) / 2.0);
            let aside = half * 0.6_f64.sqrt();
            let outer = integrand(middle - aside) + integrand(middle + aside);
            half / 9.0 * (5.0 * outer + 8.0 * integrand(middle))
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::{entropy, tests::close};

    fn gaussian(mean: f64, deviation: f64) -> Gaussian {
        Gaussian { mean, deviation }
    }

    fn bimodal(distance: f64, weight: f64) -> GaussianMixture {
        let parts = [
            (weight, gaussian(-distance / 2.0, 1.0)),
            (1.0 - weight, gaussian(distance / 2.0, 1.0)),
        ];
        GaussianMixture::new(parts).unwrap()
    }

    #[test]
    fn quadrature_agrees_with_the_closed_forms() {
        for (p, q) in [
            (gaussian(0.0, 1.0), gaussian(1.0, 2.0)),
            (gaussian(5.0, 0.01), gaussian(0.0, 10.0)),
            (gaussian(0.0, 10.0), gaussian(5.0, 0.1)),
        ] {
            let (mixture, other) = (GaussianMixture::from(p), GaussianMixture::from(q));
            close(mixture.entropy(), p.entropy(), 1e-10);
            let expected = p.kl_divergence(q);
            close(mixture.kl_divergence(&other), expected, 1e-10 * expected.max(1.0));
        }
        // Parts that do not overlap: the mean entropy and that of the choice between them.
        let far = bimodal(60.0, 0.25);
        close(far.entropy(), gaussian(0.0, 1.0).entropy() + entropy(&[0.25, 0.75]), 1e-10);
    }

    #[test]
    fn jensen_shannon_of_gaussians_runs_from_a_quarter_of_kl_to_one_bit() {
        let [origin, near, far] =
            [0.0, 0.01, 50.0].map(|mean| GaussianMixture::from(gaussian(mean, 1.0)));
        close(origin.jensen_shannon(&near) / origin.kl_divergence(&near), 0.25, 1e-4);
        close(origin.jensen_shannon(&far), 1.0, 1e-12);
        close(origin.jensen_shannon(&origin), 0.0, 1e-15);
        close(origin.jensen_shannon(&near), near.jensen_shannon(&origin), 1e-15);
    }

    #[test]
    fn a_single_gaussian_is_its_own_fit_both_ways() {
        let only = gaussian(3.0, 0.5);
        let (covering, seeking) =
            (GaussianMixture::from(only).covering_fit(), GaussianMixture::from(only).seeking_fit());
        for fit in [covering, seeking] {
            close(fit.mean, 3.0, 1e-6);
            close(fit.deviation, 0.5, 1e-6);
        }
    }

    #[test]
    fn forward_divergence_covers_both_modes_and_reverse_seeks_one() {
        let p = bimodal(8.0, 0.5);
        let (covering, seeking) = (p.covering_fit(), p.seeking_fit());
        close(covering.mean, 0.0, 1e-12);
        close(covering.deviation, 17_f64.sqrt(), 1e-12);
        close(seeking.mean, -4.0, 1e-2);
        close(seeking.deviation, 1.0, 1e-2);
        // Under a lone half of P everything is twice as likely as under P.
        close(GaussianMixture::from(seeking).kl_divergence(&p), 1.0, 1e-3);
        let forward = |fit: Gaussian| p.kl_divergence(&fit.into());
        let reverse = |fit: Gaussian| GaussianMixture::from(fit).kl_divergence(&p);
        assert!(forward(covering) < forward(seeking) && reverse(seeking) < reverse(covering));
        // No neighbour is better.
        for (mean, deviation) in [(0.1, 0.0), (-0.1, 0.0), (0.0, 0.1), (0.0, -0.1)] {
            let beside = |fit: Gaussian| gaussian(fit.mean + mean, fit.deviation + deviation);
            assert!(forward(beside(covering)) > forward(covering));
            assert!(reverse(beside(seeking)) > reverse(seeking));
        }
        close(bimodal(8.0, 0.2).seeking_fit().mean, 4.0, 1e-2);
    }

    #[test]
    fn modes_that_run_together_are_fitted_as_one_both_ways() {
        let fit = bimodal(1.0, 0.5).seeking_fit();
        close(fit.mean, 0.0, 1e-4);
        close(fit.deviation, bimodal(1.0, 0.5).covering_fit().deviation, 0.01);
    }

    #[test]
    fn parts_without_weight_or_width_are_no_mixture() {
        assert!(GaussianMixture::new([]).is_none());
        for (weight, mean, deviation) in
            [(0.0, 0.0, 1.0), (1.0, 0.0, 0.0), (1.0, f64::NAN, 1.0), (f64::INFINITY, 0.0, 1.0)]
        {
            assert!(GaussianMixture::new([(weight, gaussian(mean, deviation))]).is_none());
        }
    }
}
