//! Memory that several models are laid over: each reads what is there and keeps its own
//! changes to itself.
#![expect(unsafe_code, reason = "maps of files; no system vouches for what others do to them")]

use memmap2::{Mmap, MmapMut, MmapOptions};
use std::{fs::File, io};

/// Overlays begin at multiples of this, bytes: whole pages on every machine.
pub(crate) const ALIGNMENT: usize = 1 << 16;

/// Bytes that never change, in pages that overlays share.
pub(crate) struct Shared {
    file: File,
    /// Where the bytes begin in the file, a multiple of [`ALIGNMENT`].
    start: u64,
    bytes: Mmap,
}

impl Shared {
    /// `len` bytes, at least one, zero where `fill` leaves them so.
    ///
    /// # Errors
    /// If the system refuses the memory, or whatever `fill` fails with.
    pub(crate) fn new<E: From<io::Error>>(
        len: usize,
        fill: impl FnOnce(&mut [u8]) -> Result<(), E>,
    ) -> Result<Self, E> {
        let memory = nameless()?;
        memory.set_len(len as u64)?;
        // SAFETY: nobody else has the file, which has no name.
        let mut bytes = unsafe { MmapOptions::new().len(len).map_mut(&memory) }?;
        hint(&bytes);
        fill(&mut bytes)?;
        Ok(Self { file: memory, start: 0, bytes: bytes.make_read_only()? })
    }

    /// The `len` bytes of `file` from `start` on, a multiple of [`ALIGNMENT`].
    ///
    /// The file must not be shortened while they are in use: the system then ends the
    /// process. Its bytes are checked by the caller; should others change them later,
    /// predictions change, but nothing that memory safety rests on.
    ///
    /// # Errors
    /// If the file cannot be mapped.
    pub(crate) fn of_file(file: File, start: u64, len: usize) -> io::Result<Self> {
        // SAFETY: as documented above; the bytes are only ever copied, hashed, or used as
        // statistics, every value of which is valid.
        let bytes = unsafe { MmapOptions::new().offset(start).len(len).map(&file) }?;
        Ok(Self { file, start, bytes })
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The `len` bytes from `at` on, a multiple of [`ALIGNMENT`], in pages of their own
    /// wherever they are changed.
    ///
    /// # Errors
    /// If the system refuses the map.
    pub(crate) fn overlay(&self, at: usize, len: usize) -> io::Result<MmapMut> {
        let from = self.start + at as u64;
        // SAFETY: as for `bytes`.
        let overlay = unsafe { MmapOptions::new().offset(from).len(len).map_copy(&self.file) }?;
        hint(&overlay);
        Ok(overlay)
    }
}

/// Asks for huge pages, as for other large tables; a refusal costs speed only.
fn hint(pages: &MmapMut) {
    #[cfg(all(target_os = "linux", not(miri)))]
    let _ = pages.advise(memmap2::Advice::HugePage);
    #[cfg(not(all(target_os = "linux", not(miri))))]
    let _ = pages;
}

/// A file without a name, in memory where the system can.
fn nameless() -> io::Result<File> {
    #[cfg(target_os = "linux")]
    {
        use rustix::fs::{MemfdFlags, memfd_create};
        Ok(memfd_create("foretell model", MemfdFlags::CLOEXEC)?.into())
    }
    #[cfg(not(target_os = "linux"))]
    tempfile::tempfile()
}
