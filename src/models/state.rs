//! What a model has learnt, field by field: the one seam through which it is saved,
//! loaded, hashed and taken back.
//!
//! A component shows its fields in a fixed order. Small ones are copied whole wherever
//! that is wanted; a table notes each cell that it is about to change in an [`UndoLog`] or
//! a [`Journal`], so that going back costs what was changed, not what there is.

mod journal;

pub(crate) use journal::{Journal, Notes};

use super::memory::{pages::Pages, table::prefetch};
use bytemuck::Pod;

/// Something that learns.
pub(crate) trait State {
    /// Shows every field that predictions after a whole byte depend on: always in the same
    /// order, and of the same lengths for the same spec.
    fn visit(&mut self, visitor: &mut dyn StateVisitor);

    /// Brings fields that were set from outside into their ranges.
    fn settle(&mut self) {}
}

/// What is done with each field.
pub(crate) trait StateVisitor {
    /// What is wanted of tables.
    fn purpose(&self) -> Purpose;

    /// Whether statistics may change while the state is kept: where they do not, maps of them
    /// need not show themselves.
    fn is_learning(&self) -> bool {
        true
    }

    /// A field: integers, least significant byte first.
    fn field(&mut self, name: &'static str, bytes: &mut [u8]);

    /// A field of bytes that has pages of its own.
    fn pages(&mut self, name: &'static str, pages: &mut Pages) {
        self.field(name, pages);
    }
}

/// What a visitor wants of tables.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Their content, as that of other fields.
    Content,
    /// That they note changes from now on.
    Mark,
    /// That they keep what they noted in no more memory than they take themselves.
    Condense,
    /// That they undo what changed since the mark, and go on noting.
    Rewind,
}

/// Cells ahead whose places are asked for while others are put back: they are anywhere in the
/// table.
const AHEAD: usize = 16;

/// What a table notes of its changes, and how they are taken back.
pub(crate) trait Undo {
    /// Whether nothing was noted.
    fn is_empty(&self) -> bool;
    /// Notes changes from now on, of a table of `bytes` bytes.
    fn mark(&mut self, bytes: usize);
    /// Takes no more memory from now on than `table` and its like, however long the changes
    /// since the mark.
    fn condense(&mut self, table: &[u8]);
    /// Puts back what was noted, and notes changes from then on.
    fn rewind(&mut self, table: &mut [u8]);
}

/// The cells of a table as they were when they were first changed after a mark. Off until
/// the first mark: then noting costs a test.
pub(crate) struct UndoLog<T> {
    /// One bit a cell: whether it is in `cells`. Empty while off.
    noted: Vec<u64>,
    cells: Vec<(u32, T)>,
}

impl<T: Pod> UndoLog<T> {
    /// A log that is off.
    pub(crate) const fn off() -> Self {
        Self { noted: Vec::new(), cells: Vec::new() }
    }

    /// Whether changes are to be noted.
    #[inline(always)]
    pub(crate) fn is_on(&self) -> bool {
        !self.noted.is_empty()
    }

    /// Notes that the cell `index`, now `cell`, is about to change.
    #[inline(always)]
    pub(crate) fn note(&mut self, index: usize, cell: &T) {
        if let Some(word) = self.noted.get_mut(index / 64) {
            let bit = 1 << (index % 64);
            if *word & bit == 0 {
                *word |= bit;
                self.keep(index, cell);
            }
        }
    }

    /// Keeps `cell`: out of the way of cells that were noted before.
    #[inline(never)]
    fn keep(&mut self, index: usize, cell: &T) {
        self.cells.push((index as u32, *cell));
    }
}

impl<T: Pod> Undo for UndoLog<T> {
    fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    fn mark(&mut self, bytes: usize) {
        self.cells.clear();
        self.noted.clear();
        self.noted.resize((bytes / size_of::<T>()).div_ceil(64).max(1), 0);
    }

    fn condense(&mut self, _: &[u8]) {
        // No cell is noted twice.
    }

