//! What may be typed. No logic: `settings.rs` says what is meant.

use super::{
    assess::AssessArgs,
    bench::{BenchArgs, trial::TrialArgs},
    calc::CalcArgs,
    calibrate::CalibrateArgs,
    completions::CompletionsArgs,
    dependence::DependenceArgs,
    divergence::DivergenceArgs,
    explain::ExplainArgs,
    level::LevelArg,
    man::ManArgs,
    measure::MeasureArgs,
    profile::ProfileArgs,
    report::PageArgs,
    sample::SampleArgs,
    score::ScoreArgs,
    size::{ByteRange, Size},
    source::SourceArgs,
    train::TrainArgs,
};
use crate::report::Format;
use clap::{Args, Parser, Subcommand, ValueEnum, builder::PossibleValue};
use std::path::PathBuf;

/// Predicts the next byte of any data, codes the surprise, and shows the bill in bits
#[derive(Debug, Parser)]
#[command(
    version,
    args_conflicts_with_subcommands = true,
    args_override_self = true,
    override_usage = "foretell [OPTIONS] [FILE]...\n       foretell COMMAND [ARGUMENTS]...",
    help_template = "{about}\n\n{usage-heading} {usage}\n\n{all-args}{after-help}",
    after_help = "\
Without FILE, or where FILE is -, standard input goes to standard output.
Sources are kept. A file named like a command needs ./ before it.
Called as unfore, -d is meant; called as forecat, -dc.

Examples:
  foretell book.txt                 book.txt.fore
  foretell -d book.txt.fore         book.txt
  tar -I foretell -cf src.tar.fore src
  foretell -lv *.fore

Exit status: 0 done, 1 error, 2 wrong usage, 3 data damaged or truncated."
)]
pub struct Cli {
    /// Compress or decompress.
    #[command(flatten)]
    pub filter: FilterArgs,
    /// Or do something else.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// Arguments of the filter: what `foretell` does without a command's name.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
pub struct FilterArgs {
    /// Files to compress, or with -d, -t and -l compressed ones
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Decompress
    #[arg(short, long, group = "action")]
    pub decompress: bool,
    /// Test: decompress, check, keep nothing
    #[arg(short, long, group = "action")]
    pub test: bool,
    /// List what compressed files hold
    #[arg(short, long, group = "action")]
    pub list: bool,
    /// Decompress what is intact of a damaged file, report the rest
    #[arg(long, group = "action")]
    pub recover: bool,
    /// With -d: only these bytes of the content, like 1M..2M, to standard output or OUT
    #[arg(long, value_name = "A..B", requires = "decompress", conflicts_with = "rm")]
    pub range: Option<ByteRange>,
    /// With -l: as JSON
    #[arg(long, requires = "list")]
    pub json: bool,
    /// Write to standard output
    #[arg(short = 'c', long, conflicts_with = "output")]
    pub stdout: bool,
    /// Write to OUT
    #[arg(short, long, value_name = "OUT", conflicts_with_all = ["test", "list"])]
    pub output: Option<PathBuf>,
    /// Keep the sources (default)
    #[arg(short, long, overrides_with = "rm")]
    pub keep: bool,
    /// Remove each source once its output is safe on disk
    #[arg(long, overrides_with = "keep", conflicts_with_all = ["stdout", "test", "list", "recover"])]
    pub rm: bool,
    /// Overwrite outputs, follow links, write to a terminal
    #[arg(short, long)]
    pub force: bool,
    /// Take the files in directories too
    #[arg(short, long)]
    pub recursive: bool,
    /// Sizes and speed of each file
    #[arg(short, long, overrides_with = "quiet")]
    pub verbose: bool,
    /// No progress, no warnings
    #[arg(short, long, overrides_with = "verbose")]
    pub quiet: bool,
    /// Compression level.
    #[command(flatten)]
    pub level: LevelArg,
    /// Threads; 0 = all cores
    #[arg(short = 'T', long, value_name = "N", default_value_t = 1)]
    pub threads: usize,
    /// Most memory a model may take, like 512M or 2GiB
    #[arg(short = 'M', long, value_name = "SIZE", env = "FORETELL_MEMORY", hide_env_values = true)]
    pub memory: Option<Size>,
    /// Begin with this trained model, in place of the level's (see foretell train)
    #[arg(long, value_name = "MODEL", conflicts_with = "prime")]
    pub model: Option<PathBuf>,
    /// Let the level's model read FILE first; decompressing needs the same FILE
    #[arg(long, value_name = "FILE")]
    pub prime: Option<PathBuf>,
    /// Restart the model every SIZE bytes, so that segments stand alone
    #[arg(long, value_name = "SIZE")]
    pub segment_size: Option<Size>,
    /// Decompress what is written and compare before success
    #[arg(long, conflicts_with = "action")]
    pub verify: bool,
}

/// A command other than the filter.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Measure what files cost: entropies, code lengths, sizes
    Measure(MeasureArgs),
    /// Compare what corpora are made of: cross-entropies, KL both ways, distances
    Divergence(DivergenceArgs),
    /// Measure what symbols tell of one another: mutual information, associations
    Dependence(DependenceArgs),
    /// Show what every byte, character, word or line costs
    Explain(ExplainArgs),
    /// Measure entropy and cost along a file of any length
    Profile(ProfileArgs),
    /// Write all of it as one page with pictures
    Report(PageArgs),
    /// Assess randomness and min-entropy of a noise source: ent, SP 800-90B
    Assess(AssessArgs),
    /// Judge whether the model's predictions are honest
    Calibrate(CalibrateArgs),
    /// Calculate the textbook's quantities on given numbers
    Calc(CalcArgs),
    /// Compare sizes, speeds and memory with other codecs
    Bench(BenchArgs),
    /// Hold one trial of a bench
    #[command(hide = true)]
    Trial(TrialArgs),
    /// Write symbols of a source whose entropy rate is known
    Source(SourceArgs),
    /// Train a model on files, to compress, measure, score and sample with
    Train(TrainArgs),
    /// Score documents under a trained model: bits per byte of each
    Score(ScoreArgs),
    /// Write text that a trained model would go on with
    Sample(SampleArgs),
    /// Print shell completions
    Completions(CompletionsArgs),
    /// Print a manual page
    Man(ManArgs),
}

