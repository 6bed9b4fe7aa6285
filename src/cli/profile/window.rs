//! Bytes with their costs → windows, in memory that does not grow with the input.

use crate::measure::{OrderCounts, Spectrum};

/// What is measured of one window. Entropies are the window's own, corrected after
/// Miller and Madow.
#[derive(Clone, Debug, Default)]
pub(in crate::cli) struct Window {
    pub(in crate::cli) offset: u64,
    pub(in crate::cli) bytes: u64,
    /// Byte values seen.
    pub(in crate::cli) distinct: u64,
    /// Entropy of a byte, in bits per byte.
    pub(in crate::cli) order_0: f64,
    /// Entropy of a byte after one byte, in bits per byte.
    pub(in crate::cli) order_1: f64,
    /// Cost under the model that has read all before, in bits per byte.
    pub(in crate::cli) model: f64,
    /// Whether the order-0 entropy is far from that of the window before.
    pub(in crate::cli) is_edge: bool,
}

/// Windows in the order of the input.
pub(in crate::cli) struct Profile {
    /// Change of the order-0 entropy that marks an edge, in bits per byte.
    edge: f64,
    window_bytes: usize,
    is_merging: bool,
    open: Counts,
    /// Full windows that may still be merged.
    held: Vec<Counts>,
    windows: Vec<Window>,
    offset: u64,
    order_0_before: Option<f64>,
}

impl Profile {
    /// Windows held where neighbours are merged: 256 KiB each.
    const MOST_MERGED: usize = 64;

    pub(in crate::cli) fn new(edge: f64, window_bytes: usize) -> Self {
        Self {
            edge,
            window_bytes,
            is_merging: false,
            open: Counts::new(),
            held: Vec::new(),
            windows: Vec::new(),
            offset: 0,
            order_0_before: None,
        }
    }

    /// The same for an input of unknown length: whenever there are too many windows,
    /// neighbours become one.
    pub(in crate::cli) fn merging(self) -> Self {
        Self { is_merging: true, ..self }
    }

    /// Bytes that the current window still takes, at least 1.
    pub(in crate::cli) fn room(&self) -> usize {
        self.window_bytes - self.open.bytes
    }

    /// Takes at most [`room`](Self::room) bytes that cost `bits` together.
    pub(in crate::cli) fn add(&mut self, bytes: &[u8], bits: f64) {
        self.open.add(bytes, bits);
        if self.open.bytes == self.window_bytes {
            self.close();
        }
    }

    /// Ends the last window, which may be shorter.
    pub(in crate::cli) fn end(&mut self) {
        if self.open.bytes > 0 {
            self.close();
        }
        for counts in std::mem::take(&mut self.held) {
            self.finish(&counts);
        }
    }

    /// The windows that are finished.
    pub(in crate::cli) fn windows(&self) -> &[Window] {
        &self.windows
    }

    /// Hands over the windows that are finished, and forgets them.
    pub(in crate::cli) fn drain<E>(
        &mut self,
        take: impl FnMut(&Window) -> Result<(), E>,
    ) -> Result<(), E> {
        let drained = self.windows.iter().try_for_each(take);
        self.windows.clear();
        drained
    }

    fn close(&mut self) {
        let full = std::mem::replace(&mut self.open, Counts::new());
        if !self.is_merging {
            return self.finish(&full);
        }
        self.held.push(full);
        if self.held.len() == Self::MOST_MERGED {
            self.held = self.held.chunks(2).map(|two| two[0].merged(&two[1])).collect();
            self.window_bytes *= 2;
        }
    }

    fn finish(&mut self, counts: &Counts) {
        let order_0 = counts.order_0().conditional_miller_madow();
        let before = self.order_0_before.replace(order_0);
        self.windows.push(Window {
            offset: self.offset,
            bytes: counts.bytes as u64,
            distinct: counts.order_0().transitions.classes(),
            order_0,
            order_1: counts.order_1().conditional_miller_madow(),
            model: counts.bits / counts.bytes as f64,
            is_edge: before.is_some_and(|before| (order_0 - before).abs() >= self.edge),
        });
        self.offset += counts.bytes as u64;
    }
}

