#![expect(clippy::disallowed_methods, reason = "logarithms are what is measured")]

use super::{batch_means, sum::accurate_sum};
use std::f64::consts::LN_2;

/// Parts of a sequence whose spread tells the error of its mean.
const PARTS: usize = 32;

/// Standard error of [KL(P‖Q)](super::kl_divergence) in bits, where `p` and `q` are the
/// frequencies of byte values in `x` and `y`, perhaps smoothed; NaN if the divergence is
/// infinite or a sequence has fewer bytes than parts.
///
/// To first order the divergence moves with the mean of log₂ p/q over x and against that of
/// (p/q)/ln 2 over y (delta method); neighbouring bytes depend on one another, so both errors
/// come from the means of 32 parts. Where P and Q are alike both vanish, and the bias upwards,
/// about (K − 1)/(2 ln 2) · (1/n + 1/m) for K values, is what is left.
pub fn kl_divergence_error(x: &[u8], y: &[u8], p: &[f64], q: &[f64]) -> f64 {
    let ratio = |byte: u8| p[usize::from(byte)] / q[usize::from(byte)];
    mean_error(x, |byte| ratio(byte).log2()).hypot(mean_error(y, |byte| ratio(byte) / LN_2))
}

/// Standard error of the mean of `of` over `bytes`.
fn mean_error(bytes: &[u8], of: impl Fn(u8) -> f64) -> f64 {
    let part = bytes.len() / PARTS;
    let mean = |bytes: &[u8]| accurate_sum(bytes.iter().map(|&byte| of(byte))) / part as f64;
    let means: Vec<f64> = bytes.chunks_exact(part.max(1)).take(PARTS).map(mean).collect();
    batch_means(&means, PARTS).standard_error
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{measure::kl_divergence, sources::SplitMix64};

    /// `count` of four symbols in tenths `shares`, each kept for five samples on average.
    fn sticky(shares: [u64; 4], count: usize, random: &mut SplitMix64) -> Vec<u8> {
        let draw = |random: &mut SplitMix64| {
            let tenth = random.below(10);
            let edge = |i: usize| shares[..=i].iter().sum::<u64>();
            (0..4).find(|&i| tenth < edge(i)).unwrap_or(3) as u8
        };
        let mut symbol = draw(random);
        let mut step = || {
            if random.below(5) == 0 {
                symbol = draw(random);
            }
            symbol
        };
        (0..count).map(|_| step()).collect()
    }

    fn frequencies(bytes: &[u8]) -> Vec<f64> {
        let mut counts = [0_u32; 4];
        for &byte in bytes {
            counts[usize::from(byte)] += 1;
        }
        counts.map(|count| f64::from(count) / bytes.len() as f64).into()
    }

    #[test]
    fn stated_errors_cover_the_divergence_of_dependent_bytes() {
        let truth = kl_divergence(&[0.4, 0.3, 0.2, 0.1], &[0.1, 0.2, 0.3, 0.4]);
        let inside = (0..100).filter(|&seed| {
            let mut random = SplitMix64::new(seed);
            let x = sticky([4, 3, 2, 1], 20_000, &mut random);
            let y = sticky([1, 2, 3, 4], 10_000, &mut random);
            let (p, q) = (frequencies(&x), frequencies(&y));
            let error = kl_divergence_error(&x, &y, &p, &q);
            (kl_divergence(&p, &q) - truth).abs() < 2.0 * error
        });
        let inside = inside.count();
        assert!(inside >= 90, "{inside} of 100");
    }

    #[test]
    fn what_is_infinite_or_short_has_no_error() {
        let (p, q) = ([0.5, 0.5], [1.0, 0.0]);
        let x = [0, 1].repeat(100);
        assert!(kl_divergence_error(&x, &[0; 200], &p, &q).is_nan());
        assert!(kl_divergence_error(&x[..20], &x, &p, &p).is_nan());
    }
}
