//! The files that the named sources stand for.

use super::{
    naming,
    settings::{Action, Settings},
};
use crate::cli::failure::{Failure, Tally};
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// The sources of `settings`, with directories replaced by the files in them if asked.
/// Files inside directories are taken if their names call for it; links are not followed.
pub(super) fn files(settings: &Settings, tally: &mut Tally) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for source in &settings.sources {
        if settings.recursive && source.is_dir() {
            collect(source, settings.action, &mut files, tally);
        } else {
            files.push(source.clone());
        }
    }
    files
}

fn collect(directory: &Path, action: Action, files: &mut Vec<PathBuf>, tally: &mut Tally) {
    let entries = match sorted_entries(directory) {
        Ok(entries) => entries,
        Err(error) => return tally.note(Err(Failure::io(directory, &error))),
    };
    for path in entries {
        if path.is_symlink() {
            continue;
        }
        if path.is_dir() {
            collect(&path, action, files, tally);
        } else if path.is_file() && naming::has_suffix(&path) == (action != Action::Compress) {
            files.push(path);
        }
    }
}

fn sorted_entries(directory: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(directory)?.map(|entry| Ok(entry?.path()));
    let mut entries = entries.collect::<io::Result<Vec<_>>>()?;
    entries.sort();
    Ok(entries)
}
