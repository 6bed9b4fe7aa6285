//! The Nemenman–Shafee–Bialek estimate of entropy.

#![expect(clippy::disallowed_methods, reason = "logarithms are what is measured")]

use super::{Spectrum, sum::accurate_sum};
use special::Gamma;
use std::f64::consts::LN_2;

/// An estimate and the width of what is believed about it, in bits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Posterior {
    /// Posterior mean.
    pub mean_bits: f64,
    /// Posterior standard deviation.
    pub deviation_bits: f64,
}

/// NSB entropy of a sample from `alphabet` classes (at least those seen), in bits.
///
/// Mean and deviation of H under a mixture of Dirichlet(β) priors that is nearly flat
/// in H: density of β ∝ dξ/dβ with ξ(β) = ψ(Kβ + 1) − ψ(β + 1), K = `alphabet`;
/// likelihood ρ(β) = Γ(Kβ)/Γ(M + Kβ) Π Γ(c + β)/Γ(β). Integrated over ln β.
/// Source: Nemenman, Shafee, Bialek, NIPS 14 (2001), eq. 8–11; the second moment as in
/// Wolpert & Wolf, Physical Review E 52 (1995).
pub fn nsb(spectrum: &Spectrum, alphabet: f64) -> Posterior {
    if spectrum.samples() == 0 || alphabet <= 1.0 {
        return Posterior { mean_bits: 0.0, deviation_bits: 0.0 };
    }
    let mixture = DirichletMixture { spectrum, alphabet };
    let (low, peak, high) = mixture.support();
    let highest = mixture.log_posterior(peak);
    let (mut weight, mut first, mut second) = (vec![], vec![], vec![]);
    for (t, width) in quadrature(low, high) {
        let density = width * (mixture.log_posterior(t) - highest).exp();
        let (mean, square) = mixture.moments(t.exp());
        weight.push(density);
        first.push(density * mean);
        second.push(density * square);
    }
    let total = accurate_sum(weight);
    let (mean, square) = (accurate_sum(first) / total, accurate_sum(second) / total);
    Posterior {
        mean_bits: mean / LN_2,
        deviation_bits: (square - mean * mean).max(0.0).sqrt() / LN_2,
    }
}

struct DirichletMixture<'a> {
    spectrum: &'a Spectrum,
    alphabet: f64,
}

impl DirichletMixture<'_> {
    /// Where ln β is searched for.
    const LOG_BETA: std::ops::Range<f64> = -30.0..14.0;
    /// Drop of the log density beyond which nothing is added, in nats.
    const NEGLIGIBLE: f64 = 50.0;

    /// Log density of t = ln β given the sample, up to a constant, in nats.
    fn log_posterior(&self, t: f64) -> f64 {
        let beta = t.exp();
        let (k, m) = (self.alphabet, self.spectrum.samples() as f64);
        let likelihood = self.spectrum.sum(|c| ln_rising(beta, c)) - ln_rising(k * beta, m);
        likelihood + self.prior(beta).ln() + t
    }

    /// dξ/dβ = K ψ₁(Kβ + 1) − ψ₁(β + 1).
    fn prior(&self, beta: f64) -> f64 {
        let k = self.alphabet;
        if beta < 1e3 {
            return k * (k * beta + 1.0).trigamma() - (beta + 1.0).trigamma();
        }
        // The asymptotic series, whose first terms cancel exactly.
        (1.0 - 1.0 / k) / (2.0 * beta.powi(2)) - (1.0 - k.powi(-2)) / (6.0 * beta.powi(3))
            + (1.0 - k.powi(-4)) / (30.0 * beta.powi(5))
    }

    /// E[H | β] in nats and E[H² | β] in nats².
    fn moments(&self, beta: f64) -> (f64, f64) {
        let (k, m) = (self.alphabet, self.spectrum.samples() as f64);
        let unseen = k - self.spectrum.classes() as f64;
        let total = m + k * beta;
        let over_classes =
            |term: &dyn Fn(f64) -> f64| self.spectrum.sum(|c| term(c + beta)) + unseen * term(beta);
        let mean = (total + 1.0).digamma() - over_classes(&|a| a * (a + 1.0).digamma()) / total;
        // Wolpert & Wolf's double sum over i ≠ j, as a square less its diagonal.
        let (psi, spread) = ((total + 2.0).digamma(), (total + 2.0).trigamma());
        let linear = over_classes(&|a| a * ((a + 1.0).digamma() - psi));
        let pairs = over_classes(&|a| (a * ((a + 1.0).digamma() - psi)).powi(2));
        let same = over_classes(&|a| {
            a * (a + 1.0) * (((a + 2.0).digamma() - psi).powi(2) + (a + 2.0).trigamma() - spread)
        });
        let squares = over_classes(&|a| a * a);
        let cross = linear * linear - pairs - spread * (total * total - squares);
        (mean, (cross + same) / (total * (total + 1.0)))
    }

    /// The mode of the log density over t = ln β, between where it becomes negligible.
    fn support(&self) -> (f64, f64, f64) {
        let steps = 400;
        let at = |i: usize| {
            let range = Self::LOG_BETA;
            range.start + (range.end - range.start) * i as f64 / f64::from(steps)
        };
        let best = (0..=steps as usize)
            .max_by(|&a, &b| self.log_posterior(at(a)).total_cmp(&self.log_posterior(at(b))))
            .expect("the range is not empty");
        let peak = self.refine(at(best.saturating_sub(1)), at((best + 1).min(steps as usize)));
        let floor = self.log_posterior(peak) - Self::NEGLIGIBLE;
        let edge = |direction: f64| {
            let mut width = 1e-6;
            while width < 60.0 && self.log_posterior(peak + direction * width) > floor {
                width *= 1.3;
            }
            peak + direction * width
        };
        (edge(-1.0), peak, edge(1.0))
    }

    /// The maximum between `low` and `high`, by golden section.
    fn refine(&self, mut low: f64, mut high: f64) -> f64 {
        const SECTION: f64 = 0.381_966_011_250_105;
        for _ in 0..60 {
            let (a, b) = (low + (high - low) * SECTION, high - (high - low) * SECTION);
            if self.log_posterior(a) < self.log_posterior(b) {
                low = a;
            } else {
                high = b;
            }
        }
        f64::midpoint(low, high)
    }
}

/// ln Γ(x + c) − ln Γ(x), without their common part where x is large (Stirling's series).
fn ln_rising(x: f64, c: f64) -> f64 {
    if x < 1e4 {
        return Gamma::ln_gamma(x + c).0 - Gamma::ln_gamma(x).0;
    }
    let series = |x: f64| (1.0 / 12.0 - x.powi(-2) / 360.0) / x;
    c * (x + c).ln() + (x - 0.5) * (c / x).ln_1p() - c + series(x + c) - series(x)
}

/// Points and weights of the trapezoid rule between `low` and `high`: the densities
/// integrated here vanish smoothly at both ends, where it converges exponentially.
fn quadrature(low: f64, high: f64) -> impl Iterator<Item = (f64, f64)> {
    const INTERVALS: u32 = 1024;
    let step = (high - low) / f64::from(INTERVALS);
    (0..=INTERVALS).map(move |i| {
        let edge = i == 0 || i == INTERVALS;
        (low + step * f64::from(i), if edge { step / 2.0 } else { step })
    })
}
