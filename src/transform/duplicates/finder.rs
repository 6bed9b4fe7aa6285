//! Finds stretches of a block that came before.
//!
//! Places are looked at where the content says so, so that copies are looked at in the
//! same places, wherever they are:
//!
//! ```text
//! sampled  ⇔  hash(8 bytes) < 2⁶⁴ / 64, or nothing was sampled for 256 bytes
//! ```
//!
//! At a sampled place the hash of the next 32 bytes leads to the last place where it was
//! the same; what agrees there, forwards and backwards, is a copy if it is long enough to
//! be worth a reference. Integers alone decide, and only the encoder: a better search is
//! no change of the format.

use super::Reference;

/// Bytes that must agree at a sampled place.
const SPAN_BYTES: usize = 32;
/// One place in so many is sampled; up finds fewer short copies, down costs a cache miss
/// each.
const RATE: u32 = 64;
/// Bytes between samples at least, so that repetitive content costs no more than other.
const LEAST_GAP: usize = 16;
/// Bytes between samples at most, so that no content is without.
const MOST_GAP: usize = 256;
/// Bytes of content for each slot of the index.
const BYTES_PER_SLOT: usize = 64;
const LEAST_LOG2_SLOTS: u32 = 8;
/// What the length of a copy is a multiple of, so that samples and instructions behind it
/// stay aligned.
const WORD_BYTES: usize = 4;

/// How long a copy must be to be worth a reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Thresholds {
    /// Bytes back that the model remembers; `None` if it knows its block alone.
    pub remembered: Option<usize>,
    /// Least bytes of a copy whose source the model remembers: it would foretell the copy
    /// well, but needs time for each byte.
    pub known: usize,
    /// Least bytes of a copy whose source it has forgotten.
    pub forgotten: usize,
}

/// An index of places in the content of a segment.
#[derive(Debug)]
pub struct Finder {
    thresholds: Thresholds,
    /// Bytes of content before a block that are worth an index.
    reach: usize,
    slots: Vec<Slot>,
    /// Bytes of content before the block that comes next, modulo 2³².
    position: u32,
    /// The same, as far as the index must grow.
    content_bytes: usize,
}

/// Where the last bytes with a hash were. An empty slot is a place like any other: bytes
/// are compared before a copy is believed.
#[derive(Clone, Copy, Debug, Default)]
struct Slot {
    hash: u32,
    /// Position in the segment, modulo 2³².
    position: u32,
}

impl Finder {
    /// A finder that has seen nothing, for a window of `reach` bytes.
    pub const fn new(thresholds: Thresholds, reach: usize) -> Self {
        Self { thresholds, reach, slots: Vec::new(), position: 0, content_bytes: 0 }
    }

    /// Bytes of memory that a finder takes at most.
    pub const fn memory_bytes(reach: u64) -> u64 {
        (reach / BYTES_PER_SLOT as u64).next_power_of_two() * size_of::<Slot>() as u64
    }

    /// The copies in `block`, which stands behind `past`; learns the block.
    pub fn find(&mut self, past: &[u8], block: &[u8]) -> Vec<Reference> {
        self.grow(block.len());
        let mut copies: Vec<Reference> = Vec::new();
        let mut last = 0;
        let mut at = 0;
        while let Some(place) = next_sample(block, at, last + MOST_GAP) {
            let hash = span_hash(&block[place..]);
            let position = self.position.wrapping_add(place as u32);
            let seen = std::mem::replace(self.slot(hash), Slot { hash, position });
            let free_from = copies.last().map_or(0, Reference::end);
            if seen.hash == hash && place >= free_from {
                let distance = position.wrapping_sub(seen.position) as usize;
                copies.extend(self.copy(past, block, (place, distance), free_from));
            }
            last = place;
            at = place + LEAST_GAP;
        }
        self.position = self.position.wrapping_add(block.len() as u32);
        copies
    }

