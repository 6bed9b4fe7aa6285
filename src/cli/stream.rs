//! Inputs of any length, a piece at a time.

use super::{failure::Failure, input::is_stdin};
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
}

impl<'a> Pieces<'a> {
    /// The file at `path`, or standard input if that is `-`.
    pub(super) fn open(path: &'a Path) -> Result<Self, Failure> {
        let failed = |error: io::Error| Failure::io(path, &error);
        if is_stdin(path) {
            let reader = Box::new(io::stdin().lock());
            return Ok(Self { path, reader, piece: Vec::new(), length: None });
        }
        let file = File::open(path).map_err(failed)?;
        let metadata = file.metadata().map_err(failed)?;
        let length = metadata.is_file().then_some(metadata.len());
        Ok(Self { path, reader: Box::new(file), piece: Vec::new(), length })
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
        Ok(&self.piece)
    }
}
