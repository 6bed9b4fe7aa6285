//! Counts of n-grams, the raw material of the order-k entropies: exact, in memory that
//! does not grow with the input.
//!
//! An order-k statistic needs the (k+1)-grams. Those of two bytes are counted in an array;
//! longer ones, if there are any beyond four bytes, are gathered as sortable keys, one range of first bytes after another so
//! that at most [`MAX_KEYS`] are held at a time, sorted, and read off as runs: one sort
//! serves all lengths at once.

use super::{Spectrum, short_grams, spectrum::SpectrumBuilder};

/// Longest context counted, in bytes.
pub const MAX_ORDER: usize = 8;

/// Keys of 8 bytes held at a time: 128 MiB. More passes over the input beyond that.
const MAX_KEYS: usize = 16 << 20;

/// What was seen after contexts of one length.
///
/// Only transitions count: a context's total is the number of bytes seen after it, so
/// that the last k bytes of an input, which nothing follows, are not a context.
/// N-grams never span two inputs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrderCounts {
    /// Counts of the (k+1)-grams.
    pub transitions: Spectrum,
    /// Counts of the k-grams that something follows: totals of their transitions.
    pub contexts: Spectrum,
}

/// Counts of orders `0..=max_order` over all `inputs` together.
///
/// `max_order` is at most [`MAX_ORDER`]. Time is linear in the input for each
/// 16 Mi bytes of it that are not counted in one pass; memory is at most 130 MiB.
///
/// # Panics
/// If `max_order` exceeds [`MAX_ORDER`].
pub fn count_orders(inputs: &[&[u8]], max_order: usize) -> Vec<OrderCounts> {
    if !(2..=3).contains(&max_order) {
        return count_orders_within(inputs, max_order, MAX_KEYS);
    }
    let pairs = count_pairs(inputs);
    let mut orders = vec![order_0(inputs, &pairs), order_1(&pairs)];
    orders.extend(short_grams::count_short(inputs, &pairs));
    orders.truncate(max_order + 1);
    orders
}

fn count_orders_within(inputs: &[&[u8]], max_order: usize, max_keys: usize) -> Vec<OrderCounts> {
    assert!(max_order <= MAX_ORDER, "contexts of up to {MAX_ORDER} bytes are counted");
    let pairs = count_pairs(inputs);
    let mut orders = vec![order_0(inputs, &pairs), order_1(&pairs)];
    if max_order >= 2 {
        let mut counter = LongCounter::new(inputs, max_order - 1, max_keys);
        counter.count(&pairs);
        orders.extend(counter.runs.finish());
    }
    orders.truncate(max_order + 1);
    orders
}

/// Counts of all pairs of neighbouring bytes, index `first · 256 + second`.
fn count_pairs(inputs: &[&[u8]]) -> Vec<u64> {
    let mut pairs = vec![0; 1 << 16];
    for input in inputs {
        for pair in input.windows(2) {
            pairs[usize::from(u16::from_be_bytes([pair[0], pair[1]]))] += 1;
        }
    }
    pairs
}

fn order_0(inputs: &[&[u8]], pairs: &[u64]) -> OrderCounts {
    let mut counts: Vec<u64> = pairs.chunks(256).map(|row| row.iter().sum()).collect();
    inputs.iter().filter_map(|input| input.last()).for_each(|&byte| counts[byte as usize] += 1);
    let transitions = Spectrum::of_counts(counts);
    OrderCounts { contexts: Spectrum::of_counts([transitions.samples()]), transitions }
}

fn order_1(pairs: &[u64]) -> OrderCounts {
    OrderCounts {
        transitions: Spectrum::of_counts(pairs.iter().copied()),
        contexts: Spectrum::of_counts(pairs.chunks(256).map(|row| row.iter().sum())),
    }
}

/// The bytes after a pair, as a sortable key: up to 7 of them, first highest, zeros where
/// the input ends; below them the number of bytes that are really there.
type Key = u64;

/// The first byte of a key where two differ; [`WIDEST`] or more if in no byte.
fn first_difference(a: Key, b: Key) -> usize {
    ((a ^ b).leading_zeros() / 8) as usize
}

/// Bytes that a key has room for: n-grams of `2 + WIDEST` bytes.
const WIDEST: usize = 7;

/// Positions to count: those whose pair is in `pairs`, and whose key is in `keys`.
struct Range {
    pairs: std::ops::Range<usize>,
    keys: std::ops::RangeInclusive<Key>,
}

