//! Large tables of cache lines, and the hints that hide their latency.
#![expect(unsafe_code, reason = "a bounds check a lookup is a fifth of the time; see `window`")]

use super::pages::Pages;
use crate::models::state::{self, StateVisitor, Undo};
use std::marker::PhantomData;

/// Bytes of a cache line.
pub(crate) const LINE_BYTES: usize = 64;

/// One cache line.
pub(crate) type Line = [u8; LINE_BYTES];

/// A power of two of cache lines, zero at first.
pub(crate) struct LineTable {
    /// The lines, and one more that nothing is in: see `Lines` and `Windows`.
    bytes: Pages,
    /// Number of lines − 1.
    mask: u32,
}

impl LineTable {
    /// A table of 2^`log2_lines` lines, `log2_lines` in `0..=30`.
    pub(crate) fn new(log2_lines: u8) -> Self {
        let bytes = Pages::zeroed((LINE_BYTES << log2_lines) + LINE_BYTES);
        Self { bytes, mask: (1 << log2_lines) - 1 }
    }

    /// The lines, for many accesses in a row.
    #[inline(always)]
    pub(crate) fn lines(&mut self) -> Lines<'_> {
        let mask = self.mask as usize * LINE_BYTES + LINE_BYTES - 1;
        Lines { start: self.bytes.as_mut_ptr(), mask, table: PhantomData }
    }

    /// The lines, to be read only.
    #[inline(always)]
    pub(crate) fn view(&self) -> LinesView<'_> {
        let mask = self.mask as usize * LINE_BYTES + LINE_BYTES - 1;
        LinesView { start: self.bytes.as_ptr(), mask, table: PhantomData }
    }

    /// Line `line`, wrapped around the table's end.
    #[cfg(test)]
    pub(crate) fn line_mut(&mut self, line: u32) -> &mut Line {
        let index = (line & self.mask) as usize;
        // SAFETY: the map is `mask + 2` lines long, initialised, and borrowed with `self`.
        unsafe { &mut *self.bytes.as_mut_ptr().cast::<Line>().add(index) }
    }

    /// Asks the memory for line `line` before it is needed; changes nothing but time.
    #[inline(always)]
    pub(crate) fn prefetch(&self, line: u32) {
        self.view().prefetch(line);
    }
}

/// Asks the memory for `cells[index]` before it is needed; changes nothing but time.
#[inline(always)]
pub(crate) fn prefetch<T>(cells: *const T, index: usize) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: a prefetch of any address reads nothing that the program sees and cannot
    // fault.
    unsafe {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        _mm_prefetch::<_MM_HINT_T0>(cells.wrapping_add(index).cast());
    }
    // Elsewhere the hardware's own prefetching has to do.
    #[cfg(not(target_arch = "x86_64"))]
    let _ = (cells, index);
}

/// The lines of a [`LineTable`]: where they are and how many, known not to change.
pub(crate) struct Lines<'a> {
    /// Invariant: of a map of `mask + 1 + LINE_BYTES` bytes, all initialised, borrowed from
    /// `table`.
    start: *mut u8,
    mask: usize,
    table: PhantomData<&'a mut LineTable>,
}

impl Lines<'_> {
    /// Offset of the line that `hash` falls on, bytes.
    #[inline(always)]
    pub(crate) fn offset_of(&self, hash: u32) -> usize {
        (hash as usize * LINE_BYTES) & self.mask
    }

    /// `LEN` bytes from `offset` on, wrapped around the table's end.
    #[inline(always)]
    pub(crate) fn window<const LEN: usize>(&mut self, offset: usize) -> &mut [u8; LEN] {
        const { assert!(LEN <= LINE_BYTES) };
        // SAFETY: by the invariant a window that begins at `mask` at the latest and is at
        // most a line long is within; it is borrowed with `self`.
        unsafe { &mut *self.start.add(offset & self.mask).cast::<[u8; LEN]>() }
    }
}

/// The lines of a [`LineTable`], to be read only.
#[derive(Clone, Copy)]
pub(crate) struct LinesView<'a> {
    /// Invariant: as that of [`Lines`].
    start: *const u8,
    mask: usize,
    table: PhantomData<&'a LineTable>,
}

impl<'a> LinesView<'a> {
    /// As [`Lines::offset_of`].
    #[inline(always)]
    pub(crate) fn offset_of(self, hash: u32) -> usize {
        (hash as usize * LINE_BYTES) & self.mask
    }

