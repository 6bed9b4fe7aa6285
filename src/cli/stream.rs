//! Inputs of any length, a piece at a time.

use super::{
    failure::{Failure, shown},
    input::is_stdin,
    progress,
};
use bytes::Bytes;
use indicatif::ProgressBar;
use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

/// A file or standard input that is read in pieces of one size.
pub(super) struct Pieces<'a> {
    path: &'a Path,
    reader: Box<dyn Read>,
    piece: Vec<u8>,
    /// Bytes of the whole, if that is known beforehand.
    length: Option<u64>,
    progress: ProgressBar,
}

impl<'a> Pieces<'a> {
    /// The file at `path`, or standard input if that is `-`.
    pub(super) fn open(path: &'a Path) -> Result<Self, Failure> {
        let failed = |error: io::Error| Failure::io(path, &error);
        let piece = Vec::new();
        if is_stdin(path) {
            let reader = Box::new(io::stdin().lock());
            let progress = ProgressBar::hidden();
            return Ok(Self { path, reader, piece, length: None, progress });
        }
        let file = File::open(path).map_err(failed)?;
        let metadata = file.metadata().map_err(failed)?;
        if metadata.is_dir() {
            return Err(Failure::at(path, "is a directory: name the files in it"));
        }
        let length = metadata.is_file().then_some(metadata.len());
        let progress = ProgressBar::hidden();
        Ok(Self { path, reader: Box::new(file), piece, length, progress })
    }

    /// The same with progress on standard error, if that is a terminal. With `is_beside`,
    /// results are printed meanwhile: no bar runs through those on a terminal.
    pub(super) fn with_progress(mut self, is_beside: bool) -> Self {
        let bar = if is_beside { progress::beside_results } else { progress::of_bytes };
        self.progress = bar(self.length, shown(self.path));
        self
    }

    /// What people call it.
    pub(super) fn name(&self) -> String {
        shown(self.path)
    }

    /// Bytes of the whole; `None` if only reading to the end can tell.
    pub(super) fn length(&self) -> Option<u64> {
        self.length
    }

    /// The next `bytes` bytes, fewer at the end, none after it.
    pub(super) fn next(&mut self, bytes: usize) -> Result<&[u8], Failure> {
        self.piece.clear();
        let read = (&mut self.reader).take(bytes as u64).read_to_end(&mut self.piece);
        read.map_err(|error| Failure::io(self.path, &error))?;
        self.progress.inc(self.piece.len() as u64);
        Ok(&self.piece)
    }

    /// All bytes that are left.
    pub(super) fn rest(mut self) -> Result<Bytes, Failure> {
        let mut bytes = Vec::new();
        let room = usize::try_from(self.length.unwrap_or(0)).unwrap_or(usize::MAX);
        bytes.try_reserve_exact(room).map_err(|_| {
            Failure::at(
                self.path,
                format_args!("takes {room} bytes of memory, which are not there"),
            )
        })?;
        let read = self.reader.read_to_end(&mut bytes);
        read.map_err(|error| Failure::io(self.path, &error))?;
        Ok(bytes.into())
    }
}

impl Drop for Pieces<'_> {
    fn drop(&mut self) {
        self.progress.finish_and_clear();
    }
}
