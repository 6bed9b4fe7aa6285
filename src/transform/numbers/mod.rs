//! Arrays and tables of numbers ⇄ their differences, and their bytes column by column.
//!
//! ```text
//! number  ←  number − the number `stride` bytes before     (mod 256^width)
//! bytes   ←  every `columns`th from the first on, every `columns`th from the second on, …
//! ```
//!
//! Numbers that grow or drift differ little from those before them, and the high bytes of
//! numbers foretell each other, where the low ones are noise that only separates them.
//! Numbers of floating point are taken as whole ones: near numbers have near bits.

mod detection;

use super::{
    Price,
    ranges::Ranges,
    wire::{put_number, take_number},
};
use std::ops::Range;

/// The rewriting of chosen ranges of a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Numbers {
    layout: Layout,
    /// Where numbers are.
    ranges: Ranges,
}

/// How numbers lie, and what becomes of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Layout {
    /// Bytes of a number: 1, 2, 4 or 8.
    width: usize,
    is_big_endian: bool,
    /// Offset in the block of the first whole number, below the width.
    phase: usize,
    /// Bytes from a number back to that which it is compared with, a multiple of the width;
    /// 0 if numbers stay as they are.
    stride: usize,
    /// Bytes from one to the next in its column; 1 if all stay in their places.
    columns: usize,
}

const MOST_STRIDE: usize = 1 << 16;
/// Bytes of numbers that are held against other ways to write them.
const STRETCH_BYTES: usize = 32 << 10;

impl Numbers {
    /// The number in a block's header.
    pub(super) const ID: u8 = 7;

    /// The rewriting that pays on `block`, if one does; `price` is what bytes cost in bits.
    pub(super) fn detect(block: &[u8], price: Price<'_>) -> Option<Self> {
        detection::detect(block, price)
    }

    /// Where numbers are.
    pub(super) fn ranges(&self) -> impl Iterator<Item = &Range<usize>> {
        self.ranges.iter()
    }

    /// A stretch of the numbers in `range` of `block`, and what becomes of it; `None` if
    /// fewer than half of the bytes there are numbers.
    pub(super) fn stretch(
        &self,
        block: &[u8],
        range: &Range<usize>,
    ) -> Option<(Range<usize>, Vec<u8>)> {
        let common =
            |numbers: &Range<usize>| numbers.start.max(range.start)..numbers.end.min(range.end);
        let common = self.ranges().map(common).max_by_key(ExactSizeIterator::len)?;
        if common.len() * 2 < range.len() {
            return None;
        }
        let length = common.len().min(STRETCH_BYTES);
        let start = common.start + (common.len() - length) / 2;
        let stretch = start..start + length;
        let differences = self.layout.differences(&block[stretch.clone()], start);
        Some((stretch, in_columns(&differences, self.layout.columns)))
    }

    pub(super) fn forward(&self, bytes: &[u8]) -> Vec<u8> {
        let mut rewritten = bytes.to_vec();
        for range in self.ranges.iter() {
            let differences = self.layout.differences(&bytes[range.clone()], range.start);
            let columns = in_columns(&differences, self.layout.columns);
            rewritten[range.clone()].copy_from_slice(&columns);
        }
        rewritten
    }

    /// The mirror of [`forward`](Self::forward); `None` if a range leaves the block.
    pub(super) fn inverse(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        let mut original = bytes.to_vec();
        for range in self.ranges.iter() {
            let columns = bytes.get(range.clone())?;
            let mut numbers = in_rows(columns, self.layout.columns);
            self.layout.add_up(&mut numbers, range.start);
            original[range.clone()].copy_from_slice(&numbers);
        }
        Some(original)
    }

    /// Width, whether the highest byte comes first, and phase, a byte each; stride, columns;
    /// then the ranges.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let Layout { width, is_big_endian, phase, stride, columns } = self.layout;
        let mut bytes = vec![width as u8, is_big_endian.into(), phase as u8];
        put_number(&mut bytes, stride as u32);
        put_number(&mut bytes, columns as u32);
        self.ranges.write(&mut bytes);
        bytes
    }

    /// The mirror of [`to_bytes`](Self::to_bytes).
    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (&[width, order, phase], mut bytes) = bytes.split_first_chunk()?;
        let layout = Layout {
            width: width.into(),
            is_big_endian: order == 1,
            phase: phase.into(),
            stride: take_number(&mut bytes)? as usize,
            columns: take_number(&mut bytes)? as usize,
        };
        let ranges = Ranges::read(&mut bytes)?;
        let is_known = order <= 1 && layout.is_valid() && bytes.is_empty();
        is_known.then_some(Self { layout, ranges })
    }
}

