//! Files as input: mapped where they can be, read where not; the bytes are the same.

use bytes::{Buf, Bytes};
use memmap2::{Advice, Mmap};
use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read, Seek},
    path::Path,
};

/// Bytes of a file from which on mapping it is cheaper than reading it.
const LEAST_MAPPED_BYTES: u64 = 1 << 16;
/// Bytes read at once from what is not mapped.
const BUFFER_BYTES: usize = 1 << 18;

/// The bytes of a file, pipe or device, in order.
pub struct Input(Source);

enum Source {
    /// What is left of a mapped file.
    Mapped(Bytes),
    Read(BufReader<Box<dyn Read + Send>>),
}

impl Input {
    /// The content of the file at `path`.
    ///
    /// # Errors
    /// If it cannot be opened or is a directory.
    pub fn open(path: impl AsRef<Path>) -> io::Result<Self> {
        Self::from_file(File::open(path)?)
    }

    /// What is left of `file`: mapped if it is a regular file at its start, neither
    /// empty nor small.
    ///
    /// A mapped file must not be shortened while it is read: the system then ends the
    /// process. Other changes to it are read or not, as with any reading.
    ///
    /// # Errors
    /// If it is a directory.
    pub fn from_file(file: File) -> io::Result<Self> {
        if file.metadata()?.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        Ok(map(&file).map_or_else(|| Self::from_reader(file), |bytes| Self(Source::Mapped(bytes))))
    }

    /// What is left of `reader`.
    pub fn from_reader(reader: impl Read + Send + 'static) -> Self {
        Self(Source::Read(BufReader::with_capacity(BUFFER_BYTES, Box::new(reader))))
    }

    /// All bytes that are left.
    ///
    /// # Errors
    /// If reading fails.
    pub fn into_bytes(self) -> io::Result<Bytes> {
        match self.0 {
            Source::Mapped(rest) => Ok(rest),
            Source::Read(mut reader) => {
                let mut bytes = Vec::new();
                reader.read_to_end(&mut bytes)?;
                Ok(bytes.into())
            }
        }
    }

    /// Whether the file is mapped.
    pub fn is_mapped(&self) -> bool {
        matches!(self.0, Source::Mapped(_))
    }
}

/// The content of `file`, if it can be mapped and is worth it.
fn map(mut file: &File) -> Option<Bytes> {
    let metadata = file.metadata().ok()?;
    let mut is_at_start = || file.stream_position().is_ok_and(|position| position == 0);
    if !metadata.is_file() || metadata.len() < LEAST_MAPPED_BYTES || !is_at_start() {
        return None;
    }
    #[expect(unsafe_code, reason = "no system vouches for files that others may change")]
    // SAFETY: the map is read-only and lives as long as its bytes. Should others write to
    // the file meanwhile, its bytes change under us: they are only ever copied or hashed,
    // no decision that memory safety rests on is taken from them twice. Should others
    // shorten it, the process gets SIGBUS, as documented at `Input::from_file`.
    let map = unsafe { Mmap::map(file) }.ok()?;
    // Advice is welcome but not needed.
    let _ = map.advise(Advice::Sequential);
    Some(Bytes::from_owner(map))
}

impl Read for Input {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match &mut self.0 {
            Source::Mapped(rest) => {
                let count = rest.len().min(buffer.len());
                rest.copy_to_slice(&mut buffer[..count]);
                Ok(count)
            }
            Source::Read(reader) => reader.read(buffer),
        }
    }
}

impl BufRead for Input {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        match &mut self.0 {
            Source::Mapped(rest) => Ok(rest),
            Source::Read(reader) => reader.fill_buf(),
        }
    }

    fn consume(&mut self, count: usize) {
        match &mut self.0 {
            Source::Mapped(rest) => rest.advance(count),
            Source::Read(reader) => reader.consume(count),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{SeekFrom, Write};

    fn file_of(bytes: &[u8]) -> File {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        file.rewind().unwrap();
        file
    }

    fn content_of(mut input: Input) -> Vec<u8> {
        let mut content = Vec::new();
        input.read_to_end(&mut content).unwrap();
        content
    }

    #[test]
    fn large_files_are_mapped_small_and_begun_ones_read_and_all_give_their_bytes() {
        let bytes: Vec<u8> = (0..100_000u32).map(|at| (at / 7) as u8).collect();
        let mapped = Input::from_file(file_of(&bytes)).unwrap();
        assert!(mapped.is_mapped());
        assert_eq!(content_of(mapped), bytes);
        assert_eq!(Input::from_file(file_of(&bytes)).unwrap().into_bytes().unwrap(), bytes);

        for small in [&b""[..], b"a", &bytes[..65_535]] {
            let read = Input::from_file(file_of(small)).unwrap();
            assert!(!read.is_mapped());
            assert_eq!(content_of(read), small);
            assert_eq!(Input::from_file(file_of(small)).unwrap().into_bytes().unwrap(), small);
        }

        let mut begun = file_of(&bytes);
        begun.seek(SeekFrom::Start(3)).unwrap();
        assert_eq!(content_of(Input::from_file(begun).unwrap()), bytes[3..]);
    }

    #[test]
    fn a_directory_is_no_input() {
        assert!(Input::open(".").is_err());
    }
}
