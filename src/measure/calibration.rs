//! Whether stated probabilities are honest: of all bits foretold with P(1) = p, is the
//! share p ones?

#![expect(clippy::disallowed_methods, reason = "logarithms are what is measured")]

use super::batch_means;
use crate::coding::{BitSink, CostMeter, Probability};
use std::f64::consts::{FRAC_2_PI, LN_2};

/// One class of similar predictions of a [`Reliability`] diagram.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Bin {
    /// Predictions in the class.
    pub count: u64,
    /// Sum of the stated P(1).
    pub stated: f64,
    /// Ones that followed.
    pub ones: u64,
}

impl Bin {
    /// Mean stated P(1); NaN if empty.
    pub fn mean_stated(&self) -> f64 {
        self.stated / self.count as f64
    }

    /// Share of ones; NaN if empty.
    pub fn frequency(&self) -> f64 {
        self.ones as f64 / self.count as f64
    }

    /// Standard error of the share of ones, if the predictions are honest: √(p(1 − p)/n).
    pub fn standard_error(&self) -> f64 {
        let p = self.mean_stated();
        (p * (1.0 - p) / self.count as f64).sqrt()
    }
}

/// What became of predictions, by classes of stated probability.
///
/// Classes are of equal width in the logistic domain ln(p/(1 − p)), because what a
/// compressor states is mostly near 0 or 1, where each nat counts as much as at ½.
/// As a [`BitSink`] it judges a model that codes into it.
#[derive(Clone, Debug)]
pub struct Reliability {
    bins: Vec<Bin>,
    squares: f64,
    /// Code length, in bits.
    bits: f64,
}

impl Default for Reliability {
    fn default() -> Self {
        Self { bins: vec![Bin::default(); Self::CLASSES], squares: 0.0, bits: 0.0 }
    }
}

impl Reliability {
    /// Classes between the extreme probabilities.
    pub const CLASSES: usize = 24;
    /// Where the outermost classes end in the logistic domain: that of 2⁻¹⁶, in nats.
    const REACH: f64 = 16.0 * LN_2;

    /// No predictions yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the stated P(1) = `p` in `(0, 1)` and what followed.
    fn add(&mut self, p: f64, bit: bool) {
        let logit = (p / (1.0 - p)).ln();
        let share = f64::midpoint(logit / Self::REACH, 1.0);
        let class = (share * Self::CLASSES as f64).clamp(0.0, Self::CLASSES as f64 - 1.0) as usize;
        let bin = &mut self.bins[class];
        bin.count += 1;
        bin.stated += p;
        bin.ones += u64::from(bit);
        self.squares += (p - f64::from(u8::from(bit))).powi(2);
    }

    /// The classes, from P(1) near 0 to P(1) near 1.
    pub fn bins(&self) -> &[Bin] {
        &self.bins
    }

    /// Predictions taken.
    pub fn count(&self) -> u64 {
        self.bins.iter().map(|bin| bin.count).sum()
    }

    /// Expected calibration error Σ (n/N) |frequency − mean stated|, `0..=1`.
    /// Source: Naeini, Cooper & Hauskrecht, AAAI (2015).
    pub fn expected_error(&self) -> f64 {
        let gap = |bin: &Bin| (bin.ones as f64 - bin.stated).abs();
        self.bins.iter().map(gap).sum::<f64>() / self.count() as f64
    }

    /// Largest gap between frequency and stated probability among classes that are not
    /// empty, `0..=1`.
    pub fn largest_error(&self) -> f64 {
        let seen = self.bins.iter().filter(|bin| bin.count > 0);
        seen.map(|bin| (bin.frequency() - bin.mean_stated()).abs()).fold(0.0, f64::max)
    }

    /// Brier score: mean (p − bit)², `0..=1`, 0.25 for always saying ½.
    /// Source: Brier, Monthly Weather Review 78 (1950).
    pub fn brier_score(&self) -> f64 {
        self.squares / self.count() as f64
    }

    /// Log loss: mean −log₂ P(bit), in bits per bit.
    pub fn log_loss(&self) -> f64 {
        self.bits / self.count() as f64
    }
}