/// The counts of one window.
struct Counts {
    bytes: usize,
    /// What they cost under the model.
    bits: f64,
    singles: [u32; 256],
    /// Index first · 256 + second; the pair across the window's start does not count.
    pairs: Vec<u32>,
    last: Option<u8>,
}

impl Counts {
    fn new() -> Self {
        Self { bytes: 0, bits: 0.0, singles: [0; 256], pairs: vec![0; 1 << 16], last: None }
    }

    fn add(&mut self, bytes: &[u8], bits: f64) {
        for &byte in bytes {
            self.singles[usize::from(byte)] += 1;
            if let Some(last) = self.last.replace(byte) {
                self.pairs[usize::from(last) << 8 | usize::from(byte)] += 1;
            }
        }
        self.bytes += bytes.len();
        self.bits += bits;
    }

    /// Both windows as one.
    fn merged(&self, next: &Self) -> Self {
        let sum = |a: &[u32], b: &[u32]| a.iter().zip(b).map(|(a, b)| a + b).collect::<Vec<_>>();
        Self {
            bytes: self.bytes + next.bytes,
            bits: self.bits + next.bits,
            singles: std::array::from_fn(|byte| self.singles[byte] + next.singles[byte]),
            pairs: sum(&self.pairs, &next.pairs),
            last: next.last,
        }
    }

    fn order_0(&self) -> OrderCounts {
        let singles = self.singles.iter().map(|&count| u64::from(count));
        let contexts = Spectrum::of_counts([self.bytes as u64]);
        OrderCounts { transitions: Spectrum::of_counts(singles), contexts }
    }

    fn order_1(&self) -> OrderCounts {
        let pairs = || self.pairs.iter().map(|&count| u64::from(count));
        let rows = self.pairs.chunks(256).map(|row| row.iter().map(|&c| u64::from(c)).sum());
        OrderCounts {
            transitions: Spectrum::of_counts(pairs()),
            contexts: Spectrum::of_counts(rows),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::count_orders;

    fn bytes() -> Vec<u8> {
        (0..300_000_u32)
            .map(|i| (i.wrapping_mul(i) >> 7) as u8 % (1 + (i / 50_000) as u8 * 20))
            .collect()
    }

    fn profile(mut profile: Profile, bytes: &[u8], piece: usize) -> Vec<Window> {
        let mut rest = bytes;
        while !rest.is_empty() {
            let (now, later) = rest.split_at(piece.min(profile.room()).min(rest.len()));
            profile.add(now, now.len() as f64);
            rest = later;
        }
        profile.end();
        profile.windows().to_vec()
    }

    #[test]
    fn a_window_has_the_entropies_of_its_bytes_in_whatever_pieces_they_come() {
        let bytes = bytes();
        let windows = profile(Profile::new(1.0, 70_000), &bytes, 999);
        for (window, expected) in windows.iter().zip(bytes.chunks(70_000)) {
            let orders = count_orders(&[expected], 1);
            assert!((window.order_0 - orders[0].conditional_miller_madow()).abs() < 1e-12);
            assert!((window.order_1 - orders[1].conditional_miller_madow()).abs() < 1e-12);
            assert!((window.model - 1.0).abs() < 1e-12);
            assert_eq!(window.bytes, expected.len() as u64);
        }
        assert_eq!(windows.last().unwrap().offset, 280_000);
    }

    #[test]
    fn an_input_of_unknown_length_gets_few_windows_that_cover_it() {
        let bytes = bytes();
        let windows = profile(Profile::new(1.0, 100).merging(), &bytes, 64);
        assert!((32..=64).contains(&windows.len()), "{}", windows.len());
        let mut offset = 0;
        for window in &windows {
            assert_eq!(window.offset, offset);
            offset += window.bytes;
        }
        assert_eq!(offset, bytes.len() as u64);
        let first = count_orders(&[&bytes[..windows[0].bytes as usize]], 0);
        assert!((windows[0].order_0 - first[0].conditional_miller_madow()).abs() < 1e-12);
    }
}
