//! Whole inputs for the commands that measure: mapped if they are files, else read.

use super::failure::Failure;
use crate::codec::Input;
use bytes::Bytes;
use std::{io, path::Path};

/// True if `path` names standard input.
pub fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// All bytes of the file at `path`, or of standard input if it is `-`.
///
/// # Errors
/// [`Failure::io`] if it cannot be read.
pub fn read_whole(path: &Path) -> Result<Bytes, Failure> {
    let input =
        if is_stdin(path) { Ok(Input::from_reader(io::stdin())) } else { Input::open(path) };
    input.and_then(Input::into_bytes).map_err(|error| Failure::io(path, &error))
}
