//! A language model as a compressor, beside compressors.

use super::{
    BenchArgs, contenders,
    tokens::{Convention, Tokens},
};
use crate::{
    baselines::{Codec, coded_bytes},
    cli::{
        args::Unit,
        failure::{Failure, complain, shown},
        input::read_whole,
        output::print_report,
        parallel,
        size::Size,
    },
    evaluation::Contender,
    measure,
    report::{Cell, Column, Report, Table},
};
use bytes::Bytes;
use clap::Args;
use std::path::{Path, PathBuf};

/// Arguments that come with `--logprobs`.
#[derive(Debug, Args)]
pub(super) struct LogprobArgs {
    /// Judge a language model by its log-probabilities: lines of JSON with "token" or "bytes"
    /// and "logprob" [FILE then is the text they are of]
    #[arg(long, value_name = "FILE.jsonl", help_heading = "Language models")]
    pub(super) logprobs: Option<PathBuf>,
    /// Base of the log-probabilities: e, or a number above 1
    #[arg(long, value_name = "BASE", value_parser = base, default_value = "e")]
    #[arg(requires = "logprobs", help_heading = "Language models")]
    base: f64,
    /// They are losses: −log p, not log p
    #[arg(long, requires = "logprobs", help_heading = "Language models")]
    losses: bool,
    /// What the model itself takes, to be counted too
    #[arg(long, value_name = "SIZE", requires = "logprobs", help_heading = "Language models")]
    model_bytes: Option<Size>,
    /// Bytes of the chunks that are coded apart
    #[arg(long, value_name = "SIZE", default_value = "2048", requires = "logprobs")]
    #[arg(help_heading = "Language models")]
    chunk: Size,
}

fn base(text: &str) -> Result<f64, &'static str> {
    let value = if text == "e" { Ok(std::f64::consts::E) } else { text.parse() };
    let value = value.ok().filter(|base: &f64| base.is_finite() && *base > 1.0);
    value.ok_or("a base is e, or a number above 1, like 2 or 10")
}

/// Sizes that one coder makes of the same text, in bytes.
struct Line {
    name: String,
    /// Σ −log₂ p, where there is a model that says it, in bits.
    ideal_bits: Option<f64>,
    whole: Option<u64>,
    chunked: Option<u64>,
    /// What the decoder needs besides.
    model: Option<u64>,
}

/// Judges the model and prints the table.
pub(super) fn run(args: &BenchArgs, path: &Path) -> Result<(), Failure> {
    let with = &args.language;
    let chunk = usize::try_from(with.chunk.0).ok().filter(|&chunk| chunk > 0);
    let chunk = chunk.ok_or_else(|| Failure::usage("a chunk holds at least one byte"))?;
    let convention = Convention { base: with.base, is_negated: with.losses };
    let mut tokens = Tokens::read(path, convention)?;
    let text = text(args, &mut tokens)?;
    let mut lines = vec![line_of(&tokens, path, args, chunk)];
    if let Some(text) = &text {
        lines.extend(others(args, text, chunk)?);
    }
    let report = report(&lines, &tokens, text.is_some(), args);
    print_report(&report, args.report.format)
}

/// The text that the tokens are of: the file, or what they spell; none if neither is there.
fn text(args: &BenchArgs, tokens: &mut Tokens) -> Result<Option<Bytes>, Failure> {
    let [file] = &args.files[..] else {
        if args.files.len() > 1 {
            return Err(Failure::usage("with --logprobs there is one FILE: the text they are of"));
        }
        return Ok(tokens.text.take().map(Bytes::from));
    };
    let text = read_whole(file)?;
    if text.len() as u64 != tokens.bytes() {
        return Err(Failure::at(
            file,
            format_args!(
                "has {} bytes, but the tokens stand for {}: log-probabilities of all of it, and \
                 of nothing else, are comparable",
                text.len(),
                tokens.bytes()
            ),
        ));
    }
    Ok(Some(text))
}

fn line_of(tokens: &Tokens, path: &Path, args: &BenchArgs, chunk: usize) -> Line {
    let chunks = tokens.chunks(chunk as u64);
    let chunked = chunks.into_iter().map(measure::coded_bytes).sum();
    let all = tokens.all.iter().map(|&(_, bits)| bits);
    Line {
        name: shown(path),
        ideal_bits: Some(tokens.bits()),
        whole: measure::coded_bytes(all),
        chunked,
        model: args.language.model_bytes.map(|Size(bytes)| bytes),
    }
}

