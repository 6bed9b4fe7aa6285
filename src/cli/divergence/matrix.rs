//! One quantity of every pair, as a square table.

use super::{Corpus, DivergenceArgs, Quantity, model};
use crate::{
    cli::failure::Failure,
    measure,
    report::{Column, Report, Table},
};

/// The matrix of `quantity`, a row for each P, a column for each Q.
pub(super) fn report(
    corpora: &[Corpus],
    quantity: Quantity,
    args: &DivergenceArgs,
) -> Result<Report, Failure> {
    let values = values(corpora, quantity, args)?;
    let unit = args.report.unit;
    let is_information = matches!(quantity, Quantity::Kl | Quantity::Adaptive | Quantity::Frozen);
    let column = |corpus: &Corpus| {
        if is_information {
            Column::number(&unit.key_per(&corpus.name, "byte"), &corpus.name, &unit.per("byte"), 4)
        } else {
            Column::number(&corpus.name, &corpus.name, "", 4)
        }
    };
    let scale = if is_information { unit.per_bit() } else { 1.0 };
    let (key, title) = quantity.names();
    let columns = [Column::text("file", "P, by Q")].into_iter().chain(corpora.iter().map(column));
    let mut table = Table::new(key, title, columns.collect());
    for (corpus, row) in corpora.iter().zip(values) {
        let cells = row.into_iter().map(|value| (value * scale).into());
        table.push([corpus.name.as_str().into()].into_iter().chain(cells).collect());
    }
    let mut report = Report::new("");
    report.push(table);
    Ok(report)
}

/// In bits per byte, or as pure numbers.
fn values(
    corpora: &[Corpus],
    quantity: Quantity,
    args: &DivergenceArgs,
) -> Result<Vec<Vec<f64>>, Failure> {
    let all = |of: &dyn Fn(usize, usize) -> f64| -> Vec<Vec<f64>> {
        let places = || 0..corpora.len();
        places().map(|p| places().map(|q| of(p, q)).collect()).collect()
    };
    let frequencies = |of: fn(&[f64], &[f64]) -> f64| {
        all(&|p, q| of(&corpora[p].frequencies, &corpora[q].frequencies))
    };
    let per_byte = |bits: f64, p: usize| bits / corpora[p].bytes.len() as f64;
    Ok(match quantity {
        Quantity::JsRoot => frequencies(|p, q| measure::jensen_shannon(p, q).max(0.0).sqrt()),
        Quantity::Tv => frequencies(measure::total_variation),
        Quantity::Kl => frequencies(measure::kl_divergence),
        Quantity::Ncd => {
            let costs = model::costs(corpora, args)?;
            let mean = |p, q| f64::midpoint(costs.distance(p, q), costs.distance(q, p));
            all(&|p, q| if p == q { 0.0 } else { mean(p, q) })
        }
        Quantity::Adaptive => {
            let costs = model::costs(corpora, args)?;
            all(&|p, q| per_byte(costs.adaptive(p, q), p))
        }
        Quantity::Frozen => {
            let costs = model::costs(corpora, args)?;
            all(&|p, q| per_byte(costs.frozen(p, q), p))
        }
    })
}

impl Quantity {
    /// Key and title of its table.
    const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Ncd => ("ncd", "Normalised compression distance"),
            Self::JsRoot => ("js_root", "√JS of single bytes, of bits"),
            Self::Tv => ("total_variation", "Total variation of single bytes"),
            Self::Kl => ("kl", "KL(P‖Q) of single bytes"),
            Self::Adaptive => ("adaptive", "Cost of P after Q, adaptive"),
            Self::Frozen => ("frozen", "Cost of P after Q, frozen"),
        }
    }
}
