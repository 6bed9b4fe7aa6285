//! What went wrong, in one line, and the exit status that says so.

use std::{
    fmt::{self, Display},
    io::{self, ErrorKind, Write},
    path::Path,
    process::ExitCode,
};

/// Exit status of the process. Of several files the worst one counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// 0: all that was asked is done.
    #[default]
    Done = 0,
    /// 1: something could not be read, written or allowed.
    Error = 1,
    /// 2: the command line makes no sense.
    Usage = 2,
    /// 3: compressed data is damaged, truncated or not ours.
    Corrupt = 3,
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        Self::from(status as u8)
    }
}

/// Why a command ended early.
#[derive(Debug)]
pub struct Failure {
    status: Status,
    /// One line for the user; `None` if all is said already.
    message: Option<String>,
}

impl Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message.as_deref().unwrap_or_default())
    }
}

impl Failure {
    fn new(status: Status, message: impl Display) -> Self {
        Self { status, message: Some(message.to_string()) }
    }

    /// Something could not be done.
    pub fn error(message: impl Display) -> Self {
        Self::new(Status::Error, message)
    }

    /// The command line makes no sense.
    pub fn usage(message: impl Display) -> Self {
        Self::new(Status::Usage, message)
    }

    /// Compressed data at `path` is damaged, truncated or not ours.
    pub fn corrupt(path: &Path, what: impl Display) -> Self {
        Self::new(Status::Corrupt, format_args!("{}: {what}", shown(path)))
    }

    /// `what` happened to `path`.
    pub fn at(path: &Path, what: impl Display) -> Self {
        Self::error(format_args!("{}: {what}", shown(path)))
    }

    /// Reading or writing `path` failed with `error`. A reader that went away has what it
    /// wanted, so that is no error.
    pub fn io(path: &Path, error: &io::Error) -> Self {
        match error.kind() {
            ErrorKind::BrokenPipe => Self { status: Status::Done, message: None },
            _ => Self::at(path, plain(error)),
        }
    }

    /// Writing standard output failed with `error`.
    pub fn stdout(error: &io::Error) -> Self {
        Self::io(Path::new("standard output"), error)
    }

    /// A failure of which the user wants to hear by the exit status only.
    pub fn unsaid() -> Self {
        Self { status: Status::Error, message: None }
    }

    /// Whether the reader of the output has gone, so that no more work is wanted.
    pub fn is_closed_pipe(&self) -> bool {
        self.status == Status::Done
    }

    /// Prints the line, if there is one left to print.
    pub fn report(&self) -> Status {
        if let Some(message) = &self.message {
            complain(message);
        }
        self.status
    }
}

/// The worst status of several pieces of work, each of which complains for itself.
#[derive(Debug, Default)]
pub struct Tally(Status);

impl Tally {
    /// Notes one outcome; reports it if it is a failure.
    pub fn note(&mut self, outcome: Result<(), Failure>) {
        if let Err(failure) = outcome {
            self.0 = self.0.max(failure.report());
        }
    }

    /// The outcome of all of it.
    ///
    /// # Errors
    /// The worst one noted, which is already reported.
    pub fn finish(self) -> Result<(), Failure> {
        match self.0 {
            Status::Done => Ok(()),
            status => Err(Failure { status, message: None }),
        }
    }
}

/// Prints one line to standard error; a closed one is nobody's loss.
pub fn complain(message: impl Display) {
    let _ = writeln!(io::stderr(), "foretell: {message}");
}

/// `path` on one line, whatever bytes it holds; `-` by what it stands for.
pub fn shown(path: &Path) -> String {
    if path.as_os_str() == "-" {
        return "standard input".to_owned();
    }
    let escape = |c: char| if c.is_control() { c.escape_default().to_string() } else { c.into() };
    path.to_string_lossy().chars().map(escape).collect()
}

/// The message of `error` without the number of the operating system and what follows it.
pub fn plain(error: &io::Error) -> String {
    let text = error.to_string();
    text.split_once(" (os error ").map_or(text.clone(), |(message, _)| message.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_of_several_outcomes_counts() {
        let mut tally = Tally::default();
        tally.note(Err(Failure::corrupt(Path::new("a"), "damaged")));
        tally.note(Ok(()));
        tally.note(Err(Failure::error("b")));
        assert_eq!(tally.finish().unwrap_err().status, Status::Corrupt);
    }

    #[test]
    fn a_name_with_a_line_break_stays_on_one_line() {
        assert_eq!(shown(Path::new("a\nb")), "a\\nb");
    }
}
