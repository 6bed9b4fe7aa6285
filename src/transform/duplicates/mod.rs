//! Repeated stretches ⇄ references to where they came before.
//!
//! A copy of what is far back costs a model its full price if it has forgotten that, and
//! its full time in any case. The [`Finder`] looks for such copies in all that a segment
//! held before ([`Window`]); they are taken out, and what the model sees is
//!
//! ```text
//! the bytes that are left, run length distance, run length distance, …
//! ```
//!
//! run: bytes that are left before the copy; distance: from the copy back to its source,
//! as the difference from the distance before it, which is 0 as long as two versions of a
//! file run side by side. A source may overlap its copy: a run of zeros is one reference.
//! The references stand behind the bytes so that these keep their distance from words and
//! samples before.

mod finder;
mod window;

pub use finder::{Finder, Thresholds};
pub use window::{NoRoom, Window};

use super::wire::{put_number, take_number};

/// A stretch that came before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reference {
    /// Where the copy begins in its block.
    pub start: usize,
    /// Bytes, at least 1.
    pub length: usize,
    /// From the copy back to its source in bytes, at least 1; beyond the start of the
    /// block into the content before it.
    pub distance: usize,
}

impl Reference {
    pub(super) const fn end(&self) -> usize {
        self.start + self.length
    }
}

/// Copies taken out of a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duplicates {
    /// Bytes of the block that are no copies.
    left_bytes: u32,
    /// The copies, in their order, not overlapping. Empty if read from a header, which has
    /// no room for them: they travel behind the bytes that are left.
    copies: Vec<Reference>,
}

impl Duplicates {
    /// The copies in a block of `block_bytes`: in their order, not overlapping.
    pub fn new(block_bytes: usize, copies: Vec<Reference>) -> Self {
        let taken: usize = copies.iter().map(|copy| copy.length).sum();
        Self { left_bytes: (block_bytes - taken) as u32, copies }
    }

    pub(super) fn forward(&self, block: &[u8]) -> Vec<u8> {
        let (mut rewritten, mut list) = (Vec::new(), Vec::new());
        let (mut end, mut distance) = (0, 0u32);
        for copy in &self.copies {
            rewritten.extend_from_slice(&block[end..copy.start]);
            put_number(&mut list, (copy.start - end) as u32);
            put_number(&mut list, copy.length as u32);
            put_number(&mut list, fold_sign((copy.distance as u32).wrapping_sub(distance)));
            (end, distance) = (copy.end(), copy.distance as u32);
        }
        rewritten.extend_from_slice(&block[end..]);
        rewritten.append(&mut list);
        rewritten
    }

    /// The mirror of [`forward`](Self::forward), behind the content `past`; `None` if a
    /// reference reaches further back or makes the block longer than `limit`.
    pub(super) fn inverse(&self, bytes: &[u8], limit: usize, past: &[u8]) -> Option<Vec<u8>> {
        let (mut left, mut list) = bytes.split_at_checked(self.left_bytes as usize)?;
        let (mut block, mut distance) = (Vec::new(), 0u32);
        while !list.is_empty() {
            let (run, rest) = left.split_at_checked(take_number(&mut list)? as usize)?;
            let length = take_number(&mut list)? as usize;
            distance = distance.wrapping_add(unfold_sign(take_number(&mut list)?));
            if run.len().saturating_add(length) > limit - block.len() {
                return None;
            }
            block.extend_from_slice(run);
            append_copy(&mut block, past, distance as usize, length)?;
            left = rest;
        }
        if left.len() > limit - block.len() {
            return None;
        }
        block.extend_from_slice(left);
        Some(block)
    }

    /// Bytes that are left.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        put_number(&mut bytes, self.left_bytes);
        bytes
    }

    /// The mirror of [`to_bytes`](Self::to_bytes); the copies are in the bytes to invert.
    pub(super) fn from_bytes(mut bytes: &[u8]) -> Option<Self> {
        let left_bytes = take_number(&mut bytes)?;
        bytes.is_empty().then_some(Self { left_bytes, copies: Vec::new() })
    }
}

/// Appends `length` bytes from `distance` back in what is `past` and then `block`; `None`
/// if that is before the start.
fn append_copy(block: &mut Vec<u8>, past: &[u8], distance: usize, length: usize) -> Option<()> {
    if distance == 0 || distance > past.len() + block.len() {
        return None;
    }
    let end = block.len() + length;
    if distance > block.len() {
        let from = past.len() + block.len() - distance;
        block.extend_from_slice(&past[from..past.len().min(from + length)]);
    }
    while block.len() < end {
        let from = block.len() - distance;
        let whole = distance.min(end - block.len());
        block.extend_from_within(from..from + whole);
    }
    Some(())
}

/// Differences near 0, up and down, as small numbers: 0, −1, 1, −2, …
const fn fold_sign(difference: u32) -> u32 {
    difference << 1 ^ (difference as i32 >> 31) as u32
}

