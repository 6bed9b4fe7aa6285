//! Where a result goes. A file appears under its name only when it is complete and safe
//! on disk.

use super::{
    interrupt, naming,
    settings::{Action, Destination, Settings},
    source::Source,
};
use crate::cli::failure::{Failure, shown};
use rustix::fs::{Gid, Uid, fchown};
use std::{
    fs::{self, File, FileTimes, Metadata, OpenOptions, Permissions},
    io::{self, ErrorKind, IsTerminal, Write},
    os::{
        fd::AsFd,
        unix::fs::{MetadataExt, PermissionsExt},
    },
    path::{Path, PathBuf},
};
use tempfile::{Builder, NamedTempFile};

/// Where the bytes of one result go.
pub(super) struct Target {
    place: Place,
    /// Bytes written so far.
    bytes: u64,
}

enum Place {
    /// Nowhere: they are only tested.
    Nowhere,
    /// Standard output.
    Stdout(File),
    /// A device or pipe that was there before.
    Special { path: PathBuf, file: File },
    /// A file that is not there yet.
    Regular(Unfinished),
}

impl Target {
    /// Opens what `settings` name for the result of `source`.
    pub(super) fn open(source: &Source<'_>, settings: &Settings) -> Result<Self, Failure> {
        let place = match named(source, settings)? {
            _ if settings.action == Action::Test => Place::Nowhere,
            Some(path) => Place::at(resolved(path), source, settings)?,
            None => Place::stdout(settings)?,
        };
        Ok(Self { place, bytes: 0 })
    }

    /// Bytes written so far.
    pub(super) fn bytes_written(&self) -> u64 {
        self.bytes
    }

    /// Whether people read it as it is written.
    pub(super) fn is_terminal(&self) -> bool {
        matches!(&self.place, Place::Stdout(file) if file.is_terminal())
    }

    /// The failure that `error` is, met while writing.
    pub(super) fn failure(&self, error: &io::Error) -> Failure {
        match &self.place {
            Place::Nowhere | Place::Stdout(_) => Failure::stdout(error),
            Place::Special { path, .. } => Failure::io(path, error),
            Place::Regular(unfinished) => Failure::io(&unfinished.path, error),
        }
    }

    /// Gives the result its name, with the owner, mode and times in `like`. Returns
    /// whether the result is a file and safe on disk.
    pub(super) fn finish(self, like: Option<&Metadata>) -> Result<bool, Failure> {
        match self.place {
            Place::Regular(unfinished) => unfinished.finish(like).map(|()| true),
            Place::Nowhere | Place::Stdout(_) | Place::Special { .. } => Ok(false),
        }
    }
}

impl Write for Target {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = match &mut self.place {
            Place::Nowhere => bytes.len(),
            Place::Stdout(file) | Place::Special { file, .. } => file.write(bytes)?,
            Place::Regular(unfinished) => unfinished.file_mut().write(bytes)?,
        };
        self.bytes += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The path that `settings` give the result of `source`; none means standard output.
fn named(source: &Source<'_>, settings: &Settings) -> Result<Option<PathBuf>, Failure> {
    match &settings.destination {
        Destination::Stdout => Ok(None),
        Destination::Named(path) => Ok(Some(path.clone())),
        Destination::BySuffix if source.is_stdin() => Ok(None),
        Destination::BySuffix
            if matches!(settings.action, Action::Decompress | Action::Recover) =>
        {
            let original = naming::decompressed(source.path()).ok_or_else(|| {
                Failure::at(source.path(), "has not the suffix .fore (name the output by -o or -c)")
            });
            original.map(Some)
        }
        Destination::BySuffix => Ok(Some(naming::compressed(source.path()))),
    }
}

impl Place {
    fn stdout(settings: &Settings) -> Result<Self, Failure> {
        let stdout = io::stdout();
        if settings.action == Action::Compress && stdout.is_terminal() && !settings.force {
            return Err(Failure::usage(
                "compressed data is not for a terminal (use a file, a pipe or -f; see foretell -h)",
            ));
        }
        let file = stdout.as_fd().try_clone_to_owned().map_err(|error| Failure::stdout(&error))?;
        Ok(Self::Stdout(file.into()))
    }

    fn at(path: PathBuf, source: &Source<'_>, settings: &Settings) -> Result<Self, Failure> {
        let there = match fs::metadata(&path) {
            Ok(there) => Some(there),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(Failure::io(&path, &error)),
        };
        let complaint = match &there {
            Some(there) if there.is_dir() => "is a directory",
            Some(there) if !there.is_file() => return Self::special(path),
            Some(there) if source.is_same_file(there) => "is both source and output",
            Some(_) if !may_overwrite(&path, source, settings) => {
                "already exists (use -f to overwrite)"
            }
            _ => {
                let unfinished = Unfinished::create(path, source.metadata(), there.is_some());
                return unfinished.map(Self::Regular);
            }
        };
        Err(Failure::at(&path, complaint))
    }

