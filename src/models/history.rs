use super::{
    memory::{pages::Pages, table::prefetch},
    state::{self, Journal, State, StateVisitor, Undo},
};

/// What every component may look at: the bytes before the one being coded, and the bits
/// of that byte already known. Only the ensemble writes it.
pub(crate) struct History {
    /// The last bytes, a ring.
    ring: Pages,
    undo: Journal<[u8; NOTED_BYTES]>,
    /// `ring.len() − 1`; the length is a power of two.
    mask: usize,
    /// Bytes seen.
    pub(crate) position: usize,
    /// The last eight bytes, newest lowest.
    pub(crate) recent: u64,
    /// Bits of the current byte behind a leading 1: `1`, `1x`, … `1xxxxxxx`.
    pub(crate) partial: usize,
    /// Place of the next bit in its byte, 0 for the most significant.
    pub(crate) place: usize,
}

/// Bytes of the ring that are noted together before the first of them changes.
const NOTED_BYTES: usize = 8;

/// Bytes that a state from outside may claim to have seen.
const LONGEST_PAST: usize = 1 << 48;

impl History {
    /// An empty past that will remember 2^`log2_bytes` bytes.
    pub(crate) fn new(log2_bytes: u8) -> Self {
        let ring = Pages::zeroed(1 << log2_bytes);
        let mask = ring.len() - 1;
        let undo = Journal::off();
        Self { ring, undo, mask, position: 0, recent: 0, partial: 1, place: 0 }
    }

    /// The byte at `position`, counted from the start of the segment.
    #[inline(always)]
    pub(crate) fn at(&self, position: usize) -> u8 {
        self.ring[position & self.mask]
    }

    /// The byte `distance` bytes back; 1 is the last one.
    #[inline(always)]
    pub(crate) fn back(&self, distance: usize) -> u8 {
        self.at(self.position.wrapping_sub(distance))
    }

    /// Asks the memory for the byte at `position` before it is needed.
    #[inline(always)]
    pub(crate) fn prefetch(&self, position: usize) {
        prefetch(self.ring.as_ptr(), position & self.mask);
    }

    /// How many of the last eight bytes are the same as `distance` bytes before them, from
    /// the last one back.
    #[inline(always)]
    pub(crate) fn common_suffix(&self, distance: usize) -> usize {
        let end = self.position.wrapping_sub(distance) & self.mask;
        let before = end.checked_sub(8).and_then(|start| self.ring[start..].first_chunk());
        let earlier = match before {
            Some(bytes) => u64::from_be_bytes(*bytes),
            None => {
                (1..=8).rev().fold(0, |bytes, n| bytes << 8 | u64::from(self.back(distance + n)))
            }
        };
        ((earlier ^ self.recent).trailing_zeros() / 8) as usize
    }

    /// Byte `n` back among the last eight; 1 is the last one.
    #[inline(always)]
    pub(crate) fn byte(&self, n: u32) -> u32 {
        (self.recent >> (8 * (n - 1))) as u32 & 0xFF
    }

    /// Bytes that can be looked back at.
    pub(crate) fn reach(&self) -> usize {
        self.position.min(self.mask)
    }

    /// Copies the last bytes to `window`, oldest first.
    pub(crate) fn copy_last(&self, window: &mut [u8]) {
        let start = self.position.wrapping_sub(window.len()) & self.mask;
        let first = window.len().min(self.ring.len() - start);
        let (head, tail) = window.split_at_mut(first);
        head.copy_from_slice(&self.ring[start..start + first]);
        tail.copy_from_slice(&self.ring[..tail.len()]);
    }

    /// Notes the bytes around `place`, unless that was done for one before it.
    #[inline(always)]
    fn note(&mut self, place: usize) {
        if place.is_multiple_of(NOTED_BYTES) || self.undo.is_empty() {
            let start = place - place % NOTED_BYTES;
            let bytes = self.ring[start..].first_chunk().copied().unwrap_or_default();
            self.undo.note(start, bytes);
        }
    }

    /// Appends the finished byte.
    #[inline(always)]
    pub(crate) fn push(&mut self, byte: u8) {
        let place = self.position & self.mask;
        if self.undo.is_on() {
            self.note(place);
        }
        self.ring[place] = byte;
        self.position += 1;
        self.recent = self.recent << 8 | u64::from(byte);
        (self.partial, self.place) = (1, 0);
    }
}

impl State for History {
    fn visit(&mut self, visitor: &mut dyn StateVisitor) {
        state::paged_table(visitor, "past", &mut self.ring, &mut self.undo);
        state::scalars(visitor, "position", [&mut self.position, &mut self.recent]);
    }

    fn settle(&mut self) {
        self.position = self.position.min(LONGEST_PAST);
    }
}
