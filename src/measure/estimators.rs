//! Estimators of the entropy of a source from the [`Spectrum`] of a sample, in bits.
//!
//! The plug-in estimate is biased down by about (K − 1) / 2M nats, all others correct
//! for that; none can see what a sample is too small to hold. M = samples, K = classes
//! seen, f₁ = classes seen once, c = counts. All give 0 for an empty sample.

#![expect(clippy::disallowed_methods, reason = "logarithms are what is measured")]

use super::{OrderCounts, Spectrum};
use special::Gamma;
use std::f64::consts::LN_2;

/// Plug-in (maximum likelihood) entropy, in bits: log₂ M − (1/M) Σ c log₂ c.
pub fn plug_in(spectrum: &Spectrum) -> f64 {
    grouped(spectrum, f64::ln)
}

/// Miller–Madow: plug-in + (K − 1) / (2 M ln 2), in bits.
/// Source: Miller, "Note on the bias of information estimates" (1955).
pub fn miller_madow(spectrum: &Spectrum) -> f64 {
    plug_in(spectrum) + excess_classes(spectrum.classes() as f64 - 1.0, spectrum.samples())
}

/// Chao–Shen: coverage C = 1 − f₁/M and Horvitz–Thompson weights, in bits:
/// p = C c/M; −Σ p log₂ p / (1 − (1 − p)^M). If every class was seen once, f₁ = M − 1.
/// Source: Chao & Shen, Environmental and Ecological Statistics 10 (2003), eq. 6.
pub fn chao_shen(spectrum: &Spectrum) -> f64 {
    let m = spectrum.samples() as f64;
    let singletons = spectrum.singletons().min(spectrum.samples().saturating_sub(1));
    let coverage = 1.0 - singletons as f64 / m;
    spectrum.sum(|c| {
        let p = coverage * c / m;
        let seen = if p < 1.0 { -(m * (-p).ln_1p()).exp_m1() } else { 1.0 };
        -p * p.log2() / seen
    })
}

/// Grassberger 1988, in bits: log₂ M − (1/(M ln 2)) Σ c (ψ(c) + (−1)^c / (c + 1)).
/// Source: Grassberger, Physics Letters A 128 (1988).
pub fn grassberger_1988(spectrum: &Spectrum) -> f64 {
    grouped(spectrum, |c| c.digamma() + sign(c) / (c + 1.0))
}

/// Grassberger 2003, in bits: log₂ M − (1/(M ln 2)) Σ c G(c),
/// G(c) = ψ(c) + ½ (−1)^c (ψ((c + 1)/2) − ψ(c/2)).
/// Source: Grassberger, arXiv:physics/0307138 (2003).
pub fn grassberger_2003(spectrum: &Spectrum) -> f64 {
    let alternating = |c: f64| f64::midpoint(c, 1.0).digamma() - (c / 2.0).digamma();
    grouped(spectrum, |c| c.digamma() + sign(c) * alternating(c) / 2.0)
}

/// James–Stein shrinkage towards the uniform distribution over `alphabet` classes (at
/// least K), in bits.
///
/// p = λ/A + (1 − λ) c/M with λ = (1 − Σ (c/M)²) / ((M − 1) Σ (1/A − c/M)²) in `0..=1`.
/// Source: Hausser & Strimmer, JMLR 10 (2009), eq. 2–5.
pub fn james_stein(spectrum: &Spectrum, alphabet: f64) -> f64 {
    let m = spectrum.samples() as f64;
    if m == 0.0 {
        return 0.0;
    }
    let unseen = alphabet - spectrum.classes() as f64;
    let uniform = 1.0 / alphabet;
    let squares = spectrum.sum(|c| (c / m).powi(2));
    let distance = spectrum.sum(|c| (uniform - c / m).powi(2)) + unseen * uniform.powi(2);
    let shrinkage = (1.0 - squares) / ((m - 1.0) * distance);
    let shrinkage = if shrinkage.is_nan() { 1.0 } else { shrinkage.clamp(0.0, 1.0) };
    let term = |p: f64| if p > 0.0 { -p * p.log2() } else { 0.0 };
    spectrum.sum(|c| term(shrinkage * uniform + (1.0 - shrinkage) * c / m))
        + unseen * term(shrinkage * uniform)
}

/// Standard error of [`plug_in`] on independent samples, in bits: √(Var(−log₂ p̂) / M).
///
/// Samples that depend on one another, as neighbouring n-grams do, need
/// [`block_bootstrap`](super::block_bootstrap) instead: this is too small for them.
pub fn plug_in_standard_error(spectrum: &Spectrum) -> f64 {
    let m = spectrum.samples() as f64;
    if m == 0.0 {
        return 0.0;
    }
    let mean = plug_in(spectrum);
    (spectrum.sum(|c| c / m * ((m / c).log2() - mean).powi(2)) / m).sqrt()
}