/// Counts n-grams of 3 to `2 + width` bytes by sorting.
struct LongCounter<'a> {
    inputs: &'a [&'a [u8]],
    /// Bytes after the pair that matter, in `1..=WIDEST`.
    width: usize,
    max_keys: usize,
    runs: Runs,
}

impl<'a> LongCounter<'a> {
    fn new(inputs: &'a [&'a [u8]], width: usize, max_keys: usize) -> Self {
        Self { inputs, width, max_keys, runs: Runs::new(width) }
    }

    fn count(&mut self, pairs: &[u64]) {
        let mut start = 0;
        while start < pairs.len() {
            let (end, keys) = fill(pairs, start, self.max_keys as u64);
            let range = Range { pairs: start..end, keys: 0..=Key::MAX };
            if keys <= self.max_keys as u64 {
                self.count_range(&range, &pairs[start..end]);
            } else {
                self.split(&range, 0);
            }
            start = end;
        }
    }

    /// Counts a range of one pair too frequent to hold, by ranges of key bytes
    /// `depth..depth + 2`.
    fn split(&mut self, range: &Range, depth: usize) {
        let shift = 64 - 8 * (depth + 2);
        let mut cells = vec![0_u64; 1 << 16];
        self.for_each_key(range, |_, key| cells[(key >> shift) as usize & 0xFFFF] += 1);
        let mut start = 0;
        while start < cells.len() {
            let (end, keys) = fill(&cells, start, self.max_keys as u64);
            let base = *range.keys.start();
            let low = base | (start as Key) << shift;
            let high = base | (end as Key - 1) << shift | ((1 << shift) - 1);
            let part = Range { pairs: range.pairs.clone(), keys: low..=high };
            if keys <= self.max_keys as u64 {
                self.count_range(&part, &[keys]);
            } else if shift > 16 {
                self.split(&part, depth + 2);
            } else {
                self.count_last_byte(&part);
            }
            start = end;
        }
    }

    /// Counts a range in which only the last key byte and the length vary, by an array.
    fn count_last_byte(&mut self, range: &Range) {
        let mut cells = vec![0_u64; 1 << 16];
        self.for_each_key(range, |_, key| cells[key as usize & 0xFFFF] += 1);
        for (low, &count) in cells.iter().enumerate().filter(|&(_, &count)| count > 0) {
            self.runs.add(range.pairs.start, range.keys.start() & !0xFFFF | low as Key, count);
        }
    }

    /// Gathers, sorts and reads off the keys of `range`, whose pairs have `counts`.
    fn count_range(&mut self, range: &Range, counts: &[u64]) {
        let mut ends = Vec::with_capacity(counts.len());
        let mut total = 0;
        for &count in counts {
            ends.push(total);
            total += count as usize;
        }
        let mut keys = vec![0; total];
        self.for_each_key(range, |pair, key| {
            let end = &mut ends[pair - range.pairs.start];
            keys[*end] = key;
            *end += 1;
        });
        let mut start = 0;
        for ((pair, &end), &count) in range.pairs.clone().zip(&ends).zip(counts) {
            // The last pair of an input has no key: a bucket may end short of its count.
            self.runs.add_all(pair, &mut keys[start..end]);
            start += count as usize;
        }
    }

    /// Calls `take` with the pair and the key of every position of `range`.
    fn for_each_key(&self, range: &Range, mut take: impl FnMut(usize, Key)) {
        let mask = Key::MAX << (64 - 8 * self.width);
        let mut take_position = |pair: usize, bytes: Key, length: usize| {
            let key = bytes & mask | length.min(self.width) as Key;
            if range.pairs.contains(&pair) && range.keys.contains(&key) {
                take(pair, key);
            }
        };
        for input in self.inputs {
            let whole = input.len().saturating_sub(9);
            for window in input.windows(10) {
                let pair = usize::from(u16::from_be_bytes([window[0], window[1]]));
                let bytes = window[2..].try_into().expect("ten less two bytes");
                take_position(pair, u64::from_be_bytes(bytes), WIDEST);
            }
            for tail in (whole..input.len()).map(|start| &input[start..]).filter(|t| t.len() > 2) {
                let mut bytes = [0; 8];
                let length = tail.len() - 2;
                bytes[..length].copy_from_slice(&tail[2..]);
                let pair = usize::from(u16::from_be_bytes([tail[0], tail[1]]));
                take_position(pair, u64::from_be_bytes(bytes), length);
            }
        }
    }
}

