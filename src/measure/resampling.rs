//! Standard errors by resampling, where no formula knows the dependence between samples.

use super::sum::accurate_sum;
use crate::sources::SplitMix64;

/// A mean and the standard error of it, in the unit of the values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The estimate.
    pub value: f64,
    /// Its standard error.
    pub standard_error: f64,
}

/// Mean of `values` that depend on their neighbours, as code lengths along a file do, and
/// its standard error from the spread of the means of `batches` equal parts.
///
/// Each part should be longer than the dependence reaches; what is left over after the
/// last whole part counts in the mean only. With fewer than two parts the error is NaN.
/// Source: Law & Kelton, Simulation Modeling and Analysis §9.5 (batch means).
pub fn batch_means(values: &[f64], batches: usize) -> Estimate {
    let value = mean(values);
    let size = values.len() / batches.max(1);
    if size == 0 || batches < 2 {
        return Estimate { value, standard_error: f64::NAN };
    }
    let means: Vec<f64> = values.chunks_exact(size).take(batches).map(mean).collect();
    Estimate { value, standard_error: deviation(&means) / (means.len() as f64).sqrt() }
}

/// Standard error of `statistic` on a sequence, from its spread over `rounds` sequences of
/// the same length put together from blocks of `block` neighbours, drawn with
/// replacement; in the unit of `statistic`. `seed` fixes the draws.
///
/// Blocks keep the dependence within them; n-gram statistics want them far longer than n.
/// Source: Künsch, Annals of Statistics 17 (1989).
pub fn block_bootstrap<T: Clone>(
    sequence: &[T],
    block: usize,
    rounds: u32,
    seed: u64,
    statistic: impl Fn(&[T]) -> f64,
) -> f64 {
    let block = block.clamp(1, sequence.len().max(1));
    let mut random = SplitMix64::new(seed);
    let starts = (sequence.len() - block.min(sequence.len()) + 1) as u64;
    let values: Vec<f64> = (0..rounds)
        .map(|_| {
            let mut resampled = Vec::with_capacity(sequence.len() + block);
            while resampled.len() < sequence.len() {
                let start = random.below(starts) as usize;
                resampled.extend_from_slice(&sequence[start..start + block]);
            }
            resampled.truncate(sequence.len());
            statistic(&resampled)
        })
        .collect();
    deviation(&values)
}

/// Mean, compensated; NaN of nothing.
fn mean(values: &[f64]) -> f64 {
    accurate_sum(values.iter().copied()) / values.len() as f64
}

/// Sample standard deviation, with n − 1.
fn deviation(values: &[f64]) -> f64 {
    let mean = mean(values);
    let squares = accurate_sum(values.iter().map(|value| (value - mean).powi(2)));
    (squares / (values.len() as f64 - 1.0)).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::tests::close;

    #[test]
    fn resampled_errors_of_a_mean_are_those_of_the_formula() {
        let mut random = SplitMix64::new(2);
        let values: Vec<f64> = (0..10_000).map(|_| random.below(1000) as f64).collect();
        let expected = 1000.0 / 12_f64.sqrt() / 100.0;
        let batch = batch_means(&values, 100);
        close(batch.value, 499.5, 3.0 * expected);
        close(batch.standard_error, expected, 0.3 * expected);
        close(block_bootstrap(&values, 10, 200, 1, mean), expected, 0.3 * expected);
    }

    #[test]
    fn nothing_has_no_error() {
        assert!(batch_means(&[], 10).standard_error.is_nan());
        assert!(block_bootstrap(&[] as &[f64], 10, 5, 1, mean).is_nan());
    }
}
