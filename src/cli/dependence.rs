//! `foretell dependence`: what symbols tell of one another.

use super::{
    args::{ReportArgs, Unit},
    columns,
    failure::{Failure, shown},
    input, output, parallel, progress,
};
use crate::{
    measure::{self, Association, PairCounts},
    report::{Cell, Column, Report, Table},
};
use clap::{Args, ValueEnum};
use std::{hash::Hash, path::PathBuf};

/// Arguments of `foretell dependence`.
#[derive(Debug, Args)]
#[command(after_help = "\
Mutual information of a sample is biased up: hold it against the shuffled column, where
none is left, and against the corrected one.

Examples:
  foretell dependence book.txt
  foretell dependence --lags 64 --by words --top 20 book.txt
  foretell dependence --columns age,income people.csv")]
pub struct DependenceArgs {
    /// The file; - is standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Largest distance between two bytes
    #[arg(long, value_name = "N", default_value_t = 16)]
    #[arg(value_parser = clap::value_parser!(u16).range(1..=4096))]
    lags: u16,
    /// Symbols whose neighbours are judged
    #[arg(long, value_enum, default_value_t)]
    by: Symbol,
    /// How many of the most and of the least associated pairs
    #[arg(long, value_name = "N", default_value_t = 10)]
    top: usize,
    /// Pairs seen less often are left out
    #[arg(long, value_name = "N", default_value_t = 20)]
    least_count: u64,
    /// Two columns of a CSV file with a line of headings, in place of its bytes
    #[arg(long, value_name = "X,Y", value_parser = two_names)]
    columns: Option<[String; 2]>,
    /// How to print.
    #[command(flatten)]
    report: ReportArgs,
}

/// What pairs are pairs of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Symbol {
    /// Single bytes
    #[default]
    Bytes,
    /// Characters of UTF-8 text
    Chars,
    /// Runs of anything but white space
    Words,
}

fn two_names(text: &str) -> Result<[String; 2], &'static str> {
    let names = text.split_once(',').ok_or("two columns are named like age,income")?;
    Ok([names.0.to_owned(), names.1.to_owned()])
}

/// Random orders of the bytes that the baseline is the mean of.
const SHUFFLES: u32 = 3;

/// Measures dependence along a file, or between two columns of it.
pub(super) fn run(args: &DependenceArgs) -> Result<(), Failure> {
    let bytes = input::read_whole(&args.file)?;
    if bytes.len() < 2 {
        return Err(Failure::at(&args.file, "is too short: there is no pair of bytes in it"));
    }
    let unit = args.report.unit;
    let mut report = Report::new("");
    if let Some(columns) = &args.columns {
        let pairs = PairCounts::of(columns::pairs(&bytes, columns, &args.file)?);
        report.push(summary(&pairs, columns, unit));
        associations(&pairs, &|word| word.clone(), args, &mut report);
    } else {
        report.push(lags(&bytes, args));
        of_neighbours(&bytes, args, &mut report)?;
    }
    output::print_report(&report, args.report.format)
}

fn lags(bytes: &[u8], args: &DependenceArgs) -> Table {
    let unit = args.report.unit;
    let (shuffled, deviation) = measure::shuffled_mutual_information(bytes, SHUFFLES, 1);
    let column = |key: &str, label: &str| {
        Column::number(&unit.key_per(key, "byte"), label, &unit.per("byte"), 6)
    };
    let columns = vec![
        Column::count("lag_bytes", "lag d", "bytes"),
        column("mutual_information", "I(X[t]; X[t+d])"),
        column("standard_error", "± s.e."),
        column("corrected", "Miller–Madow"),
        column("shuffled", "shuffled"),
        column("shuffled_deviation", "± s.d."),
        column("conditional", "given X[t+d−1]"),
    ];
    let title = format!("Mutual information of bytes by distance: {}", shown(&args.file));
    let mut table = Table::new("lags", title, columns);
    let lags: Vec<usize> = (1..=usize::from(args.lags)).filter(|&lag| lag < bytes.len()).collect();
    let work = (lags.len() * bytes.len()) as u64;
    let progress = progress::of_bytes(Some(work), shown(&args.file));
    let measured = parallel::map(&lags, |&lag| {
        let pairs = measure::lagged_pairs(bytes, lag);
        let given = (lag > 1).then(|| measure::lagged_conditional_mutual_information(bytes, lag));
        let corrected = pairs.miller_madow_mutual_information();
        progress.inc(bytes.len() as u64);
        (pairs.mutual_information(), pairs.mutual_information_error(), corrected, given)
    });
    progress.finish_and_clear();
    for (lag, (plug_in, error, corrected, given)) in lags.into_iter().zip(measured) {
        let in_unit = |bits: f64| bits * unit.per_bit();
        table.push(vec![
            (lag as u64).into(),
            in_unit(plug_in).into(),
            in_unit(error).into(),
            in_unit(corrected).into(),
            in_unit(shuffled).into(),
            in_unit(deviation).into(),
            given.map(in_unit).into(),
        ]);
    }
    table
}