/// The longest run of `cells` from `start` that holds at most `room`, but at least one
/// cell: its end, and what it holds.
fn fill(cells: &[u64], start: usize, room: u64) -> (usize, u64) {
    let (mut end, mut held) = (start + 1, cells[start]);
    while end < cells.len() && held + cells[end] <= room {
        held += cells[end];
        end += 1;
    }
    (end, held)
}

/// Reads n-gram counts off pairs and keys that arrive in ascending order.
struct Runs {
    /// The pair and the key before.
    last: Option<(usize, Key)>,
    /// Per number of key bytes less one: transitions and contexts still open.
    open: Vec<(u64, u64)>,
    /// Per number of key bytes less one: transitions and contexts finished.
    closed: Vec<(SpectrumBuilder, SpectrumBuilder)>,
}

impl Runs {
    fn new(width: usize) -> Self {
        let closed = std::iter::repeat_with(Default::default).take(width).collect();
        Self { last: None, open: vec![(0, 0); width], closed }
    }

    fn add_all(&mut self, pair: usize, keys: &mut [Key]) {
        keys.sort_unstable();
        for run in keys.chunk_by(|a, b| a == b) {
            self.add(pair, run[0], run.len() as u64);
        }
    }

    /// `count` positions with the same pair and key.
    fn add(&mut self, pair: usize, key: Key, count: u64) {
        match self.last {
            Some((last_pair, last)) if last_pair == pair => {
                self.close_from(first_difference(last, key));
            }
            _ => self.close_all(),
        }
        self.last = Some((pair, key));
        let length = (key & 0xFF) as usize;
        for (transitions, contexts) in &mut self.open[..length] {
            *transitions += count;
            *contexts += count;
        }
    }

    /// Ends the n-grams that hold key byte `depth`, and the contexts that do.
    fn close_from(&mut self, depth: usize) {
        for index in depth..self.open.len() {
            let (transitions, contexts) = &mut self.open[index];
            let (finished_transitions, finished_contexts) = &mut self.closed[index];
            finished_transitions.add(std::mem::take(transitions));
            // The context of key byte `index` ends before that byte.
            if index > depth {
                finished_contexts.add(std::mem::take(contexts));
            }
        }
    }

    /// Ends everything: the next pair is another.
    fn close_all(&mut self) {
        self.close_from(0);
        // The shortest context is the pair itself.
        self.closed[0].1.add(std::mem::take(&mut self.open[0].1));
    }

    /// Counts of orders 2, 3, ….
    fn finish(mut self) -> Vec<OrderCounts> {
        self.close_all();
        self.closed
            .into_iter()
            .map(|(transitions, contexts)| OrderCounts {
                transitions: transitions.finish(),
                contexts: contexts.finish(),
            })
            .collect()
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashMap;

    /// The definition, one order at a time.
    pub(in crate::measure) fn naive(inputs: &[&[u8]], order: usize) -> OrderCounts {
        let (mut transitions, mut contexts) = (HashMap::new(), HashMap::new());
        for input in inputs {
            for gram in input.windows(order + 1) {
                *transitions.entry(gram).or_insert(0) += 1;
                *contexts.entry(&gram[..order]).or_insert(0) += 1;
            }
        }
        OrderCounts {
            transitions: Spectrum::of_counts(transitions.into_values()),
            contexts: Spectrum::of_counts(contexts.into_values()),
        }
    }

    proptest! {
        #[test]
        fn counts_are_those_of_the_definition_however_little_memory_there_is(
            inputs in prop::collection::vec(prop::collection::vec(0_u8..4, 0..120), 0..4),
            max_order in 0..=MAX_ORDER,
            max_keys in 1_usize..40,
        ) {
            let inputs: Vec<&[u8]> = inputs.iter().map(Vec::as_slice).collect();
            let expected: Vec<_> = (0..=max_order).map(|order| naive(&inputs, order)).collect();
            prop_assert_eq!(&count_orders(&inputs, max_order), &expected);
            prop_assert_eq!(&count_orders_within(&inputs, max_order, max_keys), &expected);
        }
    }

    #[test]
    fn bytes_at_both_ends_of_the_alphabet_are_kept_apart() {
        let input = [0, 0, 0, 255, 255, 255, 0, 0, 0, 0, 255, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        for max_keys in [1, 3, 100] {
            for (order, counts) in
                count_orders_within(&[&input], MAX_ORDER, max_keys).iter().enumerate()
            {
                assert_eq!(counts, &naive(&[&input], order), "order {order}");
            }
        }
    }
}