/// Standard errors of what a [`Reliability`] says, from parts of one input.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ReliabilityErrors {
    /// Of the expected calibration error, the signs of the gaps held. Honest predictions
    /// have gaps by chance as well, which bias it up: see [`Reliability::chance_error`].
    pub expected_error: f64,
    /// Of the Brier score.
    pub brier_score: f64,
    /// Of the log loss, in bits per bit.
    pub log_loss: f64,
}

impl Reliability {
    /// The judgement of all `parts` together.
    pub fn merged(parts: &[Self]) -> Self {
        let mut all = Self::new();
        for part in parts {
            for (bin, add) in all.bins.iter_mut().zip(&part.bins) {
                bin.count += add.count;
                bin.stated += add.stated;
                bin.ones += add.ones;
            }
            all.squares += part.squares;
            all.bits += part.bits;
        }
        all
    }

    /// The expected calibration error that honest, independent predictions would show by
    /// chance: Σ (n/N) √(2/π) √(p(1 − p)/n).
    pub fn chance_error(&self) -> f64 {
        let seen = self.bins.iter().filter(|bin| bin.count > 0);
        let gap = |bin: &Bin| bin.count as f64 * bin.standard_error();
        FRAC_2_PI.sqrt() * seen.map(gap).sum::<f64>() / self.count() as f64
    }

    /// Standard errors of the judgement of all `parts`, equally long pieces of one input in
    /// order, from the spread over them (batch means); NaN for fewer than two.
    pub fn errors(parts: &[Self]) -> ReliabilityErrors {
        let all = Self::merged(parts);
        let signs: Vec<f64> =
            all.bins.iter().map(|bin| (bin.ones as f64 - bin.stated).signum()).collect();
        let gap = |part: &Self| {
            let gaps = part.bins.iter().zip(&signs);
            let gaps = gaps.map(|(bin, sign)| sign * (bin.ones as f64 - bin.stated));
            gaps.sum::<f64>() / part.count() as f64
        };
        let error = |of: &dyn Fn(&Self) -> f64| {
            let values: Vec<f64> = parts.iter().map(of).collect();
            batch_means(&values, values.len()).standard_error
        };
        ReliabilityErrors {
            expected_error: error(&gap),
            brier_score: error(&Self::brier_score),
            log_loss: error(&Self::log_loss),
        }
    }
}

impl BitSink for Reliability {
    fn put(&mut self, bit: bool, p: Probability) {
        self.add(f64::from(p.to_u16()) / f64::from(1 << Probability::BITS), bit);
        self.bits += CostMeter::cost(bit, p);
    }
}

/// Cross-entropy of the same predictions raised to powers 1/T and renormalised: its minimum
/// is at T = 1 if the predictions are honest, above if they are over-confident.
///
/// ```text
/// p′ = p^(1/T) / (p^(1/T) + (1 − p)^(1/T))
/// ```
#[derive(Clone, Debug)]
pub struct Tempered {
    temperatures: Vec<f64>,
    /// By stated P(1) in units of 2⁻¹⁶: zeros and ones that followed.
    counts: Vec<(u64, u64)>,
}

impl Tempered {
    const CLASSES: usize = 1 << Probability::BITS;

    /// For the given temperatures, all above 0.
    pub fn new(temperatures: &[f64]) -> Self {
        Self { temperatures: temperatures.to_vec(), counts: vec![(0, 0); Self::CLASSES] }
    }

    /// Pairs of temperature and total code length in bits.
    pub fn bits(&self) -> Vec<(f64, f64)> {
        self.temperatures.iter().map(|&t| (t, self.bits_at(t))).collect()
    }

    fn bits_at(&self, temperature: f64) -> f64 {
        let seen = self.counts.iter().enumerate().filter(|(_, counts)| **counts != (0, 0));
        super::sum::accurate_sum(seen.map(|(class, &(zeros, ones))| {
            let p = class as f64 / Self::CLASSES as f64;
            let logit = (p / (1.0 - p)).ln() / temperature;
            let cost = |logit: f64| (-logit).exp().ln_1p() / LN_2;
            ones as f64 * cost(logit) + zeros as f64 * cost(-logit)
        }))
    }
}

