//! Checked 64-byte buckets of bit histories.

use super::table::{LINE_BYTES, Line, LineTable, Lines};
use crate::models::{
    context::hash::Address,
    state::{State, StateVisitor},
};

/// Bit histories of one context and the half byte after it: entry `node` is the history
/// at the place in the binary tree reached by `node`'s bits behind a leading 1 (`1..=15`).
/// Entry 0 is the byte before them in the table.
pub(crate) type Histories = [u8; 16];

const SLOTS: usize = 4;
const HISTORIES: usize = 15;

/// Where a found slot's [`Histories`] are, bytes from the table's start.
pub(crate) type Place = usize;

/// A hash table of [`Histories`]. A lookup costs one cache line: four slots of fifteen
/// histories behind their four check bytes.
pub(crate) struct SlotTable {
    lines: LineTable,
}

impl SlotTable {
    /// An empty table of 2^`log2_lines` lines of 64 bytes.
    pub(crate) fn new(log2_lines: u8) -> Self {
        Self { lines: LineTable::new(log2_lines) }
    }

    /// Whether lines must be noted before they change.
    #[inline(always)]
    pub(crate) fn is_noting(&self) -> bool {
        self.lines.is_noting()
    }

    /// Notes the line of `hash`, which is about to change.
    #[inline(always)]
    pub(crate) fn note(&mut self, hash: u32) {
        self.lines.note(hash);
    }

    /// Notes the line that `place` is in.
    pub(crate) fn note_place(&mut self, place: Place) {
        self.lines.note((place / LINE_BYTES) as u32);
    }

    /// Asks the memory for the line of `hash` before it is needed.
    #[inline(always)]
    pub(crate) fn prefetch(&self, hash: u32) {
        self.lines.prefetch(hash);
    }

    /// The slots, for many accesses in a row.
    #[inline(always)]
    pub(crate) fn slots(&mut self) -> Slots<'_> {
        Slots(self.lines.lines())
    }
}

/// The slots of a table.
pub(crate) struct Slots<'a>(Lines<'a>);

impl Slots<'_> {
    /// Copies the slot of `address` to `histories`, a fresh one if there is none: where it
    /// is, and whether the context had been seen before.
    #[inline(always)]
    pub(crate) fn fetch(&mut self, address: Address, histories: &mut Histories) -> (Place, bool) {
        let line = self.0.offset_of(address.line);
        let found = find(u32::from_le_bytes(*self.0.window(line)), check_of(address));
        let slot = found.unwrap_or_else(|| replace(self.0.window(line), check_of(address)));
        let place = line + SLOTS - 1 + HISTORIES * slot;
        *histories = *self.0.window(place);
        (place, found.is_some())
    }

    /// As [`fetch`](Self::fetch), but the table stays as it is.
    #[inline(always)]
    pub(crate) fn look(&mut self, address: Address, histories: &mut Histories) -> (Place, bool) {
        let line = self.0.offset_of(address.line);
        let found = find(u32::from_le_bytes(*self.0.window(line)), check_of(address));
        let place = line + SLOTS - 1 + HISTORIES * found.unwrap_or(0);
        *histories = if found.is_some() { *self.0.window(place) } else { [0; 16] };
        (place, found.is_some())
    }

    /// Copies `histories` back to where [`fetch`](Self::fetch) found them.
    #[inline(always)]
    pub(crate) fn store(&mut self, place: Place, histories: &Histories) {
        // The byte before the histories is written too, as it was: one vector instead of
        // two words and their seam.
        *self.0.window(place) = *histories;
    }
}

/// The check byte of `address`.
#[inline(always)]
fn check_of(address: Address) -> u8 {
    (address.check >> 8) as u8
}

/// Which of four `checks` is `check`.
#[inline(always)]
fn find(checks: u32, check: u8) -> Option<usize> {
    // Zero bytes of `difference` are equal checks; the lowest set flag marks the first.
    let difference = checks ^ (u32::from(check) * 0x0101_0101);
    let zeros = difference.wrapping_sub(0x0101_0101) & !difference & 0x8080_8080;
    (zeros != 0).then(|| (zeros.trailing_zeros() / 8) as usize)
}

/// Gives the slot whose context was seen least to `check`.
#[inline(always)]
fn replace(line: &mut Line, check: u8) -> usize {
    let worth = |slot: usize| line[SLOTS + HISTORIES * slot];
    let mut least = 0;
    for slot in 1..SLOTS {
        if worth(slot) < worth(least) {
            least = slot;
        }
    }
    line[least] = check;
    let start = SLOTS + HISTORIES * least;
    line[start..start + HISTORIES].fill(0);
    least
}

impl State for SlotTable {
    fn visit(&mut self, visitor: &mut dyn StateVisitor) {
        self.lines.visit(visitor);
    }
}
