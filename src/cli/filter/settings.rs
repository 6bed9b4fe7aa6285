//! What is meant by the arguments of the filter.

use crate::{
    cli::{
        args::FilterArgs,
        failure::{Failure, complain},
        input::is_stdin,
        size::Size,
    },
    codec::{Limits, Options},
    models::Level,
};
use std::{
    ffi::OsStr,
    path::{Path, PathBuf},
};

/// What is done with each source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    /// Content → frame.
    Compress,
    /// Frames → content.
    Decompress,
    /// Frames → content, which is checked and not kept.
    Test,
    /// Frames → what they hold, without decoding them.
    List,
}

/// Where results go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Destination {
    /// Beside each source, with the suffix added or stripped; what comes from standard
    /// input goes to standard output.
    BySuffix,
    /// Standard output.
    Stdout,
    /// One file.
    Named(PathBuf),
}

/// What the filter shall do.
#[expect(clippy::struct_excessive_bools, reason = "independent choices of the user")]
pub(super) struct Settings {
    pub(super) action: Action,
    pub(super) destination: Destination,
    /// Files, directories, or `-` for standard input.
    pub(super) sources: Vec<PathBuf>,
    pub(super) force: bool,
    pub(super) recursive: bool,
    pub(super) remove_sources: bool,
    pub(super) verify: bool,
    pub(super) json: bool,
    pub(super) verbose: bool,
    pub(super) quiet: bool,
    pub(super) options: Options,
    pub(super) limits: Limits,
}

impl Settings {
    /// What `args` mean to a program that was called as `name`.
    pub(super) fn new(args: &FilterArgs, name: &OsStr) -> Result<Self, Failure> {
        let action = action(args, name);
        let settings = Self {
            action,
            destination: destination(args, name),
            sources: sources(&args.files),
            force: args.force,
            recursive: args.recursive,
            remove_sources: args.rm,
            verify: args.verify,
            json: args.json,
            verbose: args.verbose,
            quiet: args.quiet,
            options: options(args, action)?,
            limits: args
                .memory
                .map_or_else(Limits::default, |memory| Limits::default().memory_bytes(memory.0)),
        };
        settings.refuse_contradictions()?;
        Ok(settings)
    }

    fn refuse_contradictions(&self) -> Result<(), Failure> {
        let one_output = matches!(self.destination, Destination::Named(_));
        if one_output && (self.sources.len() > 1 || self.recursive) {
            return Err(Failure::usage("-o takes one source (use -c to join several)"));
        }
        if self.destination == Destination::Stdout && self.remove_sources {
            return Err(Failure::usage("--rm needs outputs that are files, not standard output"));
        }
        Ok(())
    }

    /// Whether each source has its output beside it.
    pub(super) fn is_beside_source(&self) -> bool {
        matches!(self.action, Action::Compress | Action::Decompress)
            && self.destination == Destination::BySuffix
    }
}

fn action(args: &FilterArgs, name: &OsStr) -> Action {
    match args {
        FilterArgs { test: true, .. } => Action::Test,
        FilterArgs { list: true, .. } => Action::List,
        FilterArgs { decompress: true, .. } => Action::Decompress,
        _ if name == "unfore" || name == "forecat" => Action::Decompress,
        _ => Action::Compress,
    }
}

fn destination(args: &FilterArgs, name: &OsStr) -> Destination {
    match &args.output {
        Some(path) if !is_stdin(path) => Destination::Named(path.clone()),
        Some(_) => Destination::Stdout,
        None if args.stdout || name == "forecat" => Destination::Stdout,
        None => Destination::BySuffix,
    }
}

fn sources(files: &[PathBuf]) -> Vec<PathBuf> {
    if files.is_empty() { vec![Path::new("-").to_owned()] } else { files.to_vec() }
}

fn options(args: &FilterArgs, action: Action) -> Result<Options, Failure> {
    let level = args.level.0;
    let options = match args.memory {
        Some(memory) if action == Action::Compress => fitted(level, memory.0, args.quiet)?,
        _ => Options::new(level),
    };
    match args.segment_size {
        Some(Size(0)) => Err(Failure::usage("a segment holds at least one byte")),
        Some(size) => Ok(options.segment_bytes(size.0)),
        None => Ok(options),
    }
}

/// Smallest block that a memory limit may bring about, in bytes: below it the ten bytes
/// that each block costs begin to show.
const LEAST_BLOCK_BYTES: u64 = 64 << 10;
/// Share of the memory that one block may take; a decoder holds four.
const BLOCK_SHARE: u64 = 16;

/// `level` with a model and blocks that decode in `limit` bytes of memory.
fn fitted(level: Level, limit: u64, quiet: bool) -> Result<Options, Failure> {
    let whole = Options::new(level);
    if whole.decoder_bytes() <= limit {
        return Ok(whole);
    }
    let block_bytes = (limit / BLOCK_SHARE).max(LEAST_BLOCK_BYTES) as usize;
    let smaller = |log2_input: u32| {
        let spec = level.spec().fitted(1 << log2_input);
        Options::new(level).spec(spec).block_bytes(block_bytes.min(level.block_bytes()))
    };
    let fitting = (0..40).rev().map(smaller).find(|options| options.decoder_bytes() <= limit);
    let options = fitting.ok_or_else(|| {
        let (number, least) = (level.number(), smaller(0).decoder_bytes());
        Failure::error(format_args!(
            "level {number} needs at least {least} bytes of memory, the limit is {limit} (-M)"
        ))
    })?;
    if !quiet {
        complain(format_args!(
            "level {} takes {} bytes of memory, reduced to {} to keep within {limit} (-M)",
            level.number(),
            whole.decoder_bytes(),
            options.decoder_bytes(),
        ));
    }
    Ok(options)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::args::Cli;
    use clap::Parser;

    fn settings(name: &str, arguments: &[&str]) -> Result<Settings, Failure> {
        let cli = Cli::try_parse_from([&[name], arguments].concat()).unwrap();
        Settings::new(&cli.filter, name.as_ref())
    }

    #[test]
    fn the_name_it_was_called_by_says_what_is_meant() {
        let of = |name, arguments| {
            let settings = settings(name, arguments).unwrap();
            (settings.action, settings.destination)
        };
        assert_eq!(of("foretell", &[]), (Action::Compress, Destination::BySuffix));
        assert_eq!(of("unfore", &["a.fore"]), (Action::Decompress, Destination::BySuffix));
        assert_eq!(of("forecat", &["a.fore"]), (Action::Decompress, Destination::Stdout));
        assert_eq!(of("unfore", &["-t", "a"]).0, Action::Test);
    }

    #[test]
    fn one_output_takes_one_source_and_removing_needs_an_output() {
        for arguments in
            [&["-o", "x", "a", "b"][..], &["-o", "x", "-r", "a"], &["-o-", "--rm", "a"]]
        {
            assert!(settings("foretell", arguments).is_err(), "{arguments:?}");
        }
    }

    #[test]
    fn a_memory_limit_makes_the_model_smaller_or_is_refused() {
        let whole = Options::new(Level::DEFAULT).decoder_bytes();
        let half = fitted(Level::DEFAULT, whole / 2, true).unwrap();
        assert!(half.decoder_bytes() <= whole / 2);
        assert!(fitted(Level::DEFAULT, 1000, true).is_err());
    }
}
