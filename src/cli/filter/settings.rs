//! What is meant by the arguments of the filter.

use crate::{
    cli::{
        args::FilterArgs,
        failure::{Failure, complain},
        input::{is_stdin, read_whole},
        model,
        size::{ByteRange, Size},
    },
    codec::{Limits, Options, Prior},
    models::Level,
};
use std::{
    ffi::OsStr,
    path::{Path, PathBuf},
    thread,
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
    /// Damaged frames → what is intact of their content.
    Recover,
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
    pub(super) threads: usize,
    /// The part of the content that is wanted, if not all.
    pub(super) range: Option<ByteRange>,
    pub(super) options: Options,
    pub(super) limits: Limits,
}

impl Settings {
    /// What `args` mean to a program that was called as `name`.
    pub(super) fn new(args: &FilterArgs, name: &OsStr) -> Result<Self, Failure> {
        let action = action(args, name);
        let threads = threads(args.threads);
        let memory = args.memory.map_or(Limits::DEFAULT_MEMORY_BYTES, |memory| memory.0);
        let prior = prior(args, action, memory)?;
        let mut limits = Limits::default().memory_bytes(memory).threads(threads);
        if let Some(prior) = &prior {
            limits = limits.prior(prior.clone());
        }
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
            threads,
            range: args.range.clone(),
            options: options(args, action, threads, prior)?,
            limits,
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
        matches!(self.action, Action::Compress | Action::Decompress | Action::Recover)
            && self.destination == Destination::BySuffix
    }
}

fn action(args: &FilterArgs, name: &OsStr) -> Action {
    match args {
        FilterArgs { test: true, .. } => Action::Test,
        FilterArgs { list: true, .. } => Action::List,
        FilterArgs { recover: true, .. } => Action::Recover,
        FilterArgs { decompress: true, .. } => Action::Decompress,
        _ if name == "unfore" || name == "forecat" => Action::Decompress,
        _ => Action::Compress,
    }
}

fn destination(args: &FilterArgs, name: &OsStr) -> Destination {
    match &args.output {
        Some(path) if !is_stdin(path) => Destination::Named(path.clone()),
        Some(_) => Destination::Stdout,
        None if args.stdout || args.range.is_some() || name == "forecat" => Destination::Stdout,
        None => Destination::BySuffix,
    }
}

fn sources(files: &[PathBuf]) -> Vec<PathBuf> {
    if files.is_empty() { vec![Path::new("-").to_owned()] } else { files.to_vec() }
}

/// Threads that `asked` means: 0 is one for each core.
fn threads(asked: usize) -> usize {
    let cores = || thread::available_parallelism().map_or(1, usize::from);
    if asked > 0 { asked.min(Options::MOST_THREADS) } else { cores() }
}

/// Bytes of content of a segment where several threads shall share a file and nothing
/// else is said. Up costs memory and lets fewer files profit, down costs compression: 16
/// MiB cost −2 to 1.5 % (see docs/recipes.md).
const SHARED_SEGMENT_BYTES: u64 = 16 << 20;

/// What coder and decoder know beforehand, in `memory` bytes at most.
fn prior(args: &FilterArgs, action: Action, memory: u64) -> Result<Option<Prior>, Failure> {
    if action == Action::List {
        return Ok(None);
    }
    if args.prime.is_some() && action == Action::Compress && args.level.0.number() < 3 {
        return Err(Failure::usage("levels 1 and 2 cannot be primed: they sort each block alone"));
    }
    let load = |path| model::load_within(path, memory).map(Prior::trained);
    let trained = args.model.as_deref().map(load).transpose()?;
    let primed = args.prime.as_deref().map(read_whole).transpose()?.map(Prior::primed);
    Ok(trained.or(primed))
}

