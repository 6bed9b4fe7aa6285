//! One end of a code, whichever it is: a model written against it is its own mirror.

use crate::{
    coding::{BitSink, BitSource, Cumulative, Probability},
    models::counter::Counter,
};

/// Where bits pass: the encoder's end takes them, the decoder's end gives them.
pub(super) trait BitPort {
    /// Whether this is the encoder's end, which knows the bits.
    const KNOWS_BITS: bool;

    /// Passes one bit foretold with `p` and gives it back. `bit` is what the encoder
    /// knows; the decoder gives what the code says.
    fn pass(&mut self, bit: bool, p: Probability) -> bool;

    /// Passes one symbol of 16 in the same way.
    fn pass_symbol(&mut self, symbol: usize, cumulative: &Cumulative) -> usize;

    /// Marks that a byte is complete.
    fn end_of_byte(&mut self) {}
}

/// The encoder's end.
pub(super) struct Writer<'a, S>(pub(super) &'a mut S);

impl<S: BitSink> BitPort for Writer<'_, S> {
    const KNOWS_BITS: bool = true;

    #[inline(always)]
    fn pass(&mut self, bit: bool, p: Probability) -> bool {
        self.0.put(bit, p);
        bit
    }

    #[inline(always)]
    fn pass_symbol(&mut self, symbol: usize, cumulative: &Cumulative) -> usize {
        self.0.put_symbol(symbol, cumulative);
        symbol
    }

    #[inline(always)]
    fn end_of_byte(&mut self) {
        self.0.end_of_byte();
    }
}

/// The decoder's end.
pub(super) struct Reader<'a, S>(pub(super) &'a mut S);

impl<S: BitSource> BitPort for Reader<'_, S> {
    const KNOWS_BITS: bool = false;

    #[inline(always)]
    fn pass(&mut self, _: bool, p: Probability) -> bool {
        self.0.take(p)
    }

    #[inline(always)]
    fn pass_symbol(&mut self, _: usize, cumulative: &Cumulative) -> usize {
        self.0.take_symbol(cumulative)
    }
}

/// Passes one bit that `counter` foretells, and teaches it.
pub(super) fn pass_bit(port: &mut impl BitPort, counter: &mut Counter, bit: bool) -> bool {
    let bit = port.pass(bit, Probability::from_u16_clamped(counter.p16()));
    counter.update(bit);
    bit
}
