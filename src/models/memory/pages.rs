//! Large zeroed memory.
#![expect(unsafe_code, reason = "advice on memory is a system call on an address")]

use memmap2::MmapMut;

/// `bytes` zeroed bytes, at least one. They take no memory until touched, and ask for huge
/// pages: beyond the second-level cache a table is bound by address translation.
pub(crate) fn zeroed(bytes: usize) -> MmapMut {
    let pages =
        MmapMut::map_anon(bytes).expect("the caller bounds memory_bytes() by what the machine has");
    #[cfg(all(target_os = "linux", not(miri)))]
    // A refusal costs speed only.
    let _ = pages.advise(memmap2::Advice::HugePage);
    pages
}

/// `len` zeros, with huge pages asked for as in [`zeroed`]: for what is looked up at random.
pub(crate) fn zeros<T: bytemuck::Zeroable + Clone>(len: usize) -> Vec<T> {
    let mut cells = vec![T::zeroed(); len];
    ask_for_huge(&mut cells);
    cells
}

/// Asks for huge pages behind `cells`, which should not have been touched yet. A refusal
/// costs speed only.
fn ask_for_huge<T>(cells: &mut [T]) {
    #[cfg(target_os = "linux")]
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
    #[cfg(not(target_os = "linux"))]
    let _ = cells;
}
