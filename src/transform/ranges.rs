//! Parts of a block: ascending ranges that do not touch.

use super::wire::{put_number, take_number};
use std::ops::Range;

/// Ascending ranges that do not touch, in bytes from the block's start.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Ranges(Vec<Range<usize>>);

/// Ranges at most that an encoder makes, so that they fit 255 bytes in a block's header.
const MOST: usize = 24;

impl Ranges {
    /// Ascending parts of a block, joined where they touch; the narrowest gaps are filled
    /// if there are too many.
    pub(super) fn of_chosen(parts: impl Iterator<Item = Range<usize>>) -> Self {
        let mut ranges: Vec<Range<usize>> = Vec::new();
        for part in parts {
            match ranges.last_mut() {
                Some(last) if last.end == part.start => last.end = part.end,
                _ => ranges.push(part),
            }
        }
        while ranges.len() > MOST {
            close_narrowest_gap(&mut ranges);
        }
        Self(ranges)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Range<usize>> {
        self.0.iter()
    }

    /// Where the last range ends, 0 if there is none.
    pub(super) fn end(&self) -> usize {
        self.0.last().map_or(0, |last| last.end)
    }

    /// A block with what is in the ranges rewritten.
    pub(super) fn forward(&self, bytes: &[u8], rewrite: impl Fn(&[u8], &mut Vec<u8>)) -> Vec<u8> {
        let mut rewritten = Vec::with_capacity(bytes.len());
        let mut end = 0;
        for range in &self.0 {
            rewritten.extend_from_slice(&bytes[end..range.start]);
            rewrite(&bytes[range.clone()], &mut rewritten);
            end = range.end;
        }
        rewritten.extend_from_slice(&bytes[end..]);
        rewritten
    }

    /// The mirror of [`forward`](Self::forward); `restore` takes a range off the front of
    /// the bytes and appends what it was, until all is as long as it is told. `None` if it
    /// refuses, a range is missing or the block would be longer than `limit`.
    pub(super) fn inverse(
        &self,
        mut bytes: &[u8],
        limit: usize,
        restore: impl Fn(&mut &[u8], &mut Vec<u8>, usize) -> Option<()>,
    ) -> Option<Vec<u8>> {
        if self.end() > limit {
            return None;
        }
        let mut original = Vec::with_capacity(limit.min(3 * bytes.len()));
        for range in &self.0 {
            let (plain, rest) = bytes.split_at_checked(range.start - original.len())?;
            original.extend_from_slice(plain);
            bytes = rest;
            restore(&mut bytes, &mut original, range.end)?;
        }
        original.extend_from_slice(bytes);
        (original.len() <= limit).then_some(original)
    }

    /// Appends their number, then each range's distance from the end of the one before and
    /// its length.
    pub(super) fn write(&self, bytes: &mut Vec<u8>) {
        put_number(bytes, self.0.len() as u32);
        let mut end = 0;
        for range in &self.0 {
            put_number(bytes, (range.start - end) as u32);
            put_number(bytes, range.len() as u32);
            end = range.end;
        }
    }

    /// The mirror of [`write`](Self::write).
    pub(super) fn read(bytes: &mut &[u8]) -> Option<Self> {
        let count = take_number(bytes)?;
        let mut ranges = Self::default();
        for _ in 0..count {
            let start = ranges.end().checked_add(take_number(bytes)? as usize)?;
            ranges.0.push(start..start.checked_add(take_number(bytes)? as usize)?);
        }
        Some(ranges)
    }
}

/// A block of `block_bytes` in parts of `part_bytes`, the last one shorter.
pub(super) fn parts(block_bytes: usize, part_bytes: usize) -> impl Iterator<Item = Range<usize>> {
    let starts = (0..block_bytes).step_by(part_bytes);
    starts.map(move |start| start..block_bytes.min(start + part_bytes))
}

/// Joins the two of `ranges` that are nearest to each other.
fn close_narrowest_gap(ranges: &mut Vec<Range<usize>>) {
    let gap = |i: &usize| ranges[i + 1].start - ranges[*i].end;
    if let Some(i) = (0..ranges.len() - 1).min_by_key(gap) {
        ranges[i].end = ranges[i + 1].end;
        ranges.remove(i + 1);
    }
}

#[cfg(test)]
impl FromIterator<Range<usize>> for Ranges {
    fn from_iter<T: IntoIterator<Item = Range<usize>>>(ranges: T) -> Self {
        Self(ranges.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_are_joined_and_so_are_too_many() {
        let ranges = Ranges::of_chosen([0..5, 5..9, 12..20].into_iter());
        assert_eq!(ranges, [0..9, 12..20].into_iter().collect());
        let many = (0..100).map(|i| i * i..i * i + 1);
        let ranges = Ranges::of_chosen(many);
        assert_eq!(ranges.iter().count(), MOST);
        assert_eq!(ranges.end(), 99 * 99 + 1);
        let mut bytes = Vec::new();
        ranges.write(&mut bytes);
        assert_eq!(Ranges::read(&mut &bytes[..]), Some(ranges));
    }
}