/// How results are printed: flatten into the arguments of a command that reports.
#[derive(Debug, Clone, Copy, Args)]
pub struct ReportArgs {
    /// How results are printed
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
    /// Unit of information
    #[arg(long, value_enum, default_value_t)]
    pub unit: Unit,
}

impl ValueEnum for Format {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Table, Self::Json, Self::Csv, Self::Markdown]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let (name, help) = match self {
            Self::Table => ("table", "Aligned columns for people"),
            Self::Json => ("json", "One JSON object, units in the keys"),
            Self::Csv => ("csv", "Comma-separated values under one line of headings"),
            Self::Markdown => ("markdown", "Markdown tables"),
        };
        Some(PossibleValue::new(name).help(help))
    }
}

/// A unit of information.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Unit {
    /// Logarithms to base 2
    #[default]
    Bits,
    /// Logarithms to base e; 1 nat = 1.4427 bits
    Nats,
    /// Logarithms to base 10; 1 ban = 3.3219 bits
    Bans,
}

impl Unit {
    /// How many of this unit make one bit.
    pub const fn per_bit(self) -> f64 {
        match self {
            Self::Bits => 1.0,
            Self::Nats => std::f64::consts::LN_2,
            Self::Bans => std::f64::consts::LOG10_2,
        }
    }

    /// Its name: `bits`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bits => "bits",
            Self::Nats => "nats",
            Self::Bans => "bans",
        }
    }

    /// This unit per `symbol`, for people: `bits/byte`.
    pub fn per(self, symbol: &str) -> String {
        format!("{}/{symbol}", self.name())
    }

    /// The key of `quantity` in this unit: `entropy_bits`.
    pub fn key(self, quantity: &str) -> String {
        format!("{quantity}_{}", self.name())
    }

    /// The key of `quantity` in this unit per `symbol`: `entropy_bits_per_byte`.
    pub fn key_per(self, quantity: &str, symbol: &str) -> String {
        format!("{quantity}_{}_per_{symbol}", self.name())
    }
}
