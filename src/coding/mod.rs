//! Bits and probabilities ⇄ code words. Knows no model and no file.
//!
//! A model hands over one [`Probability`] a bit, or one [`Cumulative`] distribution a symbol. A [`BitSink`] turns the bit into code
//! ([`BitEncoder`]) or only into its price ([`CostMeter`]); a [`BitSource`] turns code
//! back into the bit ([`BitDecoder`]).

mod bernoulli;
mod categorical;
mod cost;
mod cumulative;
mod decoder;
mod encoder;
mod probability;

pub use cost::CostMeter;
pub use cumulative::Cumulative;
pub use decoder::BitDecoder;
pub use encoder::BitEncoder;
pub use probability::Probability;

/// Where coded bits go.
pub trait BitSink {
    /// Takes one bit that was foretold to be 1 with probability `p`.
    fn put(&mut self, bit: bool, p: Probability);

    /// Takes the bits of `byte`, most significant first, foretold with `probabilities`.
    #[inline]
    fn put_byte(&mut self, byte: u8, probabilities: &[Probability; 8]) {
        for (place, p) in probabilities.iter().enumerate() {
            self.put(byte >> (7 - place) & 1 == 1, *p);
        }
        self.end_of_byte();
    }

    /// Takes the bits of all `bytes`, each as [`put_byte`](Self::put_byte) does.
    #[inline]
    fn put_bytes(&mut self, bytes: &[u8], probabilities: &[[Probability; 8]]) {
        for (&byte, probabilities) in bytes.iter().zip(probabilities) {
            self.put_byte(byte, probabilities);
        }
    }

    /// Takes one symbol of 16: here bit by bit, most significant first.
    fn put_symbol(&mut self, symbol: usize, cumulative: &Cumulative) {
        for shift in (0..4).rev() {
            let low = symbol >> (shift + 1) << (shift + 1);
            let middle = low | 1 << shift;
            let [start, half, end] = [low, middle, middle + (1 << shift)].map(|symbol| {
                if symbol == Cumulative::SYMBOLS {
                    1 << Probability::BITS
                } else {
                    u64::from(cumulative.part_of(symbol).0)
                }
            });
            let p = ((end - half) << Probability::BITS) / (end - start);
            self.put(symbol >> shift & 1 == 1, Probability::from_u16_clamped(p as i32));
        }
    }

    /// Marks that the bits so far complete a byte of the input. Coders ignore it; meters
    /// that report per byte do not.
    #[inline]
    fn end_of_byte(&mut self) {}
}

/// Where coded bits come from: the mirror of [`BitSink`].
pub trait BitSource {
    /// Gives the next bit, which was foretold to be 1 with probability `p`.
    ///
    /// Damaged or exhausted code gives arbitrary bits, never a panic: the caller bounds
    /// how many it takes and checks the result.
    fn take(&mut self, p: Probability) -> bool;

    /// Gives the next symbol of 16, in the same way.
    fn take_symbol(&mut self, cumulative: &Cumulative) -> usize;
}