    fn rewind(&mut self, table: &mut [u8]) {
        let table: &mut [T] = bytemuck::cast_slice_mut(table);
        for (number, &(index, cell)) in self.cells.iter().enumerate() {
            if let Some(&(ahead, _)) = self.cells.get(number + AHEAD) {
                prefetch(table.as_ptr(), ahead as usize);
            }
            table[index as usize] = cell;
            self.noted[index as usize / 64] = 0;
        }
        self.cells.clear();
    }
}

/// An integer as it lies in a field.
pub(crate) trait Word: Pod {
    /// The same integer, least significant byte first.
    #[must_use]
    fn little_endian(self) -> Self;
}

macro_rules! words {
    ($($word:ident)*) => {
        $(impl Word for $word {
            #[inline(always)]
            fn little_endian(self) -> Self {
                self.to_le()
            }
        })*
    };
}
words!(u8 u16 u32 u64 i16 i32);

/// Shows `words`.
pub(crate) fn words<W: Word>(visitor: &mut dyn StateVisitor, name: &'static str, words: &mut [W]) {
    // Twice the same exchange of bytes; on little-endian machines none.
    let exchange = |words: &mut [W]| words.iter_mut().for_each(|w| *w = w.little_endian());
    exchange(words);
    visitor.field(name, bytemuck::cast_slice_mut(words));
    exchange(words);
}

/// Shows a table of cells made of words `W`.
pub(crate) fn table<W: Word, T: Pod>(
    visitor: &mut dyn StateVisitor,
    name: &'static str,
    cells: &mut [T],
    undo: &mut impl Undo,
) {
    match visitor.purpose() {
        Purpose::Content => words::<W>(visitor, name, bytemuck::cast_slice_mut(cells)),
        Purpose::Mark => undo.mark(size_of_val(cells)),
        Purpose::Condense => undo.condense(bytemuck::cast_slice(cells)),
        Purpose::Rewind => undo.rewind(bytemuck::cast_slice_mut(cells)),
    }
}

/// Shows a table of cells of bytes that has pages of its own.
pub(crate) fn paged_table(
    visitor: &mut dyn StateVisitor,
    name: &'static str,
    pages: &mut Pages,
    undo: &mut impl Undo,
) {
    match visitor.purpose() {
        Purpose::Content => visitor.pages(name, pages),
        Purpose::Mark => undo.mark(pages.len()),
        Purpose::Condense => undo.condense(pages),
        // Lent pages are left so if nothing changed.
        Purpose::Rewind if undo.is_empty() => {}
        Purpose::Rewind => undo.rewind(pages),
    }
}

/// A single number, shown as 64 bits.
pub(crate) trait Scalar {
    fn to_u64(&self) -> u64;
    fn set(&mut self, value: u64);
}

macro_rules! scalars {
    ($($scalar:ident)*) => {
        $(impl Scalar for $scalar {
            fn to_u64(&self) -> u64 {
                *self as u64
            }

            fn set(&mut self, value: u64) {
                *self = value as Self;
            }
        })*
    };
}
scalars!(u32 i32 u64 usize);

impl Scalar for bool {
    fn to_u64(&self) -> u64 {
        u64::from(*self)
    }

    fn set(&mut self, value: u64) {
        *self = value != 0;
    }
}

/// Shows numbers as one field.
pub(crate) fn scalars<const N: usize>(
    visitor: &mut dyn StateVisitor,
    name: &'static str,
    scalars: [&mut dyn Scalar; N],
) {
    let mut values: [u64; N] = std::array::from_fn(|i| scalars[i].to_u64());
    words(visitor, name, &mut values);
    scalars.into_iter().zip(values).for_each(|(scalar, value)| scalar.set(value));
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn rewinding_undoes_every_noted_change_and_can_be_done_again(
            changes in prop::collection::vec((0..300_usize, any::<u16>()), 0..200),
        ) {
            let mut table: Vec<u16> = (0..300).collect();
            let (before, mut undo) = (table.clone(), UndoLog::off());
            undo.note(7, &table[7]);
            prop_assert!(!undo.is_on());
            undo.mark(size_of_val(&table[..]));
            for _ in 0..2 {
                for &(index, value) in &changes {
                    undo.note(index, &table[index]);
                    table[index] = value;
                }
                undo.rewind(bytemuck::cast_slice_mut(&mut table));
                prop_assert_eq!(&table, &before);
            }
        }
    }
}
