//! Commands that were meant and not typed: without this, a mistyped command is a file that
//! does not exist, and what follows it is compressed.

use super::failure::{Failure, shown};
use clap::Command;
use std::{ffi::OsString, path::Path};

/// Refuses a first argument that is no file and nearly a command of `program`.
///
/// # Errors
/// A wrong usage that names the command which was meant.
pub(super) fn refuse(program: &Command, arguments: &[OsString]) -> Result<(), Failure> {
    let is_help = arguments.get(1).is_some_and(|first| first == "help");
    let Some(typed) = arguments.get(1 + usize::from(is_help)) else { return Ok(()) };
    let is_file = !is_help && Path::new(typed).symlink_metadata().is_ok();
    match typed.to_str().and_then(|typed| meant(program, typed)) {
        Some(name) if !is_file => Err(Failure::usage(format_args!(
            "there is no command or file {:?}; did you mean: foretell {name}",
            shown(Path::new(typed))
        ))),
        _ => Ok(()),
    }
}

/// The command that `typed` comes nearest to, if it is not one and comes near enough.
fn meant<'a>(program: &'a Command, typed: &str) -> Option<&'a str> {
    let visible = || program.get_subcommands().filter(|command| !command.is_hide_set());
    if program.get_subcommands().any(|command| command.get_name() == typed) {
        return None;
    }
    let typed = typed.to_lowercase();
    let distance = |name: &str| match name {
        _ if typed.len() > 3 && (name.starts_with(&typed) || typed.starts_with(name)) => 0,
        _ => edits(name.as_bytes(), typed.as_bytes()),
    };
    let near = visible().map(|command| (distance(command.get_name()), command.get_name()));
    let near = near.filter(|&(edits, name)| edits == 0 || edits <= 2 && 3 * edits < name.len());
    near.min().map(|(_, name)| name)
}

/// Letters to insert, delete, replace or swap with their neighbour (Damerau–Levenshtein,
/// none of them twice) on the way from `a` to `b`.
fn edits(a: &[u8], b: &[u8]) -> usize {
    let mut rows = vec![(0..=b.len()).collect::<Vec<_>>()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let replaced = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = replaced.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(rows[i - 2][j - 2] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::args::Cli;
    use clap::CommandFactory;

    #[test]
    fn a_command_is_recognised_behind_its_misspellings_and_a_name_of_a_file_is_left_alone() {
        let program = Cli::command();
        for (typed, name) in [
            ("measur", "measure"),
            ("Measure", "measure"),
            ("mesaure", "measure"),
            ("benchmark", "bench"),
            ("diverg", "divergence"),
            ("dependance", "dependence"),
            ("clac", "calc"),
            ("explian", "explain"),
        ] {
            assert_eq!(meant(&program, typed), Some(name), "{typed}");
        }
        for typed in ["measure", "book.txt", "man", "map", "dickens", "-d", "", "m"] {
            assert_eq!(meant(&program, typed), None, "{typed}");
        }
    }

    #[test]
    fn edits_count_letters() {
        assert_eq!(edits(b"bench", b"bench"), 0);
        assert_eq!(edits(b"bench", b"ebnch"), 1);
        assert_eq!(edits(b"", b"abc"), 3);
        assert_eq!(edits(b"kitten", b"sitting"), 3);
    }
}
