//! The two-method interface of a predictor, and the loops that drive one.

use crate::coding::{BitDecoder, BitSink, BitSource, Probability};

/// P(next bit), then what the bit was: predict, then update.
pub trait Predictor {
    /// P(next bit = 1) given all bits so far. Learns nothing.
    fn predict(&mut self) -> Probability;
    /// Learns the bit that was just predicted.
    fn update(&mut self, bit: bool);
}

/// A model that codes blocks of bytes: what [`Model`](super::Model) holds.
pub(crate) trait BlockModel: Send {
    /// Codes `bytes` into `sink` and learns them.
    fn encode(&mut self, bytes: &[u8], sink: &mut dyn BitSink);
    /// Decodes `count` bytes to the end of `bytes`: the mirror of `encode`.
    fn decode(&mut self, source: &mut BitDecoder, count: usize, bytes: &mut Vec<u8>);
}

impl<P: Predictor + Send> BlockModel for P {
    fn encode(&mut self, bytes: &[u8], sink: &mut dyn BitSink) {
        #[cfg(target_arch = "x86_64")]
        if std::arch::is_x86_feature_detected!("avx2") {
            return wide::encode(self, bytes, sink);
        }
        encode(self, bytes, sink);
    }

    fn decode(&mut self, source: &mut BitDecoder, count: usize, bytes: &mut Vec<u8>) {
        #[cfg(target_arch = "x86_64")]
        if std::arch::is_x86_feature_detected!("avx2") {
            return wide::decode(self, source, count, bytes);
        }
        decode(self, source, count, bytes);
    }
}

/// Codes each byte, most significant bit first.
#[inline(always)]
fn encode(predictor: &mut impl Predictor, bytes: &[u8], sink: &mut dyn BitSink) {
    for &byte in bytes {
        let mut probabilities = [Probability::HALF; 8];
        for (place, p) in probabilities.iter_mut().enumerate() {
            *p = predictor.predict();
            predictor.update(byte >> (7 - place) & 1 == 1);
        }
        sink.put_byte(byte, &probabilities);
    }
}

/// Decodes `count` bytes: the mirror of [`encode`].
#[inline(always)]
fn decode(
    predictor: &mut impl Predictor,
    source: &mut BitDecoder,
    count: usize,
    bytes: &mut Vec<u8>,
) {
    for _ in 0..count {
        let byte = (0..8).fold(0, |byte, _| {
            let bit = source.take(predictor.predict());
            predictor.update(bit);
            byte << 1 | u8::from(bit)
        });
        bytes.push(byte);
    }
}

/// The same loops compiled for 256-bit vectors; the operations and their order are the
/// same, so are the results.
#[cfg(target_arch = "x86_64")]
mod wide {
    #![expect(unsafe_code, reason = "calls code compiled for a processor feature")]

    use super::{BitDecoder, BitSink, Predictor};

    /// [`super::encode`] with AVX2, which the caller has detected.
    pub(super) fn encode(predictor: &mut impl Predictor, bytes: &[u8], sink: &mut dyn BitSink) {
        #[target_feature(enable = "avx2,bmi1,bmi2,lzcnt")]
        fn with_avx2(predictor: &mut impl Predictor, bytes: &[u8], sink: &mut dyn BitSink) {
            super::encode(predictor, bytes, sink);
        }
        // SAFETY: the caller has detected AVX2; every processor with it has the others.
        unsafe { with_avx2(predictor, bytes, sink) }
    }

    /// [`super::decode`] with AVX2, which the caller has detected.
    pub(super) fn decode(
        predictor: &mut impl Predictor,
        source: &mut BitDecoder,
        count: usize,
        bytes: &mut Vec<u8>,
    ) {
        #[target_feature(enable = "avx2,bmi1,bmi2,lzcnt")]
        fn with_avx2(
            predictor: &mut impl Predictor,
            source: &mut BitDecoder,
            count: usize,
            bytes: &mut Vec<u8>,
        ) {
            super::decode(predictor, source, count, bytes);
        }
        // SAFETY: the caller has detected AVX2; every processor with it has the others.
        unsafe { with_avx2(predictor, source, count, bytes) }
    }
}