impl BitSink for Tempered {
    fn put(&mut self, bit: bool, p: Probability) {
        let (zeros, ones) = &mut self.counts[usize::from(p.to_u16())];
        *(if bit { ones } else { zeros }) += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{measure::tests::close, sources::SplitMix64};

    /// Bits that are 1 as often as `honest` of what is stated says.
    fn judged(honest: impl Fn(f64) -> f64) -> (Reliability, Tempered) {
        let mut random = SplitMix64::new(3);
        let (mut reliability, mut tempered) =
            (Reliability::new(), Tempered::new(&[0.25, 0.5, 1.0, 2.0, 4.0]));
        for _ in 0..200_000 {
            let p = Probability::from_u16_clamped(random.below(1 << 16) as i32);
            let share = honest(f64::from(p.to_u16()) / 65536.0);
            let bit = (random.below(1 << 32) as f64) < share * f64::from(u32::MAX);
            reliability.put(bit, p);
            tempered.put(bit, p);
        }
        (reliability, tempered)
    }

    fn best_temperature(tempered: &Tempered) -> f64 {
        tempered.bits().into_iter().min_by(|a, b| a.1.total_cmp(&b.1)).unwrap().0
    }

    #[test]
    fn honest_predictions_have_no_error_and_want_no_temperature() {
        let (reliability, tempered) = judged(|p| p);
        assert!(reliability.expected_error() < 0.005);
        // E p(1 − p) and E H(p) of uniform p.
        close(reliability.brier_score(), 1.0 / 6.0, 2e-3);
        close(reliability.log_loss(), 0.5 / LN_2, 5e-3);
        close(best_temperature(&tempered), 1.0, 0.0);
        close(tempered.bits()[2].1 / 200_000.0, reliability.log_loss(), 1e-9);
        for bin in reliability.bins().iter().filter(|bin| bin.count > 100) {
            close(bin.frequency(), bin.mean_stated(), 4.5 * bin.standard_error());
        }
    }

    #[test]
    fn parts_make_the_whole_and_tell_its_errors() {
        // As in the next test: ones are nearer to ½ than stated.
        let honest = |p: f64| 0.5 + (p - 0.5) / 2.0;
        let parts = |seed: u64| -> Vec<Reliability> {
            let mut random = SplitMix64::new(seed);
            let mut part = |_| {
                let mut part = Reliability::new();
                for _ in 0..1000 {
                    let p = Probability::from_u16_clamped(random.below(1 << 16) as i32);
                    let share = honest(f64::from(p.to_u16()) / 65536.0);
                    part.put((random.below(1 << 32) as f64) < share * f64::from(u32::MAX), p);
                }
                part
            };
            (0..32).map(&mut part).collect()
        };
        // Mean |p − ½| / 2 of uniform p.
        let truth = 0.125;
        let inside = (0..100).filter(|&seed| {
            let parts = parts(seed);
            let error = Reliability::errors(&parts).expected_error;
            (Reliability::merged(&parts).expected_error() - truth).abs() < 2.0 * error
        });
        assert!(inside.count() >= 90);
        let (whole, parts) = (Reliability::merged(&parts(1)), parts(1));
        let mean = parts.iter().map(Reliability::log_loss).sum::<f64>() / 32.0;
        close(whole.log_loss(), mean, 1e-12);
        assert_eq!(whole.count(), 32_000);
        let errors = Reliability::errors(&parts);
        assert!(errors.brier_score > 1e-4 && errors.brier_score < 5e-3, "{errors:?}");
        assert!(whole.chance_error() > 0.001 && whole.chance_error() < 0.01);
    }

    #[test]
    fn over_confident_predictions_want_to_be_cooled_down() {
        let (reliability, tempered) = judged(|p| {
            let logit = (p / (1.0 - p)).ln() / 2.0;
            1.0 / (1.0 + (-logit).exp())
        });
        assert!(reliability.expected_error() > 0.05 && reliability.largest_error() > 0.1);
        close(best_temperature(&tempered), 2.0, 0.0);
    }
}
