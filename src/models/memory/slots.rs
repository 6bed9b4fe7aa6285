//! Checked 64-byte buckets of bit histories.

use super::table::{Line, LineTable, Lines, LinesView, Windows};
use crate::models::{
    context::hash::Address,
    kernel::Kernel,
    state::{Journal, Notes, State, StateVisitor},
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
    /// Sixteen bytes each: histories, or the beginning of a line.
    undo: Journal<Histories>,
}

impl SlotTable {
    /// An empty table of 2^`log2_lines` lines of 64 bytes.
    pub(crate) fn new(log2_lines: u8) -> Self {
        Self { lines: LineTable::new(log2_lines), undo: Journal::off() }
    }

    /// Whether slots must be noted before they change.
    #[inline(always)]
    pub(crate) fn is_noting(&self) -> bool {
        self.undo.is_on()
    }

    /// Notes what is at `place`.
    pub(crate) fn note(&mut self, place: Place) {
        self.undo.note(place, *self.lines.view().window(place));
    }

    /// Asks the memory for the line of `hash` before it is needed.
    #[inline(always)]
    pub(crate) fn prefetch(&self, hash: u32) {
        self.lines.prefetch(hash);
    }

    /// The slots, for accesses in a row, `count` of which are fetched; `NOTES` if they are to
    /// be noted.
    #[inline(always)]
    pub(crate) fn slots<const NOTES: bool>(&mut self, count: usize) -> Slots<'_> {
        // Where one is replaced, two places change.
        let undo = self.undo.open(if NOTES { 2 * count } else { 0 });
        Slots { lines: self.lines.lines(), undo }
    }

    /// The slots, to be read only.
    #[inline(always)]
    pub(crate) fn view(&self) -> SlotsView<'_> {
        SlotsView(self.lines.view())
    }
}

/// The slots of a table.
pub(crate) struct Slots<'a> {
    lines: Lines<'a>,
    undo: Notes<'a, Histories>,
}

impl Slots<'_> {
    /// Copies the slot of `address` to `histories`, a fresh one if there is none: where it
    /// is, and whether the context had been seen before. `NOTES` what is there, and will be
    /// changed when the histories are stored.
    #[inline(always)]
    pub(crate) fn fetch<const NOTES: bool>(
        &mut self,
        address: Address,
        histories: &mut Histories,
    ) -> (Place, bool) {
        let line = self.lines.offset_of(address.line);
        let place_of = |slot: usize| line + SLOTS - 1 + HISTORIES * slot;
        let found = find(u32::from_le_bytes(*self.lines.window(line)), check_of(address));
        let slot = found.unwrap_or_else(|| {
            let slot = least_worth(self.lines.window(line));
            if NOTES {
                self.undo.note(line, *self.lines.window(line));
                self.undo.note(place_of(slot), *self.lines.window(place_of(slot)));
            }
            give(self.lines.window(line), slot, check_of(address));
            slot
        });
        let place = place_of(slot);
        *histories = *self.lines.window(place);
        if NOTES && found.is_some() {
            self.undo.note(place, *histories);
        }
        (place, found.is_some())
    }

    /// Copies `histories` back to where [`fetch`](Self::fetch) found them.
    #[inline(always)]
    pub(crate) fn store(&mut self, place: Place, histories: &Histories) {
        // The byte before the histories is written too, as it was: one vector instead of
        // two words and their seam.
        *self.lines.window(place) = *histories;
    }
}

/// What contexts that were never seen remember.
pub(super) static NOTHING: Histories = [0; 16];

/// The slots of a table, to be read only.
#[derive(Clone, Copy)]
pub(crate) struct SlotsView<'a>(LinesView<'a>);

impl<'a> SlotsView<'a> {
    /// Asks the memory for the line of `hash` before it is needed.
    #[inline(always)]
    pub(crate) fn prefetch(self, hash: u32) {
        self.0.prefetch(hash);
    }

    /// The slot of `address` as [`Slots::fetch`] gives it: where it is, or would be looked
    /// for, what it remembers, and whether the context had been seen before.
    #[inline(always)]
    pub(crate) fn look(self, address: Address) -> (Place, &'a Histories, bool) {
        let line = self.0.offset_of(address.line);
        let found = find(u32::from_le_bytes(*self.0.window(line)), check_of(address));
        let place = line + SLOTS - 1 + HISTORIES * found.unwrap_or(0);
        let histories = if found.is_some() { self.0.window(place) } else { &NOTHING };
        (place, histories, found.is_some())
    }

