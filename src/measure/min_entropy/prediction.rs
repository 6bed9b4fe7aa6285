#![expect(clippy::disallowed_methods, reason = "logarithms are what is measured")]

use super::{entropy_of, search::bisect, upper_bound};

/// What all four predictors come to (§6.3.7–§6.3.10, last steps): how often a predictor
/// was right, and the longest run of it being right, each as the p that allows it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Prediction {
    /// Predictions tried, N.
    pub tried: u64,
    /// Predictions that were right, C.
    pub correct: u64,
    /// Longest run of right predictions, in symbols.
    pub longest_run: u64,
    /// Sample at which that run begins, the first of several.
    pub run_start: usize,
    /// `P′_global`, the upper end of the 99 % interval of C/N.
    pub global: f64,
    /// `P_local`, at which no run so long has probability 0.99; none if it is below `P′_global`
    /// or 1/k, and so cannot decide.
    pub local: Option<f64>,
    /// The largest of `P′_global`, `P_local` and 1/k.
    pub p: f64,
}

/// Probability that a run as long as the longest is *not* seen, at `P_local`.
const CONFIDENCE: f64 = 0.99;

impl Prediction {
    /// C/N.
    pub fn share(&self) -> f64 {
        self.correct as f64 / self.tried as f64
    }

    /// −log₂ max(`P′_global`, `P_local`, 1/k), in bits a symbol.
    pub fn min_entropy(&self) -> f64 {
        entropy_of(self.p)
    }

    /// Whether the longest run decided rather than the share.
    pub fn is_local(&self) -> bool {
        self.local.is_some_and(|local| local >= self.p)
    }
}

/// Keeps the score of one predictor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Score {
    correct: u64,
    run: u64,
    longest_run: u64,
    run_end: usize,
}

impl Score {
    /// The prediction of sample `at` was right or wrong.
    #[inline]
    pub(super) fn note(&mut self, at: usize, is_right: bool) {
        if is_right {
            self.correct += 1;
            self.run += 1;
            if self.run > self.longest_run {
                (self.longest_run, self.run_end) = (self.run, at + 1);
            }
        } else {
            self.run = 0;
        }
    }

    /// The estimate from `tried` predictions over an alphabet of `alphabet` symbols.
    pub(super) fn estimate(self, tried: usize, alphabet: usize) -> Prediction {
        let share = self.correct as f64 / tried as f64;
        let global = if self.correct > 0 {
            upper_bound(share, tried)
        } else {
            1.0 - (1.0 - CONFIDENCE).powf(1.0 / tried as f64)
        };
        let least = global.max(1.0 / alphabet as f64);
        let no_run = |p: f64| ln_no_run(p, self.longest_run + 1, tried);
        let can_decide = least < 1.0 && no_run(least) > CONFIDENCE.ln();
        let local = can_decide.then(|| bisect(no_run, CONFIDENCE.ln(), least).unwrap_or(1.0));
        Prediction {
            tried: tried as u64,
            correct: self.correct,
            longest_run: self.longest_run,
            run_start: self.run_end - self.longest_run as usize,
            global,
            local,
            p: least.max(local.unwrap_or(0.0)),
        }
    }
}

/// ln of the probability that `tried` predictions, each right with probability `p` in
/// `(0, 1)`, hold no run of `run` right ones.
///
/// ```text
/// (1 − p·x) / ((r + 1 − r·x) · q · xᴺ⁺¹),  x = 1 + q·pʳ·xʳ⁺¹,  q = 1 − p
/// ```
///
/// x is 1 and a little: it is found and used as d = x − 1, which keeps all its digits.
/// Source: Feller, *Introduction to Probability Theory* I, §XIII.7, (7.11).
fn ln_no_run(p: f64, run: u64, tried: usize) -> f64 {
    let (q, r) = (1.0 - p, run as f64);
    let first = q * p.powf(r);
    let mut excess = first;
    // As many steps as the reference tool takes: near p = r/(r + 1) they converge slowly.
    for _ in 0..65 {
        let next = first * ((r + 1.0) * excess.ln_1p()).exp();
        let is_settled = next - excess <= f64::EPSILON * excess;
        excess = next;
        if is_settled {
            break;
        }
    }
    let numerator = (-(p * excess / q)).max(-1.0).ln_1p();
    let denominator = (-(r * excess)).max(-1.0).ln_1p();
    numerator - denominator - (tried as f64 + 1.0) * excess.ln_1p()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::tests::close;

    /// The same by recursion over the predictions.
    fn by_recursion(p: f64, run: usize, tried: usize) -> f64 {
        let mut ends_with = vec![0.0; run];
        ends_with[0] = 1.0;
        for _ in 0..tried {
            let any: f64 = ends_with.iter().sum();
            ends_with.rotate_right(1);
            for state in &mut ends_with {
                *state *= p;
            }
            ends_with[0] = any * (1.0 - p);
        }
        ends_with.iter().sum::<f64>().ln()
    }

    #[test]
    fn runs_are_as_likely_as_by_recursion() {
        for (p, run, tried) in [(0.5, 20, 10_000), (0.01, 4, 5000), (0.9, 150, 20_000)] {
            close(ln_no_run(p, run as u64, tried), by_recursion(p, run, tried), 1e-9);
        }
    }

    #[test]
    fn the_first_longest_run_is_remembered() {
        let mut score = Score::default();
        for (at, is_right) in [true, false, true, true, false, true, true].into_iter().enumerate() {
            score.note(10 + at, is_right);
        }
        let estimate = score.estimate(7, 256);
        assert_eq!((estimate.longest_run, estimate.run_start, estimate.correct), (2, 12, 5));
    }

    #[test]
    fn a_predictor_that_is_never_right_is_not_trusted() {
        let estimate = Score::default().estimate(1000, 256);
        close(estimate.global, 1.0 - 0.01_f64.powf(1e-3), 1e-15);
    }
}
