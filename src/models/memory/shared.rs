//! Memory that several models read, each keeping its own changes to itself.
#![expect(unsafe_code, reason = "maps of files; no system vouches for what others do to them")]

use super::pages;
use memmap2::{Mmap, MmapMut, MmapOptions};
use std::{fs::File, io};

/// Overlays begin at multiples of this, bytes: whole pages on every machine.
pub(crate) const ALIGNMENT: usize = 1 << 16;

/// Bytes that never change: to be lent to models that do not change them either, or, if they
/// are a file's, to be laid under models that do.
pub(crate) struct Shared {
    bytes: Mmap,
    /// The file that they are from, and where they begin in it, a multiple of
    /// [`ALIGNMENT`].
    file: Option<(File, u64)>,
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
        let mut bytes = MmapMut::map_anon(len)?;
        pages::hint(&bytes);
        fill(&mut bytes)?;
        Ok(Self { bytes: bytes.make_read_only()?, file: None })
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
        Ok(Self { bytes, file: Some((file, start)) })
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The `len` bytes from `at` on, a multiple of [`ALIGNMENT`], in pages of their own
    /// wherever they are changed; none if they are in no file, or the system refuses.
    pub(crate) fn overlay(&self, at: usize, len: usize) -> Option<MmapMut> {
        let (file, start) = self.file.as_ref()?;
        let from = start + at as u64;
        // SAFETY: as for `bytes`.
        unsafe { MmapOptions::new().offset(from).len(len).map_copy(file) }.ok()
    }
}
