//! The filter: each source → its target, with zstd's manners.

pub(super) mod interrupt;
mod list;
mod models;
mod naming;
mod partial;
mod progress;
mod settings;
mod source;
mod target;
mod transfer;
mod walk;

use super::{
    args::FilterArgs,
    failure::{Failure, Tally, complain, shown},
};
use crate::report::units;
use settings::{Action, Settings};
use source::Source;
use std::{
    ffi::{OsStr, OsString},
    path::Path,
    time::Instant,
};
use target::Target;
use transfer::Sizes;

/// Compresses, decompresses, tests or lists, as `args` say.
pub(super) fn run(args: &FilterArgs) -> Result<(), Failure> {
    let settings = Settings::new(args, &program_name())?;
    let mut tally = Tally::default();
    let files = walk::files(&settings, &mut tally);
    if settings.action == Action::List {
        tally.note(list::run(&files, &settings));
        return tally.finish();
    }
    interrupt::clean_up_on_signals().map_err(Failure::error)?;
    if settings.verbose {
        tell_memory(&settings);
    }
    for path in files {
        let outcome = process(&path, &settings);
        if outcome.as_ref().is_err_and(Failure::is_closed_pipe) {
            break;
        }
        tally.note(outcome);
    }
    tally.finish()
}

/// Says what several threads may take, where it is known beforehand.
fn tell_memory(settings: &Settings) {
    let threads = settings.options.thread_count() as u64;
    if threads < 2 {
        return;
    }
    if settings.action == Action::Compress {
        let each = settings.options.encoder_bytes();
        let (each, all) = (units::count(each), units::count(each.saturating_mul(threads)));
        complain(format_args!(
            "{threads} threads, at most {each} bytes of memory each, {all} in all"
        ));
    } else {
        let all = units::count(settings.limits.memory());
        complain(format_args!("{threads} threads, at most {all} bytes of memory in all (-M)"));
    }
}

/// The name that the program was called by.
fn program_name() -> OsString {
    let path = std::env::args_os().next().unwrap_or_default();
    Path::new(&path).file_name().map(OsStr::to_owned).unwrap_or_default()
}

/// One source, to the end: its output is safe before the source may go.
fn process(path: &Path, settings: &Settings) -> Result<(), Failure> {
    let started = Instant::now();
    let mut source = Source::open(path, settings)?;
    let mut target = Target::open(&source, settings)?;
    let sizes = transfer::run(&mut source, &mut target, settings)?;
    let is_safe = target.finish(source.metadata())?;
    if sizes.holes > 0 {
        return Err(partial::failure(&source, sizes));
    }
    if settings.verbose {
        complain(summary(path, sizes, started.elapsed().as_secs_f64()));
    }
    if settings.remove_sources && is_safe && !source.is_stdin() {
        source.remove()?;
    }
    Ok(())
}

/// Sizes, bits per byte and speed in one line.
fn summary(path: &Path, sizes: Sizes, seconds: f64) -> String {
    let Sizes { raw_bytes, coded_bytes, .. } = sizes;
    let density = units::bits_per_byte(coded_bytes, raw_bytes).map_or_else(String::new, |bits| {
        format!(", {bits:.3} bits/byte, {:.1} %", bits / 8.0 * 100.0)
    });
    let speed = units::megabytes_per_second(raw_bytes, seconds)
        .map_or_else(String::new, |speed| format!(", {speed:.2} MB/s"));
    format!(
        "{}: {} bytes, compressed {}{density}, {seconds:.2} s{speed}",
        shown(path),
        units::count(raw_bytes),
        units::count(coded_bytes),
    )
}
