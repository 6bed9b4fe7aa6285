//! `foretell measure`: what a corpus costs, in every unit.

mod estimators;
pub(super) mod tables;
pub(super) mod work;

use super::{
    args::ReportArgs,
    failure::{Failure, Tally, shown},
    input,
    level::LevelArg,
    model::ModelArg,
    output,
};
use crate::{codec::Prior, measure::Symbols};
use clap::{Args, ValueEnum};
use std::path::PathBuf;
use work::{Job, Measured};

/// Arguments of `foretell measure`.
#[derive(Debug, Args)]
#[command(after_help = "\
Plug-in entropies are those of the sample; of contexts seen too rarely they fall
towards 0 while no compressor can follow. The adaptive column is what a model of
the same contexts really pays, learning included. Files are held in memory; beside them
counting takes at most 130 MiB, each adaptive model 64 MiB a core, repetitions (of the
first 4 MiB) 80 MiB, and the level its model's memory.

Examples:
  foretell measure book.txt
  foretell measure --words --chars -k 2 book.txt
  foretell measure -9 --order 3 --peers all --format json *.txt
  foretell measure --unit nats - < book.txt")]
pub struct MeasureArgs {
    /// Files to measure; standard input if none, or where FILE is -
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Longest context of the order-k entropies, in bytes, 0 to 8
    #[arg(short = 'k', long, value_name = "K", default_value_t = 6, allow_negative_numbers = true)]
    #[arg(value_parser = clap::value_parser!(u8).range(0..=8))]
    order: u8,
    /// Entropies of characters too
    #[arg(long)]
    chars: bool,
    /// Entropies of words too
    #[arg(long)]
    words: bool,
    /// Entropies of lines too
    #[arg(long)]
    lines: bool,
    /// Which other compressors to compare with
    #[arg(long, value_enum, default_value_t)]
    peers: Peers,
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

/// Which other compressors a measurement compares with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Peers {
    /// No other compressor
    None,
    /// Those that take seconds
    #[default]
    Quick,
    /// All of them
    All,
}

impl MeasureArgs {
    /// The symbols other than bytes that are asked for.
    fn symbols(&self) -> Vec<Symbols> {
        let all = [
            (self.chars, Symbols::Characters),
            (self.words, Symbols::Words),
            (self.lines, Symbols::Lines),
        ];
        all.into_iter().filter(|(is_asked, _)| *is_asked).map(|(_, symbols)| symbols).collect()
    }
}

/// Measures each file and prints one report.
pub(super) fn run(args: &MeasureArgs) -> Result<(), Failure> {
    let stdin = [PathBuf::from("-")];
    let files = if args.files.is_empty() { &stdin[..] } else { &args.files };
    let (mut tally, mut contents) = (Tally::default(), Vec::new());
    for path in files {
        tally.note(input::read_whole(path).map(|bytes| contents.push((path, bytes))));
    }
    if !contents.is_empty() {
        let prior = args.model.load()?.map(Prior::trained);
        let (level, order, peers) = (args.level.0, args.order, args.peers);
        let job = Job { level, order, peers, prior: prior.as_ref() };
        let measured: Vec<Measured> =
            contents.iter().map(|(path, bytes)| work::measure(path, bytes, job)).collect();
        let total = (measured.len() > 1).then(|| work::total(&measured, &contents, job));
        let mut report = tables::report(&measured, total.as_ref(), args);
        for (path, bytes) in &contents {
            for symbols in args.symbols() {
                report.push(tables::symbols(&shown(path), symbols, bytes, args.report.unit));
            }
        }
        if let Some(model) = prior.as_ref().and_then(Prior::trained_model) {
            let (id, name) = (model.id(), model.name());
            report.note(format!("The trained model {name} ({id:016x}) takes the level's place."));
        }
        output::print_report(&report, args.report.format)?;
    }
    tally.finish()
}