impl Layout {
    fn is_valid(&self) -> bool {
        matches!(self.width, 1 | 2 | 4 | 8)
            && self.phase < self.width
            && self.stride <= MOST_STRIDE
            && self.stride.is_multiple_of(self.width)
            && (1..=MOST_STRIDE).contains(&self.columns)
    }

    /// Where the whole numbers of `length` bytes begin that stand at `start` of the block
    /// and have one before them to be compared with.
    fn places(&self, start: usize, length: usize) -> impl Iterator<Item = usize> + use<> {
        let first = (self.width + self.phase - start % self.width) % self.width + self.stride;
        let end = if self.stride == 0 { 0 } else { (length + 1).saturating_sub(self.width) };
        (first..end).step_by(self.width)
    }

    /// The bytes at `start` of a block, numbers as differences.
    fn differences(&self, bytes: &[u8], start: usize) -> Vec<u8> {
        let mut differences = bytes.to_vec();
        for at in self.places(start, bytes.len()) {
            let difference =
                self.number(&bytes[at..]).wrapping_sub(self.number(&bytes[at - self.stride..]));
            self.put(difference, &mut differences[at..]);
        }
        differences
    }

    /// The mirror of [`differences`](Self::differences).
    fn add_up(&self, bytes: &mut [u8], start: usize) {
        for at in self.places(start, bytes.len()) {
            let before = self.number(&bytes[at - self.stride..]);
            let number = self.number(&bytes[at..]).wrapping_add(before);
            self.put(number, &mut bytes[at..]);
        }
    }

    /// The number at the start of `bytes`.
    #[inline]
    fn number(&self, bytes: &[u8]) -> u64 {
        let mut number = [0; 8];
        number[..self.width].copy_from_slice(&bytes[..self.width]);
        let number = u64::from_le_bytes(number);
        if self.is_big_endian { number.swap_bytes() >> (64 - 8 * self.width) } else { number }
    }

    /// Writes `number` modulo 256^width over the start of `bytes`.
    #[inline]
    fn put(&self, number: u64, bytes: &mut [u8]) {
        let number = if self.is_big_endian {
            (number << (64 - 8 * self.width)).swap_bytes()
        } else {
            number
        };
        bytes[..self.width].copy_from_slice(&number.to_le_bytes()[..self.width]);
    }
}

/// `bytes` column by column; what does not fill a row stays at the end.
fn in_columns(bytes: &[u8], columns: usize) -> Vec<u8> {
    let whole = bytes.len() / columns * columns;
    let mut rewritten = Vec::with_capacity(bytes.len());
    for column in 0..columns.min(whole) {
        rewritten.extend(bytes[column..whole].iter().step_by(columns));
    }
    rewritten.extend_from_slice(&bytes[whole..]);
    rewritten
}

