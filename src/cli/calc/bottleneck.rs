//! The information bottleneck of a table.

use super::{numbers, report_of};
use crate::{
    cli::failure::Failure,
    measure::{Agglomeration, Joint, PlanePoint, information_bottleneck},
    report::{Cell, Column, Report, Table},
};
use clap::Args;

/// Arguments of `foretell calc bottleneck`.
#[derive(Debug, Args)]
#[command(after_help = "\
T is made of X alone, so it tells of Y no more than X does. Sharp classes are merged two by
two; soft ones belong to the trade I(X; T) − β I(T; Y).

Examples:
  foretell calc bottleneck '9,1; 8,2; 2,8; 1,9'
  foretell calc bottleneck '0.45,0.05; 0.05,0.45' --beta 1.5,2,5
  foretell calc bottleneck - < table.csv")]
pub(super) struct BottleneckArgs {
    /// Probabilities or counts: a row for each x, apart by ; or line breaks; - reads
    /// standard input
    #[arg(value_name = "TABLE", allow_hyphen_values = true)]
    table: String,
    /// What a bit about Y is worth in bits about X
    #[arg(long, value_name = "BETA,…", default_value = "1,1.5,2,3,5,10,100")]
    beta: String,
}

/// Cells at most: the soft classes take up to 20,000 steps of rows² · columns each.
const MOST_CELLS: usize = 1024;

/// Both planes of one table.
pub(super) fn planes(args: &BottleneckArgs) -> Result<Report, Failure> {
    let rows = numbers::rows(&args.table)?;
    numbers::distribution(&rows.concat(), true)?;
    let joint = Joint::new(rows).ok_or_else(|| {
        Failure::usage("the rows of the table must have equally many numbers of at least 0")
    })?;
    let (height, width) = (joint.probabilities().len(), joint.marginal_y().len());
    if height * width > MOST_CELLS {
        return Err(Failure::usage(format_args!(
            "the table has {height} × {width} cells; here it may have {MOST_CELLS}"
        )));
    }
    let betas = numbers::list(&args.beta)?;
    if let Some(beta) = betas.iter().find(|beta| **beta <= 0.0) {
        return Err(Failure::usage(format_args!("β is above 0, not {beta}")));
    }
    let all = joint.mutual_information();
    let merging = Agglomeration::of(&joint);
    let mut sharp = Table::new(
        "sharp",
        "Sharp classes T of the rows X",
        columns(Column::text("members", "rows of each class")),
    );
    for point in merging.points() {
        let assignment = merging.assignment(point.classes);
        sharp.push(row(point, all, members(&assignment).into()));
    }
    let mut soft = Table::new(
        "soft",
        "Soft classes T of the rows X",
        columns(Column::number("beta", "β", "bits/bit", 3)),
    );
    for beta in betas {
        soft.push(row(&information_bottleneck(&joint, beta).point, all, beta.into()));
    }
    Ok(report_of([sharp, soft]))
}

fn columns(of: Column) -> Vec<Column> {
    vec![
        of,
        Column::count("classes", "classes", ""),
        Column::number("kept_bits", "I(X; T)", "bits", 6),
        Column::number("relevant_bits", "I(T; Y)", "bits", 6),
        Column::number("relevant_share", "of I(X; Y)", "", 4),
    ]
}

fn row(point: &PlanePoint, all: f64, of: Cell) -> Vec<Cell> {
    let share = if all > 0.0 { point.relevant_bits / all } else { 0.0 };
    vec![
        of,
        (point.classes as u64).into(),
        point.kept_bits.into(),
        point.relevant_bits.into(),
        share.into(),
    ]
}

/// The rows of each class, from 1: `1 2 | 3`.
fn members(assignment: &[usize]) -> String {
    let count = assignment.iter().max().map_or(0, |last| last + 1);
    let class = |class: usize| {
        let rows = (1..).zip(assignment).filter(|(_, of)| **of == class);
        rows.map(|(row, _): (u32, _)| row.to_string()).collect::<Vec<_>>().join(" ")
    };
    (0..count).map(class).collect::<Vec<_>>().join(" | ")
}
