//! One adaptive order-k context model, nothing mixed: the textbook's measure.

use super::{
    Predictor,
    context::hash,
    counter::Counter,
    kernel::{Kernel, Portable},
    predictor::BlockModel,
};
use crate::coding::{BitDecoder, BitSink, Probability};

/// Predicts each bit from the last `k` bytes and the known bits of the current one, by
/// one adaptive probability a context. Contexts are hashed into a table without checks.
pub struct OrderModel {
    /// The last 8 bytes, newest lowest.
    past: u64,
    /// Keeps the last `k` bytes of `past`.
    past_mask: u64,
    /// Bits of the current byte behind a leading 1: `1`, `1x`, … `1xxxxxxx`.
    partial: u32,
    /// Hash of the last `k` bytes.
    context: u64,
    /// Where the current bit's counter is.
    slot: usize,
    table: Vec<Counter>,
}

impl OrderModel {
    /// A model of order `order` (bytes, `0..=8`) over 2^`log2_slots` counters of 4 bytes.
    pub fn new(order: u8, log2_slots: u8) -> Self {
        let past_mask = if order == 0 { 0 } else { u64::MAX >> (64 - 8 * u32::from(order.min(8))) };
        let table = vec![Counter::NEW; 1 << log2_slots];
        let mut model = Self { past: 0, past_mask, partial: 1, context: 0, slot: 0, table };
        model.slot = model.find_slot();
        model
    }

    /// Bytes of memory of a model over 2^`log2_slots` counters.
    pub const fn memory_bytes(log2_slots: u8) -> u64 {
        4 << log2_slots
    }

    fn find_slot(&self) -> usize {
        let index = hash::combine(self.context, u64::from(self.partial));
        (index >> (64 - self.table.len().trailing_zeros())) as usize
    }
}

impl Predictor for OrderModel {
    #[inline]
    fn predict(&mut self) -> Probability {
        Probability::from_u16_clamped(self.table[self.slot].p16())
    }

    #[inline]
    fn update(&mut self, bit: bool) {
        self.table[self.slot].update(bit);
        self.partial = self.partial << 1 | u32::from(bit);
        self.slot = self.find_slot();
    }

    fn update_last(&mut self, bit: bool) {
        self.update(bit);
        self.past = self.past << 8 | u64::from(self.partial & 0xFF);
        self.partial = 1;
        let recent = self.past & self.past_mask;
        self.context = hash::combine(0, recent);
        self.slot = self.find_slot();
    }
}

impl BlockModel for OrderModel {
    fn encode(&mut self, bytes: &[u8], sink: &mut dyn BitSink) {
        Portable.encode(self, bytes, sink);
    }

    fn decode(&mut self, source: &mut BitDecoder, count: usize, bytes: &mut Vec<u8>) {
        Portable.decode(self, source, count, bytes);
    }
}
