//! Finds arrays and tables of numbers, and what to do with them.
//!
//! The distance at which bytes are nearest to each other tells how long records are; what
//! bytes cost that depend on nothing but their column tells of what numbers they are made.
//! Then the model that will code the block says what a stretch of it costs as it is, as
//! differences, in columns, and as both.

use super::{Layout, Numbers, in_columns};
use crate::transform::{
    Price,
    ranges::{self, Ranges},
    texture::{BIT, is_text, times_log2},
};
use std::{cmp::Reverse, collections::HashSet, ops::Range};

/// Pieces of a block that are looked at, and their bytes.
const PIECES: usize = 8;
const PIECE_BYTES: usize = 2 << 10;
/// Least bytes of a block with numbers worth looking for.
const LEAST_BLOCK: usize = 8 << 10;
/// Longest records that are looked for.
const LONGEST_RECORD: usize = 64;
/// Lengths of records that are tried beside those of single numbers.
const LIKELY_RECORDS: usize = 3;
const WIDTHS: [usize; 4] = [1, 2, 4, 8];
const LONGEST_NUMBER: usize = 8;
/// Bytes of a block that are judged together, and of the piece that stands for them.
const PART_BYTES: usize = 64 << 10;
const JUDGED_BYTES: usize = 2 << 10;
/// One byte in so many of a block is priced, …
const PRICED_SHARE: usize = 128;
/// … but at least these, as far as there are numbers, …
const LEAST_PRICED: usize = 16 << 10;
/// … and not more than these.
const MOST_PRICED: usize = 64 << 10;
/// Share that numbers must become cheaper by: a model learns from all of a block what a
/// stretch does not show.
const LEAST_GAIN: u64 = 16;

/// Bytes, and where in the block they stand.
type Piece<'a> = (usize, &'a [u8]);

/// The rewriting that pays on `block`, if one does; `price` is what bytes cost in bits.
pub(super) fn detect(block: &[u8], price: Price<'_>) -> Option<Numbers> {
    if block.len() < LEAST_BLOCK {
        return None;
    }
    let mut pieces: Vec<Piece<'_>> = (0..PIECES).map(|number| piece(block, number)).collect();
    pieces.retain(|(_, bytes)| !is_text(bytes));
    if pieces.is_empty() {
        return None;
    }
    let plain = column_cost(&pieces, 1);
    let (cost, likely) = cheapest(&pieces, likely_layouts(&pieces));
    let is_clear = cost * 4 < plain * 3;
    let is_likely = cost * 16 < plain * 15 && are_alike(&pieces, likely.columns);
    if !is_clear && !is_likely {
        return None;
    }
    let (_, best) = cheapest(&pieces, phases_of(likely));
    let ranges = ranges_of(block, best);
    let longest = ranges.iter().max_by_key(|range| range.len())?.clone();
    let stretches = stretches(block.len(), &longest);
    let many = longest.start..longest.end.min(longest.start + HELD_BYTES);
    if best.columns <= LONGEST_NUMBER && are_repeated(&block[many], best.columns) {
        return None;
    }
    let price_of = |layout: Layout| {
        let rewrite = |range: &Range<usize>| {
            let numbers = layout.differences(&block[range.clone()], range.start);
            in_columns(&numbers, layout.columns)
        };
        price(&stretches.iter().flat_map(rewrite).collect::<Vec<u8>>())
    };
    let as_it_is = price_of(Layout { stride: 0, columns: 1, ..best });
    let (cost, layout) =
        variants(best).map(|layout| (price_of(layout), layout)).min_by_key(|&(cost, _)| cost)?;
    let pays = cost + cost / LEAST_GAIN < as_it_is;
    pays.then_some(Numbers { layout, ranges })
}

/// What may be done with numbers that lie as in `layout`.
fn variants(layout: Layout) -> impl Iterator<Item = Layout> {
    [(layout.stride, 1), (layout.stride, layout.columns), (0, layout.columns)]
        .into_iter()
        .filter(|&variant| variant != (0, 1))
        .map(move |(stride, columns)| Layout { stride, columns, ..layout })
}

fn piece(block: &[u8], number: usize) -> Piece<'_> {
    let length = PIECE_BYTES.min(block.len() / PIECES);
    let start = (block.len() - length) / (PIECES - 1) * number;
    (start, &block[start..start + length])
}