fn options(
    args: &FilterArgs,
    action: Action,
    threads: usize,
    prior: Option<Prior>,
) -> Result<Options, Failure> {
    let level = args.level.0;
    let is_trained = args.model.is_some();
    let whole = match args.segment_size {
        Some(Size(0)) => return Err(Failure::usage("a segment holds at least one byte")),
        Some(Size(bytes)) => Options::new(level).segment_bytes(bytes),
        None if threads > 1 => Options::new(level).segment_bytes(SHARED_SEGMENT_BYTES),
        None => Options::new(level),
    };
    let whole = match prior {
        Some(prior) => whole.prior(prior),
        None => whole,
    };
    match args.memory {
        Some(Size(limit)) if is_trained && whole.decoder_bytes() > limit => {
            let needed = whole.decoder_bytes();
            Err(Failure::error(format_args!(
                "the trained model takes {needed} bytes of memory, the limit is {limit} (-M)"
            )))
        }
        Some(memory) if action == Action::Compress && !is_trained => {
            fitted(&whole, threads, level, (memory.0, args.quiet))
        }
        _ => Ok(whole.threads(threads)),
    }
}

/// Smallest block that a memory limit may bring about, in bytes: below it the ten bytes
/// that each block costs begin to show.
const LEAST_BLOCK_BYTES: u64 = 64 << 10;
/// log₂ of the smallest window that leaves the model as it is.
const LEAST_LOG2_WINDOW: u32 = 22;
/// Share of the memory that one block may take; a decoder holds four.
const BLOCK_SHARE: u64 = 16;

/// `whole` with as many of its `threads` as keep within `limit` bytes of memory; if one does
/// not, with a smaller model of `level` and smaller blocks, which decode within it.
fn fitted(
    whole: &Options,
    threads: usize,
    level: Level,
    (limit, quiet): (u64, bool),
) -> Result<Options, Failure> {
    let with = |threads: usize| whole.clone().threads(threads);
    let fits =
        |&threads: &usize| with(threads).encoder_bytes().saturating_mul(threads as u64) <= limit;
    if let Some(most) = (1..=threads).rev().find(fits) {
        if most < threads && !quiet {
            complain(format_args!(
                "{threads} threads take {} bytes of memory each, reduced to {most} to keep \
                 within {limit} (-M)",
                with(most).encoder_bytes(),
            ));
        }
        return Ok(with(most));
    }
    let window = |log2_bytes: u32| with(1).window_bytes(1 << log2_bytes);
    let mut windows = (LEAST_LOG2_WINDOW..=30).rev().map(window);
    if let Some(options) = windows.find(|options| options.decoder_bytes() <= limit) {
        return Ok(options);
    }
    let whole = with(1);
    let block_bytes = (limit / BLOCK_SHARE).max(LEAST_BLOCK_BYTES) as usize;
    let smaller = |log2_input: u32| {
        let spec = level.spec().fitted(1 << log2_input);
        let block_bytes = block_bytes.min(level.block_bytes());
        whole.clone().spec(spec).block_bytes(block_bytes).window_bytes(block_bytes as u64)
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
        let whole = Options::new(Level::DEFAULT);
        let bytes = whole.decoder_bytes();
        let within = |limit| fitted(&whole, 1, Level::DEFAULT, (limit, true));
        assert!(within(bytes / 2).unwrap().decoder_bytes() <= bytes / 2);
        assert!(within(1000).is_err());
    }

    #[test]
    fn no_number_of_threads_is_too_large_to_be_reduced() {
        let all = usize::MAX.to_string();
        let settings = settings("foretell", &["-q", "-T", &all, "-M", "1G"]).ok().unwrap();
        assert!((1..=Options::MOST_THREADS).contains(&settings.options.thread_count()));
    }

    #[test]
    fn a_memory_limit_takes_threads_before_it_takes_from_the_model() {
        let whole = Options::new(Level::DEFAULT).segment_bytes(SHARED_SEGMENT_BYTES).threads(4);
        let each = whole.clone().threads(2).encoder_bytes();
        let two = fitted(&whole, 4, Level::DEFAULT, (2 * each, true)).unwrap();
        assert_eq!(two.encoder_bytes(), each);
        assert_eq!(two.decoder_bytes(), whole.decoder_bytes());
    }
}
