//! `foretell calc`: the textbook's quantities on given numbers, with their terms.

mod arguments;
mod bottleneck;
mod counts;
mod densities;
mod distributions;
mod fit;
mod numbers;
mod tokens;

use super::{failure::Failure, output};
use crate::report::{Cell, Column, Format, Report, Table};
use bottleneck::BottleneckArgs;
use clap::{Args, Subcommand};
use counts::CountsArgs;
use densities::{DensitiesArgs, ResidualsArgs, SamplesArgs};
use distributions::{CoinArgs, DivergenceArgs, EntropyArgs, JointArgs};
use fit::FitArgs;
use std::f64::consts::LN_2;
use tokens::{ContrastArgs, ConvertArgs, GaussArgs, SoftmaxArgs};

/// Arguments of `foretell calc`.
#[derive(Debug, Args)]
pub struct CalcArgs {
    #[command(subcommand)]
    what: Quantity,
    /// How results are printed
    #[arg(long, value_enum, default_value_t, global = true)]
    format: Format,
}

#[derive(Debug, Subcommand)]
enum Quantity {
    /// Entropy of a distribution or of counts
    Entropy(EntropyArgs),
    /// Entropy of a coin, or the curve of it
    Coin(CoinArgs),
    /// Probabilities of what was counted, never seen classes included
    Counts(CountsArgs),
    /// Cross-entropy, both KL divergences and their kin
    #[command(visible_alias = "kl")]
    Divergence(DivergenceArgs),
    /// Joint and conditional entropies and mutual information of a table
    Joint(JointArgs),
    /// Few classes of X that tell most of Y: information bottleneck
    Bottleneck(BottleneckArgs),
    /// Probabilities, loss and smoothed targets of logits
    Softmax(SoftmaxArgs),
    /// Loss per token → bits per byte, perplexities
    Convert(ConvertArgs),
    /// KL and Wasserstein-2 of two Gaussians, or mutual information at a correlation
    Gauss(GaussArgs),
    /// One Gaussian for a mixture: mode-covering and mode-seeking
    Fit(FitArgs),
    /// Differential entropies of densities with the same deviation
    Densities(DensitiesArgs),
    /// Squared and absolute errors as code lengths
    Residuals(ResidualsArgs),
    /// Wasserstein-1 distance of two samples of numbers
    Samples(SamplesArgs),
    /// Bound of mutual information by a contrastive loss
    Infonce(ContrastArgs),
}

/// Calculates and prints.
pub(super) fn run(args: &CalcArgs) -> Result<(), Failure> {
    let report = match &args.what {
        Quantity::Entropy(args) => distributions::entropies(args)?,
        Quantity::Coin(args) => distributions::coin(args)?,
        Quantity::Counts(args) => counts::estimates(args)?,
        Quantity::Bottleneck(args) => bottleneck::planes(args)?,
        Quantity::Fit(args) => fit::fits(args)?,
        Quantity::Densities(args) => densities::densities(args)?,
        Quantity::Residuals(args) => densities::residuals(args)?,
        Quantity::Samples(args) => densities::samples(args)?,
        Quantity::Divergence(args) => distributions::divergences(args)?,
        Quantity::Joint(args) => distributions::joint(args)?,
        Quantity::Softmax(args) => tokens::softmaxes(args)?,
        Quantity::Convert(args) => tokens::convert(args)?,
        Quantity::Gauss(args) => tokens::gaussians(args)?,
        Quantity::Infonce(args) => tokens::contrast(args)?,
    };
    output::print_report(&report, args.format)
}

/// A table of amounts of information, each in bits and in nats.
fn information(rows: &[(&str, f64)]) -> Table {
    let columns = vec![
        Column::text("quantity", "quantity"),
        Column::number("value_bits", "value", "bits", 6),
        Column::number("value_nats", "value", "nats", 6),
    ];
    let mut table = Table::new("information", "", columns);
    for &(quantity, bits) in rows {
        table.push(vec![quantity.into(), bits.into(), (bits * LN_2).into()]);
    }
    table
}

/// A table of pure numbers and numbers with a unit of their own.
fn pure_numbers(rows: &[(&str, f64)]) -> Table {
    let columns =
        vec![Column::text("quantity", "quantity"), Column::number("value", "value", "", 6)];
    let mut table = Table::new("numbers", "", columns);
    for &(quantity, value) in rows {
        table.push(vec![quantity.into(), Cell::Number(value)]);
    }
    table
}

/// A report of `tables` in this order.
fn report_of(tables: impl IntoIterator<Item = Table>) -> Report {
    let mut report = Report::new("");
    for table in tables {
        report.push(table);
    }
    report
}
