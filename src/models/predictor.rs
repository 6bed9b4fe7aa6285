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
    /// Learns the last bit of a byte.
    fn update_last(&mut self, bit: bool) {
        self.update(bit);
    }
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
    ///
    /// Whoever knows the `first` predictions can save asking for them: all that makes sense
    /// then is to go back to where it was.
    fn read(&mut self, bytes: &[u8], first: Option<&Tree>, sink: &mut dyn BitSink);

    /// What each next byte is foretold with. To be called between bytes.
    fn tree(&mut self) -> Box<Tree>;
}

/// P(next bit = 1) at each node of the tree of a byte's bits: entry `1x…` is what follows the
/// bits `x…`; entry 0 is not used.
pub(crate) type Tree = [Probability; 256];

/// Codes each byte, most significant bit first.
#[inline(always)]
pub(crate) fn encode<P: Predictor>(predictor: &mut P, bytes: &[u8], sink: &mut dyn BitSink) {
    for &byte in bytes {
        let mut probabilities = [Probability::HALF; 8];
        let mut bits = u32::from(byte) << 24;
        for (place, p) in probabilities.iter_mut().enumerate() {
            *p = predictor.predict();
            learn(predictor, place, bits >> 31 == 1);
            bits <<= 1;
        }
        sink.put_byte(byte, &probabilities);
    }
}

/// Learns `bit`, the one at `place` in its byte.
#[inline(always)]
fn learn<P: Predictor>(predictor: &mut P, place: usize, bit: bool) {
    if place == 7 {
        predictor.update_last(bit);
    } else {
        predictor.update(bit);
        if place == 3 {
            predictor.end_of_nibble();
        }
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
        let mut byte = 0;
        for place in 0..8 {
            let bit = source.take(predictor.predict());
            learn(predictor, place, bit);
            byte = byte << 1 | u8::from(bit);
        }
        bytes.push(byte);
    }
}