    fn special(path: PathBuf) -> Result<Self, Failure> {
        match OpenOptions::new().write(true).open(&path) {
            Ok(file) => Ok(Self::Special { path, file }),
            Err(error) => Err(Failure::io(&path, &error)),
        }
    }
}

/// The file that `path` leads to, if it is a link to one: the link itself stays.
fn resolved(path: PathBuf) -> PathBuf {
    if path.is_symlink() { fs::canonicalize(&path).unwrap_or(path) } else { path }
}

/// Whether the file at `path` may be replaced; asks if there is somebody to ask.
fn may_overwrite(path: &Path, source: &Source<'_>, settings: &Settings) -> bool {
    let stdin = io::stdin();
    if settings.force || source.is_stdin() || settings.quiet || !stdin.is_terminal() {
        return settings.force;
    }
    let _ = write!(io::stderr(), "foretell: {} already exists; overwrite (y/N)? ", shown(path));
    let mut answer = String::new();
    stdin.read_line(&mut answer).is_ok() && answer.trim_start().starts_with(['y', 'Y'])
}

/// A file under a temporary name beside its future place. Dropping it removes it.
pub(super) struct Unfinished {
    /// Present until it is finished or dropped.
    file: Option<NamedTempFile>,
    /// Its future name.
    path: PathBuf,
    /// Whether a file of that name may be replaced.
    overwrite: bool,
}

impl Unfinished {
    /// A temporary file for `path`. Until it is finished only its owner may read what came
    /// from a file, which may be more private than others.
    fn create(path: PathBuf, like: Option<&Metadata>, overwrite: bool) -> Result<Self, Failure> {
        let mode = if like.is_some() { 0o600 } else { 0o666 };
        let mut builder = Builder::new();
        builder.prefix(".foretell-").permissions(Permissions::from_mode(mode));
        let mut unfinished = interrupt::unfinished();
        let file = builder.tempfile_in(directory(&path));
        let file = file.map_err(|error| Failure::io(&path, &error))?;
        *unfinished = Some(file.path().to_owned());
        Ok(Self { file: Some(file), path, overwrite })
    }

    fn file_mut(&mut self) -> &mut File {
        self.file.as_mut().expect("it is neither finished nor dropped").as_file_mut()
    }

    fn finish(mut self, like: Option<&Metadata>) -> Result<(), Failure> {
        let path = self.path.clone();
        self.publish(like).map_err(|error| Failure::io(&path, &error))
    }

    fn publish(&mut self, like: Option<&Metadata>) -> io::Result<()> {
        let file = self.file_mut();
        if let Some(like) = like {
            keep_attributes(file, like);
        }
        file.sync_all()?;
        let mut unfinished = interrupt::unfinished();
        let file = self.file.take().expect("it is neither finished nor dropped");
        if self.overwrite {
            file.persist(&self.path)?
        } else {
            file.persist_noclobber(&self.path)?
        };
        *unfinished = None;
        sync_directory(directory(&self.path))
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        let mut unfinished = interrupt::unfinished();
        drop(self.file.take());
        *unfinished = None;
    }
}

/// The directory that `path` is in.
fn directory(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    }
}

/// Makes the names in `directory` safe on disk, where the file system can.
fn sync_directory(directory: &Path) -> io::Result<()> {
    match File::open(directory)?.sync_all() {
        Err(error) if error.kind() == ErrorKind::InvalidInput => Ok(()),
        result => result,
    }
}

/// Gives `file` the owner, mode and times in `like` as far as the file system and the
/// rights of the process go; the content is complete without them.
fn keep_attributes(file: &File, like: &Metadata) {
    let (owner, group) = (Uid::from_raw(like.uid()), Gid::from_raw(like.gid()));
    let _ = fchown(file, Some(owner), None);
    let is_group_kept = fchown(file, None, Some(group)).is_ok();
    let mode = if is_group_kept { like.mode() & 0o777 } else { for_any_group(like.mode()) };
    let _ = file.set_permissions(Permissions::from_mode(mode));
    let times = like.modified().map(|modified| FileTimes::new().set_modified(modified));
    let _ = times.and_then(|times| file.set_times(times));
}

/// `mode` without what its group alone or others alone may do, for a file that could not
/// keep its group.
const fn for_any_group(mode: u32) -> u32 {
    let shared = (mode >> 3) & mode & 0o7;
    (mode & 0o700) | shared << 3 | shared
}
