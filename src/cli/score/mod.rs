//! `foretell score`: what each of many documents costs under a trained model.

mod decimal;
mod documents;
mod numbers;
mod record;
mod rounds;
mod summary;
mod writing;

use super::{
    failure::{Failure, complain},
    input::is_stdin,
    model,
};
use crate::models::Learning;
use clap::{Args, ValueEnum};
use documents::Documents;
use numbers::Scored;
use rounds::Scorers;
use std::{
    io::{self, BufWriter},
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};
use summary::Summary;
use writing::Writer;

/// Arguments of `foretell score`.
#[derive(Debug, Args)]
#[command(after_help = "\
Every document is met in the state that the model was trained to: neither their order nor
the number of threads changes a number. Bits per byte fall for what is like the training,
rise for what is not, and are no smaller for repetition alone unless --adaptive is given.

Examples:
  foretell score --model web.foremodel --jsonl text < in.jsonl > out.jsonl
  foretell score --model web.foremodel --jsonl text --max 2.5 < in.jsonl > good.jsonl
  foretell score --model web.foremodel --lines --as csv names.txt
  find . -name '*.c' -print0 | foretell score --model c.foremodel --files0-from -")]
pub struct ScoreArgs {
    /// Each a document, or with --lines and --jsonl many; - is standard input
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The trained model (see foretell train)
    #[arg(long, value_name = "MODEL")]
    model: PathBuf,
    /// Each line is a JSON object with a document in FIELD; /a/b is field b of a
    #[arg(long, value_name = "FIELD", group = "cut")]
    jsonl: Option<String>,
    /// Each line is a document
    #[arg(long, group = "cut")]
    lines: bool,
    /// Read the names of documents from LIST, each ended by a zero byte
    #[arg(long, value_name = "LIST", group = "cut", conflicts_with = "files")]
    files0_from: Option<PathBuf>,
    /// Let the model learn within each document, and forget that behind it
    #[arg(long)]
    adaptive: bool,
    /// What is written for each document
    #[arg(long = "as", value_enum, value_name = "FORM", default_value_t)]
    form: Form,
    /// Only documents of at least so many bits per byte
    #[arg(long, value_name = "BITS")]
    min: Option<f64>,
    /// Only documents of at most so many bits per byte
    #[arg(long, value_name = "BITS")]
    max: Option<f64>,
    /// What becomes of malformed JSON, a missing field, invalid UTF-8
    #[arg(long, value_enum, value_name = "POLICY", default_value_t)]
    bad: Policy,
    /// Threads; 0 = all cores
    #[arg(short = 'T', long, value_name = "N", default_value_t = 0)]
    threads: usize,
    /// No progress, no complaints about single documents, no summary
    #[arg(short, long)]
    quiet: bool,
}

/// What is written for each document.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Form {
    /// A JSON object a line: that of --jsonl with the numbers added, or the document's name
    /// and the numbers
    #[default]
    Record,
    /// Comma-separated values under one line of headings
    Csv,
}

/// What becomes of what is no document.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Policy {
    /// Report it, leave it out
    #[default]
    Skip,
    /// Report it, write it as it was, without numbers
    Pass,
    /// Stop there
    Fail,
}

/// Scores all documents, round by round.
pub(super) fn run(args: &ScoreArgs) -> Result<(), Failure> {
    let interrupted = Arc::new(AtomicBool::new(false));
    watch(&interrupted).map_err(Failure::error)?;
    let trained = model::load(&args.model)?;
    let learning = if args.adaptive { Learning::Within } else { Learning::Never };
    let cores = || thread::available_parallelism().map_or(1, usize::from);
    let threads = if args.threads > 0 { args.threads } else { cores() };
    let mut scorers = Scorers::new(&trained, learning, threads);
    let mut documents = Documents::open(args)?;
    let mut summary = Summary::new(args.quiet);
    let mut writer = Writer::new(BufWriter::new(io::stdout().lock()), args.form);
    let stdout = |written: io::Result<()>| written.map_err(|error| Failure::stdout(&error));
    stdout(writer.begin())?;
    while !interrupted.load(Ordering::Relaxed) {
        let round = documents.round()?;
        if round.is_empty() {
            break;
        }
        for scored in scorers.score(round) {
            summary.add(&scored, args);
            if let (Err(bad), Policy::Fail) = (&scored.outcome, args.bad) {
                stdout(writer.flush())?;
                return Err(Failure::error(format_args!("{}: {bad}", scored.document.name())));
            }
            if is_wanted(&scored, args) {
                stdout(writer.write(&scored))?;
            }
        }
        stdout(writer.flush())?;
    }
    summary.finish();
    if interrupted.load(Ordering::Relaxed) {
        complain("interrupted: the numbers are those of the documents before");
        let _ = signal_hook::low_level::emulate_default_handler(signal_hook::consts::SIGINT);
    }
    Ok(())
}

/// Notes the first interruption, so that whole documents are written and summed up; a second
/// one ends the process.
fn watch(interrupted: &Arc<AtomicBool>) -> io::Result<()> {
    use signal_hook::{consts::SIGINT, flag};
    flag::register_conditional_default(SIGINT, Arc::clone(interrupted))?;
    flag::register(SIGINT, Arc::clone(interrupted)).map(drop)
}

/// Whether `scored` is to be written.
fn is_wanted(scored: &Scored, args: &ScoreArgs) -> bool {
    let Ok(numbers) = &scored.outcome else { return args.bad == Policy::Pass };
    let (least, most) = (args.min.unwrap_or(f64::MIN), args.max.unwrap_or(f64::MAX));
    match numbers.bits_per_byte() {
        Some(density) => (least..=most).contains(&density),
        None => args.min.is_none() && args.max.is_none(),
    }
}

/// The files that `args` name; standard input if none.
fn named(args: &ScoreArgs) -> Vec<PathBuf> {
    if args.files.is_empty() { vec![PathBuf::from("-")] } else { args.files.clone() }
}

/// What `path` is called in results.
fn label(path: &std::path::Path) -> String {
    if is_stdin(path) { "-".to_owned() } else { path.to_string_lossy().into_owned() }
}