/// Layouts of the records at whose length the bytes of `pieces` are nearest to each other.
fn likely_layouts(pieces: &[Piece<'_>]) -> impl Iterator<Item = Layout> + use<> {
    let mut records: Vec<usize> = (1..=LONGEST_RECORD).collect();
    records.sort_by_cached_key(|&record| Reverse(nearness(pieces, record)));
    records.truncate(LIKELY_RECORDS);
    records.extend([4, 8]);
    records.sort_unstable();
    records.dedup();
    records.into_iter().flat_map(layouts_of)
}

/// The layouts of the same records, wherever numbers begin.
fn phases_of(layout: Layout) -> impl Iterator<Item = Layout> {
    let same = layouts_of(layout.columns).filter(move |other| other.stride == layout.stride);
    same.flat_map(|layout| (0..layout.width).map(move |phase| Layout { phase, ..layout }))
}

/// Records of `bytes`, of any numbers, as differences or not.
fn layouts_of(record: usize) -> impl Iterator<Item = Layout> {
    let fitting = WIDTHS.into_iter().filter(move |width| record.is_multiple_of(*width));
    let differences = fitting.flat_map(move |width| {
        let orders = if width == 1 { &[false][..] } else { &[false, true] };
        orders.iter().map(move |&is_big_endian| (width, is_big_endian, record))
    });
    differences.chain([(1, false, 0)]).map(move |(width, is_big_endian, stride)| Layout {
        width,
        is_big_endian,
        phase: 0,
        stride,
        columns: record,
    })
}

fn cheapest(pieces: &[Piece<'_>], layouts: impl Iterator<Item = Layout>) -> (u64, Layout) {
    let nothing = Layout { width: 1, is_big_endian: false, phase: 0, stride: 0, columns: 1 };
    let cost = |layout: Layout| {
        let differences: Vec<(usize, Vec<u8>)> = pieces
            .iter()
            .map(|&(start, bytes)| (start, layout.differences(bytes, start)))
            .collect();
        let pieces: Vec<Piece<'_>> =
            differences.iter().map(|(start, bytes)| (*start, &bytes[..])).collect();
        column_cost(&pieces, layout.columns)
    };
    let costs = layouts.map(|layout| (cost(layout), layout));
    costs.min_by_key(|&(cost, _)| cost).unwrap_or((u64::MAX, nothing))
}

/// Bytes of `pieces` that are near those `distance` before.
fn nearness(pieces: &[Piece<'_>], distance: usize) -> usize {
    const RUN: usize = 128;
    let is_near = |(a, b): (&u8, &u8)| u8::from(a.wrapping_sub(*b).wrapping_add(4) < 9);
    let near = |(_, bytes): &Piece<'_>| {
        let later = bytes.get(distance..).unwrap_or_default();
        // So few that a byte counts them.
        let runs = bytes[..later.len()].chunks(RUN).zip(later.chunks(RUN));
        let in_run = |(a, b): (&[u8], &[u8])| a.iter().zip(b).map(is_near).sum::<u8>();
        runs.map(|run| usize::from(in_run(run))).sum::<usize>()
    };
    pieces.iter().map(near).sum()
}

/// Whether bytes are near those one record of `length` before far more often than at other
/// distances. Of code they are not (up to 1.8 times), though its columns differ.
fn are_alike(pieces: &[Piece<'_>], length: usize) -> bool {
    let all: usize = (1..=LONGEST_RECORD).map(|distance| nearness(pieces, distance)).sum();
    nearness(pieces, length) * LONGEST_RECORD > 2 * all
}

/// Cost of `pieces` if bytes depend on nothing but their column, and a bit for each value of
/// a column: few bytes seem to depend on more than they do (Miller 1955).
fn column_cost(pieces: &[Piece<'_>], columns: usize) -> u64 {
    let mut counts = vec![[0u32; 256]; columns];
    for (start, bytes) in pieces {
        let mut column = start % columns;
        for &byte in *bytes {
            counts[column][usize::from(byte)] += 1;
            column += 1;
            if column == columns {
                column = 0;
            }
        }
    }
    let of_column = |counts: &[u32; 256]| {
        let seen = counts.iter().filter(|&&count| count > 0);
        let known: u64 = seen.clone().map(|&count| times_log2(count)).sum();
        let all: u32 = counts.iter().sum();
        times_log2(all).saturating_sub(known) + seen.count() as u64 * BIT
    };
    counts.iter().map(of_column).sum()
}

/// The parts of `block` in which `layout` makes a piece clearly cheaper.
fn ranges_of(block: &[u8], layout: Layout) -> Ranges {
    let is_cheaper = |part: &Range<usize>| {
        let start = part.start + part.len().saturating_sub(JUDGED_BYTES) / 2;
        let bytes = &block[start..part.end.min(start + JUDGED_BYTES)];
        let differences = layout.differences(bytes, start);
        let cost = column_cost(&[(start, &differences)], layout.columns);
        !is_text(bytes) && cost * 32 < column_cost(&[(start, bytes)], 1) * 31
    };
    Ranges::of_chosen(ranges::parts(block.len(), PART_BYTES).filter(is_cheaper))
}

/// Bytes in which numbers are looked for again.
const HELD_BYTES: usize = 256 << 10;

/// Whether most numbers of an array are some that it has held before, not counting those
/// that are as the one just before: the longer a model sees them the better it knows them whole, which no stretch shows.
/// Rounded temperatures, 1 MB at level 5: +45 % as differences in columns, +6 % in place.
fn are_repeated(bytes: &[u8], width: usize) -> bool {
    let mut held = HashSet::new();
    let (mut last, mut changed, mut repeated) = (&[][..], 0, 0);
    for number in bytes.chunks_exact(width) {
        let is_new = held.insert(number);
        if number != last {
            changed += 1;
            repeated += usize::from(!is_new);
        }
        last = number;
    }
    repeated * 2 > changed
}

/// Parts of `range` that are priced.
fn stretches(block_bytes: usize, range: &Range<usize>) -> [Range<usize>; 2] {
    let priced = (block_bytes / PRICED_SHARE).clamp(LEAST_PRICED, MOST_PRICED);
    let length = (priced / 2).min(range.len() / 2);
    [1, 3].map(|quarter| {
        let start = range.start + range.len() / 4 * quarter - length / 2;
        start..start + length
    })
}
