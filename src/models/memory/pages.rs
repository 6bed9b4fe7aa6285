//! Large memory, zero at first, that may be lent.
#![expect(unsafe_code, reason = "pages are read at one address whoever owns them; advice on them")]

use super::shared::Shared;
use memmap2::MmapMut;
use std::{
    ops::{Deref, DerefMut},
    sync::Arc,
};

/// Bytes in pages of their own: owned, or lent by what many share until they are changed.
pub(crate) struct Pages {
    /// Invariant: where the owner's bytes begin; there are `len`, initialised.
    start: *mut u8,
    len: usize,
    owner: Owner,
}

enum Owner {
    /// Ours alone.
    Own(#[expect(dead_code, reason = "kept for its pages")] MmapMut),
    /// To be read; the first change is made to a copy.
    Lent(#[expect(dead_code, reason = "kept for its pages")] Arc<Shared>),
}

// SAFETY: `start` is into `owner`, which can be sent; nothing else has it.
unsafe impl Send for Pages {}
// SAFETY: through a shared reference pages are only read.
unsafe impl Sync for Pages {}

impl Pages {
    /// `bytes` zeroed bytes, at least one. They take no memory until touched, and ask for huge
    /// pages: beyond the second-level cache a table is bound by address translation.
    pub(crate) fn zeroed(bytes: usize) -> Self {
        Self::own(zeroed(bytes))
    }

    /// The bytes of `map`.
    pub(crate) fn own(mut map: MmapMut) -> Self {
        Self { start: map.as_mut_ptr(), len: map.len(), owner: Owner::Own(map) }
    }

    /// The `len` bytes of `lender` from `at` on.
    ///
    /// # Panics
    /// If it has not so many.
    pub(crate) fn lent(lender: &Arc<Shared>, at: usize, len: usize) -> Self {
        let bytes = &lender.bytes()[at..at + len];
        let start = bytes.as_ptr().cast_mut();
        Self { start, len, owner: Owner::Lent(Arc::clone(lender)) }
    }

    /// Takes a copy where the bytes are lent.
    #[cold]
    fn take_over(&mut self) {
        let mut copy = zeroed(self.len);
        copy_sparsely(self, &mut copy);
        *self = Self::own(copy);
    }
}

impl Deref for Pages {
    type Target = [u8];

    #[inline(always)]
    fn deref(&self) -> &[u8] {
        // SAFETY: by the invariant; owned bytes are borrowed with `self`, lent ones never
        // change.
        unsafe { std::slice::from_raw_parts(self.start, self.len) }
    }
}

impl DerefMut for Pages {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut [u8] {
        if matches!(self.owner, Owner::Lent(_)) {
            self.take_over();
        }
        // SAFETY: by the invariant; the bytes are owned now, and borrowed with `self`.
        unsafe { std::slice::from_raw_parts_mut(self.start, self.len) }
    }
}

/// Bytes that are looked at together: those that are all zero are not touched, so that
/// empty tables take no memory.
const CHUNK_BYTES: usize = 4096;

/// Copies `from` to the zeroed `to`.
pub(crate) fn copy_sparsely(from: &[u8], to: &mut [u8]) {
    for (from, to) in from.chunks(CHUNK_BYTES).zip(to.chunks_mut(CHUNK_BYTES)) {
        if from.iter().any(|&byte| byte != 0) {
            to.copy_from_slice(from);
        }
    }
}

/// `bytes` zeroed bytes, huge pages asked for.
pub(super) fn zeroed(bytes: usize) -> MmapMut {
    let pages =
        MmapMut::map_anon(bytes).expect("the caller bounds memory_bytes() by what the machine has");
    hint(&pages);
    pages
}

/// Asks for huge pages; a refusal costs speed only.
pub(super) fn hint(pages: &MmapMut) {
    #[cfg(all(target_os = "linux", not(miri)))]
    let _ = pages.advise(memmap2::Advice::HugePage);
    #[cfg(not(all(target_os = "linux", not(miri))))]
    let _ = pages;
}

/// `len` zeros, with huge pages asked for as for [`Pages`]: for what is looked up at random.
pub(crate) fn zeros<T: bytemuck::Zeroable + Clone>(len: usize) -> Vec<T> {
    let mut cells = vec![T::zeroed(); len];
    ask_for_huge(&mut cells);
    cells
}

/// Asks for huge pages behind `cells`, which should not have been touched yet. A refusal
/// costs speed only.
fn ask_for_huge<T>(cells: &mut [T]) {
    #[cfg(all(target_os = "linux", not(miri)))]
    {
        use rustix::mm::{Advice, madvise};
        const PAGE: usize = 1 << 16;
        let bytes = size_of_val(cells);
        let to_page = cells.as_ptr().cast::<u8>().align_offset(PAGE);
        if bytes >= PAGE && to_page < bytes {
            let whole = (bytes - to_page) / PAGE * PAGE;
            // SAFETY: whole pages within the slice; the advice changes no content.
            let _ = unsafe {
                madvise(
                    cells.as_mut_ptr().cast::<u8>().add(to_page).cast(),
                    whole,
                    Advice::LinuxHugepage,
                )
            };
        }
    }
    #[cfg(not(all(target_os = "linux", not(miri))))]
    let _ = cells;
}
