//! Relative addresses in machine code ⇄ absolute addresses.
//!
//! A function called from ten places is ten different displacements but one address. What
//! an address is differs from processor to processor ([`Instructions`]); that it is worth
//! the change is measured the same way: where absolute addresses repeat more often than
//! relative ones do.

mod arm64;
mod x86;

pub use arm64::Arm64;
pub use x86::X86;

use super::{
    ranges::{self, Ranges},
    texture::is_text,
    wire::{put_number, take_number},
};
use std::{marker::PhantomData, ops::Range};

/// What code of a processor looks like.
pub trait Instructions {
    /// Positions count modulo this and one.
    const POSITION_MASK: u32;

    /// Shows each address in the bytes `part` of `block`, relative and absolute.
    /// `origin` is the position of the block's first byte.
    fn show(block: &[u8], part: Range<usize>, origin: u32, see: impl FnMut(u32, u32));

    /// Makes the addresses in `code` absolute; it begins at `position`.
    fn make_absolute(code: &mut [u8], position: u32);

    /// The mirror of [`make_absolute`](Self::make_absolute).
    fn make_relative(code: &mut [u8], position: u32);
}

/// The rewriting of chosen ranges of a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code<I> {
    /// Position of the block's first byte in its segment, within the mask.
    origin: u32,
    /// Where the code is.
    ranges: Ranges,
    instructions: PhantomData<I>,
}

/// Bytes of a block that are judged together. Shorter follows the edges of code in an
/// archive better, longer judges on more calls; 16 and 64 KiB differ by 0.01 %.
const PART_BYTES: usize = 32 << 10;
/// One part in so many is looked at first, …
const GLANCED_SHARE: usize = 4;
/// … if a block has more than so many, …
const FEW_PARTS: usize = 8;
/// … and nothing more if these parts together gain fewer repeated addresses.
const LEAST_GLANCED: i32 = 4;
/// Repeated addresses that a block must gain to be worth a transform; about 2 bytes each.
const MIN_GAIN: i32 = 16;

impl<I: Instructions> Code<I> {
    /// The ranges of `block`, which begins at `offset` of its segment, where absolute
    /// addresses repeat more often than relative ones do, if that gains enough.
    pub(super) fn detect(block: &[u8], offset: u64) -> Option<Self> {
        let origin = offset as u32 & I::POSITION_MASK;
        let parts = ranges::parts(block.len(), PART_BYTES).enumerate();
        let (glanced_at, others): (Vec<_>, Vec<_>) =
            parts.partition(|(number, _)| number.is_multiple_of(GLANCED_SHARE));
        let mut addresses = Addresses::default();
        let see = |addresses: &mut Addresses, parts: &[(usize, Range<usize>)]| {
            for (_, part) in parts {
                addresses.see::<I>(block, origin, part.clone());
            }
        };
        see(&mut addresses, &glanced_at);
        let are_few = glanced_at.len() + others.len() <= FEW_PARTS;
        if !are_few && gain_of(&addresses.gains()) < LEAST_GLANCED {
            return None;
        }
        see(&mut addresses, &others);
        let gains = addresses.gains();
        if gain_of(&gains) < MIN_GAIN {
            return None;
        }
        let parts = glanced_at.into_iter().chain(others).map(|(_, part)| part);
        let mut parts: Vec<(Range<usize>, i32)> = parts.zip(gains).collect();
        parts.sort_unstable_by_key(|(part, _)| part.start);
        let parts = parts.into_iter();
        let chosen = parts.filter(|&(_, gain)| gain > 0).map(|(part, _)| part);
        Some(Self::new(origin, Ranges::of_chosen(chosen)))
    }

    /// Where the code is.
    pub(super) fn ranges(&self) -> impl Iterator<Item = &Range<usize>> {
        self.ranges.iter()
    }

    const fn new(origin: u32, ranges: Ranges) -> Self {
        Self { origin, ranges, instructions: PhantomData }
    }

    pub(super) fn forward(&self, bytes: &[u8]) -> Vec<u8> {
        let mut rewritten = bytes.to_vec();
        for range in self.ranges.iter() {
            I::make_absolute(&mut rewritten[range.clone()], self.position(range));
        }
        rewritten
    }

    /// The mirror of [`forward`](Self::forward); `None` if a range leaves the block.
    pub(super) fn inverse(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        let mut original = bytes.to_vec();
        for range in self.ranges.iter() {
            I::make_relative(original.get_mut(range.clone())?, self.position(range));
        }
        Some(original)
    }

    /// The position of the first byte of `range`.
    const fn position(&self, range: &Range<usize>) -> u32 {
        self.origin.wrapping_add(range.start as u32)
    }

