//! Whole inputs for the commands that measure: mapped if they are files, else read.

use super::failure::Failure;
use bytes::Bytes;
use memmap2::{Advice, Mmap};
use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

/// Smallest file that is mapped, in bytes; below it a copy is cheaper than page faults.
const MAPPED_FROM_BYTES: u64 = 1 << 20;

/// True if `path` names standard input.
pub fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// All bytes of the file at `path`, or of standard input if it is `-`.
///
/// # Errors
/// [`Failure::io`] if it cannot be read.
pub fn read_whole(path: &Path) -> Result<Bytes, Failure> {
    let bytes = if is_stdin(path) { read_rest(io::stdin().lock()) } else { read_file(path) };
    bytes.map_err(|error| Failure::io(path, &error))
}

fn read_file(path: &Path) -> io::Result<Bytes> {
    let file = File::open(path)?;
    let metadata = file.metadata()?;
    if metadata.is_file() && metadata.len() >= MAPPED_FROM_BYTES {
        map(&file)
    } else {
        read_rest(file)
    }
}

fn read_rest(mut reader: impl Read) -> io::Result<Bytes> {
    let mut bytes = Vec::new();
    reader.read_to_end(&mut bytes)?;
    Ok(bytes.into())
}

#[expect(unsafe_code, reason = "a mapped file may be changed by others")]
fn map(file: &File) -> io::Result<Bytes> {
    // SAFETY: measuring only reads, and any bytes will do. Should another process truncate
    // the file meanwhile, the kernel ends this one, which has written nothing to lose.
    let map = unsafe { Mmap::map(file) }?;
    map.advise(Advice::Sequential)?;
    Ok(Bytes::from_owner(map))
}
