//! What may be typed. No logic: `settings.rs` says what is meant.

use super::{completions::CompletionsArgs, man::ManArgs};
use crate::report::Format;
use clap::{Args, Parser, Subcommand, ValueEnum, builder::PossibleValue};

/// Predicts the next byte of any data, codes the surprise, and shows the bill in bits
#[derive(Debug, Parser)]
#[command(version, args_conflicts_with_subcommands = true)]
pub struct Cli {
    /// Instead of compressing or decompressing.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// A command other than the filter.
#[derive(Debug, Subcommand)]
pub enum Command {
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
}
