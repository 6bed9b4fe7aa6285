//! `foretell explain`: what every piece of an input costs, and which surprised most.

mod heat;
mod pieces;
mod surprises;

use super::{
    args::ReportArgs,
    failure::{Failure, complain},
    level::LevelArg,
    output,
    stream::Pieces,
};
use crate::{measure::ByteCosts, models::Model};
use clap::{Args, ValueEnum};
use heat::{Ansi, Html, JsonLines};
use pieces::{Piece, Splitter};
use std::{
    io::{self, BufWriter, IsTerminal, Write},
    path::PathBuf,
};
use surprises::Surprises;

/// Arguments of `foretell explain`.
#[derive(Debug, Args)]
#[command(after_help = "\
Costs are those of a model that reads the input for the first time: what it has seen
often turns cheap. A word and the white space behind it are pieces of their own.

Examples:
  foretell explain book.txt | less -R
  foretell explain --by word --as top book.txt
  foretell explain --as html book.txt > book.html
  foretell explain --by line --as jsonl log > costs.jsonl")]
pub struct ExplainArgs {
    /// The file; - is standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// What a piece is
    #[arg(long, value_enum, default_value_t)]
    by: Unity,
    /// How to show it [default: ansi on a terminal that takes colours, else top]
    #[arg(long = "as", value_enum, value_name = "VIEW")]
    view: Option<View>,
    /// How many of the greatest surprises
    #[arg(long, value_name = "N", default_value_t = 20)]
    top: usize,
    /// The level whose model is surprised.
    #[command(flatten)]
    level: LevelArg,
    /// How to print.
    #[command(flatten)]
    report: ReportArgs,
}

/// What one piece of an input is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Unity {
    /// Every byte
    Byte,
    /// A byte and the UTF-8 continuation bytes behind it
    Char,
    /// A run of anything but white space, or of white space
    #[default]
    Word,
    /// Up to and with a line feed
    Line,
}

/// How costs are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum View {
    /// The input in colours of a terminal
    Ansi,
    /// A page with a heat map; hover for the cost
    Html,
    /// A JSON object a line
    Jsonl,
    /// A table of the greatest surprises
    Top,
}

/// Bytes that are measured and shown at a time.
const PIECE_BYTES: usize = 1 << 16;

/// What becomes of each piece.
trait Shown {
    /// Before the first piece.
    fn begin(&mut self, _out: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }

    /// One piece.
    fn piece(&mut self, piece: &Piece, out: &mut dyn Write) -> io::Result<()>;

    /// After the last piece.
    fn end(&mut self, _out: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}

/// Shows what the file costs.
pub(super) fn run(args: &ExplainArgs) -> Result<(), Failure> {
    let unit = args.report.unit;
    match args.view.unwrap_or_else(default_view) {
        View::Ansi => show(args, &mut Ansi),
        View::Html => show(args, &mut Html::new(&args.file, unit)),
        View::Jsonl => show(args, &mut JsonLines { unit }),
        View::Top => {
            let mut surprises = Surprises::new(args.top);
            show(args, &mut surprises)?;
            output::print_report(&surprises.report(unit), args.report.format)
        }
    }
}

fn default_view() -> View {
    let colours = io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    if colours { View::Ansi } else { View::Top }
}

fn show(args: &ExplainArgs, shown: &mut dyn Shown) -> Result<(), Failure> {
    let mut input = Pieces::open(&args.file)?;
    let spec = args.level.0.spec();
    let mut model = Model::new(&input.length().map_or(spec.clone(), |bytes| spec.fitted(bytes)));
    let mut costs = ByteCosts::new();
    let mut splitter = Splitter::new(args.by);
    let mut out = BufWriter::new(io::stdout().lock());
    let written = |result: io::Result<()>| result.map_err(|error| Failure::stdout(&error));
    written(shown.begin(&mut out))?;
    loop {
        let bytes = input.next(PIECE_BYTES)?;
        if bytes.is_empty() {
            break;
        }
        costs.clear();
        model.encode(bytes, &mut costs);
        for (&byte, &bits) in bytes.iter().zip(costs.costs()) {
            if let Some(piece) = splitter.add(byte, f64::from(bits)) {
                written(shown.piece(&piece, &mut out))?;
            }
        }
    }
    if let Some(piece) = splitter.end() {
        written(shown.piece(&piece, &mut out))?;
    }
    written(shown.end(&mut out).and_then(|()| out.flush()))?;
    if splitter.bytes() == 0 {
        complain(format_args!("{}: is empty", args.file.display()));
    }
    Ok(())
}
