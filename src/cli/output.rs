//! Standard output: results only, and quiet when its reader has gone.

use super::failure::Failure;
use crate::report::{Format, Report};
use std::io::{self, Write};

/// Columns of text that a table may fill where no terminal says so.
pub const WIDTH: u16 = 100;
/// Narrower than this, a table is cut by the terminal rather than by us, in columns.
const LEAST_WIDTH: u16 = 60;

/// Prints `text` to standard output.
///
/// # Errors
/// [`Failure::stdout`] if it cannot be written.
pub fn print(text: impl AsRef<[u8]>) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    let written = out.write_all(text.as_ref()).and_then(|()| out.flush());
    written.map_err(|error| Failure::stdout(&error))
}

/// Prints `report` to standard output; a table fits the terminal, if that is one.
///
/// # Errors
/// [`Failure::stdout`] if it cannot be written.
pub fn print_report(report: &Report, format: Format) -> Result<(), Failure> {
    let terminal = rustix::termios::tcgetwinsize(io::stdout()).ok().map(|size| size.ws_col);
    let width = terminal.filter(|&width| width > 0).unwrap_or(WIDTH);
    print(report.render(format, width.max(LEAST_WIDTH)))
}
