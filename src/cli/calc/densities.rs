//! Densities, residuals and samples of real numbers.

use super::{arguments::Numbers, information, numbers, pure_numbers, report_of};
use crate::{
    cli::failure::Failure,
    measure::{self, Gaussian, Residuals},
    report::{Cell, Column, Report, Table},
};
use clap::Args;
use std::f64::consts::{FRAC_2_PI, LN_2};

/// Arguments of `foretell calc densities`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  foretell calc densities
  foretell calc densities 0.1")]
pub(super) struct DensitiesArgs {
    /// The standard deviation that all have
    #[arg(value_name = "DEVIATION", default_value = "1", allow_negative_numbers = true)]
    deviation: String,
}

/// Arguments of `foretell calc residuals`.
#[derive(Debug, Args)]
#[command(after_help = "\
A loss is a code length under a noise model: whoever minimises squared errors takes the
noise for Gaussian, whoever minimises absolute ones for Laplace's.

Examples:
  foretell calc residuals 0.3,-0.1,0.2,-4
  foretell calc residuals - < errors.txt")]
pub(super) struct ResidualsArgs {
    /// What was, less what was predicted.
    #[command(flatten)]
    residuals: Numbers,
}

/// Arguments of `foretell calc samples`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  foretell calc samples 0,1,3 5,6,8")]
pub(super) struct SamplesArgs {
    /// Numbers drawn from P
    #[arg(value_name = "X,X,…", allow_hyphen_values = true)]
    x: String,
    /// Numbers drawn from Q
    #[arg(value_name = "Y,Y,…", allow_hyphen_values = true)]
    y: String,
}

/// Differential entropies of densities with one standard deviation.
pub(super) fn densities(args: &DensitiesArgs) -> Result<Report, Failure> {
    let deviation = numbers::number(&args.deviation)?;
    if deviation <= 0.0 {
        return Err(Failure::usage("a standard deviation is above 0"));
    }
    let (width, scale) = (deviation * 12_f64.sqrt(), deviation * 0.5_f64.sqrt());
    let gaussian = Gaussian { mean: 0.0, deviation }.entropy();
    let columns = vec![
        Column::text("density", "density"),
        Column::text("most_under", "has most entropy of all with its"),
        Column::number("parameter", "parameter", "", 4),
        Column::number("entropy_bits", "h", "bits", 6),
        Column::number("entropy_nats", "h", "nats", 6),
        Column::number("less_bits", "less than Gaussian", "bits", 6),
    ];
    let title = format!("Densities with standard deviation {deviation}");
    let mut table = Table::new("densities", title, columns);
    for (name, constraint, parameter, bits) in [
        ("Gaussian", "variance: σ", deviation, gaussian),
        ("Laplace", "mean absolute deviation: b", scale, measure::laplace_entropy(scale)),
        ("uniform", "interval: width", width, measure::uniform_entropy(width)),
        (
            "exponential",
            "mean, if positive: mean",
            deviation,
            measure::exponential_entropy(deviation),
        ),
    ] {
        table.push(vec![
            name.into(),
            constraint.into(),
            parameter.into(),
            bits.into(),
            (bits * LN_2).into(),
            Cell::Number(gaussian - bits),
        ]);
    }
    let mut report = report_of([table]);
    report.note("Differential entropies may be below 0; to code with steps of δ add −log₂ δ bits.");
    Ok(report)
}

/// Losses of residuals as code lengths.
pub(super) fn residuals(args: &ResidualsArgs) -> Result<Report, Failure> {
    let sizes = Residuals::of(&args.residuals.list()?);
    if sizes.mean_square <= 0.0 {
        return Err(Failure::usage("all residuals are 0: no noise model has anything to say"));
    }
    let (gaussian, laplace) = (sizes.gaussian_bits(), sizes.laplace_bits());
    let mut report = report_of([
        pure_numbers(&[
            ("mean squared error", sizes.mean_square),
            ("its root", sizes.mean_square.sqrt()),
            ("mean absolute error", sizes.mean_absolute),
            (
                "their ratio, of Gaussian noise √(2/π)",
                sizes.mean_absolute / sizes.mean_square.sqrt(),
            ),
        ]),
        information(&[
            ("code length each under Gaussian noise, ½ log 2πe MSE", gaussian),
            ("code length each under Laplace noise, log 2e MAE", laplace),
        ]),
    ]);
    let cheaper = if gaussian < laplace { "Gaussian" } else { "Laplace" };
    let saved = (gaussian - laplace).abs();
    report.note(format!(
        "{cheaper} noise is the better model, by {saved:.6} bits a residual. Gaussian noise has a \
         ratio of {:.4}, Laplace noise of {:.4}.",
        FRAC_2_PI.sqrt(),
        0.5_f64.sqrt()
    ));
    Ok(report)
}

/// How far apart two samples are.
pub(super) fn samples(args: &SamplesArgs) -> Result<Report, Failure> {
    let (x, y) = (numbers::list(&args.x)?, numbers::list(&args.y)?);
    let mut rows = vec![
        ("mean of X", mean(&x)),
        ("mean of Y", mean(&y)),
        ("Wasserstein-1, in the numbers’ unit", measure::wasserstein_1_of_samples(&x, &y)),
    ];
    if x.len() == y.len() {
        let correlation = measure::correlation(&x, &y);
        if correlation.is_finite() {
            rows.push(("correlation, taken as pairs", correlation));
        }
    }
    Ok(report_of([pure_numbers(&rows)]))
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}
