//! `foretell calibrate`: are the model's predictions honest?

use super::{args::ReportArgs, failure::Failure, input, level::LevelArg, output};
use crate::{
    measure::{Reliability, Tempered},
    models::Model,
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
  foretell calibrate -9 --format json book.txt")]
pub struct CalibrateArgs {
    /// The file; - is standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The level whose model is judged.
    #[command(flatten)]
    level: LevelArg,
    /// How to print.
    #[command(flatten)]
    report: ReportArgs,
}

/// Temperatures at which the predictions are priced again.
const TEMPERATURES: [f64; 9] = [0.5, 0.7, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 2.0];

/// Judges every bit of the file.
pub(super) fn run(args: &CalibrateArgs) -> Result<(), Failure> {
    let bytes = input::read_whole(&args.file)?;
    if bytes.is_empty() {
        return Err(Failure::at(&args.file, "is empty: there is no prediction to judge"));
    }
    let mut model = Model::new(&args.level.0.spec().fitted(bytes.len() as u64));
    let mut judges = (Reliability::new(), Tempered::new(&TEMPERATURES));
    model.encode(&bytes, &mut judges);
    let (reliability, tempered) = judges;
    let mut report = Report::new("");
    report.push(summary(&reliability, args));
    report.push(diagram(&reliability));
    report.push(temperatures(&tempered, bytes.len(), args));
    report.note(
        "z: the gap in standard errors of as many honest, independent predictions. Models see \
         dependent bits, so that gaps of a few standard errors are no dishonesty.",
    );
    output::print_report(&report, args.report.format)
}

fn summary(reliability: &Reliability, args: &CalibrateArgs) -> Table {
    let unit = args.report.unit;
    let columns = vec![
        Column::count("predictions", "bits foretold", ""),
        Column::number("expected_calibration_error", "ECE", "", 6),
        Column::number("largest_calibration_error", "largest gap", "", 6),
        Column::number("brier_score", "Brier", "", 6),
        Column::number(&unit.key_per("log_loss", "bit"), "log loss", &unit.per("bit"), 6),
    ];
    let title = format!("Calibration of level {}", args.level.0.number());
    let mut table = Table::new("calibration", title, columns);
    table.push(vec![
        reliability.count().into(),
        reliability.expected_error().into(),
        reliability.largest_error().into(),
        reliability.brier_score().into(),
        (reliability.log_loss() * unit.per_bit()).into(),
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