/// Jackknife of an estimator: the estimate with its bias of order 1/M removed, and its
/// standard error on independent samples; both in the unit of `estimator`.
///
/// With T₋ the estimate without one sample: M T − (M − 1) mean T₋, and
/// √((M − 1)/M Σ (T₋ − mean T₋)²). `estimator` is called once per different count.
/// Source: Efron & Stein, Annals of Statistics 9 (1981).
pub fn jackknife(spectrum: &Spectrum, estimator: impl Fn(&Spectrum) -> f64) -> (f64, f64) {
    let m = spectrum.samples() as f64;
    let whole = estimator(spectrum);
    if m < 2.0 {
        return (whole, 0.0);
    }
    // How many samples, when left out, give which estimate.
    let without: Vec<(f64, f64)> = spectrum
        .entries()
        .iter()
        .map(|&(count, classes)| {
            ((count * classes) as f64, estimator(&spectrum.without_one_of(count)))
        })
        .collect();
    let mean = without.iter().map(|(weight, t)| weight * t).sum::<f64>() / m;
    let variance = without.iter().map(|(weight, t)| weight * (t - mean).powi(2)).sum::<f64>();
    (m * whole - (m - 1.0) * mean, (variance * (m - 1.0) / m).sqrt())
}

/// How far an estimate is from the truth, as far as the sample knows: √(s.e.² + bias²) with
/// both from the [`jackknife`], in the unit of `estimator`.
///
/// The bias counts because it is what small samples get wrong most; what is left of it
/// beyond order 1/M is not seen. Not for Grassberger's estimators, whose terms alternate with
/// the parity of counts: they spread as the [`plug_in`] does.
pub fn jackknife_error(spectrum: &Spectrum, estimator: impl Fn(&Spectrum) -> f64) -> f64 {
    let (corrected, standard_error) = jackknife(spectrum, &estimator);
    standard_error.hypot(estimator(spectrum) - corrected)
}

impl OrderCounts {
    /// Plug-in conditional entropy H(next byte | k bytes before it), in bits per byte:
    /// (1/M) (Σ s log₂ s − Σ c log₂ c), s = contexts' totals, c = transitions' counts.
    pub fn conditional_entropy(&self) -> f64 {
        let m = self.transitions.samples() as f64;
        if m == 0.0 {
            return 0.0;
        }
        let weight = |spectrum: &Spectrum| spectrum.sum(|c| c * c.log2());
        ((weight(&self.contexts) - weight(&self.transitions)) / m).max(0.0)
    }

    /// [`conditional_entropy`](Self::conditional_entropy) with Miller–Madow's correction
    /// of each context: + (K transitions − K contexts) / (2 M ln 2), in bits per byte.
    pub fn conditional_miller_madow(&self) -> f64 {
        let excess = self.transitions.classes() as f64 - self.contexts.classes() as f64;
        self.conditional_entropy() + excess_classes(excess, self.transitions.samples())
    }

    /// Plug-in entropy of a block of k + 1 bytes, in bits per block.
    pub fn block_entropy(&self) -> f64 {
        plug_in(&self.transitions)
    }
}

/// log₂ M − (1/(M ln 2)) Σ c g(c).
fn grouped(spectrum: &Spectrum, g: impl Fn(f64) -> f64) -> f64 {
    let m = spectrum.samples() as f64;
    if m == 0.0 {
        return 0.0;
    }
    (m.ln() - spectrum.sum(|c| c * g(c)) / m) / LN_2
}

/// Bias of `excess` free classes on `samples`, in bits.
fn excess_classes(excess: f64, samples: u64) -> f64 {
    if samples == 0 { 0.0 } else { excess / (2.0 * samples as f64 * LN_2) }
}

