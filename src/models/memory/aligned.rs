//! Cells that begin at a cache line.
#![expect(unsafe_code, reason = "what is large is made where it stays, not on the stack")]

use std::ops::{Deref, DerefMut};

/// `N` cells, the first at the start of a cache line: cells of a line's length, or of half or
/// twice that, then take no more lines than they must.
#[repr(C, align(64))]
pub(crate) struct Aligned<T, const N: usize>([T; N]);

impl<T: Copy, const N: usize> Aligned<T, N> {
    /// Cells that are all `cell`.
    #[expect(clippy::unnecessary_box_returns, reason = "on its way it would pass the stack")]
    pub(crate) fn filled(cell: T) -> Box<Self> {
        let mut cells = Box::<Self>::new_uninit();
        let first = cells.as_mut_ptr().cast::<T>();
        // SAFETY: the cells lie one after the other from the start on, and all `N` are written.
        unsafe {
            for index in 0..N {
                first.add(index).write(cell);
            }
            cells.assume_init()
        }
    }
}

impl<T, const N: usize> Deref for Aligned<T, N> {
    type Target = [T; N];

    #[inline(always)]
    fn deref(&self) -> &[T; N] {
        &self.0
    }
}

impl<T, const N: usize> DerefMut for Aligned<T, N> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut [T; N] {
        &mut self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_begin_at_a_cache_line_and_hold_what_they_are_given() {
        let mut cells = Aligned::<[i16; 48], 5>::filled([7; 48]);
        assert_eq!(cells.as_ptr().align_offset(64), 0);
        cells[4][47] = 8;
        assert_eq!(
            (cells[4][47], cells.iter().flatten().filter(|&&cell| cell == 7).count()),
            (8, 239)
        );
    }
}
