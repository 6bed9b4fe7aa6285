//! What `ent` prints, for bytes and for bits side by side.

use super::AssessArgs;
use crate::{
    measure::{Randomness, fold_case},
    report::{Cell, Column, Report, Table},
};

/// Adds the randomness of `bytes` and of their bits.
pub(super) fn tell(args: &AssessArgs, bytes: &[u8], report: &mut Report) {
    let mut judges = [Randomness::of_bytes(), Randomness::of_bits()];
    for piece in bytes.chunks(1 << 16) {
        let fold = |&byte: &u8| if args.fold { fold_case(byte) } else { byte };
        let folded: Vec<u8> = piece.iter().map(fold).collect();
        for judge in &mut judges {
            judge.push(&folded);
        }
    }
    report.push(table(args, &judges));
    if args.counts {
        report.push(counts(&judges[0]));
    }
}

fn table(args: &AssessArgs, judges: &[Randomness; 2]) -> Table {
    let unit = args.report.unit;
    let columns = vec![
        Column::text("symbols", "of"),
        Column::count("samples", "samples", ""),
        Column::number(&unit.key_per("entropy", "symbol"), "entropy", &unit.per("symbol"), 6),
        Column::count("saving_percent", "optimum compression saves", "%"),
        Column::number("chi_squared", "χ²", "", 2),
        Column::number("chi_squared_tail_percent", "random data exceed it", "% of times", 2),
        Column::number("mean", "mean (random 127.5, 0.5)", "", 4),
        Column::number("monte_carlo_pi", "π by Monte Carlo", "", 9),
        Column::number("monte_carlo_pi_error_percent", "its error", "%", 2),
        Column::number("serial_correlation", "serial correlation (random 0)", "", 6),
    ];
    let mut table = Table::new("randomness", "Randomness", columns).down();
    for judge in judges {
        table.push(vec![
            if judge.symbol_bits() == 8 { "bytes".into() } else { "bits".into() },
            judge.samples().into(),
            (judge.entropy() * unit.per_bit()).into(),
            judge.saving_percent().into(),
            judge.chi_squared().into(),
            (100.0 * judge.chi_squared_tail()).into(),
            judge.mean().into(),
            judge.pi().into(),
            judge.pi_error_percent().into(),
            judge.serial_correlation().into(),
        ]);
    }
    table
}

fn counts(judge: &Randomness) -> Table {
    let columns = vec![
        Column::count("value", "value", ""),
        Column::text("character", "character"),
        Column::count("occurrences", "occurrences", ""),
        Column::number("fraction", "fraction", "", 6),
    ];
    let mut table = Table::new("counts", "Bytes that occur", columns);
    for (value, &count) in (0_u8..=u8::MAX).zip(judge.counts()).filter(|(_, count)| **count > 0) {
        let character =
            if value.is_ascii_graphic() { char::from(value).to_string() } else { String::new() };
        table.push(vec![
            Cell::Count(u64::from(value)),
            character.into(),
            count.into(),
            (count as f64 / judge.samples() as f64).into(),
        ]);
    }
    table
}
