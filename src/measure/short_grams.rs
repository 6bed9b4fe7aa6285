//! Counts of n-grams of three and four bytes: the quick way for short contexts.

use super::{OrderCounts, spectrum::SpectrumBuilder};

/// Keys of 2 bytes held at a time: 64 MiB. More passes over the input beyond that.
const MAX_KEYS: u64 = 32 << 20;

/// From so many keys on, counting in an array beats sorting.
const MANY_KEYS: usize = 1024;

/// Counts of orders 2 and 3 over all `inputs` together, whose pairs of neighbouring bytes
/// have the counts `pairs`. Takes about 65 MiB.
pub(super) fn count_short(inputs: &[&[u8]], pairs: &[u64]) -> [OrderCounts; 2] {
    count_short_within(inputs, pairs, MAX_KEYS)
}

fn count_short_within(inputs: &[&[u8]], pairs: &[u64], max_keys: u64) -> [OrderCounts; 2] {
    let mut counter = Counter::new(inputs);
    let mut start = 0;
    while start < pairs.len() {
        let (mut end, mut keys) = (start + 1, pairs[start]);
        while end < pairs.len() && keys + pairs[end] <= max_keys {
            keys += pairs[end];
            end += 1;
        }
        counter.count_range(inputs, start, &pairs[start..end]);
        start = end;
    }
    let counts = |[transitions, contexts]: [SpectrumBuilder; 2]| OrderCounts {
        transitions: transitions.finish(),
        contexts: contexts.finish(),
    };
    [counts(counter.order_2), counts(counter.order_3)]
}

/// Counts n-grams pair by pair of their first two bytes.
struct Counter {
    /// Transitions and contexts.
    order_2: [SpectrumBuilder; 2],
    order_3: [SpectrumBuilder; 2],
    /// The three last bytes of each input, which nothing follows: pair and third byte, by pair.
    ends: Vec<(usize, u8)>,
    /// Counts of the two bytes after a pair; all 0 between pairs.
    cells: Vec<u32>,
}

impl Counter {
    fn new(inputs: &[&[u8]]) -> Self {
        let ends = inputs.iter().filter_map(|input| input.last_chunk::<3>());
        let mut ends: Vec<_> = ends.map(|&[a, b, c]| (pair(a, b), c)).collect();
        ends.sort_unstable();
        let new = || [SpectrumBuilder::default(), SpectrumBuilder::default()];
        Self { order_2: new(), order_3: new(), ends, cells: vec![0; 1 << 16] }
    }

    /// Counts the n-grams that begin with the pairs from `start` on, which have `counts`.
    fn count_range(&mut self, inputs: &[&[u8]], start: usize, counts: &[u64]) {
        let mut places = Vec::with_capacity(counts.len());
        let mut total = 0;
        for &count in counts {
            places.push(total);
            total += count as usize;
        }
        let mut keys = vec![0_u16; total];
        for gram in inputs.iter().flat_map(|input| input.windows(4)) {
            let place = pair(gram[0], gram[1]).wrapping_sub(start);
            if let Some(place) = places.get_mut(place) {
                keys[*place] = u16::from_be_bytes([gram[2], gram[3]]);
                *place += 1;
            }
        }
        let mut from = 0;
        for (index, (&count, &end)) in counts.iter().zip(&places).enumerate() {
            // The last two pairs of an input have no key: keys may be fewer than counts.
            self.count_pair(start + index, &mut keys[from..end]);
            from += count as usize;
        }
    }

    /// Counts the n-grams that begin with `pair`: the two bytes after it are `keys`.
    fn count_pair(&mut self, pair: usize, keys: &mut [u16]) {
        let ends = self.ends_of(pair);
        let total = keys.len() + ends.len();
        if total == 0 {
            return;
        }
        self.order_2[1].add(total as u64);
        let mut third = [0_u32; 256];
        if keys.len() < MANY_KEYS {
            keys.sort_unstable();
            for run in keys.chunk_by(|a, b| a == b) {
                self.order_3[0].add(run.len() as u64);
                third[usize::from(run[0] >> 8)] += run.len() as u32;
            }
        } else {
            for &key in &*keys {
                self.cells[usize::from(key)] += 1;
                third[usize::from(key >> 8)] += 1;
            }
            let seen = self.cells.chunks_mut(256).zip(third).filter(|&(_, count)| count > 0);
            for cell in seen.flat_map(|(row, _)| row).filter(|cell| **cell > 0) {
                self.order_3[0].add(u64::from(std::mem::take(cell)));
            }
        }
        for &count in third.iter().filter(|&&count| count > 0) {
            self.order_3[1].add(u64::from(count));
        }
        for (_, byte) in ends {
            third[usize::from(byte)] += 1;
        }
        for &count in third.iter().filter(|&&count| count > 0) {
            self.order_2[0].add(u64::from(count));
        }
    }

    /// The ends of inputs that begin with `pair`.
    fn ends_of(&self, pair: usize) -> Vec<(usize, u8)> {
        let first = self.ends.partition_point(|&(other, _)| other < pair);
        let behind = self.ends.partition_point(|&(other, _)| other <= pair);
        self.ends[first..behind].to_vec()
    }
}

#[inline]
fn pair(first: u8, second: u8) -> usize {
    usize::from(first) << 8 | usize::from(second)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::counting::tests::naive;
    use proptest::prelude::*;

    /// Counts of all pairs of neighbours.
    fn pairs_of(inputs: &[&[u8]]) -> Vec<u64> {
        let mut pairs = vec![0; 1 << 16];
        inputs.iter().flat_map(|i| i.windows(2)).for_each(|p| pairs[pair(p[0], p[1])] += 1);
        pairs
    }

    proptest! {
        #[test]
        fn counts_are_those_of_the_definition_however_little_memory_there_is(
            inputs in prop::collection::vec(prop::collection::vec(0_u8..4, 0..120), 0..4),
            max_keys in 1_u64..200,
        ) {
            let inputs: Vec<&[u8]> = inputs.iter().map(Vec::as_slice).collect();
            let expected = [naive(&inputs, 2), naive(&inputs, 3)];
            prop_assert_eq!(&count_short_within(&inputs, &pairs_of(&inputs), max_keys), &expected);
        }
    }

    #[test]
    fn many_keys_are_counted_as_few_are() {
        let long: Vec<u8> = (0..9000_u32).map(|i| (i * i / 7) as u8 & 0x83).collect();
        let inputs = [&long[..], b"ab", b"abc"];
        let expected = [naive(&inputs, 2), naive(&inputs, 3)];
        assert_eq!(count_short(&inputs, &pairs_of(&inputs)), expected);
    }
}