    /// As [`LineTable::prefetch`].
    #[inline(always)]
    pub(crate) fn prefetch(self, hash: u32) {
        prefetch(self.start, self.offset_of(hash));
    }

    /// Where the lines begin: what `Lines::start` says holds for it.
    #[cfg(target_arch = "x86_64")]
    #[inline(always)]
    pub(crate) fn start(self) -> *const u8 {
        self.start
    }

    /// Number of lines − 1.
    #[cfg(target_arch = "x86_64")]
    #[inline(always)]
    pub(crate) fn line_mask(self) -> u32 {
        (self.mask / LINE_BYTES) as u32
    }

    /// Where the line begins that nothing is in, bytes.
    #[inline(always)]
    pub(crate) fn nothing(self) -> usize {
        self.mask + 1
    }

    /// As [`Lines::window`].
    #[inline(always)]
    pub(crate) fn window<const LEN: usize>(self, offset: usize) -> &'a [u8; LEN] {
        const { assert!(LEN <= LINE_BYTES) };
        // SAFETY: as in `Lines::window`; it is borrowed as long as the table.
        unsafe { &*self.start.add(offset & self.mask).cast::<[u8; LEN]>() }
    }
}

/// Places of up to 16 · `G` windows of a [`LineTable`], each within a line or at the start of
/// the one that nothing is in.
pub(crate) struct Windows<'a, const G: usize> {
    lines: LinesView<'a>,
    /// Invariant: at most `lines.nothing()`, bytes.
    places: [[[u32; 8]; 2]; G],
}

impl<'a, const G: usize> Windows<'a, G> {
    /// Windows at the start of `lines`.
    #[inline(always)]
    pub(crate) fn of(lines: LinesView<'a>) -> Self {
        Self { lines, places: [[[0; 8]; 2]; G] }
    }

    /// What the windows are of.
    #[inline(always)]
    pub(crate) fn lines(&self) -> LinesView<'a> {
        self.lines
    }

    /// Makes `places` the windows from 8 · `index` on.
    #[inline(always)]
    pub(crate) fn set(&mut self, index: usize, places: [u32; 8]) {
        let last = self.lines.nothing() as u32;
        self.places.as_flattened_mut()[index] = places.map(|place| place.min(last));
    }

    /// The places of the windows from 8 · `index` on.
    ///
    /// # Safety
    /// What is written there must be places within lines, or `lines().nothing()`.
    #[cfg(target_arch = "x86_64")]
    #[inline(always)]
    pub(crate) unsafe fn eight_mut(&mut self, index: usize) -> &mut [u32; 8] {
        &mut self.places.as_flattened_mut()[index]
    }

    /// `LEN` bytes at window `index`.
    #[inline(always)]
    pub(crate) fn get<const LEN: usize>(&self, index: usize) -> &'a [u8; LEN] {
        const { assert!(LEN <= LINE_BYTES) };
        let place = self.places.as_flattened().as_flattened()[index] as usize;
        // SAFETY: by the invariant the window begins with the last line at the latest, which
        // is as long; it is borrowed as long as the table.
        unsafe { &*self.lines.start.add(place).cast::<[u8; LEN]>() }
    }
}

impl LineTable {
    /// Shows the lines, whose changes are noted in `undo`.
    pub(crate) fn visit(&mut self, visitor: &mut dyn StateVisitor, undo: &mut impl Undo) {
        state::paged_table(visitor, "lines", &mut self.bytes, undo);
    }

    /// Brings lines that were set from outside in order.
    pub(crate) fn settle(&mut self) {
        let nothing = self.bytes.len() - LINE_BYTES;
        if self.bytes[nothing..].iter().any(|&byte| byte != 0) {
            self.bytes[nothing..].fill(0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_in_the_last_line_whatever_a_state_says() {
        let mut table = LineTable::new(1);
        table.bytes.fill(7);
        table.settle();
        let mut windows = Windows::<1>::of(table.view());
        windows.set(0, [0, 64, 127, 128, 129, u32::MAX, 0, 0]);
        let firsts: [_; 8] = std::array::from_fn(|index| windows.get::<64>(index)[0]);
        assert_eq!(firsts, [7, 7, 7, 0, 0, 0, 7, 7]);
        assert_eq!(*windows.get::<64>(5), [0; 64]);
    }
}
