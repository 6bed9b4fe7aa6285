//! `foretell divergence`: how far corpora are from one another, as bytes and under the
//! full model.

mod matrix;
mod model;
mod singles;

use super::{
    args::ReportArgs,
    failure::{Failure, shown},
    input,
    level::LevelArg,
    model::ModelArg,
    output,
};
use crate::{
    measure,
    report::{Cell, Column, Report, Table},
};
use bytes::Bytes;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// Arguments of `foretell divergence`.
#[derive(Debug, Args)]
#[command(after_help = "\
Each row reads: what are bytes of P worth to somebody who knows Q? The first table
looks at single bytes; the second trains the level's model on Q, then codes P: going on
to learn from P (adaptive), or knowing Q alone (frozen). Their difference from P alone is what Q tells of P, in fractions of
bits and without headers. Each file's trained model takes twice the level's memory.

Examples:
  foretell divergence german.txt english.txt
  foretell divergence -7 german.txt english.txt polish.txt
  foretell divergence --matrix ncd --format csv german.txt english.txt polish.txt")]
pub struct DivergenceArgs {
    /// Two files or more
    #[arg(value_name = "FILE", num_args = 2.., required = true)]
    files: Vec<PathBuf>,
    /// Only this quantity, as a square table: symmetric and 0 on the diagonal if it is a
    /// distance, as programs that draw dendrograms want it
    #[arg(long, value_enum, value_name = "QUANTITY")]
    matrix: Option<Quantity>,
    /// The level whose model codes one file after the other.
    #[command(flatten)]
    level: LevelArg,
    /// What both have read before.
    #[command(flatten)]
    model: ModelArg,
    /// How to print.
    #[command(flatten)]
    report: ReportArgs,
}

/// What a matrix holds of P (row) and Q (column).
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Quantity {
    /// Normalised compression distance, mean of both directions
    Ncd,
    /// √JS of single bytes, a metric
    JsRoot,
    /// Total variation of single bytes
    Tv,
    /// KL(P‖Q) of single bytes
    Kl,
    /// Cost of P after Q, learning on
    Adaptive,
    /// Cost of P under what Q taught
    Frozen,
}

struct Corpus {
    name: String,
    bytes: Bytes,
    /// Relative frequencies of byte values.
    frequencies: Vec<f64>,
    /// The same after Krichevsky and Trofimov, (c + ½)/(n + 128): nothing is impossible.
    smoothed: Vec<f64>,
}

/// Compares every two files.
pub(super) fn run(args: &DivergenceArgs) -> Result<(), Failure> {
    let mut corpora = Vec::new();
    for path in &args.files {
        let bytes = input::read_whole(path)?;
        if bytes.is_empty() {
            return Err(Failure::at(path, "is empty: there is no distribution to compare"));
        }
        corpora.push(Corpus::new(shown(path), bytes));
    }
    if let Some(quantity) = args.matrix {
        let report = matrix::report(&corpora, quantity, args)?;
        return output::print_report(&report, args.report.format);
    }
    let mut report = Report::new("");
    report.push(singles::table(&corpora, args.report.unit));
    report.push(model::table(&corpora, &model::costs(&corpora, args)?, args));
    infinities(&corpora, &mut report);
    report.note(
        "Smoothed: frequencies (c + ½)/(n + 128). NCD: (C(PQ) − min C)/max C from ideal code \
         lengths, where C(PQ) is one after the other: 0 for the same, near 1 for strangers.",
    );
    output::print_report(&report, args.report.format)
}

impl Corpus {
    fn new(name: String, bytes: Bytes) -> Self {
        let mut counts = [0_u64; 256];
        for &byte in &bytes[..] {
            counts[usize::from(byte)] += 1;
        }
        let n = bytes.len() as f64;
        let frequencies = counts.iter().map(|&c| c as f64 / n).collect();
        let smoothed = counts.iter().map(|&c| (c as f64 + 0.5) / (n + 128.0)).collect();
        Self { name, bytes, frequencies, smoothed }
    }
}

/// Every ordered pair of different corpora.
fn pairs(corpora: &[Corpus]) -> Vec<(&Corpus, &Corpus)> {
    let others = |i: usize| (0..corpora.len()).filter(move |&j| j != i);
    (0..corpora.len()).flat_map(|i| others(i).map(move |j| (&corpora[i], &corpora[j]))).collect()
}

/// The first columns of a row: P and Q, or one heading for both where rows stand side by
/// side.
fn names(p: &Corpus, q: &Corpus) -> [Cell; 3] {
    [format!("P {} Q {}", p.name, q.name).into(), p.name.as_str().into(), q.name.as_str().into()]
}

/// A table of pairs, laid down if there are only two.
fn pair_table(key: &str, title: &str, corpora: &[Corpus], columns: Vec<Column>) -> Table {
    let (pair, p, q) = (Column::text("pair", ""), Column::text("p", "P"), Column::text("q", "Q"));
    let few = corpora.len() == 2;
    let mut all = if few { vec![pair, p.detail(), q.detail()] } else { vec![pair.detail(), p, q] };
    all.extend(columns);
    let table = Table::new(key, title, all);
    if few { table.down() } else { table }
}

/// Says why a divergence is infinite; of two corpora, which byte makes it so.
fn infinities(corpora: &[Corpus], report: &mut Report) {
    let reason = |p: &Corpus, q: &Corpus| {
        let byte = measure::impossible_outcome(&p.frequencies, &q.frequencies)?;
        let symbol = std::ascii::escape_default(byte as u8);
        let (p, q) = (&p.name, &q.name);
        Some(format!("KL({p}‖{q}) is infinite: byte 0x{byte:02X} '{symbol}' is not in {q}."))
    };
    let mut reasons = pairs(corpora).into_iter().filter_map(|(p, q)| reason(p, q));
    if corpora.len() == 2 {
        reasons.for_each(|reason| report.note(reason));
    } else if let Some(first) = reasons.next() {
        report.note(format!("inf: Q lacks a byte value that P has. {first}"));
    }
}
