//! Which component of a model paid for which part of a code length.

use crate::{
    coding::{BitSink, CostMeter, Probability},
    models::Testimony,
};
use std::f64::consts::LN_2;

/// Shares of a code length among the components of a mixing model, in bits saved against
/// guessing.
///
/// Guessing pays one bit a bit. A mixing model adds the components' contributions zᵢ to a
/// logit z and pays L(z) = −log₂ P(bit) instead; component i is credited with
///
/// ```text
/// shareᵢ = zᵢ / z · (1 − L(z))                  or zᵢ · ±1 / (2 ln 2) where z = 0
/// ```
///
/// which is its Aumann–Shapley value: the saving's slope along zᵢ, integrated while all
/// contributions grow together from nothing. Positive if it helped, negative if it misled.
/// What refinement changes after mixing is a share of its own. Shares add up:
///
/// ```text
/// 8 bits a byte − Σ shares = ideal code length
/// ```
///
/// They say who is believed and pays off in this ensemble, not what would be lost without
/// it: others would step in.
/// Source: Aumann & Shapley, Values of Non-Atomic Games (1974); Sundararajan, Taly & Yan,
/// "Axiomatic attribution for deep networks", ICML (2017).
///
/// As a [`BitSink`] it takes the code lengths that the model really pays;
/// [`take`](Self::take) joins them with what its components said.
#[derive(Clone, Debug, Default)]
pub struct Attribution {
    costs: Vec<f64>,
}

impl Attribution {
    /// Nothing coded yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Hands the shares of each byte coded since the last call to `byte`, one for each of the
    /// `components` and one for refinement, in bits; `testimony` is of the same bits.
    pub fn take(&mut self, components: usize, testimony: &Testimony, mut byte: impl FnMut(&[f64])) {
        let mut shares = vec![0.0; components + 1];
        for (index, (said, cost)) in testimony.bits().zip(self.costs.drain(..)).enumerate() {
            let p = Probability::from_u16_clamped(said.mixed);
            let mixed_cost = CostMeter::cost(said.bit, p);
            let logits = said.contributions.iter().map(|&z| f64::from(z) * Testimony::CONTRIBUTION);
            let logit: f64 = logits.clone().sum();
            // Savings a nat of logit, on average along the way.
            let slope = if logit.abs() > 1e-3 {
                (1.0 - mixed_cost) / logit
            } else if said.bit {
                0.5 / LN_2
            } else {
                -0.5 / LN_2
            };
            let mut rest = 1.0 - cost;
            for (share, logit) in shares.iter_mut().zip(logits) {
                *share += logit * slope;
                rest -= logit * slope;
            }
            // What mixing does not explain is what refinement and rounding did.
            shares[components] += rest;
            if index % 8 == 7 {
                byte(&shares);
                shares.fill(0.0);
            }
        }
    }
}

impl BitSink for Attribution {
    fn put(&mut self, bit: bool, p: Probability) {
        self.costs.push(CostMeter::cost(bit, p));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        measure::{ideal_bits, tests::close},
        models::{Level, Model},
    };

    fn text() -> Vec<u8> {
        b"the cat sat on the mat, the rat ate the hat; ".repeat(60)
    }

    #[test]
    fn shares_and_the_code_length_add_up_to_eight_bits_a_byte() {
        for number in 3..=9 {
            let spec = Level::new(number).unwrap().spec().fitted(3000);
            let (text, mut model) = (text(), Model::new(&spec));
            let components = model.watch().len();
            assert!(components > 6);
            let (mut saved, mut bytes) = (0.0, 0);
            for piece in text.chunks(100) {
                let mut attribution = Attribution::new();
                model.encode(piece, &mut attribution);
                attribution.take(components, &model.testimony(), |shares| {
                    assert_eq!(shares.len(), components + 1);
                    saved += shares.iter().sum::<f64>();
                    bytes += 1;
                });
            }
            assert_eq!(bytes, text.len());
            // Watching changes no prediction.
            close(8.0 * bytes as f64 - saved, ideal_bits(&spec, &text), 1e-6);
        }
    }

    #[test]
    fn mixing_explains_nearly_all_and_long_repetitions_are_paid_by_matches() {
        let spec = Level::DEFAULT.spec().fitted(3000);
        let mut model = Model::new(&spec);
        let names = model.watch();
        let mut attribution = Attribution::new();
        model.encode(&text(), &mut attribution);
        let mut sums = vec![0.0; names.len() + 1];
        attribution.take(names.len(), &model.testimony(), |shares| {
            sums.iter_mut().zip(shares).for_each(|(sum, share)| *sum += share);
        });
        let total: f64 = sums.iter().sum();
        assert!(sums[names.len()].abs() < 0.1 * total, "refinement {}", sums[names.len()]);
        let matching = names.iter().position(|name| name == "Match").unwrap();
        assert!(sums[matching] > 0.05 * total, "{} of {total}", sums[matching]);
    }

    #[test]
    fn models_without_a_mixer_have_no_components() {
        assert!(Model::new(&Level::MIN.spec().fitted(100)).watch().is_empty());
    }
}
