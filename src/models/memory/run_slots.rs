//! Checked 64-byte buckets of bit histories and runs of bytes.

use super::{
    slots::{Histories, NOTHING, Place},
    table::{LINE_BYTES, Line, LineTable, Lines, LinesView},
};
use crate::models::state::{State, StateVisitor, UndoLog};
use std::hint::select_unpredictable;

/// The byte that followed a context last, and how often in a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) byte: u8,
    /// Times in a row, 255 for that many and more; 0 if nothing followed yet.
    pub(crate) count: u8,
}

impl Run {
    /// The run after one more `byte`.
    #[inline(always)]
    pub(crate) const fn then(self, byte: u8) -> Self {
        let goes_on = self.count > 0 && self.byte == byte;
        Self { byte, count: if goes_on { self.count.saturating_add(1) } else { 1 } }
    }
}

/// Slots in a line: 48 bytes of histories, then the checks, then the runs' bytes. Entry 0
/// of the histories, which no bit needs, holds the run's count.
const SLOTS: usize = 3;
const HISTORIES: usize = 16;
const CHECKS: usize = HISTORIES * SLOTS;
const RUN_BYTES: usize = CHECKS + 2 * SLOTS;

/// A hash table of [`Histories`] and a [`Run`] beside each. A lookup costs one cache line;
/// 16-bit checks let hardly any context pass for another.
pub(crate) struct RunSlotTable {
    lines: LineTable,
    undo: UndoLog<Line>,
}

impl RunSlotTable {
    /// An empty table of 2^`log2_lines` lines of 64 bytes.
    pub(crate) fn new(log2_lines: u8) -> Self {
        Self { lines: LineTable::new(log2_lines), undo: UndoLog::off() }
    }

    /// Whether lines must be noted before they change.
    #[inline(always)]
    pub(crate) fn is_noting(&self) -> bool {
        self.undo.is_on()
    }

    /// Notes the line of `hash`, which is about to change.
    #[inline(always)]
    pub(crate) fn note(&mut self, hash: u32) {
        let lines = self.lines.view();
        let start = lines.offset_of(hash);
        self.undo.note(start / LINE_BYTES, lines.window(start));
    }

    /// Notes the line that `place` is in.
    pub(crate) fn note_place(&mut self, place: Place) {
        self.note((place / LINE_BYTES) as u32);
    }

    /// Asks the memory for the line of `hash` before it is needed.
    #[inline(always)]
    pub(crate) fn prefetch(&self, hash: u32) {
        self.lines.prefetch(hash);
    }

    /// The slots, for many accesses in a row.
    #[inline(always)]
    pub(crate) fn slots(&mut self) -> RunSlots<'_> {
        RunSlots(self.lines.lines())
    }

    /// The slots, to be read only.
    #[inline(always)]
    pub(crate) fn view(&self) -> RunSlotsView<'_> {
        RunSlotsView(self.lines.view())
    }
}

/// The slots of a table.
pub(crate) struct RunSlots<'a>(Lines<'a>);

impl RunSlots<'_> {
    /// Copies the slot of `hash` and `check` to `histories`, a fresh one if there is none:
    /// where it is, and whether the context had been seen before.
    #[inline(always)]
    pub(crate) fn fetch(
        &mut self,
        hash: u32,
        check: u16,
        histories: &mut Histories,
    ) -> (Place, bool) {
        let start = self.0.offset_of(hash);
        let line: &mut Line = self.0.window(start);
        let found = (0..SLOTS).find(|&slot| check_of(line, slot) == check);
        let slot = found.unwrap_or_else(|| replace(line, check));
        let place = start + HISTORIES * slot;
        *histories = *self.0.window(place);
        (place, found.is_some())
    }

    /// Copies `histories` back to where [`fetch`](Self::fetch) found them.
    #[inline(always)]
    pub(crate) fn store(&mut self, place: Place, histories: &Histories) {
        *self.0.window(place) = *histories;
    }

    /// Puts `run` beside the histories at `place`.
    #[inline(always)]
    pub(crate) fn set_run(&mut self, place: Place, run: Run) {
        *self.0.window(run_byte(place)) = [run.byte];
        *self.0.window(place) = [run.count];
    }
}

