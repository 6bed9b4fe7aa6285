//! Whole inputs for the commands that measure, copied into memory.

use super::{failure::Failure, stream::Pieces};
use bytes::Bytes;
use std::path::Path;

/// True if `path` names standard input.
pub fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// All bytes of the file at `path`, or of standard input if it is `-`.
///
/// They are copied: a file that others shorten while it is measured from a map would end
/// the process, and measures read their input many times.
///
/// # Errors
/// If it cannot be read, or if the system has no memory for it.
pub fn read_whole(path: &Path) -> Result<Bytes, Failure> {
    Pieces::open(path)?.rest()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_shortened_after_it_was_read_stays_whole() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), vec![7; 200_000]).unwrap();
        let bytes = read_whole(file.path()).unwrap();
        file.as_file().set_len(0).unwrap();
        // A map would end the process here.
        assert!(bytes.len() == 200_000 && bytes.iter().all(|&byte| byte == 7));
    }
}
