//! Large zeroed memory.

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
