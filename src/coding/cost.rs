use super::{BitSink, Probability};

/// A [`BitSink`] that only adds up ideal code lengths: entropy estimation is compression
/// with the output thrown away.
///
/// ```text
/// bits = Σ −log₂ P(bit)
/// ```
#[derive(Clone, Debug, Default)]
pub struct CostMeter {
    bits: f64,
}

impl CostMeter {
    /// A meter at zero.
    pub fn new() -> Self {
        Self::default()
    }

    /// Ideal code length of everything put so far, in bits.
    pub fn bits(&self) -> f64 {
        self.bits
    }

    /// Ideal code length of `bit` foretold with `p`, in bits: −log₂ P(bit).
    #[inline]
    #[expect(clippy::disallowed_methods, reason = "a price, never part of a prediction")]
    pub fn cost(bit: bool, p: Probability) -> f64 {
        16.0 - f64::from(p.of(bit)).log2()
    }
}

impl BitSink for CostMeter {
    #[inline]
    fn put(&mut self, bit: bool, p: Probability) {
        self.bits += Self::cost(bit, p);
    }

    /// One logarithm a byte: that of the product of its bits' probabilities.
    #[inline]
    #[expect(clippy::disallowed_methods, reason = "a price, never part of a prediction")]
    fn put_byte(&mut self, byte: u8, probabilities: &[Probability; 8]) {
        let bits = (0..8).map(|place| byte >> (7 - place) & 1 == 1);
        let product: f64 = bits.zip(probabilities).map(|(bit, p)| f64::from(p.of(bit))).product();
        self.bits += 128.0 - product.log2();
        self.end_of_byte();
    }
}
