use super::{
    naming,
    settings::{Action, Settings},
};
use crate::{
    cli::{
        failure::{Failure, plain},
        input::is_stdin,
    },
    error::Error,
};
use std::{
    fs::{self, File, Metadata},
    io::{self, ErrorKind, IsTerminal, Read},
    os::{fd::AsFd, unix::fs::MetadataExt},
    path::Path,
};

/// One input: a file, or standard input.
pub(super) struct Source<'a> {
    path: &'a Path,
    file: File,
    /// What the file was when it was opened.
    metadata: Metadata,
}

impl<'a> Source<'a> {
    /// Opens `path`.
    pub(super) fn open(path: &'a Path, settings: &Settings) -> Result<Self, Failure> {
        let file = if is_stdin(path) {
            stdin(settings)?
        } else {
            refuse(path, settings)?;
            File::open(path).map_err(|error| Failure::io(path, &error))?
        };
        let metadata = file.metadata().map_err(|error| Failure::io(path, &error))?;
        Ok(Self { path, file, metadata })
    }

    pub(super) fn path(&self) -> &Path {
        self.path
    }

    pub(super) fn is_stdin(&self) -> bool {
        is_stdin(self.path)
    }

    /// What the named file was when it was opened; nothing of standard input.
    pub(super) fn metadata(&self) -> Option<&Metadata> {
        (!self.is_stdin()).then_some(&self.metadata)
    }

    /// The file itself, if it can be read from any place.
    pub(super) fn seekable(&mut self) -> Option<&mut File> {
        self.metadata.is_file().then_some(&mut self.file)
    }

    /// Length in bytes, if that is known beforehand.
    pub(super) fn length(&self) -> Option<u64> {
        self.metadata.is_file().then_some(self.metadata.len())
    }

    /// Whether `there` describes this very file, by whatever name.
    pub(super) fn is_same_file(&self, there: &Metadata) -> bool {
        (self.metadata.dev(), self.metadata.ino()) == (there.dev(), there.ino())
    }

    /// The failure that `error` is, met while reading this or decoding it.
    pub(super) fn failure(&self, error: impl Into<Error>) -> Failure {
        match error.into() {
            Error::Io(error) => Failure::io(self.path, &error),
            error if error.is_data_error() => Failure::corrupt(self.path, error),
            error @ (Error::RangeBeyondContent { .. } | Error::OutOfMemory { .. }) => {
                Failure::at(self.path, error)
            }
            error @ Error::PriorMissing { .. } => {
                Failure::at(self.path, format_args!("{error} (--model or --prime)"))
            }
            error => Failure::at(self.path, format_args!("{error} (raise it with -M)")),
        }
    }

    /// Removes the file, unless it is no longer what was read.
    pub(super) fn remove(self) -> Result<(), Failure> {
        let now = fs::metadata(self.path).map_err(|error| Failure::io(self.path, &error))?;
        let version = |of: &Metadata| (of.len(), of.mtime(), of.mtime_nsec());
        if !self.is_same_file(&now) || version(&now) != version(&self.metadata) {
            return Err(Failure::at(self.path, "changed while it was read; kept"));
        }
        fs::remove_file(self.path)
            .map_err(|error| Failure::at(self.path, format_args!("kept: {}", plain(&error))))
    }
}

impl Read for Source<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.file.read(buffer)
    }
}

/// Standard input without a buffer; a terminal holds no compressed data.
fn stdin(settings: &Settings) -> Result<File, Failure> {
    let stdin = io::stdin();
    if settings.action != Action::Compress && stdin.is_terminal() && !settings.force {
        return Err(Failure::usage("a terminal holds no compressed data (see foretell -h)"));
    }
    let file = stdin.as_fd().try_clone_to_owned();
    file.map(File::from).map_err(|error| Failure::io(Path::new("-"), &error))
}

/// Refuses what is no source for an output beside it, before anything is opened: opening
/// a pipe would wait for its writer.
fn refuse(path: &Path, settings: &Settings) -> Result<(), Failure> {
    let metadata = fs::metadata(path).map_err(|error| Failure::io(path, &error))?;
    if metadata.is_dir() {
        return Err(Failure::at(path, "is a directory (use -r)"));
    }
    if !settings.is_beside_source() {
        return Ok(());
    }
    let complaint = if !metadata.is_file() {
        "is no regular file, skipped (use -o or -c)"
    } else if settings.force {
        return Ok(());
    } else if path.is_symlink() {
        "is a symbolic link, skipped (use -f to follow it)"
    } else if settings.action == Action::Compress && naming::has_suffix(path) {
        "has the suffix .fore already, skipped (use -f to compress it again)"
    } else {
        return Ok(());
    };
    Err(if settings.quiet { Failure::unsaid() } else { Failure::at(path, complaint) })
}

/// Whether `error` only says that a call was interrupted and may be made again.
pub(super) fn is_interruption(error: &io::Error) -> bool {
    error.kind() == ErrorKind::Interrupted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::args::Cli;
    use clap::Parser;
    use std::{ffi::OsStr, fs::rename};
    use tempfile::TempDir;

    #[test]
    fn a_file_that_changed_or_gave_way_to_another_is_not_removed() {
        let cli = Cli::try_parse_from(["foretell", "--rm", "x"]).unwrap();
        let settings = Settings::new(&cli.filter, OsStr::new("foretell")).unwrap();
        let folder = TempDir::new().unwrap();
        let (path, other) = (folder.path().join("a"), folder.path().join("b"));
        let replace = || rename(&other, &path);
        let meddlers: [&dyn Fn() -> io::Result<()>; 2] = [&|| fs::write(&path, "grown"), &replace];
        for meddle in meddlers {
            fs::write(&path, "old").unwrap();
            fs::write(&other, "old").unwrap();
            let source = Source::open(&path, &settings).unwrap();
            meddle().unwrap();
            assert!(source.remove().is_err());
            assert!(path.exists());
        }
        Source::open(&path, &settings).unwrap().remove().unwrap();
        assert!(!path.exists());
    }
}
