use super::{ModelSpec, OrderModel};
use crate::coding::{BitSink, BitSource, Probability};

/// P(next bit), then what the bit was: predict, then update.
pub trait Predictor {
    /// P(next bit = 1) given all bits so far. Learns nothing.
    fn predict(&mut self) -> Probability;
    /// Learns the bit that was just predicted.
    fn update(&mut self, bit: bool);
}

/// The model that a [`ModelSpec`] describes, at work: the past it has seen and what it
/// has learnt from it.
pub enum Model {
    /// One order-k context model.
    Order(OrderModel),
}

impl Model {
    /// A model that has seen nothing.
    pub fn new(spec: &ModelSpec) -> Self {
        match *spec {
            ModelSpec::Order { order, log2_slots } => {
                Self::Order(OrderModel::new(order, log2_slots))
            }
        }
    }

    /// Codes `bytes`, the continuation of all that was coded before, into `sink`, and
    /// learns them.
    pub fn encode(&mut self, bytes: &[u8], sink: &mut impl BitSink) {
        match self {
            Self::Order(model) => bytes.iter().for_each(|&byte| encode_byte(model, sink, byte)),
        }
    }

    /// Decodes `count` bytes to the end of `bytes`: the mirror of [`encode`](Self::encode).
    pub fn decode(&mut self, source: &mut impl BitSource, count: usize, bytes: &mut Vec<u8>) {
        match self {
            Self::Order(model) => bytes.extend((0..count).map(|_| decode_byte(model, source))),
        }
    }
}

/// Codes one byte, most significant bit first.
fn encode_byte(predictor: &mut impl Predictor, sink: &mut impl BitSink, byte: u8) {
    for shift in (0..8).rev() {
        let bit = (byte >> shift) & 1 == 1;
        sink.put(bit, predictor.predict());
        predictor.update(bit);
    }
    sink.end_of_byte();
}

/// Decodes one byte: the mirror of [`encode_byte`].
fn decode_byte(predictor: &mut impl Predictor, source: &mut impl BitSource) -> u8 {
    (0..8).fold(0, |byte, _| {
        let bit = source.take(predictor.predict());
        predictor.update(bit);
        byte << 1 | u8::from(bit)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        coding::{BitDecoder, BitEncoder, CostMeter},
        models::Level,
    };

    #[test]
    fn decoding_mirrors_encoding_and_costs_what_the_meter_says() {
        let bytes: Vec<u8> = (0..20_000u32).map(|i| (i * i % 251) as u8).collect();
        let spec = Level::DEFAULT.spec();
        let (mut encoder, mut meter) = (BitEncoder::new(), CostMeter::new());
        Model::new(&spec).encode(&bytes, &mut encoder);
        Model::new(&spec).encode(&bytes, &mut meter);
        let code = encoder.finish();
        assert!((code.len() as f64 - meter.bits() / 8.0).abs() <= 8.0 + 0.0001 * code.len() as f64);
        let mut decoded = Vec::new();
        Model::new(&spec).decode(&mut BitDecoder::new(&code), bytes.len(), &mut decoded);
        assert_eq!(decoded, bytes);
    }
}
