//! Fixed-length records: tables, samples, pixels.

use crate::models::history::History;

/// The distance at which bytes resemble each other most, found while streaming.
pub(crate) struct RecordContext {
    /// Position of the last occurrence of each pair of bytes' hash.
    last: Vec<u32>,
    /// How often each distance was seen, decaying.
    counts: Vec<u16>,
    /// Bytes from one record to the next; 1 while none was found.
    pub(crate) stride: usize,
}

/// Longest record considered, bytes.
const LONGEST: usize = 4096;
/// Bytes between two decisions.
const PERIOD: usize = 4096;
/// Repeats that make a distance a stride.
const ENOUGH: u16 = 100;

impl RecordContext {
    pub(crate) fn new() -> Self {
        Self { last: vec![0; 1 << 16], counts: vec![0; LONGEST + 1], stride: 1 }
    }

    /// Learns the byte just pushed to `history`.
    #[inline(always)]
    pub(crate) fn end_of_byte(&mut self, history: &History) {
        let last = &mut self.last[history.recent as usize & 0xFFFF];
        let distance = (history.position as u32).wrapping_sub(*last) as usize;
        *last = history.position as u32;
        if (2..=LONGEST).contains(&distance) {
            self.counts[distance] = self.counts[distance].saturating_add(1);
        }
        if history.position.is_multiple_of(PERIOD) {
            self.decide();
        }
    }

    /// Takes the most frequent distance as the stride and lets the counts fade.
    fn decide(&mut self) {
        let (best, count) = (2..=LONGEST)
            .map(|d| (d, self.counts[d]))
            .fold((1, 0), |best, here| if here.1 > best.1 { here } else { best });
        if count >= ENOUGH {
            self.stride = best;
        }
        self.counts.iter_mut().for_each(|count| *count -= *count / 4);
    }
}
