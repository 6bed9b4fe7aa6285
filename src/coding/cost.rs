use super::{BitSink, Cumulative, Probability};

/// A [`BitSink`] that only adds up ideal code lengths: entropy estimation is compression
/// with the output thrown away.
///
/// ```text
/// bits = Σ −log₂ P(bit or symbol) = −log₂ Π P(bit or symbol)
/// ```
///
/// The product is kept, its exponent apart, so that one logarithm does for all.
#[derive(Clone, Debug)]
pub struct CostMeter {
    /// Bits and symbols put so far.
    count: u64,
    /// Π 2¹⁶ · P = mantissa · 2^exponent, the mantissa in `1..2`.
    exponent: u64,
    mantissa: f64,
}

impl Default for CostMeter {
    fn default() -> Self {
        Self { count: 0, exponent: 0, mantissa: 1.0 }
    }
}

impl CostMeter {
    /// A meter at zero.
    pub fn new() -> Self {
        Self::default()
    }

    /// Ideal code length of everything put so far, in bits.
    #[expect(clippy::disallowed_methods, reason = "a price, never part of a prediction")]
    pub fn bits(&self) -> f64 {
        (16 * self.count - self.exponent) as f64 - self.mantissa.log2()
    }

    /// Takes in `count` bits, the product of whose probabilities is `p` · 2^(−16 · `count`).
    #[inline]
    fn multiply(&mut self, count: u64, p: f64) {
        /// Bits of the fraction of an `f64`.
        const FRACTION: u32 = f64::MANTISSA_DIGITS - 1;
        let product = (self.mantissa * p).to_bits();
        self.count += count;
        self.exponent += (product >> FRACTION) - 1023;
        self.mantissa = f64::from_bits(product & ((1 << FRACTION) - 1) | 1023 << FRACTION);
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
        self.multiply(1, f64::from(p.of(bit)));
    }

    #[inline]
    fn put_byte(&mut self, byte: u8, probabilities: &[Probability; 8]) {
        let p = |place: usize| u64::from(probabilities[place].of(byte >> (7 - place) & 1 == 1));
        // Four of them fit 64 bits.
        let high = p(0) * p(1) * p(2) * p(3);
        let low = p(4) * p(5) * p(6) * p(7);
        self.multiply(8, high as f64 * low as f64);
        self.end_of_byte();
    }

    #[inline]
    fn put_symbol(&mut self, symbol: usize, cumulative: &Cumulative) {
        self.multiply(1, f64::from(cumulative.part_of(symbol).1));
    }
}
