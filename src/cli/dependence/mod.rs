//! `foretell dependence`: what symbols tell of one another.

mod classes;
mod columns;
mod table;

use super::{
    args::ReportArgs,
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
  foretell dependence --classes 8 book.txt
  foretell dependence --columns age,income people.csv
  foretell dependence --columns age,income,region people.csv   given the third
  foretell dependence --columns x,y --bins 16 pairs.csv
  tr A-Z a-z < book.txt | foretell dependence -   what is lost by folding case")]
pub struct DependenceArgs {
    /// The file; - is standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Largest distance between two bytes
    #[arg(long, value_name = "N", default_value_t = 16, allow_negative_numbers = true)]
    #[arg(value_parser = clap::value_parser!(u16).range(1..=4096))]
    lags: u16,
    /// Symbols whose neighbours are judged
    #[arg(long, value_enum, default_value_t)]
    by: Symbol,
    /// How many of the most and of the least associated pairs
    #[arg(long, value_name = "N", default_value_t = 10, allow_negative_numbers = true)]
    top: usize,
    /// Pairs seen less often are left out
    #[arg(long, value_name = "N", default_value_t = 20, allow_negative_numbers = true)]
    least_count: u64,
    /// Merge bytes into N classes that tell most of the next byte (information bottleneck)
    #[arg(long, value_name = "N", conflicts_with = "columns", allow_negative_numbers = true)]
    #[arg(value_parser = clap::value_parser!(u16).range(1..=256))]
    classes: Option<u16>,
    /// Two columns of a CSV file with a line of headings, in place of its bytes; of three, two
    /// given the third
    #[arg(long, value_name = "X,Y", value_parser = names)]
    columns: Option<Names>,
    /// Put the numbers of the columns into N classes of equal counts
    #[arg(long, value_name = "N", requires = "columns", allow_negative_numbers = true)]
    #[arg(value_parser = clap::value_parser!(u16).range(2..=4096))]
    bins: Option<u16>,
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

/// Names of columns, as one argument.
#[derive(Debug, Clone)]
struct Names(Vec<String>);

fn names(text: &str) -> Result<Names, &'static str> {
    let names: Vec<String> = text.split(',').map(str::to_owned).collect();
    let is_good = matches!(names.len(), 2 | 3) && names.iter().all(|name| !name.is_empty());
    is_good.then_some(Names(names)).ok_or("two columns are named like age,income")
}

/// Random orders of the bytes that the baseline is the mean of.
const SHUFFLES: u32 = 3;

/// Measures dependence along a file, or between two columns of it.
pub(super) fn run(args: &DependenceArgs) -> Result<(), Failure> {
    let bytes = input::read_whole(&args.file)?;
    if bytes.len() < 2 {
        return Err(Failure::at(&args.file, "is too short: there is no pair of bytes in it"));
    }
    let report = match &args.columns {
        Some(Names(names)) => table::measured(&bytes, names, args)?,
        None => of_bytes(&bytes, args)?,
    };
    output::print_report(&report, args.report.format)
}

fn of_bytes(bytes: &[u8], args: &DependenceArgs) -> Result<Report, Failure> {
    let mut report = Report::new("");
    report.push(lags(bytes, args));
    of_neighbours(bytes, args, &mut report)?;
    if let Some(classes) = args.classes {
        classes::merged(bytes, classes.into(), &args.file, args.report.unit, &mut report);
    }
    Ok(report)
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
