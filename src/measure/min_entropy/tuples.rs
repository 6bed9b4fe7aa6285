use super::{entropy_of, upper_bound};
use libsais::suffix_array::SuffixArrayConstruction;

/// §6.3.5: the most common tuples that occur at least 35 times.
#[derive(Clone, Debug, PartialEq)]
pub struct CommonTuples {
    /// t, symbols of the longest tuple that occurs so often.
    pub longest: usize,
    /// The tuple that decided.
    pub decisive: Repeat,
    /// `p̂_max`, the largest (occurrences / places)^(1/length).
    pub share: f64,
    /// pᵤ, the upper end of its 99 % interval.
    pub upper: f64,
}

/// §6.3.6: repeated tuples longer than those of §6.3.5, up to the longest.
#[derive(Clone, Debug, PartialEq)]
pub struct RepeatedTuples {
    /// u, symbols of the shortest tuple taken.
    pub shortest: usize,
    /// v, symbols of the longest repeated one.
    pub longest: usize,
    /// The most common tuple of the length that decided.
    pub decisive: Repeat,
    /// p̂, the largest (collisions / pairs)^(1/length).
    pub share: f64,
    /// pᵤ, the upper end of its 99 % interval.
    pub upper: f64,
}

/// A tuple and where it occurs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repeat {
    /// Symbols.
    pub length: usize,
    /// How often it occurs, overlaps counted.
    pub count: u64,
    /// The first two places, ascending, in symbols; the second is none if it occurs once.
    pub places: (usize, Option<usize>),
}

/// What the two estimators say; none where the standard has nothing to count.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tuples {
    /// None if no symbol occurs 35 times.
    pub common: Option<CommonTuples>,
    /// None if nothing longer than the common tuples is repeated.
    pub repeated: Option<RepeatedTuples>,
}

/// Occurrences that make a tuple common.
const COMMON: u64 = 35;

impl CommonTuples {
    /// −log₂ pᵤ, in bits a symbol.
    pub fn min_entropy(&self) -> f64 {
        entropy_of(self.upper)
    }
}

impl RepeatedTuples {
    /// −log₂ pᵤ, in bits a symbol.
    pub fn min_entropy(&self) -> f64 {
        entropy_of(self.upper)
    }
}

impl Tuples {
    /// Most samples that can be sorted.
    pub const MOST_SAMPLES: usize = i32::MAX as usize;

    /// Of `2..=MOST_SAMPLES` samples, in time and memory linear in their number: 9 bytes a
    /// sample and 20 a symbol of the longest repeated tuple.
    pub fn of(samples: &[u8]) -> Self {
        let sorted = Sorted::of(samples);
        let longest = sorted.longest();
        if longest == 0 {
            return Self::default();
        }
        let counts = Counts::of(&sorted, longest);
        let beyond = (1..=longest).find(|&i| counts.most[i] < COMMON).unwrap_or(longest + 1);
        Self {
            common: common(&sorted, &counts, beyond),
            repeated: repeated(&sorted, &counts, beyond..=longest),
        }
    }
}

fn common(sorted: &Sorted<'_>, counts: &Counts, beyond: usize) -> Option<CommonTuples> {
    let samples = sorted.text.len();
    let share = |length: usize| {
        let share = counts.most[length] as f64 / (samples - length + 1) as f64;
        share.powf(1.0 / length as f64)
    };
    let (length, share) = largest((1..beyond).map(|length| (length, share(length))))?;
    let decisive = sorted.repeat(counts, length);
    Some(CommonTuples { longest: beyond - 1, decisive, share, upper: upper_bound(share, samples) })
}

fn repeated(
    sorted: &Sorted<'_>,
    counts: &Counts,
    lengths: std::ops::RangeInclusive<usize>,
) -> Option<RepeatedTuples> {
    let samples = sorted.text.len();
    let share = |length: usize| {
        let places = (samples - length + 1) as u64;
        let share = counts.collisions[length] as f64 / pairs(places) as f64;
        share.powf(1.0 / length as f64)
    };
    let (shortest, longest) = (*lengths.start(), *lengths.end());
    let (length, share) = largest(lengths.map(|length| (length, share(length))))?;
    let (decisive, upper) = (sorted.repeat(counts, length), upper_bound(share, samples));
    Some(RepeatedTuples { shortest, longest, decisive, share, upper })
}

/// The first of the largest shares and its length.
fn largest(shares: impl Iterator<Item = (usize, f64)>) -> Option<(usize, f64)> {
    shares.reduce(|best, next| if next.1 > best.1 { next } else { best })
}

/// Pairs among `count` things.
fn pairs(count: u64) -> u64 {
    count * count.saturating_sub(1) / 2
}

/// A text with its suffixes sorted and what neighbours share.
struct Sorted<'a> {
    text: &'a [u8],
    /// Starts of the suffixes, in the suffixes' order.
    starts: Vec<i32>,
    /// By start: symbols that a suffix shares with the one sorted before it.
    shared: Vec<i32>,
}

/// Equal beginnings: suffixes `first..last` of the order share `length` symbols, and with
/// the suffixes around them only `outer`.
struct Family {
    first: usize,
    last: usize,
    length: usize,
    outer: usize,
}

