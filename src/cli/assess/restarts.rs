//! The restart tests of §3.1.4.

use super::AssessArgs;
use crate::{
    cli::failure::Failure,
    measure::min_entropy::{Restarts, Symbols},
    report::{Column, Report, Table},
};
use std::path::Path;

/// Adds the restart tests of `symbols` against the estimate `initial`, bits a symbol.
pub(super) fn tell(
    args: &AssessArgs,
    file: &Path,
    symbols: &Symbols<'_>,
    initial: f64,
    report: &mut Report,
) -> Result<(), Failure> {
    let tests =
        Restarts::of(symbols, initial, args.iid).map_err(|unfit| Failure::at(file, unfit))?;
    let unit = args.report.unit;
    let column = |key: &str, label: &str| {
        Column::number(&unit.key_per(key, "symbol"), label, &unit.per("symbol"), 6)
    };
    let columns = vec![
        Column::text("quantity", ""),
        column("h_i", "H_I, initial"),
        Column::count("cutoff", "most of one symbol allowed", ""),
        Column::count("row_most", "most in a row", ""),
        Column::count("column_most", "most in a column", ""),
        Column::mark("is_sane", "sanity check passed"),
        column("h_r", "H_r, by rows"),
        column("h_c", "H_c, by columns"),
        column("validated", "min(H_r, H_c, H_I)"),
    ];
    let in_unit = |bits: Option<f64>| bits.map(|bits| bits * unit.per_bit()).into();
    let mut table = Table::new("restarts", "Restarts (§3.1.4)", columns).down();
    table.push(vec![
        "min-entropy".into(),
        in_unit(Some(tests.initial)),
        tests.cutoff.into(),
        tests.row_most.into(),
        tests.column_most.into(),
        tests.is_sane().into(),
        in_unit(tests.rows),
        in_unit(tests.columns),
        in_unit(tests.validated()),
    ]);
    report.push(table);
    report.note(match (tests.is_sane(), tests.validated()) {
        (false, _) => "Failed: one symbol comes too often after restarts for the initial estimate.",
        (true, None) => "Failed: rows or columns have less than half the initial estimate.",
        (true, Some(_)) => "Passed: restarts do not repeat one another.",
    });
    Ok(())
}
