//! Sorted blocks coded by contexts that grow: what each context holds, told by how it
//! divides among longer ones.
//!
//! The suffixes that begin alike are a *segment* of the sorted block. The whole block is
//! one; the counts of its symbols say how long the segments of single bytes are. Once it is
//! known how often each symbol occurs in each segment, so is how the block divides into the
//! segments one byte longer: symbol `c` of segment `w` fills segment `cw`. What is coded is
//! how a segment's symbols are shared out when it divides, two parts at a time. A segment
//! with one symbol costs nothing.
//!
//! M. A. Maniscalco: M03 (2003), described at encode.su.

use super::{
    marks::Marks,
    port::{BitPort, pass_bit},
    share::{Question, ShareCoder},
};
use crate::{coding::Probability, models::counter::Counter};

/// One symbol of a segment.
#[derive(Clone, Copy, Default)]
struct Holding(u64);

impl Holding {
    /// `count` times `symbol`; `row` is the first of the suffixes that begin with it and
    /// go on as the segment's.
    #[inline(always)]
    const fn new(symbol: u8, count: u32, row: u32) -> Self {
        Self(symbol as u64 | (count as u64) << 8 | (row as u64) << 33)
    }

    #[inline(always)]
    const fn symbol(self) -> u8 {
        self.0 as u8
    }

    /// At most 2²⁴.
    #[inline(always)]
    const fn count(self) -> u32 {
        (self.0 >> 8) as u32 & 0x1FF_FFFF
    }

    /// At most 2²⁴.
    #[inline(always)]
    const fn row(self) -> u32 {
        (self.0 >> 33) as u32 & 0x1FF_FFFF
    }

    /// Whether it is the segment's last.
    #[inline(always)]
    const fn is_last(self) -> bool {
        self.0 >> 63 == 1
    }

    #[inline(always)]
    const fn set_last(&mut self) {
        self.0 |= 1 << 63;
    }
}

/// Bytes of memory to code a block of `block_bytes`.
pub(super) const fn memory_bytes(block_bytes: u64) -> u64 {
    9 * block_bytes + 2 * Marks::bytes(block_bytes) + ShareCoder::BYTES
}

/// Passes the bytes of a sorted block through `port`. `whole_text` is the row of the
/// suffix that is the whole text.
pub(super) fn code<P: BitPort>(port: &mut P, last: &mut [u8], whole_text: u32) {
    if last.is_empty() {
        return;
    }
    let mut counts = [0; 256];
    if P::KNOWS_BITS {
        for &byte in last.iter() {
            counts[usize::from(byte)] += 1;
        }
    }
    pass_counts(port, &mut counts, last.len() as u32);
    let mut division = Division::new(port, last, whole_text);
    let marks = division.begin(&counts);
    division.run(marks);
    for _ in 0..last.len() {
        port.end_of_byte();
    }
}

/// A block on the way from one segment to as many as it has bytes.
struct Division<'a, P> {
    port: &'a mut P,
    shares: ShareCoder,
    /// The sorted block: the encoder's to read, the decoder's to fill in.
    last: &'a mut [u8],
    whole_text: u32,
    /// From the start of each segment on, its symbols.
    holdings: Vec<Holding>,
    /// Starts of the segments to divide next, and where.
    next: Marks,
    /// Counts of the segment being divided, before.
    undivided: [u32; 256],
    /// Counts of the smaller part, where the encoder needs them.
    known: [u32; 256],
}

impl<'a, P: BitPort> Division<'a, P> {
    fn new(port: &'a mut P, last: &'a mut [u8], whole_text: u32) -> Self {
        let length = last.len();
        Self {
            port,
            shares: ShareCoder::new(),
            last,
            whole_text,
            holdings: vec![Holding::default(); length],
            next: Marks::below(length),
            undivided: [0; 256],
            known: [0; 256],
        }
    }

