//! What log-probabilities of tokens are worth as a code: language models as compressors.

#![expect(clippy::disallowed_methods, reason = "logarithms are what is measured")]

use crate::coding::{BitEncoder, BitSink, Probability};

/// Most bits that one decision of the coder takes: its probabilities are multiples of 2⁻¹⁶,
/// and one of 2⁻⁸ is right to 0.2 %.
const MOST_BITS: f64 = 8.0;

/// What this crate's range coder makes of events of `bits` = −log₂ p each, in bytes: really
/// coded, sealed, and counted.
///
/// An event is a chain of ⌈`bits` / 8⌉ equally likely decisions, of which each comes out
/// as it did. Probabilities are multiples of 2⁻¹⁶, so that no event costs less than
/// 2.2 · 10⁻⁵ bits; the quantisation of the rest costs below 10⁻⁴ of their bits on average.
/// An event that is impossible (∞ bits) cannot be coded: `None`.
///
/// The alternatives of an event do not matter to its code length: a decoder that has the
/// same model divides what is left of the interval among them.
pub fn coded_bytes(bits: impl IntoIterator<Item = f64>) -> Option<u64> {
    let mut encoder = BitEncoder::new();
    // Either part of the interval in turn: always the lower one would end at 0, which has the
    // shortest code of all.
    let mut bit = false;
    for bits in bits {
        if !bits.is_finite() {
            return None;
        }
        let decisions = (bits / MOST_BITS).ceil().max(1.0);
        let p = (-bits.max(0.0) / decisions).exp2() * f64::from(1 << Probability::BITS);
        // Rounding that forgets what it lost would add up over equal decisions.
        let mut owed = 0.0;
        for _ in 0..decisions as u64 {
            let rounded = (p + owed).round();
            owed += p - rounded;
            bit = !bit;
            let one = if bit { rounded } else { f64::from(1 << Probability::BITS) - rounded };
            encoder.put(bit, Probability::from_u16_clamped(one as i32));
        }
    }
    Some(encoder.finish().len() as u64)
}

/// −log₂ p, in bits, of a log-probability to any `base` above 1: 2, e, 10, 256.
pub fn bits_of_log_probability(value: f64, base: f64) -> f64 {
    0.0 - value * base.log2()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::tests::close;
    use std::f64::consts::E;

    #[test]
    fn a_code_is_as_long_as_its_events_are_surprising() {
        let bits: Vec<f64> = (0..20_000).map(|i| f64::from(i * i % 4001) / 100.0).collect();
        let ideal = bits.iter().sum::<f64>() / 8.0;
        let coded = coded_bytes(bits).unwrap() as f64;
        assert!((coded / ideal - 1.0).abs() < 2e-4, "{coded}, not {ideal}");
    }

    #[test]
    fn certain_events_cost_the_coders_least_and_impossible_ones_have_no_code() {
        assert_eq!(coded_bytes([]), Some(0));
        assert!(coded_bytes(vec![0.0; 100_000]).unwrap() <= 8);
        assert_eq!(coded_bytes([1.0, f64::INFINITY]), None);
    }

    #[test]
    fn a_base_changes_the_unit_only() {
        for base in [2.0, E, 10.0, 256.0] {
            close(bits_of_log_probability(0.125_f64.ln() / base.ln(), base), 3.0, 1e-12);
        }
        assert!(bits_of_log_probability(0.0, E).is_sign_positive());
    }
}
