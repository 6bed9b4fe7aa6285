//! Standard output: results only, and quiet when its reader has gone.

use super::failure::Failure;
use std::io::{self, Write};

/// Prints `text` to standard output.
///
/// # Errors
/// [`Failure::stdout`] if it cannot be written.
pub fn print(text: impl AsRef<[u8]>) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    let written = out.write_all(text.as_ref()).and_then(|()| out.flush());
    written.map_err(|error| Failure::stdout(&error))
}