/// The slots of a table, to be read only.
#[derive(Clone, Copy)]
pub(crate) struct RunSlotsView<'a>(LinesView<'a>);

impl<'a> RunSlotsView<'a> {
    /// The slot of `hash` and `check` as [`RunSlots::fetch`] gives it: where it is, or would
    /// be looked for, what it remembers, and whether the context had been seen before.
    #[inline(always)]
    pub(crate) fn look(self, hash: u32, check: u16) -> (Place, &'a Histories, bool) {
        let start = self.0.offset_of(hash);
        let line: &Line = self.0.window(start);
        let found = (0..SLOTS).find(|&slot| check_of(line, slot) == check);
        let place = start + HISTORIES * found.unwrap_or(0);
        // As hard to foresee as the data: no branch.
        let histories = select_unpredictable(found.is_some(), self.0.window(place), &NOTHING);
        (place, histories, found.is_some())
    }

    /// The run beside `histories`, which are those at `place`.
    #[inline(always)]
    pub(crate) fn run(self, place: Place, histories: &Histories) -> Run {
        let [byte] = *self.0.window(run_byte(place));
        Run { byte, count: histories[0] }
    }
}

/// Where the byte of the run beside the histories at `place` is.
#[inline(always)]
const fn run_byte(place: Place) -> usize {
    place / LINE_BYTES * LINE_BYTES + RUN_BYTES + place % LINE_BYTES / HISTORIES
}

#[inline(always)]
fn check_of(line: &Line, slot: usize) -> u16 {
    u16::from_le_bytes([line[CHECKS + 2 * slot], line[CHECKS + 2 * slot + 1]])
}

/// Gives the slot whose context was seen least to `check`.
#[inline(always)]
fn replace(line: &mut Line, check: u16) -> usize {
    let worth = |slot: usize| line[HISTORIES * slot + 1];
    let mut least = 0;
    for slot in 1..SLOTS {
        if worth(slot) < worth(least) {
            least = slot;
        }
    }
    line[CHECKS + 2 * least..CHECKS + 2 * least + 2].copy_from_slice(&check.to_le_bytes());
    line[HISTORIES * least..HISTORIES * (least + 1)].fill(0);
    least
}

impl State for RunSlotTable {
    fn visit(&mut self, visitor: &mut dyn StateVisitor) {
        self.lines.visit(visitor, &mut self.undo);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slot_keeps_its_histories_and_its_run_until_a_fourth_context_needs_the_line() {
        let mut table = RunSlotTable::new(0);
        let (mut slots, mut histories) = (table.slots(), [0; 16]);
        for check in 1..=3 {
            let (place, is_known) = slots.fetch(7, check, &mut histories);
            assert!(!is_known);
            histories[1..].fill(check as u8);
            slots.store(place, &histories);
            slots.set_run(place, Run::default().then(b'x').then(b'x'));
        }
        for check in [3, 1, 2] {
            let (place, is_known) = slots.fetch(7, check, &mut histories);
            assert!(is_known);
            assert_eq!(histories[1..], [check as u8; 15]);
            let view = table.view();
            assert_eq!(view.run(place, &histories), Run { byte: b'x', count: 2 });
            assert_eq!(view.look(7, check), (place, &histories, true));
            slots = table.slots();
        }
        let (_, nothing, is_known) = table.view().look(7, 4);
        assert_eq!((nothing, is_known), (&[0; 16], false));
        let mut slots = table.slots();
        let (_, is_known) = slots.fetch(7, 4, &mut histories);
        assert_eq!((is_known, histories), (false, [0; 16]));
        assert!(!slots.fetch(7, 1, &mut histories).1);
    }
}
