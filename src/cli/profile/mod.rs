//! `foretell profile`: how entropy and cost change along an input of any length.

mod tables;
mod window;

use super::{
    args::ReportArgs,
    failure::{Failure, shown},
    level::LevelArg,
    model::{self, ModelArg},
    output,
    size::Size,
    stream::Pieces,
};
use crate::{
    measure::ByteCosts,
    report::{Format, Report},
};
use clap::Args;
use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};
use tables::Printer;
pub(super) use tables::profile_chart;
pub(super) use window::{Profile, Window};

/// Arguments of `foretell profile`.
#[derive(Debug, Args)]
#[command(after_help = "\
One pass, and memory for the model, one window and at most 65,536 rows, however long
the input. With --format csv each row is printed as soon as it is measured.

Examples:
  foretell profile firmware.bin
  foretell profile --window 4096 --format csv firmware.bin > profile.csv
  foretell profile --plot profile.svg firmware.bin
  foretell profile --model healthy.foremodel log.txt
  head -c 1M firmware.bin | foretell profile -")]
pub struct ProfileArgs {
    /// The file; - is standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Bytes of a window [default: what makes about forty of them]
    #[arg(long, value_name = "SIZE")]
    window: Option<Size>,
    /// Change of the order-0 entropy from window to window that marks an edge, in bits/byte
    #[arg(long, value_name = "BITS", default_value_t = 1.0)]
    edge: f64,
    /// Draw the profile into this SVG file too
    #[arg(long, value_name = "OUT.svg")]
    plot: Option<PathBuf>,
    /// The level whose model measures.
    #[command(flatten)]
    level: LevelArg,
    /// What the model has read before.
    #[command(flatten)]
    model: ModelArg,
    /// How to print.
    #[command(flatten)]
    report: ReportArgs,
}

/// Windows of a file whose length is known, if the user does not say otherwise.
const WINDOWS: u64 = 40;
/// First window of an input of unknown length, and least and largest default, in bytes.
const FIRST_WINDOW: u64 = 4 << 10;
const LEAST_WINDOW: u64 = 256;
const LARGEST_WINDOW: u64 = 64 << 20;
/// Rows that are held at most where the user chose the window.
const MOST_ROWS: usize = 1 << 16;
/// Bytes that the model reads at a time.
const PIECE_BYTES: usize = 1 << 16;

/// Measures window after window.
pub(super) fn run(args: &ProfileArgs) -> Result<(), Failure> {
    let is_streamed = args.report.format == Format::Csv && args.plot.is_none();
    args.plot.iter().try_for_each(|path| output::check_suffix(path, "svg"))?;
    let mut input = Pieces::open(&args.file)?.with_progress(is_streamed);
    let mut profile = Profile::new(args.edge, window_bytes(args, input.length())?);
    if args.window.is_none() && input.length().is_none() {
        profile = profile.merging();
    }
    let trained = args.model.load()?;
    let (mut model, measure) = model::reader(trained.as_ref(), args.level, input.length())?;
    let printer = Printer::new(args.report.unit, measure.clone());
    if is_streamed && args.window.is_some() {
        output::print(printer.header())?;
    }
    loop {
        let piece = input.next(profile.room().min(PIECE_BYTES))?;
        let (is_end, mut costs) = (piece.is_empty(), ByteCosts::new());
        let passage = model.read(piece, is_end, &mut costs);
        for (&byte, bits) in passage.text().iter().zip(passage.spread(costs.costs())) {
            profile.add(&[byte], bits);
        }
        if is_end {
            break;
        }
        if is_streamed && args.window.is_some() {
            profile.drain(|window| output::print(printer.row(window)))?;
        } else if args.window.is_some() && profile.windows().len() > MOST_ROWS {
            return Err(too_many_rows());
        }
    }
    drop(input);
    profile.end();
    if is_streamed && args.window.is_some() {
        return profile.drain(|window| output::print(printer.row(window)));
    }
    if let Some(path) = &args.plot {
        let svg = tables::chart(profile.windows(), &shown(&args.file), args, &measure).svg();
        write(path, &svg)?;
    }
    output::print_report(&report(&profile, args, &measure), args.report.format)
}

fn too_many_rows() -> Failure {
    Failure::usage(format_args!(
        "that makes more than {MOST_ROWS} windows: choose a larger --window, or --format csv \
         without --plot, which prints each as it comes"
    ))
}

/// Writes a whole file, or leaves none.
fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let failed = |error: io::Error| Failure::io(path, &error);
    let mut file = fs::File::create(path).map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)
}

/// The window that is asked for, or one that suits the length.
fn window_bytes(args: &ProfileArgs, length: Option<u64>) -> Result<usize, Failure> {
    let suited = |bytes: u64| {
        (bytes / WINDOWS).max(1).next_power_of_two().clamp(LEAST_WINDOW, LARGEST_WINDOW)
    };
    let bytes = match args.window {
        Some(Size(0)) => return Err(Failure::usage("a window holds at least one byte")),
        Some(Size(bytes)) => bytes,
        None => length.map_or(FIRST_WINDOW, suited),
    };
    let is_held = args.report.format != Format::Csv || args.plot.is_some();
    if is_held && length.is_some_and(|length| length.div_ceil(bytes) > MOST_ROWS as u64) {
        return Err(too_many_rows());
    }
    Ok(usize::try_from(bytes).unwrap_or(usize::MAX))
}

fn report(profile: &Profile, args: &ProfileArgs, measure: &str) -> Report {
    let (windows, unit) = (profile.windows(), args.report.unit);
    let mut report = Report::new("");
    report.push(tables::windows(windows, &shown(&args.file), args, measure));
    if windows.iter().any(|window| window.is_edge) {
        report.push(tables::edges(windows, unit));
    }
    report.note(tables::summary(windows, unit, args.edge));
    report
}
