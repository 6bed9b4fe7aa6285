//! Corpora as bags of bytes.

use super::{Corpus, names, pair_table, pairs};
use crate::{
    cli::args::Unit,
    measure,
    report::{Cell, Column, Table},
};

/// Distances of every pair, from frequencies of bytes alone.
pub(super) fn table(corpora: &[Corpus], unit: Unit) -> Table {
    let per_byte = unit.per("byte");
    // Of many pairs only the columns that fit are shown; JSON and CSV have all.
    let wide = |column: Column| if corpora.len() == 2 { column } else { column.detail() };
    let information =
        |key: &str, label: &str| Column::number(&unit.key_per(key, "byte"), label, &per_byte, 6);
    let columns = vec![
        wide(information("entropy_p", "H(P)")),
        wide(information("cross_entropy_smoothed", "H(P, Q), Q smoothed")),
        information("kl", "KL(P‖Q)"),
        wide(information("kl_standard_error", "± s.e.")),
        wide(information("kl_smoothed", "KL(P‖Q), Q smoothed")),
        wide(information("kl_smoothed_standard_error", "± s.e.")),
        information("js", "Jensen–Shannon"),
        wide(Column::number("js_root", "√JS (of bits)", "", 6)),
        Column::number("total_variation", "TV", "", 6),
        wide(Column::number("pinsker_bound", "Pinsker's bound of TV", "", 6)),
        wide(Column::number("hellinger", "Hellinger", "", 6)),
        wide(Column::number("chi_squared", "χ²(P‖Q)", "", 6)),
        Column::number("wasserstein_1", "Wasserstein-1", "byte values", 4),
    ];
    let mut table = pair_table("bytes", "Single bytes", corpora, columns);
    for (p, q) in pairs(corpora) {
        let (a, b) = (&p.frequencies[..], &q.frequencies[..]);
        let (kl, js) = (measure::kl_divergence(a, b), measure::jensen_shannon(a, b));
        let in_unit = |bits: f64| Cell::Number(bits * unit.per_bit());
        let error = |q_frequencies: &[f64]| -> Cell {
            let error = measure::kl_divergence_error(&p.bytes, &q.bytes, a, q_frequencies);
            Some(error).filter(|error| error.is_finite()).map(|e| e * unit.per_bit()).into()
        };
        table.push(
            names(p, q)
                .into_iter()
                .chain([
                    in_unit(measure::entropy(a)),
                    in_unit(measure::cross_entropy(a, &q.smoothed)),
                    in_unit(kl),
                    error(b),
                    in_unit(measure::kl_divergence(a, &q.smoothed)),
                    error(&q.smoothed),
                    in_unit(js),
                    js.sqrt().into(),
                    measure::total_variation(a, b).into(),
                    measure::pinsker_bound(kl).into(),
                    measure::hellinger(a, b).into(),
                    measure::chi_squared(a, b).into(),
                    measure::wasserstein_1(a, b).into(),
                ])
                .collect(),
        );
    }
    table
}