    /// `origin`, then the ranges.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        put_number(&mut bytes, self.origin);
        self.ranges.write(&mut bytes);
        bytes
    }

    /// The mirror of [`to_bytes`](Self::to_bytes).
    pub(super) fn from_bytes(mut bytes: &[u8]) -> Option<Self> {
        let bytes = &mut bytes;
        let origin = take_number(bytes).filter(|&origin| origin <= I::POSITION_MASK)?;
        let ranges = Ranges::read(bytes)?;
        bytes.is_empty().then_some(Self::new(origin, ranges))
    }
}

/// What parts gain in all that are chosen for their `gains`.
fn gain_of(gains: &[i32]) -> i32 {
    gains.iter().map(|&gain| gain.max(0)).sum()
}

/// Whether spots of a part are text, all of them.
fn is_all_text(part: &[u8]) -> bool {
    let step = part.len() / (GLANCES * GLANCE_BYTES);
    part.chunks(GLANCE_BYTES).step_by(step.max(1)).all(is_text)
}

/// Spots that are looked at, about, and their bytes.
const GLANCES: usize = 16;
const GLANCE_BYTES: usize = 64;

/// The addresses in a block, part by part, hashed.
#[derive(Default)]
struct Addresses {
    /// Each relative address and the absolute one.
    pairs: Vec<(u32, u32)>,
    /// How many there are up to the end of each part.
    ends: Vec<usize>,
}

impl Addresses {
    const LOG2_SLOTS: u32 = 18;

    /// Adds those in the next part of `block`.
    fn see<I: Instructions>(&mut self, block: &[u8], origin: u32, part: Range<usize>) {
        if !is_all_text(&block[part.clone()]) {
            I::show(block, part, origin, |relative, absolute| {
                self.pairs.push((Self::slot(relative), Self::slot(absolute)));
            });
        }
        self.ends.push(self.pairs.len());
    }

    /// For each part, its addresses that occur elsewhere as absolute ones, less those that
    /// do as relative ones.
    fn gains(&self) -> Vec<i32> {
        let mut relative = vec![0_u8; 1 << Self::LOG2_SLOTS];
        let mut absolute = relative.clone();
        for &(from, to) in &self.pairs {
            for count in [&mut relative[from as usize], &mut absolute[to as usize]] {
                *count = count.saturating_add(1);
            }
        }
        let mut start = 0;
        let gain = |&end: &usize| {
            let pairs = &self.pairs[start..end];
            start = end;
            let gain = |&(from, to): &(u32, u32)| {
                i32::from(absolute[to as usize] > 1) - i32::from(relative[from as usize] > 1)
            };
            pairs.iter().map(gain).sum()
        };
        self.ends.iter().map(gain).collect()
    }

    const fn slot(address: u32) -> u32 {
        address.wrapping_mul(0x9E37_79B1) >> (32 - Self::LOG2_SLOTS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_range_beyond_the_block_is_refused() {
        let code = Code::<X86>::new(0, std::iter::once(0..10).collect());
        assert_eq!(code.inverse(&[0; 9]), None);
    }

    fn check_any<I: Instructions>(bytes: &[u8], origin: u32, cut: usize) {
        let cut = cut.min(bytes.len());
        let code = Code::<I>::new(
            origin & I::POSITION_MASK,
            [0..cut, cut..bytes.len()].into_iter().collect(),
        );
        assert_eq!(code.inverse(&code.forward(bytes)).as_deref(), Some(bytes));
        let read = Code::<I>::from_bytes(&code.to_bytes()).expect("its own bytes");
        assert_eq!((read.origin, &read.ranges), (code.origin, &code.ranges));
        let _ = Code::<I>::detect(bytes, origin.into());
    }

    proptest! {
        #[test]
        fn any_bytes_come_back(
            bytes in prop::collection::vec(
                prop_oneof![
                    prop::sample::select(vec![0xE8, 0x48, 0x8D, 0x05, 0, 0xFF, 0x94, 0x90]),
                    any::<u8>(),
                ],
                0..300,
            ),
            origin in any::<u32>(),
            cut in 0usize..300,
        ) {
            check_any::<X86>(&bytes, origin, cut);
            check_any::<Arm64>(&bytes, origin, cut);
        }

        #[test]
        fn any_parameters_are_read_or_refused(parameters in prop::collection::vec(any::<u8>(), 0..20)) {
            if let Some(code) = Code::<X86>::from_bytes(&parameters) {
                prop_assert_eq!(code.to_bytes(), parameters);
                let _ = code.inverse(&[0xE8; 100]);
            }
        }
    }
}
