//! What to believe of classes that were counted, some of them never.

use super::{arguments::Numbers, information, report_of};
use crate::{
    cli::failure::Failure,
    measure,
    report::{Cell, Column, Report, Table},
};
use clap::Args;

/// Arguments of `foretell calc counts`.
#[derive(Debug, Args)]
#[command(after_help = "\
Relative frequencies make what was never seen impossible: the next new symbol costs
infinitely much. Every other estimate pays a little for each symbol seen instead.

Examples:
  foretell calc counts 12,7,1,0
  foretell calc counts 3 1 0")]
pub(super) struct CountsArgs {
    /// How often each class was seen.
    #[command(flatten)]
    counts: Numbers,
}

/// Probabilities under each estimate, and what the same sample costs.
pub(super) fn estimates(args: &CountsArgs) -> Result<Report, Failure> {
    let counts = args.counts.counts()?;
    let estimates = [
        ("frequencies", "n/N", measure::add_constant(&counts, 0.0)),
        ("kt", "KT (+½)", measure::add_constant(&counts, 0.5)),
        ("laplace", "Laplace (+1)", measure::add_constant(&counts, 1.0)),
        ("witten_bell", "Witten–Bell", measure::witten_bell(&counts)),
    ];
    let mut columns =
        vec![Column::count("class", "class", ""), Column::count("count", "count", "")];
    columns.extend(estimates.iter().map(|(key, label, _)| Column::number(key, label, "", 6)));
    let mut classes = Table::new("estimates", "Probabilities", columns);
    for (class, &count) in counts.iter().enumerate() {
        let mut row = vec![(class as u64 + 1).into(), count.into()];
        row.extend(estimates.iter().map(|(_, _, p)| Cell::Number(p[class])));
        classes.push(row);
    }
    let samples = counts.iter().sum::<u64>() as f64;
    let frequencies = &estimates[0].2;
    let cost = |q: &[f64]| samples * measure::cross_entropy(frequencies, q);
    let costs = information(&[
        ("the sample in a code of its frequencies, N · H", samples * measure::entropy(frequencies)),
        ("… in a code of KT's estimates", cost(&estimates[1].2)),
        ("… in a code of Laplace's", cost(&estimates[2].2)),
        ("… in a code of Witten and Bell's", cost(&estimates[3].2)),
        (
            "… learnt on the way by KT, nothing known before",
            measure::learnt_code_length(&counts, 0.5),
        ),
        ("… learnt on the way by Laplace", measure::learnt_code_length(&counts, 1.0)),
    ]);
    let mut report = report_of([classes, costs]);
    if counts.contains(&0) && samples > 0.0 {
        report.note("A class never seen is impossible to the frequencies: there it would cost ∞.");
    }
    Ok(report)
}