impl<'a> Sorted<'a> {
    fn of(text: &'a [u8]) -> Self {
        let sorted = SuffixArrayConstruction::for_text(text)
            .in_owned_buffer32()
            .single_threaded()
            .run()
            .and_then(|sorted| sorted.plcp_construction().single_threaded().run())
            .expect("a text of at most 2³¹ − 1 bytes can be sorted in memory");
        let (starts, shared, _) = sorted.into_parts();
        Self { text, starts, shared }
    }

    /// Symbols of the longest repeated tuple.
    fn longest(&self) -> usize {
        self.shared.iter().copied().max().unwrap_or(0) as usize
    }

    /// Calls `visit` with every family of two or more, inner ones first.
    ///
    /// A stack holds the families that are open: their first suffix and shared length.
    /// Source: Kasai et al., CPM 2001 (traversal of all inner nodes of the suffix tree).
    fn families(&self, mut visit: impl FnMut(&Family)) {
        let mut open: Vec<(usize, usize)> = vec![(0, 0)];
        let shares = self.starts.iter().map(|&start| self.shared[start as usize] as usize);
        for (rank, length) in shares.chain([0]).enumerate().skip(1) {
            let mut first = rank - 1;
            while let Some(&(start, inner)) = open.last().filter(|&&(_, inner)| inner > length) {
                open.pop();
                let outer = open.last().map_or(0, |&(_, outer)| outer).max(length);
                visit(&Family { first: start, last: rank, length: inner, outer });
                first = start;
            }
            if open.last().is_none_or(|&(_, outer)| outer < length) {
                open.push((first, length));
            }
        }
    }

    /// The most common tuple of `length` symbols, which is repeated.
    fn repeat(&self, counts: &Counts, length: usize) -> Repeat {
        let (first, count) = (counts.first[length] as usize, counts.most[length]);
        let (mut place, mut again) = (usize::MAX, usize::MAX);
        for &start in &self.starts[first..first + count as usize] {
            let start = start as usize;
            if start < place {
                (place, again) = (start, place);
            } else {
                again = again.min(start);
            }
        }
        let places = (place, (again < usize::MAX).then_some(again));
        Repeat { length, count, places }
    }
}

/// How often tuples of each length are repeated.
struct Counts {
    /// By length: occurrences of the most common tuple.
    most: Vec<u64>,
    /// By length: rank of the first suffix that begins with that tuple.
    first: Vec<u32>,
    /// By length: pairs of places with the same tuple.
    collisions: Vec<u64>,
}

impl Counts {
    fn of(sorted: &Sorted<'_>, longest: usize) -> Self {
        let (mut most, mut first) = (vec![1; longest + 1], vec![0; longest + 1]);
        let mut collisions = vec![0_u64; longest + 1];
        sorted.families(|family| {
            let count = (family.last - family.first) as u64;
            if count > most[family.length] {
                (most[family.length], first[family.length]) = (count, family.first as u32);
            }
            // Tuples of outer + 1 to length symbols collide: noted at both ends, summed up
            // below. Partial sums may wrap; whole ones count pairs of places.
            let pairs = pairs(count);
            collisions[family.length] = collisions[family.length].wrapping_add(pairs);
            collisions[family.outer] = collisions[family.outer].wrapping_sub(pairs);
        });
        for length in (1..longest).rev() {
            if most[length + 1] > most[length] {
                (most[length], first[length]) = (most[length + 1], first[length + 1]);
            }
            collisions[length] = collisions[length].wrapping_add(collisions[length + 1]);
        }
        Self { most, first, collisions }
    }
}

/// Symbols of the longest tuple that occurs twice in `2..=MOST_SAMPLES` samples; 0 if none.
pub(crate) fn longest_repeat(samples: &[u8]) -> usize {
    Sorted::of(samples).longest()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashMap;

    /// Occurrences of every tuple of `length` symbols.
    fn tuples(text: &[u8], length: usize) -> HashMap<&[u8], u64> {
        let mut counts = HashMap::new();
        text.windows(length).for_each(|tuple| *counts.entry(tuple).or_default() += 1);
        counts
    }

    proptest! {
        #[test]
        fn counts_are_those_of_a_census(text in prop::collection::vec(0_u8..3, 2..200)) {
            let sorted = Sorted::of(&text);
            let longest = sorted.longest();
            let counts = Counts::of(&sorted, longest);
            for length in 1..=longest {
                let census = tuples(&text, length);
                let most = *census.values().max().unwrap();
                prop_assert_eq!(counts.most[length], most);
                let collisions: u64 = census.values().map(|&count| pairs(count)).sum();
                prop_assert_eq!(counts.collisions[length], collisions);
                let repeat = sorted.repeat(&counts, length);
                let (first, again) = (repeat.places.0, repeat.places.1.unwrap());
                let tuple = &text[first..first + length];
                prop_assert_eq!((census[tuple], repeat.count), (most, most));
                prop_assert_eq!(tuple, &text[again..again + length]);
                prop_assert!(text.windows(length).position(|window| window == tuple) == Some(first));
            }
            if longest < text.len() {
                prop_assert!(tuples(&text, longest + 1).values().all(|&count| count == 1));
            }
        }
    }

    #[test]
    fn where_nothing_is_repeated_nothing_is_said() {
        let all: Vec<u8> = (0..=255).collect();
        assert_eq!(Tuples::of(&all), Tuples::default());
    }
}