    /// The copy around `place` from `distance` back, if it is long enough; it begins at
    /// `free_from` or later.
    fn copy(
        &self,
        past: &[u8],
        block: &[u8],
        (place, distance): (usize, usize),
        free_from: usize,
    ) -> Option<Reference> {
        let source = (past.len() + place).checked_sub(distance)?;
        if distance == 0 {
            return None;
        }
        let length_after = agreement_after((past, block), source, place);
        let length_before = agreement_before((past, block), source, place, free_from);
        let start = place - length_before;
        let length = (length_before + length_after) / WORD_BYTES * WORD_BYTES;
        let is_known = match self.thresholds.remembered {
            Some(bytes) => distance <= bytes,
            None => source >= past.len(),
        };
        let Thresholds { known, forgotten, .. } = self.thresholds;
        let least = if is_known { known } else { forgotten };
        (length >= least).then_some(Reference { start, length, distance })
    }

    fn slot(&mut self, hash: u32) -> &mut Slot {
        let log2_slots = self.slots.len().ilog2();
        &mut self.slots[(hash >> (u32::BITS - log2_slots)) as usize]
    }

    /// Makes the index as large as the content so far and `more` bytes need.
    fn grow(&mut self, more: usize) {
        self.content_bytes = (self.content_bytes + more).min(self.reach.max(more));
        let log2_slots = (self.content_bytes / BYTES_PER_SLOT).next_power_of_two().ilog2();
        let wanted = 1 << log2_slots.max(LEAST_LOG2_SLOTS);
        if wanted <= self.slots.len() {
            return;
        }
        let mut old = std::mem::replace(&mut self.slots, vec![Slot::default(); wanted]);
        for seen in old.drain(..) {
            *self.slot(seen.hash) = seen;
        }
    }
}

/// The first sampled place from `at` on, `latest` at the latest; none so near the end that
/// a span does not fit.
#[inline]
fn next_sample(block: &[u8], at: usize, latest: usize) -> Option<usize> {
    let end = block.len().checked_sub(SPAN_BYTES)?;
    let latest = latest.max(at);
    let searched = block.get(at..latest.min(end) + 8)?;
    let is_sampled = |bytes: &[u8]| hash_of(word(bytes)) < u64::MAX / RATE as u64;
    let place = searched.windows(8).position(is_sampled).map(|offset| at + offset);
    place.or((latest <= end).then_some(latest))
}

#[inline]
fn word(bytes: &[u8]) -> u64 {
    u64::from_le_bytes(bytes[..8].try_into().expect("8 bytes"))
}

#[inline]
const fn hash_of(word: u64) -> u64 {
    word.wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

fn span_hash(bytes: &[u8]) -> u32 {
    let words = bytes[..SPAN_BYTES].chunks_exact(8);
    (words.fold(0, |hash: u64, bytes| hash_of((hash ^ hash >> 29) ^ word(bytes))) >> 32) as u32
}

/// Bytes from `place` of `block` on that are the same as from `source` of `past` and
/// `block` on.
fn agreement_after((past, block): (&[u8], &[u8]), source: usize, place: usize) -> usize {
    let rest = &block[place..];
    let Some(before) = past.get(source..) else {
        return common_prefix(&block[source - past.len()..], rest);
    };
    let length = common_prefix(before, rest);
    if length < before.len() { length } else { length + common_prefix(block, &rest[length..]) }
}

/// Bytes before `place` of `block`, but not before `free_from`, that are the same as
/// before `source` of `past` and `block`.
fn agreement_before(
    (past, block): (&[u8], &[u8]),
    source: usize,
    place: usize,
    free_from: usize,
) -> usize {
    let rest = &block[free_from..place];
    let Some(inside) = source.checked_sub(past.len()) else {
        return common_suffix(&past[..source], rest);
    };
    let length = common_suffix(&block[..inside], rest);
    if length < inside {
        length
    } else {
        length + common_suffix(past, &rest[..rest.len() - length])
    }
}

fn common_prefix(a: &[u8], b: &[u8]) -> usize {
    let whole = a.chunks_exact(8).zip(b.chunks_exact(8)).take_while(|(a, b)| a == b).count() * 8;
    whole + a[whole..].iter().zip(&b[whole..]).take_while(|(a, b)| a == b).count()
}

fn common_suffix(a: &[u8], b: &[u8]) -> usize {
    a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count()
}