    /// Makes one segment of the block, to be divided into one a byte.
    fn begin(&mut self, counts: &[u32; 256]) -> Marks {
        let mut marks = Marks::below(self.last.len());
        marks.add(0);
        let (mut row, mut kinds) = (1, 0);
        for symbol in 0..=255u8 {
            let count = counts[usize::from(symbol)];
            if count > 0 {
                self.holdings[kinds] = Holding::new(symbol, count, row);
                kinds += 1;
                marks.add(self.place(row));
                row += count;
            }
        }
        self.holdings[kinds - 1].set_last();
        marks
    }

    /// Where row `row` stands in `last`, which leaves out the row of the whole text.
    #[inline(always)]
    const fn place(&self, row: u32) -> usize {
        (row - (row > self.whole_text) as u32) as usize
    }

    /// Divides until no division makes another, by one byte more each time.
    fn run(mut self, mut marks: Marks) {
        let length = self.last.len();
        let mut bounds = Vec::new();
        while marks.lowest().is_some() {
            while let Some(start) = marks.take_below(length) {
                let end = start + self.length(start);
                bounds.clear();
                bounds.push(start as u32);
                while let Some(bound) = marks.take_below(end) {
                    bounds.push(bound as u32);
                }
                if bounds.len() > 1 {
                    bounds.push(end as u32);
                    self.divide_segment(&bounds);
                }
            }
            std::mem::swap(&mut self.next, &mut marks);
        }
        if !P::KNOWS_BITS {
            self.fill_in();
        }
    }

    /// Bytes of the segment at `start`.
    #[inline(always)]
    fn length(&self, start: usize) -> usize {
        self.holdings_at(start).map(|holding| holding.count() as usize).sum()
    }

    /// The symbols of the segment at `start`.
    #[inline(always)]
    fn holdings_at(&self, start: usize) -> impl Iterator<Item = Holding> {
        let mut ended = false;
        self.holdings[start..]
            .iter()
            .copied()
            .take_while(move |holding| !std::mem::replace(&mut ended, holding.is_last()))
    }

    /// Writes each segment's symbols where they stand: one each, if this is a text.
    fn fill_in(&mut self) {
        let mut at = 0;
        while at < self.last.len() {
            let mut end = at;
            for i in at.. {
                let holding = self.holdings[i];
                let start = end;
                end += holding.count() as usize;
                self.last[start..end].fill(holding.symbol());
                if holding.is_last() {
                    break;
                }
            }
            at = end;
        }
    }

    /// Divides the segment between the first and last of `bounds` at all others.
    fn divide_segment(&mut self, bounds: &[u32]) {
        let start = bounds[0] as usize;
        for i in start.. {
            let holding = self.holdings[i];
            self.undivided[usize::from(holding.symbol())] = holding.count();
            if holding.is_last() {
                break;
            }
        }
        self.divide(bounds);
    }

    fn divide(&mut self, bounds: &[u32]) {
        let (parts, start) = (bounds.len() - 1, bounds[0] as usize);
        if parts == 1 {
            self.mark_divided(start);
        } else if self.holdings[start].is_last() {
            self.divide_alike(bounds);
        } else {
            let pivot = pivot(bounds);
            let sides = u32::from(pivot == 1) | u32::from(pivot == parts - 1) << 1;
            self.halve([bounds[0], bounds[pivot], bounds[parts]], sides);
            self.divide(&bounds[..=pivot]);
            self.divide(&bounds[pivot..]);
        }
    }

    /// Divides a segment of one symbol.
    fn divide_alike(&mut self, bounds: &[u32]) {
        let whole = self.holdings[bounds[0] as usize];
        let mut row = whole.row();
        for part in bounds.windows(2) {
            let count = part[1] - part[0];
            let mut holding = Holding::new(whole.symbol(), count, row);
            holding.set_last();
            self.holdings[part[0] as usize] = holding;
            self.next.add(self.place(row));
            row += count;
        }
    }

