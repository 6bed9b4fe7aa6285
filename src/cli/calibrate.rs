//! `foretell calibrate`: are the model's predictions honest?

use super::{
    args::ReportArgs,
    failure::{Failure, shown},
    input,
    level::LevelArg,
    model::{ModelArg, fresh},
    output, progress,
};
use crate::{
    measure::{Reliability, ReliabilityErrors, Tempered},
    models::Follower,
    report::{Cell, Column, Report, Table},
};
use clap::Args;
use std::path::PathBuf;

/// Arguments of `foretell calibrate`.
#[derive(Debug, Args)]
#[command(after_help = "\
Of all bits that were foretold to be 1 with probability p, a share of p should be ones.
The best temperature is 1 for honest predictions, above 1 for over-confident ones.

Examples:
  foretell calibrate book.txt
  foretell calibrate --model books.foremodel book.txt
  foretell calibrate -9 --format json book.txt")]
pub struct CalibrateArgs {
    /// The file; - is standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The level whose model is judged.
    #[command(flatten)]
    level: LevelArg,
    /// What the model has read before.
    #[command(flatten)]
    model: ModelArg,
    /// How to print.
    #[command(flatten)]
    report: ReportArgs,
}

/// Temperatures at which the predictions are priced again.
const TEMPERATURES: [f64; 9] = [0.5, 0.7, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 2.0];

/// Parts of the file whose spread tells the errors of what is found.
const PARTS: usize = 32;
/// Bytes that are judged between steps of the progress.
const PIECE_BYTES: usize = 1 << 16;

/// Judges every bit of the file.
pub(super) fn run(args: &CalibrateArgs) -> Result<(), Failure> {
    let bytes = input::read_whole(&args.file)?;
    if bytes.is_empty() {
        return Err(Failure::at(&args.file, "is empty: there is no prediction to judge"));
    }
    let progress = progress::of_bytes(Some(bytes.len() as u64), shown(&args.file));
    let trained = args.model.load()?;
    let fitted = || fresh(&args.level.0.spec().fitted(bytes.len() as u64));
    let mut model = trained.as_ref().map_or_else(fitted, Follower::behind);
    let (mut parts, mut tempered) = (Vec::new(), Tempered::new(&TEMPERATURES));
    let mut left = bytes.len();
    for part in bytes.chunks(bytes.len().div_ceil(PARTS)) {
        let mut judges = (Reliability::new(), tempered);
        for piece in part.chunks(PIECE_BYTES) {
            left -= piece.len();
            model.read(piece, left == 0, &mut judges);
            progress.inc(piece.len() as u64);
        }
        parts.push(judges.0);
        tempered = judges.1;
    }
    progress.finish_and_clear();
    let reliability = Reliability::merged(&parts);
    let mut report = Report::new("");
    report.push(summary(&reliability, Reliability::errors(&parts), args));
    report.push(diagram(&reliability));
    if let Some(trained) = &trained {
        report.note(format!("The trained model {} takes the level's place.", trained.name()));
    }
    report.push(temperatures(&tempered, bytes.len(), args));
    report.note(
        "z: the gap in standard errors of as many honest, independent predictions. Models see \
         dependent bits, so that gaps of a few standard errors are no dishonesty.",
    );
    output::print_report(&report, args.report.format)
}

fn summary(reliability: &Reliability, errors: ReliabilityErrors, args: &CalibrateArgs) -> Table {
    let unit = args.report.unit;
    let error = |key: &str| Column::number(key, "± s.e.", "", 6);
    let columns = vec![
        Column::text("of", ""),
        Column::count("predictions", "bits foretold", ""),
        Column::number("expected_calibration_error", "ECE", "", 6),
        error("expected_calibration_error_standard_error"),
        Column::number("chance_calibration_error", "ECE of honest ones by chance", "", 6),
        Column::number("largest_calibration_error", "largest gap", "", 6),
        Column::number("brier_score", "Brier", "", 6),
        error("brier_score_standard_error"),
        Column::number(&unit.key_per("log_loss", "bit"), "log loss", &unit.per("bit"), 6),
        Column::number(
            &unit.key_per("log_loss_standard_error", "bit"),
            "± s.e.",
            &unit.per("bit"),
            6,
        ),
    ];
    let level = args.level.0.number();
    let mut table = Table::new("calibration", "Calibration", columns).down();
    let known = |error: f64| Cell::from(Some(error).filter(|error| error.is_finite()));
    table.push(vec![
        format!("level {level}").into(),
        reliability.count().into(),
        reliability.expected_error().into(),
        known(errors.expected_error),
        reliability.chance_error().into(),
        reliability.largest_error().into(),
        reliability.brier_score().into(),
        known(errors.brier_score),
        (reliability.log_loss() * unit.per_bit()).into(),
        known(errors.log_loss * unit.per_bit()),
    ]);
    table
}

fn diagram(reliability: &Reliability) -> Table {
    let columns = vec![
        Column::number("stated_p", "stated P(1)", "mean", 6),
        Column::number("frequency", "ones", "share", 6),
        Column::number("gap", "gap", "", 6),
        Column::number("gap_z", "z", "", 1),
        Column::count("predictions", "bits", ""),
    ];
    let title = "Reliability, by stated probability";
    let mut table = Table::new("reliability", title, columns);
    for bin in reliability.bins().iter().filter(|bin| bin.count > 0) {
        let gap = bin.frequency() - bin.mean_stated();
        table.push(vec![
            bin.mean_stated().into(),
            bin.frequency().into(),
            gap.into(),
            (gap / bin.standard_error()).into(),
            bin.count.into(),
        ]);
    }
    table
}

fn temperatures(tempered: &Tempered, bytes: usize, args: &CalibrateArgs) -> Table {
    let unit = args.report.unit;
    let columns = vec![
        Column::number("temperature", "T", "", 2),
        Column::number(
            &unit.key_per("cross_entropy", "byte"),
            "cross-entropy",
            &unit.per("byte"),
            4,
        ),
        Column::mark("is_least", "least"),
    ];
    let title = "Predictions tempered, p^(1/T) renormalised";
    let mut table = Table::new("temperature", title, columns);
    let all = tempered.bits();
    let least = all.iter().map(|(_, bits)| *bits).fold(f64::INFINITY, f64::min);
    for (temperature, bits) in all {
        table.push(vec![
            temperature.into(),
            Cell::Number(bits / bytes as f64 * unit.per_bit()),
            (bits <= least).into(),
        ]);
    }
    table
}
