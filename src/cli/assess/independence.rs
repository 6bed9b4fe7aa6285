//! The tests of §5, one line each.

use super::AssessArgs;
use crate::{
    measure::min_entropy::{ChiSquared, Independence, LongestRepeat, Symbols},
    report::{Column, Report, Table},
};

/// Adds the tests whether `symbols` are independent and identically distributed.
pub(super) fn tell(args: &AssessArgs, symbols: &Symbols<'_>, report: &mut Report) {
    let tests = Independence::of(symbols, args.permutations, args.seed, args.most_bits());
    report.push(entropies(args, symbols, &tests));
    report.push(tests_with_formula(&tests));
    report.push(permutations(&tests));
    let verdict = if tests.has_passed() {
        "No test speaks against independent symbols of one distribution."
    } else {
        "At least one test has failed: the symbols are not independent and alike, so the \
         estimates without --iid count."
    };
    report.note(verdict);
    report.note(format!(
        "A test fails below p = {}, or where at most 5 permutations lie on one side of the value. \
         {} of at most {} permutations were drawn, by seed {}; a statistic is no longer counted \
         once it has passed.",
        ChiSquared::LEAST_P,
        tests.permutations.rounds,
        args.permutations,
        args.seed
    ));
}

fn entropies(args: &AssessArgs, symbols: &Symbols<'_>, tests: &Independence) -> Table {
    let unit = args.report.unit;
    let column = |key: &str, label: &str, per: &str| {
        Column::number(&unit.key_per(key, per), label, &unit.per(per), 6)
    };
    let columns = vec![
        Column::text("quantity", ""),
        Column::count("samples", "samples", ""),
        Column::count("width_bits", "width", "bits/symbol"),
        Column::count("distinct_symbols", "distinct symbols", ""),
        column("h_original", "H_original", "symbol"),
        column("h_bitstring", "H_bitstring", "bit"),
        column("assessed", "assessed", "symbol"),
    ];
    let mut table =
        Table::new("iid_assessment", "Min-entropy if independent (§6.1)", columns).down();
    let literal = tests.most_common.min_entropy();
    let bit = tests.most_common_bit.map(|bit| bit.min_entropy());
    let width = f64::from(symbols.width());
    let assessed = bit.map_or(literal, |bit| literal.min(bit * width));
    table.push(vec![
        "min-entropy".into(),
        (symbols.raw().len() as u64).into(),
        u64::from(symbols.width()).into(),
        (symbols.alphabet() as u64).into(),
        (literal * unit.per_bit()).into(),
        bit.map(|bit| bit * unit.per_bit()).into(),
        (assessed * unit.per_bit()).into(),
    ]);
    table
}

fn tests_with_formula(tests: &Independence) -> Table {
    let columns = vec![
        Column::text("section", "§"),
        Column::text("test", "test"),
        Column::number("score", "score", "", 6),
        Column::count("freedom", "degrees of freedom", ""),
        Column::number("p_value", "p", "", 6),
        Column::mark("has_passed", "passed"),
    ];
    let mut table = Table::new("iid_tests", "Independent and identically distributed?", columns);
    let of = |section: &str, name: &str, test: &ChiSquared| {
        vec![
            section.into(),
            name.into(),
            test.score.into(),
            (test.freedom as u64).into(),
            test.p_value.into(),
            test.has_passed().into(),
        ]
    };
    table.push(of("5.2.1", "χ² independence", &tests.independence));
    table.push(of("5.2.2", "χ² goodness of fit", &tests.goodness_of_fit));
    let LongestRepeat { length, p_value, .. } = tests.longest_repeat;
    table.push(vec![
        "5.2.5".into(),
        "longest repeated substring".into(),
        (length as f64).into(),
        None::<u64>.into(),
        p_value.into(),
        tests.longest_repeat.has_passed().into(),
    ]);
    table
}

fn permutations(tests: &Independence) -> Table {
    let columns = vec![
        Column::text("statistic", "statistic"),
        Column::number("value", "value", "", 4),
        Column::count("above", "permutations above", ""),
        Column::count("equal", "equal", ""),
        Column::count("below", "below", ""),
        Column::mark("has_passed", "passed"),
    ];
    let mut table = Table::new("permutations", "Does shuffling change it? (§5.1)", columns);
    for ranking in &tests.permutations.rankings {
        table.push(vec![
            ranking.statistic.name().into(),
            ranking.value.into(),
            u64::from(ranking.above).into(),
            u64::from(ranking.equal).into(),
            u64::from(ranking.below).into(),
            ranking.has_passed().into(),
        ]);
    }
    table
}
