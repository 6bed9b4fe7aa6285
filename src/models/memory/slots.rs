//! Checked 64-byte buckets of bit histories.

use super::table::{Line, LineTable};
use crate::models::state::{State, StateVisitor};

/// Bit histories of one context and the half byte after it: entry `node` is the history
/// at the place in the binary tree reached by `node`'s bits behind a leading 1 (`1..=15`).
pub(crate) type Histories = [u8; 16];

const SLOTS: usize = 4;
const HISTORIES: usize = 15;

/// Where a found slot is.
#[derive(Clone, Copy, Default)]
pub(crate) struct Place {
    line: u32,
    slot: u8,
    /// Whether the context had been seen before.
    pub(crate) is_known: bool,
}

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

    /// Asks the memory for the line of `hash` before it is needed.
    #[inline(always)]
    pub(crate) fn prefetch(&self, hash: u32) {
        self.lines.prefetch(hash);
    }

    /// Copies the slot of `hash` and `check` to `histories`, a fresh one if there is none.
    #[inline(always)]
    pub(crate) fn fetch(&mut self, hash: u32, check: u8, histories: &mut Histories) -> Place {
        let line = self.lines.line_of(hash);
        let bytes = self.lines.line_mut(line);
        let found = find(bytes, check);
        let slot = found.unwrap_or_else(|| replace(bytes, check));
        let start = SLOTS - 1 + HISTORIES * slot;
        histories.copy_from_slice(&bytes[start..start + 16]);
        Place { line, slot: slot as u8, is_known: found.is_some() }
    }

    /// Copies `histories` back to where [`fetch`](Self::fetch) found them.
    #[inline(always)]
    pub(crate) fn store(&mut self, place: Place, histories: &Histories) {
        let line = self.lines.line_mut(place.line);
        let start = SLOTS + HISTORIES * (place.slot as usize & 3);
        line[start..start + HISTORIES].copy_from_slice(&histories[1..]);
    }
}

/// The slot that carries `check`.
#[inline(always)]
fn find(line: &Line, check: u8) -> Option<usize> {
    let checks = u32::from_le_bytes([line[0], line[1], line[2], line[3]]);
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

impl Place {
    /// All of it in one number, for a state.
    pub(crate) fn to_u64(self) -> u64 {
        u64::from(self.line) << 16 | u64::from(self.slot) << 8 | u64::from(self.is_known)
    }

    /// The mirror of [`to_u64`](Self::to_u64).
    pub(crate) fn from_u64(number: u64) -> Self {
        Self { line: (number >> 16) as u32, slot: (number >> 8) as u8, is_known: number & 1 == 1 }
    }

    /// The line that the place is in.
    pub(crate) fn line(self) -> u32 {
        self.line
    }
}
