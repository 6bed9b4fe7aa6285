//! Changes of a table in the order in which they are made.

use super::{AHEAD, Undo, prefetch};
use bytemuck::Pod;

/// What was in a table before each change since a mark, in order. Off until the first mark.
///
/// Noting is one write to the end, whether the same place changed before or not, where an
/// [`UndoLog`](super::UndoLog) asks first: quicker for cells that are small, or seldom change
/// twice. What changed often is long, so [`condense`](Undo::condense) must be called from time
/// to time.
pub(crate) struct Journal<T> {
    is_on: bool,
    /// Places, bytes from the table's start, and what was there; then room for more.
    entries: Vec<(u32, T)>,
    /// Entries in use.
    count: usize,
    /// The whole table as it was at the mark, once the entries took more than that; empty
    /// before.
    whole: Vec<u8>,
}

impl<T: Pod> Journal<T> {
    /// A journal that is off.
    pub(crate) const fn off() -> Self {
        Self { is_on: false, entries: Vec::new(), count: 0, whole: Vec::new() }
    }

    /// Whether changes are to be noted.
    #[inline(always)]
    pub(crate) fn is_on(&self) -> bool {
        self.is_on
    }

    /// Notes that what is at `place`, bytes from the table's start, now `cell`, is about to
    /// change.
    #[inline(always)]
    pub(crate) fn note(&mut self, place: usize, cell: T) {
        if self.is_on {
            self.open(1).note(place, cell);
        }
    }

    /// Opens it for `most` changes in a row.
    #[inline(always)]
    pub(crate) fn open(&mut self, most: usize) -> Notes<'_, T> {
        if self.entries.len() - self.count < most {
            self.make_room(most);
        }
        Notes { entries: &mut self.entries, count: self.count, counted: &mut self.count }
    }

    #[cold]
    fn make_room(&mut self, most: usize) {
        let length = (2 * self.entries.len()).max(self.count + most);
        self.entries.resize(length, (0, T::zeroed()));
    }

    /// Notes that cell `index` of a table of such cells, now `cell`, is about to change.
    #[inline(always)]
    pub(crate) fn note_cell(&mut self, index: usize, cell: T) {
        self.note(index * size_of::<T>(), cell);
    }

    /// Puts back in `table` what was there, the last change first.
    fn take_back(&self, table: &mut [u8]) {
        let entries = &self.entries[..self.count];
        let (first, rest) = entries.split_at(entries.len().min(AHEAD));
        for ((ahead, _), entry) in entries.iter().zip(rest).rev() {
            prefetch(table.as_ptr(), *ahead as usize);
            put(table, entry);
        }
        first.iter().rev().for_each(|entry| put(table, entry));
    }
}

/// A journal opened for changes in a row.
pub(crate) struct Notes<'a, T> {
    entries: &'a mut [(u32, T)],
    count: usize,
    counted: &'a mut usize,
}

impl<T> Notes<'_, T> {
    /// As [`Journal::note`] where the journal is on; no more than it was opened for.
    #[inline(always)]
    pub(crate) fn note(&mut self, place: usize, cell: T) {
        self.entries[self.count] = (place as u32, cell);
        self.count += 1;
    }
}

impl<T> Drop for Notes<'_, T> {
    #[inline(always)]
    fn drop(&mut self) {
        *self.counted = self.count;
    }
}

/// Puts a cell back in its place in `table`.
#[inline(always)]
fn put<T: Pod>(table: &mut [u8], (place, cell): &(u32, T)) {
    let place = *place as usize;
    table[place..place + size_of::<T>()].copy_from_slice(bytemuck::bytes_of(cell));
}

impl<T: Pod> Undo for Journal<T> {
    fn is_empty(&self) -> bool {
        self.count == 0 && self.whole.is_empty()
    }

    fn mark(&mut self, _: usize) {
        self.is_on = true;
        self.count = 0;
        self.whole = Vec::new();
    }

    fn condense(&mut self, table: &[u8]) {
        if self.count * size_of::<(u32, T)>() > table.len() {
            let mut whole = table.to_vec();
            self.take_back(&mut whole);
            *self = Self { whole, ..Self::off() };
        }
    }

    fn rewind(&mut self, table: &mut [u8]) {
        if self.whole.is_empty() {
            self.take_back(table);
            self.count = 0;
        } else {
            table.copy_from_slice(&self.whole);
            self.mark(table.len());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn rewinding_takes_back_every_change_of_cells_that_overlap_however_many_there_are(
            changes in prop::collection::vec((0..297_usize, any::<[u8; 3]>()), 0..300),
            condensed in prop::collection::vec(any::<bool>(), 300),
        ) {
            let mut table: Vec<u8> = (0..300).map(|i| i as u8).collect();
            let (before, mut journal) = (table.clone(), Journal::off());
            journal.note(7, [1, 2, 3]);
            prop_assert!(journal.is_empty());
            journal.mark(table.len());
            for _ in 0..2 {
                for (&(place, bytes), is_condensed) in changes.iter().zip(&condensed) {
                    let cell: [u8; 3] = table[place..place + 3].try_into().unwrap();
                    journal.note(place, cell);
                    table[place..place + 3].copy_from_slice(&bytes);
                    if *is_condensed {
                        journal.condense(&table);
                        prop_assert!(size_of_val(&journal.entries[..journal.count]) <= table.len());
                    }
                }
                journal.rewind(&mut table);
                prop_assert_eq!(&table, &before);
                prop_assert!(journal.is_empty() && journal.is_on());
            }
        }
    }
}