/// The mirror of [`fold_sign`].
const fn unfold_sign(folded: u32) -> u32 {
    folded >> 1 ^ (folded & 1).wrapping_neg()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const EAGER: Thresholds = Thresholds { remembered: None, known: 40, forgotten: 40 };

    fn noise(count: usize, seed: u64) -> Vec<u8> {
        let mut state = seed;
        let next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 56) as u8
        };
        std::iter::repeat_with(next).take(count).collect()
    }

    /// The blocks with their copies taken out and put back; bytes that were left.
    fn passed(blocks: &[&[u8]], reach: usize) -> usize {
        let mut finder = Finder::new(EAGER, reach);
        let mut window = Window::new(reach);
        let mut left_bytes = 0;
        for block in blocks {
            let copies = finder.find(window.bytes(), block);
            let duplicates = Duplicates::new(block.len(), copies);
            let left = duplicates.forward(block);
            left_bytes += left.len();
            let read = Duplicates::from_bytes(&duplicates.to_bytes()).expect("its own bytes");
            let back = read.inverse(&left, block.len(), window.bytes());
            assert!(back.as_deref() == Some(*block));
            window.push(block).expect("little memory");
        }
        left_bytes
    }

    #[test]
    fn a_copy_is_found_within_a_block_and_in_earlier_ones() {
        let once = noise(10_000, 1);
        let twice = [&once[..], b"between", &once].concat();
        assert!(passed(&[&twice], 0) < 10_100);
        assert!(passed(&[&once, b"between", &once], 1 << 20) < 10_100);
        assert!(passed(&[&once, &noise(10_000, 2), &once], 15_000) > 24_000);
        assert_eq!(passed(&[&once, &once], 0), 20_000);
    }

    #[test]
    fn a_source_may_span_the_start_of_the_block_and_overlap_its_copy() {
        let unit = noise(1000, 3);
        let periodic = unit.repeat(20);
        assert!(passed(&[&periodic[..2500], &periodic[2500..]], 1 << 20) < 1100);
        assert!(passed(&[&vec![0; 100_000]], 0) < 400);
        assert!(passed(&[&b"a record of 25 bytes' size".repeat(4000)], 0) < 13_000);
    }

    #[test]
    fn edits_leave_the_distance_as_it_is() {
        let first = noise(100_000, 4);
        let mut second = first.clone();
        (0..100).for_each(|edit| second[edit * 1000] ^= 1);
        let left = passed(&[&first, &second], 1 << 20) - first.len();
        assert!(left < 100 * 9, "{left}");
    }

    #[test]
    fn a_window_moves_and_never_holds_more_than_it_says() {
        let mut window = Window::new(1000);
        let content = noise(50_000, 5);
        for (number, piece) in content.chunks(70).enumerate() {
            window.push(piece).expect("little memory");
            let end = number * 70 + piece.len();
            assert_eq!(window.bytes().len(), end.min(1000));
            assert!(window.bytes_with(0) <= 1125);
            assert!(content[..end].ends_with(window.bytes()));
        }
        window.push(&content).expect("little memory");
        assert_eq!(window.bytes(), &content[49_000..]);
    }

    /// What `list` behind `left` gives behind the content `past`.
    fn inverse_of(left: &[u8], list: &[u32], past: &[u8]) -> Option<Vec<u8>> {
        let mut bytes = left.to_vec();
        for &number in list {
            put_number(&mut bytes, number);
        }
        let duplicates = Duplicates { left_bytes: left.len() as u32, copies: Vec::new() };
        duplicates.inverse(&bytes, 100, past)
    }

    #[test]
    fn references_to_nowhere_and_bombs_are_refused() {
        let distance = |bytes: u32| fold_sign(bytes);
        assert_eq!(inverse_of(b"ab", &[1, 4, distance(2)], b"xy").unwrap(), b"ayayab");
        assert_eq!(inverse_of(b"ab", &[2, 98, distance(1)], b"").unwrap().len(), 100);
        for bad in [
            [0, 4, distance(0)],
            [1, 4, distance(4)],
            [1, 4, distance(u32::MAX)],
            [3, 4, distance(1)],
            [1, u32::MAX, distance(1)],
            [1, 100, distance(1)],
        ] {
            assert_eq!(inverse_of(b"ab", &bad, b"xy"), None, "{bad:?}");
        }
        assert_eq!(inverse_of(b"ab", &[1, 4], b"xy"), None);
        assert_eq!(inverse_of(&[0; 101], &[], b""), None);
        assert_eq!(Duplicates { left_bytes: 9, copies: vec![] }.inverse(b"ab", 100, b""), None);
    }

    proptest! {
        #[test]
        fn any_blocks_come_back(
            pieces in prop::collection::vec((0usize..3, 0usize..3000, 0usize..300), 1..40),
            cut in 1usize..5000,
            reach in 0usize..20_000,
        ) {
            let random = noise(4000, 6);
            let mut content = Vec::new();
            for (kind, at, length) in pieces {
                match kind {
                    0 => content.extend_from_slice(&random[at..at + length]),
                    1 => content.resize(content.len() + length, at as u8),
                    _ => content.extend(random[at..at + 7].iter().cycle().take(length)),
                }
            }
            passed(&content.chunks(cut).collect::<Vec<_>>(), reach);
        }

        #[test]
        fn any_bytes_are_inverted_or_refused_within_the_limit(
            bytes in prop::collection::vec(any::<u8>(), 0..60),
            left_bytes in 0u32..60,
            past in prop::collection::vec(any::<u8>(), 0..20),
        ) {
            let duplicates = Duplicates { left_bytes, copies: Vec::new() };
            if let Some(block) = duplicates.inverse(&bytes, 500, &past) {
                prop_assert!(block.len() <= 500);
            }
        }

        #[test]
        fn folded_differences_unfold(difference in any::<u32>()) {
            prop_assert_eq!(unfold_sign(fold_sign(difference)), difference);
        }
    }
}