    /// The slots of the first `count` of `addresses`.
    #[inline(always)]
    pub(crate) fn look_at_each<K: Kernel, const G: usize>(
        self,
        kernel: K,
        addresses: &Addresses<G>,
        count: usize,
    ) -> Found<'a, G> {
        let mut found = Found { slots: Windows::of(self.0), present: 0 };
        let lines = addresses.lines.as_flattened();
        let checks = addresses.checks.as_flattened();
        for index in 0..count.div_ceil(8) {
            let eight = Eight { lines: &lines[index], checks: &checks[index] };
            let present = kernel.find_slots(eight, index, &mut found.slots);
            found.present |= u64::from(present) << (8 * index);
        }
        found
    }
}

/// The addresses of up to 8 · `G` contexts in the first half of a byte, then those in the
/// second half.
#[derive(Clone, Copy)]
pub(crate) struct Addresses<const G: usize> {
    /// As [`Address::line`].
    lines: [[[u32; 8]; 2]; G],
    /// As [`Address::check`].
    checks: [[[u32; 8]; 2]; G],
}

impl<const G: usize> Default for Addresses<G> {
    fn default() -> Self {
        Self { lines: [[[0; 8]; 2]; G], checks: [[[0; 8]; 2]; G] }
    }
}

impl<const G: usize> Addresses<G> {
    /// Makes `address` number `index` of them.
    #[inline(always)]
    pub(crate) fn set(&mut self, index: usize, address: Address) {
        self.lines.as_flattened_mut().as_flattened_mut()[index] = address.line;
        self.checks.as_flattened_mut().as_flattened_mut()[index] = u32::from(address.check);
    }
}

/// Eight addresses.
#[derive(Clone, Copy)]
pub(crate) struct Eight<'a> {
    /// As [`Address::line`].
    pub(crate) lines: &'a [u32; 8],
    /// As [`Address::check`].
    pub(crate) checks: &'a [u32; 8],
}

/// Where the slots of addresses are.
pub(crate) struct Found<'a, const G: usize> {
    slots: Windows<'a, G>,
    /// One bit each, the first lowest.
    present: u64,
}

impl<'a, const G: usize> Found<'a, G> {
    /// What slot `index` remembers.
    #[inline(always)]
    pub(crate) fn histories(&self, index: usize) -> &'a Histories {
        self.slots.get(index)
    }

    /// How many of the slots from `start` on, `count` of them, had been seen before.
    #[inline(always)]
    pub(crate) fn known(&self, start: usize, count: usize) -> usize {
        (self.present >> start & (u64::MAX >> (64 - count))).count_ones() as usize
    }
}

/// Makes windows number 8 · `index` and following the slots of `eight` addresses, and the line
/// that nothing is in where there is none; a bit for each slot that is there, the first lowest.
#[inline(always)]
pub(crate) fn find_each<const G: usize>(
    eight: Eight<'_>,
    index: usize,
    windows: &mut Windows<'_, G>,
) -> u32 {
    let (lines, mut places, mut present) = (windows.lines(), [0; 8], 0);
    for (i, place) in places.iter_mut().enumerate() {
        let line = lines.offset_of(eight.lines[i]);
        let check = (eight.checks[i] >> 8) as u8;
        let found = find(u32::from_le_bytes(*lines.window(line)), check);
        present |= u32::from(found.is_some()) << i;
        let place_of = |slot| line + SLOTS - 1 + HISTORIES * slot;
        *place = found.map_or(lines.nothing(), place_of) as u32;
    }
    windows.set(index, places);
    present
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

/// The slot whose context was seen least.
#[inline(always)]
fn least_worth(line: &Line) -> usize {
    let worth = |slot: usize| line[SLOTS + HISTORIES * slot];
    let mut least = 0;
    for slot in 1..SLOTS {
        if worth(slot) < worth(least) {
            least = slot;
        }
    }
    least
}

/// Gives `slot` to `check`.
#[inline(always)]
fn give(line: &mut Line, slot: usize, check: u8) {
    line[slot] = check;
    let start = SLOTS + HISTORIES * slot;
    line[start..start + HISTORIES].fill(0);
}

impl State for SlotTable {
    fn visit(&mut self, visitor: &mut dyn StateVisitor) {
        self.lines.visit(visitor, &mut self.undo);
    }

    fn settle(&mut self) {
        self.lines.settle();
    }
}
