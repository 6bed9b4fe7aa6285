//! What a model pays for data: entropy estimation is compression with another sink.

use crate::{
    coding::{BitSink, CostMeter, Cumulative, Probability},
    models::{Level, Model, ModelSpec},
};

/// Ideal code length of `bytes` under the model that `spec` describes, starting from
/// nothing, in bits: Σ −log₂ P(bit). An upper bound of the source's entropy, biased up by
/// what the model has to learn and never down.
pub fn ideal_bits(spec: &ModelSpec, bytes: &[u8]) -> f64 {
    let (mut model, mut meter) = (Model::new(spec), CostMeter::new());
    model.encode(bytes, &mut meter);
    meter.bits()
}

/// A [`BitSink`] that keeps the ideal code length of each byte.
#[derive(Clone, Debug, Default)]
pub struct ByteCosts {
    meter: CostMeter,
    /// Ideal code length before the current byte, in bits.
    before: f64,
    costs: Vec<f32>,
}

impl ByteCosts {
    /// No bytes yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Surprise of each byte so far, in bits; their sum is the ideal code length.
    pub fn costs(&self) -> &[f32] {
        &self.costs
    }

    /// Forgets the bytes so far, to hold another block.
    pub fn clear(&mut self) {
        *self = Self { costs: std::mem::take(&mut self.costs), ..Self::default() };
        self.costs.clear();
    }
}

impl BitSink for ByteCosts {
    #[inline]
    fn put(&mut self, bit: bool, p: Probability) {
        self.meter.put(bit, p);
    }

    #[inline]
    fn put_symbol(&mut self, symbol: usize, cumulative: &Cumulative) {
        self.meter.put_symbol(symbol, cumulative);
    }

    fn put_byte(&mut self, byte: u8, probabilities: &[Probability; 8]) {
        self.meter.put_byte(byte, probabilities);
        self.end_of_byte();
    }

    fn end_of_byte(&mut self) {
        self.costs.push((self.meter.bits() - self.before) as f32);
        self.before = self.meter.bits();
    }
}

/// Ideal code length of `bytes` under the model of `level` after it has learnt `before`,
/// in bits: the cross-entropy of `bytes` times their length under what `before` taught.
/// The model goes on learning, and is as large as both together can fill.
pub fn primed_bits(level: Level, before: &[u8], bytes: &[u8]) -> f64 {
    let whole_bytes = (before.len() + bytes.len()) as u64;
    bits_after(Model::new(&level.spec().fitted(whole_bytes)), before, bytes)
}

/// As [`primed_bits`], for a `model` that may have learnt something already.
pub fn bits_after(mut model: Model, before: &[u8], bytes: &[u8]) -> f64 {
    let (mut ignored, mut meter) = (CostMeter::new(), CostMeter::new());
    model.encode(before, &mut ignored);
    model.encode(bytes, &mut meter);
    meter.bits()
}

/// Two sinks of the same bits.
impl<A: BitSink, B: BitSink> BitSink for (A, B) {
    #[inline]
    fn put(&mut self, bit: bool, p: Probability) {
        self.0.put(bit, p);
        self.1.put(bit, p);
    }

    #[inline]
    fn put_symbol(&mut self, symbol: usize, cumulative: &Cumulative) {
        self.0.put_symbol(symbol, cumulative);
        self.1.put_symbol(symbol, cumulative);
    }

    #[inline]
    fn end_of_byte(&mut self) {
        self.0.end_of_byte();
        self.1.end_of_byte();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::tests::close;

    fn text(about: &str) -> Vec<u8> {
        let lines = (0..60).map(|i| format!("{about} {} is worth {i} bits\n", i * i % 17));
        lines.collect::<Vec<_>>().concat().into_bytes()
    }

    #[test]
    fn costs_of_bytes_add_up_to_the_ideal_code_length() {
        let (spec, text) = (Level::DEFAULT.spec().fitted(2000), text("a byte of"));
        let mut costs = ByteCosts::new();
        Model::new(&spec).encode(&text, &mut costs);
        assert_eq!(costs.costs().len(), text.len());
        let sum = costs.costs().iter().map(|&bits| f64::from(bits)).sum();
        close(sum, ideal_bits(&spec, &text), 0.01);
        costs.clear();
        assert!(costs.costs().is_empty());
    }

    #[test]
    fn a_text_costs_less_after_its_like_and_least_after_itself() {
        let (text, like, other) = (text("a byte of"), text("a word of"), vec![7; 2000]);
        let level = Level::DEFAULT;
        let [alone, after_other, after_like, after_itself] =
            [&[][..], &other, &like, &text].map(|before| primed_bits(level, before, &text));
        assert!(after_itself < after_like && after_like < alone && after_like < after_other);
        assert!(after_itself < 0.25 * alone, "{after_itself} of {alone}");
        let model = Model::new(&level.spec().fitted(2 * text.len() as u64));
        close(bits_after(model, &text, &text), after_itself, 0.0);
    }
}
