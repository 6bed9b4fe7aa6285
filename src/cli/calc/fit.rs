//! One Gaussian for a mixture: by forward and by reverse divergence.

use super::{numbers, report_of};
use crate::{
    cli::failure::Failure,
    measure::{Gaussian, GaussianMixture},
    report::{Column, Report, Table},
};
use clap::Args;

/// Arguments of `foretell calc fit`.
#[derive(Debug, Args)]
#[command(after_help = "\
Maximum likelihood and cross-entropy go forward: they must cover whatever P does.
Variational inference and policies held to a reference go in reverse: they may leave out
what P does, but must not do what P does not.

Examples:
  foretell calc fit '0.5,-4,1; 0.5,4,1'
  foretell calc fit '3,0,1; 1,6,0.5'
  foretell calc fit - < parts.csv")]
pub(super) struct FitArgs {
    /// Parts of the mixture P, apart by ; or line breaks: weight, mean, standard deviation; -
    /// reads standard input
    #[arg(value_name = "PARTS", allow_hyphen_values = true)]
    parts: String,
}

/// Parts at most: time grows with their square.
const MOST_PARTS: usize = 32;

/// The mixture and both fits of it.
pub(super) fn fits(args: &FitArgs) -> Result<Report, Failure> {
    let rows = numbers::rows(&args.parts)?;
    let part = |row: &Vec<f64>| match row[..] {
        [weight, mean, deviation] => Some((weight, Gaussian { mean, deviation })),
        _ => None,
    };
    let parts: Option<Vec<_>> = rows.iter().map(part).collect();
    let mixture = parts.and_then(GaussianMixture::new).ok_or_else(|| {
        Failure::usage(
            "each part of a mixture is a weight above 0, a mean, and a standard deviation above 0, \
             like 0.5,-4,1; 0.5,4,1",
        )
    })?;
    if rows.len() > MOST_PARTS {
        return Err(Failure::usage(format_args!("a mixture has at most {MOST_PARTS} parts here")));
    }
    let columns = vec![
        Column::text("fit", "fit"),
        Column::number("mean", "mean", "", 4),
        Column::number("deviation", "deviation", "", 4),
        Column::number("kl_forward_bits", "KL(P‖Q)", "bits", 6),
        Column::number("kl_reverse_bits", "KL(Q‖P)", "bits", 6),
        Column::number("js_bits", "Jensen–Shannon", "bits", 6),
    ];
    let mut table = Table::new("fits", "One Gaussian Q for the mixture P", columns);
    for (name, fit) in [
        ("forward: least KL(P‖Q)", mixture.covering_fit()),
        ("reverse: least KL(Q‖P)", mixture.seeking_fit()),
    ] {
        let q = GaussianMixture::from(fit);
        table.push(vec![
            name.into(),
            fit.mean.into(),
            fit.deviation.into(),
            mixture.kl_divergence(&q).into(),
            q.kl_divergence(&mixture).into(),
            mixture.jensen_shannon(&q).into(),
        ]);
    }
    let mut report = report_of([table]);
    report.note(
        "Forward is called mode-covering, mass-covering or mean-seeking: it has the mean and the \
         variance of P. Reverse is called mode-seeking or zero-forcing.",
    );
    Ok(report)
}
