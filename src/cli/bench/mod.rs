//! `foretell bench`: prediction as compression, beside other people's codecs.

mod bill;
mod logprobs;
mod select;
mod tables;
mod tokens;
pub(super) mod trial;

use self::{
    bill::bill,
    logprobs::LogprobArgs,
    select::{Levels, contenders},
    tables::Results,
};
use super::{
    args::ReportArgs,
    failure::{Failure, Tally},
    output::{WIDTH, check_suffix, print_report},
};
use crate::{
    baselines::ExternalCodec,
    evaluation::{Contender, Corpus, Judge, Trial},
    report::Format,
};
use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::{
    env,
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
};

/// Arguments of `foretell bench`.
#[derive(Debug, Args)]
#[command(after_help = "\
Without FILE, the corpus inside the program is coded: sources with a known entropy rate,
and a text. Each trial runs in its own process and is decompressed and compared.

Examples:
  foretell bench
  foretell bench --levels 3-5 --peers zstd,xz dickens xml
  foretell bench --peer 'bzip3: bzip3 -e -b 16 | bzip3 -d' --format csv dickens
  foretell bench --logprobs tokens.jsonl --model-bytes 500M dickens")]
pub struct BenchArgs {
    /// Files to code
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Levels of ours, like 1,5 or 3-7; 'none' of them
    #[arg(long, value_name = "LIST", value_delimiter = ',', default_value = "1,3,5,7,9")]
    levels: Vec<Levels>,
    /// Other codecs, like zstd or xz-9e; 'all' or 'none' of them
    #[arg(
        long,
        value_name = "LIST",
        value_delimiter = ',',
        default_value = "lz4,gzip-9,zstd-3,zstd-19,brotli-11,bzip2,xz-9e,ppmd"
    )]
    peers: Vec<String>,
    /// One more: 'NAME: COMPRESS COMMAND | DECOMPRESS COMMAND', from standard input to
    /// standard output or from {in} to {out}
    #[arg(long = "peer", value_name = "COMMANDS")]
    commands: Vec<ExternalCodec>,
    /// Repeat each trial and take the median time
    #[arg(long, value_name = "N", default_value_t = 1)]
    repeat: usize,
    /// Write the results to this file too; its suffix says how: .csv, .json, .md or .txt
    #[arg(long, value_name = "FILE")]
    save: Vec<PathBuf>,
    /// Draw size against round-trip speed into this SVG file
    #[arg(long, value_name = "OUT.svg")]
    plot: Option<PathBuf>,
    /// Log-probabilities of a language model.
    #[command(flatten)]
    language: LogprobArgs,
    #[command(flatten)]
    report: ReportArgs,
}

/// Holds all trials and prints what they gave.
pub(super) fn run(args: &BenchArgs) -> Result<(), Failure> {
    if let Some(path) = &args.language.logprobs {
        return logprobs::run(args, path);
    }
    let formats = args.save.iter().map(|path| format_of(path)).collect::<Result<Vec<_>, _>>()?;
    args.plot.iter().try_for_each(|path| check_suffix(path, "svg"))?;
    let contenders = contenders(&args.levels, &args.peers, &args.commands)?;
    let corpus = corpus(&args.files)?;
    let mut tally = Tally::default();
    let results = hold(args, &contenders, &corpus, &mut tally)?;
    let sentence = bill(&results)?;
    let report = |format| {
        let mut report = tables::report(&results, format, args.report.unit);
        if let Some(sentence) = &sentence {
            report.note(sentence);
        }
        report
    };
    if let Some(path) = &args.plot {
        write(path, &tables::scatter(&results, args.report.unit).svg())?;
    }
    for (path, &format) in args.save.iter().zip(&formats) {
        write(path, &report(format).render(format, WIDTH))?;
    }
    print_report(&report(args.report.format), args.report.format)?;
    tally.finish()
}

/// The format that the suffix of `path` asks for.
fn format_of(path: &Path) -> Result<Format, Failure> {
    match path.extension().and_then(OsStr::to_str) {
        Some("csv") => Ok(Format::Csv),
        Some("json") => Ok(Format::Json),
        Some("md") => Ok(Format::Markdown),
        Some("txt") => Ok(Format::Table),
        _ => Err(Failure::usage("--save takes a FILE that ends in .csv, .json, .md or .txt")),
    }
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    fs::write(path, text).map_err(|error| Failure::io(path, &error))
}

fn corpus(files: &[PathBuf]) -> Result<Corpus, Failure> {
    if files.is_empty() {
        return Corpus::embedded().map_err(|error| Failure::io(&env::temp_dir(), &error));
    }
    Corpus::of_files(files).map_err(|(path, error)| Failure::io(&path, &error))
}

/// Every contender on every input; a failed trial is complained of and left out.
fn hold<'a>(
    args: &BenchArgs,
    contenders: &'a [Contender],
    corpus: &'a Corpus,
    tally: &mut Tally,
) -> Result<Results<'a>, Failure> {
    let program = env::current_exe().map_err(Failure::error)?;
    let judge =
        Judge::new(program, args.repeat).map_err(|error| Failure::io(&env::temp_dir(), &error))?;
    let bar = progress((contenders.len() * corpus.inputs.len()) as u64);
    let mut trials = Vec::new();
    for input in &corpus.inputs {
        let mut row: Vec<Option<Trial>> = Vec::new();
        for contender in contenders {
            bar.set_message(format!("{} on {}", contender.name(), input.name));
            let trial = judge.trial(contender, input).map_err(|error| {
                Failure::error(format_args!("{} on {}: {error}", contender.name(), input.name))
            });
            row.push(trial.as_ref().ok().copied());
            bar.suspend(|| tally.note(trial.map(drop)));
            bar.inc(1);
        }
        trials.push(row);
    }
    bar.finish_and_clear();
    Ok(Results { corpus, contenders, trials, is_embedded: args.files.is_empty() })
}

/// A bar on standard error that shows itself on terminals only.
fn progress(steps: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:24} {pos}/{len} {elapsed} {wide_msg}")
        .expect("the template is well formed");
    ProgressBar::with_draw_target(Some(steps), ProgressDrawTarget::stderr()).with_style(style)
}
