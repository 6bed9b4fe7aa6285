//! `foretell explain`: what every piece of an input costs, and which surprised most.

mod components;
mod heat;
mod pieces;
mod surprises;

use super::{
    args::ReportArgs,
    failure::{Failure, complain},
    level::LevelArg,
    model::{self, ModelArg},
    output,
    stream::Pieces,
};
use crate::{
    measure::{Attribution, ByteCosts},
    models::{Follower, Reading},
    report::{Format, Report},
};
use clap::{Args, ValueEnum};
use components::Components;
use heat::{Ansi, Html, JsonLines};
pub(super) use heat::{heat_digits, heat_span, heat_style};
pub(super) use pieces::{Piece, Splitter};
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
With --verbose, each component of the model is credited with the bits that it saved against
guessing at 1 bit a bit: its part of the mixed logit, times what mixing saved. What it saved
everywhere and the code length add up to 8 bits a byte.

Examples:
  foretell explain book.txt | less -R
  foretell explain --by word --as top book.txt
  foretell explain --as html book.txt > book.html
  foretell explain --by word --as top --verbose book.txt
  foretell explain --by line --as jsonl book.txt > costs.jsonl")]
pub struct ExplainArgs {
    /// The file; - is standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// What a piece is
    #[arg(long, value_enum, default_value_t)]
    by: Granularity,
    /// How to show it [default: ansi on a terminal that takes colours, else top]
    #[arg(long = "as", value_enum, value_name = "VIEW")]
    view: Option<View>,
    /// How many of the greatest surprises
    #[arg(long, value_name = "N", default_value_t = 20, allow_negative_numbers = true)]
    top: usize,
    /// Say which components of the model helped, and which misled
    #[arg(short, long)]
    verbose: bool,
    /// The level whose model is surprised.
    #[command(flatten)]
    level: LevelArg,
    /// What the model has read before.
    #[command(flatten)]
    model: ModelArg,
    /// How to print.
    #[command(flatten)]
    report: ReportArgs,
}

/// What one piece of an input is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Granularity {
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
/// The same where components are watched: each notes four bytes a bit.
const WATCHED_BYTES: usize = 1 << 10;

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
    let view = args.view.unwrap_or_else(|| default_view(args.report.format));
    let mut input = Pieces::open(&args.file)?.with_progress(view != View::Top);
    let trained = args.model.load()?;
    let (mut model, _) = model::reader(trained.as_ref(), args.level, input.length())?;
    let mut names = if args.verbose { model.watch() } else { Vec::new() };
    let mixed = names.len();
    if args.verbose {
        names.push("refinement".to_owned());
        if model.reading() == Reading::Words {
            names.push("words as codes".to_owned());
        }
    }
    let mut components = Components::new(&names, mixed);
    let (unit, format) = (args.report.unit, args.report.format);
    let mut show =
        |shown: &mut dyn Shown| show(args.by, (&mut input, &mut model), shown, &mut components);
    match view {
        View::Ansi => show(&mut Ansi)?,
        View::Html => show(&mut Html::new(&args.file, unit, &names))?,
        View::Jsonl => show(&mut JsonLines { unit, names: &names })?,
        View::Top => {
            let mut surprises = Surprises::new(args.top, &names);
            show(&mut surprises)?;
            let mut report = surprises.report(unit);
            components.add_to(&mut report, unit);
            return output::print_report(&report, format);
        }
    }
    if args.verbose && view == View::Ansi {
        let mut report = Report::new("");
        components.add_to(&mut report, unit);
        output::print_report(&report, format)?;
    }
    Ok(())
}

/// A report's format that is asked for is one of a table of surprises.
fn default_view(format: Format) -> View {
    if format != Format::Table {
        return View::Top;
    }
    let colours = io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    if colours { View::Ansi } else { View::Top }
}

fn show(
    by: Granularity,
    (input, model): (&mut Pieces<'_>, &mut Follower),
    shown: &mut dyn Shown,
    components: &mut Components<'_>,
) -> Result<(), Failure> {
    let (mut splitter, name) = (Splitter::new(by), input.name());
    let mut out = BufWriter::new(io::stdout().lock());
    let written = |result: io::Result<()>| result.map_err(|error| Failure::stdout(&error));
    let piece_bytes = if components.is_watched() { WATCHED_BYTES } else { PIECE_BYTES };
    written(shown.begin(&mut out))?;
    loop {
        let bytes = input.next(piece_bytes)?;
        let is_end = bytes.is_empty();
        let (costs, shares) = costs(model, (bytes, is_end), components);
        let passage = model.passage();
        for (index, (&byte, bits)) in
            passage.text().iter().zip(passage.spread(costs.costs())).enumerate()
        {
            let shares = shares.get(index).map_or(&[][..], Vec::as_slice);
            if let Some(piece) = splitter.add(byte, bits, shares) {
                written(shown.piece(&piece, &mut out))?;
            }
        }
        if is_end {
            break;
        }
    }
    if let Some(piece) = splitter.end() {
        written(shown.piece(&piece, &mut out))?;
    }
    written(shown.end(&mut out).and_then(|()| out.flush()))?;
    if splitter.bytes() == 0 {
        complain(format_args!("{name}: is empty: there is nothing to explain"));
    }
    Ok(())
}

/// What each byte that the model was given costs, and what components saved of each byte of the
/// text, if they are watched.
fn costs(
    model: &mut Follower,
    (bytes, is_end): (&[u8], bool),
    components: &mut Components<'_>,
) -> (ByteCosts, Vec<Vec<f64>>) {
    let mut costs = ByteCosts::new();
    if !components.is_watched() {
        model.read(bytes, is_end, &mut costs);
        return (costs, Vec::new());
    }
    let (mut sinks, mut given) = ((costs, Attribution::new()), Vec::new());
    model.read(bytes, is_end, &mut sinks);
    let keep = |byte: &[f64]| given.push(byte.to_vec());
    sinks.1.take(components.mixed(), &model.testimony(), keep);
    let (mut shares, mut given) = (Vec::new(), given.into_iter());
    for token in model.passage().tokens() {
        let of_byte = components.of_byte(token, given.by_ref().take(token.code_bytes));
        for _ in 0..token.text_bytes {
            components.add(&of_byte);
            shares.push(of_byte.clone());
        }
    }
    (sinks.0, shares)
}