/// (−1)^c.
fn sign(c: f64) -> f64 {
    if c % 2.0 == 0.0 { 1.0 } else { -1.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::{block_bootstrap, count_orders, nsb, tests::close};
    use crate::sources::{Source, SplitMix64};
    use proptest::prelude::*;

    /// Counts of `samples` draws from `classes` equally likely classes.
    fn uniform_sample(classes: u64, samples: usize, seed: u64) -> Spectrum {
        let mut random = SplitMix64::new(seed);
        let mut counts = vec![0; classes as usize];
        (0..samples).for_each(|_| counts[random.below(classes) as usize] += 1);
        Spectrum::of_counts(counts)
    }

    #[test]
    fn corrections_come_nearer_to_the_truth_than_the_plug_in() {
        let truth = 8.0;
        let sample = uniform_sample(256, 500, 1);
        let plug_in_error = (plug_in(&sample) - truth).abs();
        for (name, estimate) in [
            ("Miller–Madow", miller_madow(&sample)),
            ("Chao–Shen", chao_shen(&sample)),
            ("Grassberger 1988", grassberger_1988(&sample)),
            ("Grassberger 2003", grassberger_2003(&sample)),
            ("James–Stein", james_stein(&sample, 256.0)),
            ("NSB", nsb(&sample, 256.0).mean_bits),
            ("jackknife", jackknife(&sample, plug_in).0),
        ] {
            assert!((estimate - truth).abs() < 0.6 * plug_in_error, "{name}: {estimate}");
        }
    }

    #[test]
    fn stated_errors_are_those_seen_over_many_samples() {
        // A geometric law has a spread of surprises; a uniform one has none.
        let source = Source::find("geometric").unwrap();
        let estimates: Vec<(f64, f64, f64)> = (0..100)
            .map(|seed| {
                let mut counts = vec![0; 256];
                source.symbols(seed).take(2000).for_each(|s| counts[usize::from(s)] += 1);
                let sample = Spectrum::of_counts(counts);
                let (corrected, error) = jackknife(&sample, plug_in);
                (corrected, error, plug_in_standard_error(&sample))
            })
            .collect();
        let inside = |sigmas: f64| {
            let near = |e: &&(f64, f64, f64)| (e.0 - source.entropy_rate).abs() < sigmas * e.1;
            estimates.iter().filter(near).count()
        };
        assert!((55..=80).contains(&inside(1.0)), "{}", inside(1.0));
        assert!(inside(2.0) >= 90, "{}", inside(2.0));
        for (_, error, formula) in estimates {
            close(formula, error, 0.1 * error);
        }
    }

    #[test]
    fn errors_of_biased_estimates_reach_the_truth() {
        let source = Source::find("geometric").unwrap();
        let shrunk = |sample: &Spectrum| james_stein(sample, 256.0);
        let estimators: [&dyn Fn(&Spectrum) -> f64; 2] = [&plug_in, &shrunk];
        for estimator in estimators {
            let inside = (0..100).filter(|&seed| {
                let mut counts = vec![0; 256];
                source.symbols(seed).take(1000).for_each(|s| counts[usize::from(s)] += 1);
                let sample = Spectrum::of_counts(counts);
                let error = jackknife_error(&sample, estimator);
                (estimator(&sample) - source.entropy_rate).abs() < 2.0 * error
            });
            let inside = inside.count();
            assert!(inside >= 90, "{inside} of 100");
        }
    }

    #[test]
    fn the_posterior_of_nsb_covers_the_truth() {
        let inside = (0..100).filter(|&seed| {
            let posterior = nsb(&uniform_sample(64, 100, seed), 64.0);
            (posterior.mean_bits - 6.0).abs() < 2.0 * posterior.deviation_bits
        });
        assert!(inside.count() >= 90);
    }

    #[test]
    fn dependent_samples_have_the_errors_of_the_bootstrap() {
        let source = Source::find("markov1").unwrap();
        let rate = |bytes: &[u8]| count_orders(&[bytes], 1)[1].conditional_entropy();
        let sequences: Vec<Vec<u8>> =
            (0..20).map(|seed| source.symbols(seed).take(20_000).collect()).collect();
        let inside = sequences.iter().filter(|bytes| {
            let error = block_bootstrap(bytes, 200, 50, 1, rate);
            (rate(bytes) - source.entropy_rate).abs() < 2.0 * error
        });
        assert!(inside.count() >= 17);
    }

    #[test]
    fn an_empty_sample_and_a_single_one_have_no_entropy() {
        for sample in [Spectrum::default(), Spectrum::of_counts([1])] {
            for estimator in [plug_in, miller_madow, chao_shen, grassberger_2003] {
                assert!(estimator(&sample).abs() < 1e-9 || sample.samples() == 1);
            }
            close(plug_in(&sample), 0.0, 0.0);
            assert!(
                james_stein(&sample, 2.0).is_finite() && nsb(&sample, 2.0).mean_bits.is_finite()
            );
        }
    }

    proptest! {
        #[test]
        fn the_corrections_only_add(counts in prop::collection::vec(0_u64..40, 1..40)) {
            let sample = Spectrum::of_counts(counts);
            let plug_in = plug_in(&sample);
            prop_assert!(miller_madow(&sample) >= plug_in - 1e-12);
            prop_assert!(chao_shen(&sample) >= plug_in - 1e-9);
            prop_assert!(plug_in <= (sample.classes().max(1) as f64).log2() + 1e-12);
        }
    }
}
