//! What a model pays for data: entropy estimation is compression with another sink.

use crate::{
    coding::{BitSink, CostMeter, Probability},
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
    fn end_of_byte(&mut self) {
        self.0.end_of_byte();
        self.1.end_of_byte();
    }
}
