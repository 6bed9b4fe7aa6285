use super::{entropy, gamma::chi_squared_tail};
use std::f64::consts::PI;

/// What `ent` says of a file, gathered in one pass: of its bytes, or of its bits, most
/// significant first.
///
/// Source: J. Walker, *ENT: A Pseudorandom Number Sequence Test Program* (2008).
#[derive(Clone, Debug)]
pub struct Randomness {
    symbol_bits: u32,
    counts: [u64; 256],
    circle: Circle,
    serial: Serial,
}

/// Points in a square and those in the quarter circle: the Monte Carlo π.
#[derive(Clone, Debug, Default)]
struct Circle {
    /// The bytes of a point that is not complete, the first in the highest place.
    pending: u64,
    /// How many these are.
    count: usize,
    points: u64,
    inside: u64,
}

/// Sums for the serial correlation of neighbours, the last and the first being such.
#[derive(Clone, Debug, Default)]
struct Serial {
    first: Option<u8>,
    last: u8,
    products: u64,
}

/// Bytes of one point: two coordinates of 24 bits.
const POINT_BYTES: usize = 6;

impl Randomness {
    /// Of bytes.
    pub fn of_bytes() -> Self {
        Self::new(8)
    }

    /// Of bits.
    pub fn of_bits() -> Self {
        Self::new(1)
    }

    fn new(symbol_bits: u32) -> Self {
        let (circle, serial) = (Circle::default(), Serial::default());
        Self { symbol_bits, counts: [0; 256], circle, serial }
    }

    /// Takes in the next bytes.
    pub fn push(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.circle.push(byte);
            if self.symbol_bits == 8 {
                self.counts[usize::from(byte)] += 1;
                self.serial.take(byte, byte, 0);
            } else {
                let ones = byte.count_ones();
                self.counts[0] += u64::from(u8::BITS - ones);
                self.counts[1] += u64::from(ones);
                let neighbours = (byte & byte >> 1).count_ones();
                self.serial.take(byte >> 7, byte & 1, u64::from(neighbours));
            }
        }
    }

    /// Bits a symbol: 8 or 1.
    pub fn symbol_bits(&self) -> u32 {
        self.symbol_bits
    }

    /// Symbols taken in.
    pub fn samples(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// How often each symbol occurred: 256 bytes or 2 bits.
    pub fn counts(&self) -> &[u64] {
        &self.counts[..1 << self.symbol_bits]
    }

    /// Entropy of the symbols' shares, bits a symbol; 0 of nothing.
    pub fn entropy(&self) -> f64 {
        let samples = self.samples().max(1) as f64;
        let shares: Vec<f64> = self.counts().iter().map(|&count| count as f64 / samples).collect();
        entropy(&shares)
    }

    /// What an optimal code of single symbols would save, in whole percent, truncated.
    pub fn saving_percent(&self) -> u64 {
        let width = f64::from(self.symbol_bits);
        (100.0 * (width - self.entropy()) / width) as u64
    }

    /// χ² of the counts against equal shares; NaN of nothing.
    pub fn chi_squared(&self) -> f64 {
        let expected = self.samples() as f64 / self.counts().len() as f64;
        self.counts().iter().map(|&count| (count as f64 - expected).powi(2) / expected).sum()
    }

    /// Probability that random symbols deviate more; NaN of nothing.
    pub fn chi_squared_tail(&self) -> f64 {
        let score = self.chi_squared();
        if score.is_nan() {
            return score;
        }
        chi_squared_tail(score, self.counts().len() as f64 - 1.0)
    }

    /// Mean of the symbols' values; of random ones 127.5 or 0.5; NaN of nothing.
    pub fn mean(&self) -> f64 {
        self.sum(|value| value) as f64 / self.samples() as f64
    }

    /// π by the share of points inside the circle; NaN without a whole point. Bytes make
    /// points even where bits are the symbols.
    pub fn pi(&self) -> f64 {
        4.0 * self.circle.inside as f64 / self.circle.points as f64
    }

    /// Error of [`Self::pi`], percent of π.
    pub fn pi_error_percent(&self) -> f64 {
        100.0 * (PI - self.pi()).abs() / PI
    }

    /// Correlation of each symbol with the next, the last with the first; none if all are
    /// equal or there is none.
    pub fn serial_correlation(&self) -> Option<f64> {
        let samples = self.samples() as f64;
        let squared_sum = (self.sum(|value| value) as f64).powi(2);
        let products = self.serial.total() as f64;
        let spread = samples * self.sum(|value| value * value) as f64 - squared_sum;
        (spread > 0.0).then(|| (samples * products - squared_sum) / spread)
    }

    /// Σ `of(value)` over all symbols.
    fn sum(&self, of: impl Fn(u64) -> u64) -> u64 {
        (0..).zip(self.counts()).map(|(value, &count)| count * of(value)).sum()
    }
}

impl Circle {
    fn push(&mut self, byte: u8) {
        self.pending = self.pending << 8 | u64::from(byte);
        self.count += 1;
        if self.count == POINT_BYTES {
            let radius = (1_u64 << 24) - 1;
            let (x, y) = (self.pending >> 24 & radius, self.pending & radius);
            self.points += 1;
            self.inside += u64::from(x * x + y * y <= radius * radius);
            self.count = 0;
        }
    }
}

impl Serial {
    /// Takes in symbols from `first` to `last`, whose products of neighbours sum to `inner`.
    #[inline]
    fn take(&mut self, first: u8, last: u8, inner: u64) {
        if self.first.is_none() {
            self.first = Some(first);
        } else {
            self.products += u64::from(self.last) * u64::from(first);
        }
        self.products += inner;
        self.last = last;
    }

    /// Σ of products of neighbours around the circle.
    fn total(&self) -> u64 {
        self.products + u64::from(self.first.unwrap_or(0)) * u64::from(self.last)
    }
}

/// `byte` in lower case if it is a capital of ISO 8859-1, as `ent -f` folds.
pub fn fold_case(byte: u8) -> u8 {
    match byte {
        b'A'..=b'Z' | 0xC0..=0xD6 | 0xD8..=0xDE => byte + 0x20,
        _ => byte,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::tests::close;

    fn of(mut randomness: Randomness, bytes: &[u8]) -> Randomness {
        randomness.push(bytes);
        randomness
    }

    #[test]
    fn one_letter_is_judged_as_by_ent() {
        let bytes = of(Randomness::of_bytes(), b"a");
        close(bytes.chi_squared_tail(), 0.4882, 5e-5);
        assert!(bytes.pi().is_nan() && bytes.serial_correlation().is_none());
        let bits = of(Randomness::of_bits(), b"a");
        close(bits.entropy(), 0.954_434, 5e-7);
        close(bits.chi_squared_tail(), 0.4795, 5e-5);
        close(bits.serial_correlation().unwrap(), -0.066_667, 5e-7);
        assert_eq!((bytes.saving_percent(), bits.saving_percent()), (100, 4));
    }

    #[test]
    fn nothing_has_no_mean() {
        let nothing = Randomness::of_bytes();
        assert!(nothing.mean().is_nan() && nothing.chi_squared_tail().is_nan());
        assert_eq!(nothing.saving_percent(), 100);
    }

    #[test]
    fn pieces_do_not_matter() {
        let mut pieces = of(Randomness::of_bytes(), b"mississippi");
        pieces.push(b" river");
        let whole = of(Randomness::of_bytes(), b"mississippi river");
        assert_eq!(pieces.counts(), whole.counts());
        close(pieces.serial_correlation().unwrap(), whole.serial_correlation().unwrap(), 0.0);
    }
}