fn of_neighbours(bytes: &[u8], args: &DependenceArgs, report: &mut Report) -> Result<(), Failure> {
    let text = || {
        std::str::from_utf8(bytes).map_err(|error| {
            let offset = error.valid_up_to();
            Failure::at(&args.file, format_args!("is not UTF-8 at byte {offset}: use --by bytes"))
        })
    };
    match args.by {
        Symbol::Bytes => {
            let name = |byte: &u8| std::ascii::escape_default(*byte).to_string();
            associations(&measure::lagged_pairs(bytes, 1), &name, args, report);
        }
        Symbol::Chars => {
            let text = text()?;
            let pairs = PairCounts::of(text.chars().zip(text.chars().skip(1)));
            associations(&pairs, &|c: &char| c.escape_debug().to_string(), args, report);
        }
        Symbol::Words => {
            let words = || bytes.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
            let pairs = PairCounts::of(words().zip(words().skip(1)));
            associations(&pairs, &|word: &&[u8]| word.escape_ascii().to_string(), args, report);
        }
    }
    Ok(())
}

/// Adds the most and the least associated pairs.
fn associations<T: Clone + Eq + Hash + Ord>(
    pairs: &PairCounts<T>,
    name: &dyn Fn(&T) -> String,
    args: &DependenceArgs,
    report: &mut Report,
) {
    let unit = args.report.unit;
    let all = pairs.associations(args.least_count);
    let kept = args.top.min(all.len());
    let of = args.columns.as_ref().map_or("pairs of neighbours", |_| "pairs of values");
    for (key, title, some) in [
        ("most_associated", format!("Most associated {of}"), &all[..kept]),
        ("least_associated", format!("Least associated {of}"), &all[all.len() - kept..]),
    ] {
        let columns = vec![
            Column::text("first", "first"),
            Column::text("second", "second"),
            Column::count("count", "count", ""),
            Column::number(&unit.key("pmi"), "PMI", unit.name(), 4),
            Column::number("normalized_pmi", "NPMI", "−1 … 1", 4),
        ];
        let title = format!("{title}, seen at least {} times", args.least_count);
        let mut table = Table::new(key, title, columns);
        for Association { pair, count, pmi_bits, normalized_pmi } in some {
            table.push(vec![
                name(&pair.0).into(),
                name(&pair.1).into(),
                (*count).into(),
                (pmi_bits * unit.per_bit()).into(),
                Cell::Number(*normalized_pmi),
            ]);
        }
        report.push(table);
    }
}

fn summary(pairs: &PairCounts<String>, columns: &[String; 2], unit: Unit) -> Table {
    let column = |key: &str, label: &str| Column::number(&unit.key(key), label, unit.name(), 6);
    let mut table = Table::new(
        "columns",
        format!("X = {}, Y = {}", columns[0], columns[1]),
        vec![
            Column::count("rows", "rows", ""),
            column("entropy_x", "H(X)"),
            column("entropy_y", "H(Y)"),
            column("entropy_y_given_x", "H(Y | X)"),
            column("mutual_information", "I(X; Y)"),
            column("corrected", "Miller–Madow"),
        ],
    );
    let (x, y) = pairs.entropies();
    let shared = pairs.mutual_information();
    let cells = [x, y, y - shared, shared, pairs.miller_madow_mutual_information()];
    let in_unit = cells.map(|bits| Cell::Number(bits * unit.per_bit()));
    table.push([pairs.total().into()].into_iter().chain(in_unit).collect());
    table
}
