//! The Burrows–Wheeler transform and its inverse.
//!
//! Conventions of `libsais`: the text ends in a sentinel that sorts first and is not
//! stored. Row `r ≥ 1` of the sorted suffixes is entry `r − 1` here.

use libsais::BwtConstruction;

/// Chains that the inverse follows at once, to wait for memory together and not in turn.
pub(super) const HEADS: usize = 8;
/// Chains start at multiples of this many bytes.
const HEAD_STEP: usize = 4096;

/// A text with its suffixes sorted.
pub(super) struct Sorted {
    /// The byte before each suffix, in the suffixes' order; the first suffix of all, the
    /// sentinel's, stands in front, and the whole text has none.
    pub(super) last: Vec<u8>,
    /// Row of the suffix at each chain's start, in `1..=last.len()` if undamaged.
    pub(super) heads: Vec<u32>,
}

/// Distance between chains' starts in a text of `length` bytes.
const fn stride(length: usize) -> usize {
    if length == 0 {
        return HEAD_STEP;
    }
    length.div_ceil(HEADS).next_multiple_of(HEAD_STEP)
}

impl Sorted {
    /// Sorts the suffixes of `text`, at most 2²⁴ bytes.
    pub(super) fn of(text: &[u8]) -> Self {
        if text.is_empty() {
            return Self::blank(0);
        }
        let sorted = BwtConstruction::for_text(text)
            .with_owned_temporary_array_buffer32()
            .single_threaded()
            .with_aux_indices((HEAD_STEP as i32).into())
            .run()
            .expect("a text of at most 2²⁴ bytes can be sorted in memory");
        let rows = sorted.aux_indices().iter().step_by(stride(text.len()) / HEAD_STEP);
        let heads = rows.map(|&row| row as u32).collect();
        Self { last: sorted.into_parts().0, heads }
    }

    /// A sorted text of `length` bytes still to be filled in.
    pub(super) fn blank(length: usize) -> Self {
        Self { last: vec![0; length], heads: vec![0; length.div_ceil(stride(length))] }
    }

    /// The text. If `last` and `heads` are of no text, some bytes as many.
    pub(super) fn inverse(&self) -> Vec<u8> {
        let length = self.last.len();
        let next = self.successors();
        let mut text = vec![0; length];
        let mut heads = self.heads.iter().map(|&row| (row as usize).clamp(1, length) - 1);
        let mut chains: Vec<_> = text.chunks_mut(stride(length)).collect();
        if let Ok(chains) = <&mut [&mut [u8]; HEADS]>::try_from(&mut chains[..]) {
            let heads = std::array::from_fn(|_| heads.next().expect("each chain has a head"));
            follow(&next, heads, chains);
        } else {
            for (chain, head) in chains.iter_mut().zip(heads) {
                follow(&next, [head], std::array::from_mut(chain));
            }
        }
        text
    }

    /// For each entry the first byte of its suffix, and above it the entry of the suffix
    /// one byte on.
    fn successors(&self) -> Vec<u32> {
        let mut starts = [0usize; 256];
        for &byte in &self.last {
            starts[byte as usize] += 1;
        }
        let mut total = 0;
        for start in &mut starts {
            total += std::mem::replace(start, total);
        }
        let whole_text = self.heads.first().map_or(0, |&row| row as usize);
        let mut next = vec![0; self.last.len()];
        for (i, &byte) in self.last.iter().enumerate() {
            let entry = i.saturating_sub(usize::from(i < whole_text));
            let start = &mut starts[byte as usize];
            next[*start] = (entry as u32) << 8 | u32::from(byte);
            *start += 1;
        }
        next
    }
}

/// Fills `N` chains, each from its head on. Chains after the first may be shorter.
fn follow<const N: usize>(next: &[u32], mut heads: [usize; N], chains: &mut [&mut [u8]; N]) {
    let shared = chains.iter().map(|chain| chain.len()).min().unwrap_or(0);
    for i in 0..shared {
        for (head, chain) in heads.iter_mut().zip(chains.iter_mut()) {
            let successor = next[*head];
            chain[i] = successor as u8;
            *head = (successor >> 8) as usize;
        }
    }
    for (head, chain) in heads.iter_mut().zip(chains.iter_mut()) {
        for byte in &mut chain[shared..] {
            let successor = next[*head];
            *byte = successor as u8;
            *head = (successor >> 8) as usize;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn banana_is_sorted_as_in_the_textbook() {
        let sorted = Sorted::of(b"banana");
        assert_eq!((sorted.last.as_slice(), &sorted.heads[..]), (&b"annbaa"[..], &[4][..]));
    }

    #[test]
    fn texts_come_back_at_every_number_of_chains() {
        for length in [0, 1, 2, 4095, 4096, 4097, 20_000, 32_768, 32_769, 100_001] {
            let text: Vec<u8> = (0..length).map(|i: usize| (i * i / 7 % 11) as u8).collect();
            let sorted = Sorted::of(&text);
            assert_eq!(sorted.heads.len(), Sorted::blank(length).heads.len());
            assert_eq!(sorted.inverse(), text, "{length}");
        }
    }

    proptest! {
        #[test]
        fn what_was_never_sorted_gives_as_many_bytes(
            last in prop::collection::vec(any::<u8>(), 0..40_000),
            row in any::<u32>(),
        ) {
            let heads = vec![row; Sorted::blank(last.len()).heads.len()];
            let length = last.len();
            prop_assert_eq!(Sorted { last, heads }.inverse().len(), length);
        }
    }
}
