use super::{args::ReportArgs, failure::Failure, output::print_report, size::Size};
use crate::{
    report::{Cell, Column, Report, Table},
    sources::{SOURCES, Source},
};
use clap::{Args, builder::PossibleValuesParser};
use std::io::{self, Write};

/// Arguments of `foretell source`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  foretell source
  foretell source markov2 --bytes 100000 | foretell -c | wc -c")]
pub struct SourceArgs {
    /// The source whose symbols go to standard output, one a byte; without it, all are listed
    #[arg(value_parser = PossibleValuesParser::new(SOURCES.iter().map(|source| source.name)))]
    name: Option<String>,
    /// How many symbols
    #[arg(long, value_name = "N", default_value = "1000000", requires = "name")]
    bytes: Size,
    /// Another sequence than the standard one
    #[arg(long, value_name = "S", requires = "name")]
    seed: Option<u64>,
    #[command(flatten)]
    report: ReportArgs,
}

/// Writes symbols of one source, or lists all sources with what is known of them.
pub(super) fn run(args: &SourceArgs) -> Result<(), Failure> {
    match args.name.as_deref().and_then(Source::find) {
        Some(source) => write_symbols(source, args.seed.unwrap_or(source.seed), args.bytes.0),
        None => print_report(&list(args.report), args.report.format),
    }
}

/// Symbols generated between two writes.
const BATCH: u64 = 1 << 16;

fn write_symbols(source: &Source, seed: u64, count: u64) -> Result<(), Failure> {
    let mut symbols = source.symbols(seed);
    let mut out = io::stdout().lock();
    let (mut left, mut batch) = (count, Vec::new());
    while left > 0 {
        let size = left.min(BATCH);
        batch.clear();
        batch.extend(symbols.by_ref().take(size as usize));
        out.write_all(&batch).map_err(|error| Failure::stdout(&error))?;
        left -= size;
    }
    out.flush().map_err(|error| Failure::stdout(&error))
}

/// What is known of every source.
fn list(args: ReportArgs) -> Report {
    let unit = args.unit.name();
    let entropy = |key: &str, label: &str| {
        let (key, per_symbol) = (format!("{key}_{unit}_per_symbol"), format!("{unit}/symbol"));
        Column::number(&key, label, &per_symbol, 6)
    };
    let cell = |bits: f64| Cell::from(bits * args.unit.per_bit());
    let rates = vec![
        Column::text("source", "source"),
        Column::text("description", "description"),
        Column::count("alphabet_symbols", "alphabet", "symbols"),
        entropy("entropy_rate", "entropy rate"),
    ];
    let mut rates = Table::new("entropy_rates", "", rates);
    let orders = (0..5).map(|k| entropy(&format!("conditional_entropy_{k}"), &format!("H_{k}")));
    let columns = [Column::text("source", "source")].into_iter().chain(orders).collect();
    let mut conditional = Table::new("conditional_entropies", "", columns);
    for source in &SOURCES {
        let (name, alphabet) = (Cell::from(source.name), source.alphabet as u64);
        let description = source.description.into();
        rates.push(vec![name.clone(), description, alphabet.into(), cell(source.entropy_rate)]);
        let entropies = source.conditional_entropies.map(cell);
        conditional.push([name].into_iter().chain(entropies).collect());
    }
    let mut report = Report::new("Sources with a known entropy rate");
    report.push(rates);
    report.push(conditional);
    report.note(
        "The entropy rate is the least mean code length that any code can reach. \
         H_k is the entropy of a symbol given the k before it.",
    );
    report
}
