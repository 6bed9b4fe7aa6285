//! Standard output: results only, and quiet when its reader has gone.

use super::failure::{Failure, shown};
use crate::report::{Format, Report};
use std::{
    io::{self, Write},
    path::Path,
};

/// Columns of text that a table may fill where no terminal says so.
pub const WIDTH: u16 = 100;
/// Narrower than this, a table is cut by the terminal rather than by us, in columns.
const LEAST_WIDTH: u16 = 60;

/// Refuses a `path` whose suffix promises anything else than the `suffix` of what will be
/// written there; without a suffix it promises nothing.
///
/// # Errors
/// A wrong usage that names both.
pub fn check_suffix(path: &Path, suffix: &str) -> Result<(), Failure> {
    match path.extension().and_then(|typed| typed.to_str()) {
        Some(typed) if !typed.eq_ignore_ascii_case(suffix) => Err(Failure::usage(format_args!(
            "{}: what is written there is no .{typed}: name it {}",
            shown(path),
            shown(&path.with_extension(suffix))
        ))),
        _ => Ok(()),
    }
}

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
