//! The two-method interface of a predictor, and the loops that drive one.

use super::{context::RestLayout, state::State, testimony::Testimony};
use crate::coding::{BitDecoder, BitSink, BitSource, Probability};

/// P(next bit), then what the bit was: predict, then update.
pub trait Predictor {
    /// P(next bit = 1) given all bits so far. Learns nothing.
    fn predict(&mut self) -> Probability;
    /// Learns the bit that was just predicted.
    fn update(&mut self, bit: bool);
    /// Ends the first half of a byte, four bits.
    fn end_of_nibble(&mut self) {}
    /// Ends a byte.
    fn end_of_byte(&mut self) {}
}

/// A model that codes blocks of bytes: what [`Model`](super::Model) holds.
pub(crate) trait BlockModel: Send {
    /// Codes `bytes` into `sink` and learns them.
    fn encode(&mut self, bytes: &[u8], sink: &mut dyn BitSink);
    /// Decodes `count` bytes to the end of `bytes`: the mirror of `encode`.
    fn decode(&mut self, source: &mut BitDecoder, count: usize, bytes: &mut Vec<u8>);
    /// Is told where rests of samples are in the bytes that come next, if there are any.
    fn expect(&mut self, _layout: Option<RestLayout>) {}
    /// The same as a model whose state can be kept, if it is one.
    fn trainable(&mut self) -> Option<&mut dyn Trainable> {
        None
    }
    /// Notes from now on what its components say, and names them; none if it has none.
    fn watch(&mut self) -> Vec<String> {
        Vec::new()
    }
    /// Hands over what was noted.
    fn testimony(&mut self) -> Testimony {
        Testimony::default()
    }
}

/// A model whose state can be kept, and that predicts from it without learning.
pub(crate) trait Trainable: State {
    /// Codes `bytes` into `sink` and learns nothing but where it is in them.
    fn read(&mut self, bytes: &[u8], sink: &mut dyn BitSink);

    /// P(next bit = 1) at each node of the tree of the next byte's bits: entry `1x…` is what
    /// follows the bits `x…`; entry 0 is not used. To be called between bytes.
    fn tree(&mut self) -> Box<[Probability; 256]>;
}

/// Codes each byte, most significant bit first.
#[inline(always)]
pub(crate) fn encode<P: Predictor>(predictor: &mut P, bytes: &[u8], sink: &mut dyn BitSink) {
    for &byte in bytes {
        let mut probabilities = [Probability::HALF; 8];
        let (high, low) = probabilities.split_at_mut(4);
        learn_nibble(predictor, byte >> 4, high);
        predictor.end_of_nibble();
        learn_nibble(predictor, byte & 15, low);
        predictor.end_of_byte();
        sink.put_byte(byte, &probabilities);
    }
}

/// Foretells and learns the four bits of `nibble`.
#[inline(always)]
fn learn_nibble<P: Predictor>(predictor: &mut P, nibble: u8, probabilities: &mut [Probability]) {
    let mut bits = u32::from(nibble) << 28;
    for p in probabilities {
        *p = predictor.predict();
        predictor.update(bits >> 31 == 1);
        bits <<= 1;
    }
}

/// Decodes `count` bytes: the mirror of [`encode`].
#[inline(always)]
pub(crate) fn decode<P: Predictor>(
    predictor: &mut P,
    source: &mut BitDecoder,
    count: usize,
    bytes: &mut Vec<u8>,
) {
    for _ in 0..count {
        let high = decode_nibble(predictor, source);
        predictor.end_of_nibble();
        let low = decode_nibble(predictor, source);
        predictor.end_of_byte();
        bytes.push(high << 4 | low);
    }
}

/// Decodes four bits: the mirror of [`learn_nibble`].
#[inline(always)]
fn decode_nibble<P: Predictor>(predictor: &mut P, source: &mut BitDecoder) -> u8 {
    // No closure: it would be compiled without the vector instructions of its caller.
    let mut nibble = 0;
    for _ in 0..4 {
        let bit = source.take(predictor.predict());
        predictor.update(bit);
        nibble = nibble << 1 | u8::from(bit);
    }
    nibble
}