    /// Marks the segments that must divide because the one at `start` is a part.
    #[inline(always)]
    fn mark_divided(&mut self, start: usize) {
        for i in start.. {
            let holding = self.holdings[i];
            if holding.count() < self.undivided[usize::from(holding.symbol())] {
                self.next.add(self.place(holding.row()));
            }
            if holding.is_last() {
                break;
            }
        }
    }

    /// Shares the symbols of a segment out to its two parts.
    fn halve(&mut self, [start, middle, end]: [u32; 3], sides: u32) {
        let mut holdings = [Holding::default(); 256];
        let kinds = self.by_count(start as usize, &mut holdings);
        let left_is_smaller = middle - start <= end - middle;
        let (mut small, mut large) = (middle - start, end - middle);
        let mut smaller = start as usize..middle as usize;
        if !left_is_smaller {
            (small, large) = (large, small);
            smaller = middle as usize..end as usize;
        }
        if P::KNOWS_BITS {
            self.last[smaller].iter().for_each(|&byte| self.known[usize::from(byte)] += 1);
        }
        let holdings = &holdings[..kinds];
        let sides = sides | u32::from(left_is_smaller) << 2;
        let (foremost, mean) = (holdings[kinds - 1].symbol(), mean(holdings, end - start));
        let (mut left, mut right) = (start as usize, middle as usize);
        for (i, holding) in holdings.iter().enumerate() {
            let (symbol, total) = (holding.symbol(), holding.count());
            // What finds no place in the larger part.
            let surplus = total.saturating_sub(large);
            let share = if surplus == small || surplus == total {
                surplus
            } else {
                let asked = Question {
                    symbol,
                    total: total - surplus,
                    small: small - surplus,
                    large,
                    symbols: (kinds - i) as u32,
                    foremost,
                    mean,
                    sides,
                };
                let known = self.known[usize::from(symbol)].saturating_sub(surplus);
                surplus + self.shares.pass(self.port, known, &asked)
            };
            self.known[usize::from(symbol)] = 0;
            (small, large) = (small - share, large - (total - share));
            let of_left = if left_is_smaller { share } else { total - share };
            self.hold(&mut left, Holding::new(symbol, of_left, holding.row()));
            let row = holding.row() + of_left;
            self.hold(&mut right, Holding::new(symbol, total - of_left, row));
        }
        self.holdings[left - 1].set_last();
        self.holdings[right - 1].set_last();
    }

    /// Puts a symbol of a segment down at `at`, if it occurs there.
    #[inline(always)]
    fn hold(&mut self, at: &mut usize, holding: Holding) {
        if holding.count() > 0 {
            self.holdings[*at] = holding;
            *at += 1;
        }
    }

    /// Copies the symbols of the segment at `start`, rare ones first, and counts them.
    #[inline(always)]
    fn by_count(&self, start: usize, sorted: &mut [Holding; 256]) -> usize {
        for i in 0.. {
            let holding = self.holdings[start + i];
            let mut at = i;
            while at > 0 && sorted[at - 1].count() > holding.count() {
                sorted[at] = sorted[at - 1];
                at -= 1;
            }
            sorted[at] = Holding::new(holding.symbol(), holding.count(), holding.row());
            if holding.is_last() {
                return i + 1;
            }
        }
        unreachable!("a segment has at most 256 symbols")
    }
}

/// Which of the inner `bounds` is nearest to the middle.
fn pivot(bounds: &[u32]) -> usize {
    let last = bounds.len() - 1;
    let middle = u32::midpoint(bounds[0], bounds[last]);
    let above = bounds[1..last].partition_point(|&bound| bound < middle) + 1;
    let distance = |at: usize| bounds[at].abs_diff(middle);
    if above == last || (above > 1 && distance(above - 1) < distance(above)) {
        above - 1
    } else {
        above
    }
}

/// Mean of the bytes of a segment of `length`.
fn mean(holdings: &[Holding], length: u32) -> u8 {
    let value = |holding: &Holding| u64::from(holding.symbol()) * u64::from(holding.count());
    (holdings.iter().map(value).sum::<u64>() / u64::from(length)) as u8
}