/// Our levels and the peers on the same text.
fn others(args: &BenchArgs, text: &Bytes, chunk: usize) -> Result<Vec<Line>, Failure> {
    let all = contenders(&args.levels, &args.peers, &args.commands)?;
    let codecs: Vec<Box<dyn Codec>> = all
        .into_iter()
        .filter_map(|contender| match contender {
            Contender::BuiltIn(codec) => Some(codec),
            Contender::External(command) => {
                complain(format_args!("{}: left out, as it takes no chunks", command.name));
                None
            }
        })
        .collect();
    Ok(parallel::map(&codecs, |codec| Line {
        name: codec.name(),
        ideal_bits: None,
        whole: Some(coded_bytes(&**codec, text)),
        chunked: Some(text.chunks(chunk).map(|chunk| coded_bytes(&**codec, chunk)).sum()),
        model: Some(0),
    }))
}

fn report(lines: &[Line], tokens: &Tokens, is_compared: bool, args: &BenchArgs) -> Report {
    let unit = args.report.unit;
    let mut report = Report::new("");
    report.push(summary(tokens, unit));
    report.push(sizes(lines, tokens.bytes(), args));
    report.note(
        "The model's code is made by this program's own range coder. Chunks are coded apart, but \
         the model's context runs on through them as far as it did when the log-probabilities \
         were taken; other coders begin anew.",
    );
    if args.language.model_bytes.is_none() {
        report.note("With --model-bytes, what the decoder needs besides is counted too.");
    }
    if tokens.unpriced > 0 {
        report.note(format!(
            "{} tokens have no log-probability: each byte of them is charged 8 bits.",
            tokens.unpriced
        ));
    }
    if tokens.bits().is_infinite() {
        report.note("The model calls a token impossible that is there: no code is long enough.");
    }
    if !is_compared {
        report.note("Name the text as FILE, or give tokens as text, to compare with coders of it.");
    }
    report
}

fn summary(tokens: &Tokens, unit: Unit) -> Table {
    let columns = vec![
        Column::count("tokens", "tokens", ""),
        Column::count("bytes", "text", "bytes"),
        Column::number("bytes_per_token", "a token", "bytes", 3),
        Column::number(&unit.key("total"), "total", unit.name(), 1),
        Column::number(&unit.key_per("loss", "token"), "loss", &unit.per("token"), 4),
        Column::number(&unit.key_per("loss", "byte"), "loss", &unit.per("byte"), 4),
        Column::number(&unit.key_per("standard_error", "token"), "± s.e.", &unit.per("token"), 4),
        Column::number("perplexity_per_token", "perplexity", "per token", 3),
        Column::number("perplexity_per_byte", "perplexity", "per byte", 3),
    ];
    let mut table = Table::new("language_model", "The language model", columns);
    let (count, bytes, bits) = (tokens.all.len() as f64, tokens.bytes() as f64, tokens.bits());
    let surprises: Vec<f64> = tokens.all.iter().map(|&(_, bits)| bits).collect();
    let error = measure::batch_means(&surprises, 32).standard_error;
    table.push(vec![
        (tokens.all.len() as u64).into(),
        tokens.bytes().into(),
        (bytes / count).into(),
        (bits * unit.per_bit()).into(),
        (bits / count * unit.per_bit()).into(),
        (bits / bytes * unit.per_bit()).into(),
        Some(error).filter(|error| error.is_finite()).map(|error| error * unit.per_bit()).into(),
        measure::perplexity(bits / count).into(),
        measure::perplexity(bits / bytes).into(),
    ]);
    table
}

fn sizes(lines: &[Line], raw_bytes: u64, args: &BenchArgs) -> Table {
    let (unit, chunk) = (args.report.unit, args.language.chunk.0);
    let per_byte = unit.per("byte");
    let cost =
        |key: &str, label: &str| Column::number(&unit.key_per(key, "byte"), label, &per_byte, 4);
    let columns = vec![
        Column::text("coder", "coder"),
        Column::number("ideal_bytes", "ideal", "bytes", 1),
        Column::count("whole_bytes", "whole", "bytes"),
        cost("whole", "whole"),
        Column::count("chunked_bytes", &format!("by {chunk}"), "bytes"),
        cost("chunked", &format!("by {chunk}")),
        Column::count("with_model_bytes", "+ model", "bytes"),
        cost("with_model", "+ model"),
    ];
    let mut table = Table::new("sizes", "As compressors", columns);
    for line in lines {
        let per = |bytes: Option<u64>| -> Cell {
            bytes.map(|bytes| bytes as f64 * 8.0 / raw_bytes as f64 * unit.per_bit()).into()
        };
        let with_model = line.whole.zip(line.model).map(|(whole, model)| whole + model);
        table.push(vec![
            line.name.as_str().into(),
            line.ideal_bits.map(|bits| bits / 8.0).into(),
            line.whole.into(),
            per(line.whole),
            line.chunked.into(),
            per(line.chunked),
            with_model.into(),
            per(with_model),
        ]);
    }
    table
}
