//! `foretell divergence`: how far corpora are from one another, as bytes and under the
//! full model.

use super::{
    args::{ReportArgs, Unit},
    failure::{Failure, shown},
    input,
    level::LevelArg,
    output, parallel,
};
use crate::{
    measure,
    report::{Cell, Column, Report, Table},
};
use bytes::Bytes;
use clap::Args;
use std::path::PathBuf;

/// Arguments of `foretell divergence`.
#[derive(Debug, Args)]
#[command(after_help = "\
Each row reads: what are bytes of P worth to somebody who knows Q? The first table
looks at single bytes; the second trains the level's model on Q, then codes P.

Examples:
  foretell divergence german.txt english.txt
  foretell divergence -9 --format csv *.txt > matrix.csv")]
pub struct DivergenceArgs {
    /// Two files or more
    #[arg(value_name = "FILE", num_args = 2.., required = true)]
    files: Vec<PathBuf>,
    /// The level whose model codes one file after the other.
    #[command(flatten)]
    level: LevelArg,
    /// How to print.
    #[command(flatten)]
    report: ReportArgs,
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
    let unit = args.report.unit;
    let mut report = Report::new("");
    report.push(of_bytes(&corpora, unit));
    report.push(under_model(&corpora, args));
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

fn of_bytes(corpora: &[Corpus], unit: Unit) -> Table {
    let per_byte = unit.per("byte");
    // Of many pairs only the columns that fit are shown; JSON and CSV have all.
    let wide = |column: Column| if corpora.len() == 2 { column } else { column.detail() };
    let information =
        |key: &str, label: &str| Column::number(&unit.key_per(key, "byte"), label, &per_byte, 6);
    let columns = vec![
        wide(information("entropy_p", "H(P)")),
        wide(information("cross_entropy_smoothed", "H(P, Q), Q smoothed")),
        information("kl", "KL(P‖Q)"),
        wide(information("kl_smoothed", "KL(P‖Q), Q smoothed")),
        information("js", "Jensen–Shannon"),
        wide(Column::number("js_root", "√JS (of bits)", "", 6)),
        Column::number("total_variation", "TV", "", 6),
        wide(Column::number("pinsker_bound", "Pinsker's bound of TV", "", 6)),
        wide(Column::number("hellinger", "Hellinger", "", 6)),
        wide(Column::number("chi_squared", "χ²(P‖Q)", "", 6)),
        Column::number("wasserstein_1", "Wasserstein-1", "byte values", 4),
    ];
    let mut table = pair_table("bytes", "Single bytes", corpora, columns);
    for (p, q) in pairs(corpora) {
        let (a, b) = (&p.frequencies[..], &q.frequencies[..]);
        let (kl, js) = (measure::kl_divergence(a, b), measure::jensen_shannon(a, b));
        let in_unit = |bits: f64| Cell::Number(bits * unit.per_bit());
        table.push(
            names(p, q)
                .into_iter()
                .chain([
                    in_unit(measure::entropy(a)),
                    in_unit(measure::cross_entropy(a, &q.smoothed)),
                    in_unit(kl),
                    in_unit(measure::kl_divergence(a, &q.smoothed)),
                    in_unit(js),
                    js.sqrt().into(),
                    measure::total_variation(a, b).into(),
                    measure::pinsker_bound(kl).into(),
                    measure::hellinger(a, b).into(),
                    measure::chi_squared(a, b).into(),
                    measure::wasserstein_1(a, b).into(),
                ])
                .collect(),
        );
    }
    table
}

fn under_model(corpora: &[Corpus], args: &DivergenceArgs) -> Table {
    let unit = args.report.unit;
    let level = args.level.0;
    let alone = parallel::map(corpora, |p| measure::primed_bits(level, b"", &p.bytes));
    let pairs = pairs(corpora);
    let primed = parallel::map(&pairs, |(p, q)| measure::primed_bits(level, &q.bytes, &p.bytes));
    let bits_of = |name: &Corpus| {
        let place = corpora.iter().position(|corpus| std::ptr::eq(corpus, name));
        alone[place.expect("a pair is of these corpora")]
    };
    let columns = vec![
        Column::number(&unit.key_per("alone", "byte"), "P alone", &unit.per("byte"), 4),
        Column::number(&unit.key_per("after_q", "byte"), "P after Q", &unit.per("byte"), 4),
        Column::number("saved_percent", "saved by Q", "%", 2),
        Column::number("ncd", "NCD", "", 4),
    ];
    let title = format!("Under the model of level {}", level.number());
    let mut table = pair_table("model", &title, corpora, columns);
    for ((p, q), after) in pairs.iter().zip(primed) {
        let (cost_p, cost_q) = (bits_of(p), bits_of(q));
        let per_byte = |bits: f64| bits * unit.per_bit() / p.bytes.len() as f64;
        let distance = (cost_q + after - cost_p.min(cost_q)) / cost_p.max(cost_q);
        table.push(
            names(p, q)
                .into_iter()
                .chain([
                    per_byte(cost_p).into(),
                    per_byte(after).into(),
                    ((1.0 - after / cost_p) * 100.0).into(),
                    distance.into(),
                ])
                .collect(),
        );
    }
    table
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