/// Passes how often each byte occurs among `left` bytes.
fn pass_counts(port: &mut impl BitPort, counts: &mut [u32; 256], mut left: u32) {
    let mut is_absent = [Counter::NEW; 2];
    let mut lengths = [Counter::NEW; 32];
    let mut before = 0;
    for count in counts.iter_mut() {
        let absent = pass_bit(port, &mut is_absent[before], *count == 0);
        before = usize::from(absent);
        *count = if absent { 0 } else { pass_count(port, &mut lengths, *count).min(left) };
        left -= *count;
    }
    counts[255] += left;
}

/// Passes a number from 1 on: how many bits it has, one after the other, and all but the
/// first, each equally likely.
fn pass_count(port: &mut impl BitPort, lengths: &mut [Counter; 32], count: u32) -> u32 {
    let mut shift = 0;
    while shift < 24 && pass_bit(port, &mut lengths[shift], count >> shift > 1) {
        shift += 1;
    }
    (0..shift).rev().fold(1, |passed, shift| {
        passed << 1 | u32::from(port.pass(count >> shift & 1 == 1, Probability::HALF))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        coding::{BitDecoder, BitEncoder},
        models::bwt::{
            port::{Reader, Writer},
            sort::Sorted,
        },
    };
    use proptest::prelude::*;

    /// What decoding gives of the code of a sorted text.
    fn passed(sorted: &mut Sorted) -> Vec<u8> {
        let whole_text = sorted.heads.first().map_or(0, |&row| row);
        let mut encoder = BitEncoder::new();
        code(&mut Writer(&mut encoder), &mut sorted.last, whole_text);
        let code_words = encoder.finish();
        let mut last = vec![0; sorted.last.len()];
        code(&mut Reader(&mut BitDecoder::new(&code_words)), &mut last, whole_text);
        last
    }

    #[test]
    fn runs_periods_and_lone_bytes_come_back() {
        let ramp: Vec<u8> = (0..=255).collect();
        let periods = [&b"ab"[..], b"abcabd", b"\x00\xff", &ramp].map(|period| period.repeat(700));
        let nested = [&periods[1][..], &periods[0], &periods[1], b"z"].concat();
        let texts = [vec![], b"x".to_vec(), b"banana".to_vec(), vec![7; 70_000], ramp, nested];
        for text in texts.into_iter().chain(periods) {
            let mut sorted = Sorted::of(&text);
            assert_eq!(passed(&mut sorted), sorted.last, "{} bytes", text.len());
        }
    }

    #[test]
    fn a_segment_of_one_symbol_costs_nothing() {
        let cost = |text: &[u8]| {
            let (mut encoder, mut sorted) = (BitEncoder::new(), Sorted::of(text));
            let whole_text = sorted.heads[0];
            code(&mut Writer(&mut encoder), &mut sorted.last, whole_text);
            encoder.finish().len()
        };
        assert!(cost(&vec![b'a'; 1 << 20]) <= cost(b"a") + 8);
        assert!(cost(&b"abcd".repeat(1 << 16)) <= cost(b"abcd") + 24);
    }

    proptest! {
        #[test]
        fn any_text_comes_back(
            bytes in prop::collection::vec(any::<u8>(), 0..3000),
            mask in any::<u8>(),
            copies in 1usize..4,
        ) {
            let text: Vec<u8> = bytes.iter().map(|byte| byte & mask).collect();
            let mut sorted = Sorted::of(&text.repeat(copies));
            prop_assert_eq!(passed(&mut sorted), sorted.last);
        }

        #[test]
        fn whatever_the_code_says_as_many_bytes_are_filled_in(
            words in prop::collection::vec(any::<u8>(), 0..2000),
            length in 0usize..5000,
            whole_text in any::<u32>(),
        ) {
            let mut last = vec![0; length];
            code(&mut Reader(&mut BitDecoder::new(&words)), &mut last, whole_text);
            prop_assert_eq!(last.len(), length);
        }
    }
}