/// The mirror of [`in_columns`].
fn in_rows(bytes: &[u8], columns: usize) -> Vec<u8> {
    let whole = bytes.len() / columns * columns;
    let mut original = bytes.to_vec();
    let places = (0..columns.min(whole)).flat_map(|column| (column..whole).step_by(columns));
    places.zip(bytes).for_each(|(place, &byte)| original[place] = byte);
    original
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Entropy of pairs of bytes: cheap where few differ.
    fn price(bytes: &[u8]) -> u64 {
        let mut counts = std::collections::HashMap::new();
        for pair in bytes.windows(2) {
            *counts.entry(pair).or_insert(0u32) += 1;
        }
        let bits =
            |count: &u32| u64::from(*count) * u64::from((bytes.len() as u32 / count).ilog2());
        counts.values().map(bits).sum()
    }

    fn noise() -> impl Iterator<Item = u32> {
        let mut state = 1u64;
        std::iter::repeat_with(move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 32) as u32
        })
    }

    /// Numbers that grow.
    fn counters(count: usize) -> impl Iterator<Item = u32> {
        noise().take(count).scan(0u32, |sum, noise| {
            *sum = sum.wrapping_add(noise % 1000 * 300);
            Some(*sum)
        })
    }

    fn checked(block: &[u8]) -> Option<Numbers> {
        let numbers = Numbers::detect(block, &price)?;
        let read = Numbers::from_bytes(&numbers.to_bytes()).expect("its own bytes");
        assert_eq!(read, numbers);
        assert!(read.inverse(&numbers.forward(block)).as_deref() == Some(block));
        Some(numbers)
    }

    #[test]
    fn counters_become_their_steps_wherever_they_begin() {
        let little: Vec<u8> = counters(20_000).flat_map(u32::to_le_bytes).collect();
        let big: Vec<u8> = counters(20_000).flat_map(u32::to_be_bytes).collect();
        for (block, is_big_endian, phase) in
            [(&little[..], false, 0), (&big, true, 0), (&little[1..], false, 3)]
        {
            let layout = checked(block).expect("counters").layout;
            assert_eq!((layout.width, layout.stride), (4, 4));
            assert_eq!((layout.is_big_endian, layout.phase), (is_big_endian, phase));
        }
    }

    #[test]
    fn records_are_put_in_columns() {
        let record = |(number, noise): (u32, u32)| {
            let mut record = [b'a'; 12];
            record[..4].copy_from_slice(&number.to_le_bytes());
            record[4..6].copy_from_slice(&(noise as u16).to_le_bytes());
            record[9] = (noise >> 24) as u8 / 64;
            record
        };
        let block: Vec<u8> = counters(9000).zip(noise()).flat_map(record).collect();
        let numbers = checked(&block).expect("records");
        assert_eq!(numbers.layout.columns % 12, 0);
        assert!(price(&numbers.forward(&block)) * 4 < price(&block) * 3);
    }

    #[test]
    fn numbers_of_floating_point_are_told_from_their_noise() {
        let sum = noise().take(40_000).scan(500.0f32, |sum, noise| {
            *sum += (noise >> 8) as f32 / f32::from(1u16 << 15) - 256.0;
            Some(*sum)
        });
        let block: Vec<u8> = sum.flat_map(f32::to_le_bytes).collect();
        let numbers = checked(&block).expect("numbers");
        assert_eq!(numbers.layout.columns, 4);
        assert!(price(&numbers.forward(&block)) * 10 < price(&block) * 9);
    }

    #[test]
    fn what_changes_its_stride_or_stands_among_text_comes_back() {
        let counters: Vec<u8> = counters(40_000).flat_map(u32::to_le_bytes).collect();
        let shifted = [&counters[..99_999], &counters[..99_998]].concat();
        assert!(checked(&shifted).is_some());
        let text = b"numbers among other things ".repeat(7000);
        let block = [&text[..], &counters, &text].concat();
        let numbers = checked(&block).expect("numbers");
        let found: usize = numbers.ranges.iter().map(Range::len).sum();
        assert!((100_000..230_000).contains(&found), "{found}");
    }

    #[test]
    fn text_noise_and_numbers_that_come_again_are_left_alone() {
        let bytes = noise().take(100_000).map(|noise| (noise >> 24) as u8);
        assert_eq!(Numbers::detect(&bytes.collect::<Vec<u8>>(), &price), None);
        assert_eq!(Numbers::detect(&b"the next byte ".repeat(9000), &price), None);
        let rounded = noise().take(20_000).map(|noise| 20.0 + (noise >> 24) as f32 / 100.0);
        let rounded: Vec<u8> = rounded.flat_map(f32::to_le_bytes).collect();
        assert_eq!(Numbers::detect(&rounded, &price), None);
        let few: Vec<u8> = counters(20_000).flat_map(u32::to_le_bytes).collect();
        for length in 0..200 {
            assert_eq!(Numbers::detect(&few[..length], &price), None);
        }
    }

    #[test]
    fn a_range_beyond_the_block_is_refused() {
        let block: Vec<u8> = counters(20_000).flat_map(u32::to_le_bytes).collect();
        let numbers = checked(&block).expect("counters");
        assert_eq!(numbers.inverse(&[0; 9999]), None);
    }

    proptest! {
        #[test]
        fn any_bytes_come_back(
            log2_width in 0u32..4,
            is_big_endian in any::<bool>(),
            phase in 0usize..8,
            stride in 0usize..20,
            columns in prop_oneof![1usize..40, 1..=MOST_STRIDE],
            bytes in prop::collection::vec(any::<u8>(), 0..400),
            cut in 0usize..400,
        ) {
            let width = 1 << log2_width;
            let (phase, stride) = (phase % width, stride * width);
            let layout = Layout { width, is_big_endian, phase, stride, columns };
            let cut = cut.min(bytes.len());
            let ranges = [0..cut, cut..bytes.len()].into_iter().collect();
            let numbers = Numbers { layout, ranges };
            prop_assert_eq!(numbers.inverse(&numbers.forward(&bytes)), Some(bytes));
            prop_assert_eq!(Numbers::from_bytes(&numbers.to_bytes()), Some(numbers));
        }

        #[test]
        fn any_parameters_are_read_or_refused(parameters in prop::collection::vec(0u8..9, 0..20)) {
            if let Some(numbers) = Numbers::from_bytes(&parameters) {
                prop_assert_eq!(numbers.to_bytes(), parameters);
                let _ = numbers.inverse(&[0x55; 100]);
            }
        }
    }
}
