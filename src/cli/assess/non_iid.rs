//! The ten estimators' table, and what follows from it.

use super::{AssessArgs, verdict};
use crate::{
    measure::min_entropy::{Assessment, Detail, Estimator, Outcome, Scope, Symbols, View},
    report::{Cell, Column, Report, Table},
};

/// Adds the min-entropy of `symbols`, of which nothing is assumed.
pub(super) fn tell(args: &AssessArgs, symbols: &Symbols<'_>, report: &mut Report) {
    let scope = if args.conditioned { Scope::Conditioned } else { Scope::Source };
    let assessment = Assessment::of(symbols, scope, args.most_bits());
    report.push(estimators(args, symbols, &assessment));
    report.push(summary(args, symbols, &assessment));
    if args.verbose {
        report.push(details(&assessment));
    }
    for sentence in verdict::sentences(symbols, &assessment, args.report.unit) {
        report.note(sentence);
    }
}

fn estimators(args: &AssessArgs, symbols: &Symbols<'_>, assessment: &Assessment) -> Table {
    let unit = args.report.unit;
    let column = |key: &str, label: &str, per: &str| {
        Column::number(&unit.key_per(key, per), label, &unit.per(per), 6)
    };
    let columns = vec![
        Column::text("section", "§"),
        Column::text("estimator", "estimator"),
        column("literal_min_entropy", "symbols", "symbol"),
        column("bitstring_min_entropy", "bitstring", "bit"),
        column("bitstring_min_entropy", "bitstring", "symbol"),
        Column::mark("is_least", "least"),
        Column::text("left_out", "left out"),
    ];
    let title = "Min-entropy, nothing assumed of the source";
    let mut table = Table::new("min_entropy", title, columns);
    let decisive = assessment.decisive().map(|outcome| outcome.estimator);
    for estimator in Estimator::ALL {
        let find = |view| assessment.of_view(view).find(|outcome| outcome.estimator == estimator);
        let value = |outcome: Option<&Outcome>| outcome.and_then(Outcome::min_entropy);
        let (literal, bits) = (find(View::Literal), find(View::Bitstring));
        let reasons = [literal, bits].into_iter().flatten().filter_map(|o| o.result.as_ref().err());
        let mut reasons: Vec<&str> = reasons.copied().collect();
        reasons.dedup();
        let in_unit = |bits: Option<f64>| Cell::from(bits.map(|bits| bits * unit.per_bit()));
        table.push(vec![
            estimator.section().into(),
            estimator.name().into(),
            in_unit(value(literal)),
            in_unit(value(bits)),
            in_unit(value(bits).map(|h| h * f64::from(symbols.width()))),
            (decisive == Some(estimator)).into(),
            reasons.join("; ").into(),
        ]);
    }
    table
}

fn summary(args: &AssessArgs, symbols: &Symbols<'_>, assessment: &Assessment) -> Table {
    let unit = args.report.unit;
    let column = |key: &str, label: &str, per: &str| {
        Column::number(&unit.key_per(key, per), label, &unit.per(per), 6)
    };
    let bitstring = if args.conditioned { "h′" } else { "H_bitstring" };
    let columns = vec![
        Column::text("quantity", ""),
        Column::count("samples", "samples", ""),
        Column::count("width_bits", "width", "bits/symbol"),
        Column::count("distinct_symbols", "distinct symbols", ""),
        column("h_original", "H_original", "symbol"),
        column("h_bitstring", bitstring, "bit"),
        column("assessed", "assessed", "symbol"),
    ];
    let in_unit = |bits: Option<f64>| Cell::from(bits.map(|bits| bits * unit.per_bit()));
    let mut table = Table::new("assessment", "Assessment", columns).down();
    table.push(vec![
        "min-entropy".into(),
        (symbols.raw().len() as u64).into(),
        u64::from(symbols.width()).into(),
        (symbols.alphabet() as u64).into(),
        in_unit(assessment.h_original()),
        in_unit(assessment.h_bitstring()),
        in_unit(Some(assessment.assessed())),
    ]);
    table
}

/// Every intermediate value.
fn details(assessment: &Assessment) -> Table {
    let columns = vec![
        Column::text("view", "of"),
        Column::text("estimator", "estimator"),
        Column::text("quantity", "quantity"),
        Column::number("value", "value", "", 12),
    ];
    let mut table = Table::new("details", "How each came to its value", columns);
    for outcome in assessment.outcomes() {
        let view = if outcome.view == View::Literal { "symbols" } else { "bitstring" };
        for (quantity, value) in outcome.result.iter().flat_map(quantities) {
            let estimator = outcome.estimator.name();
            table.push(vec![view.into(), estimator.into(), quantity.into(), value.into()]);
        }
    }
    table
}

fn quantities(detail: &Detail) -> Vec<(&'static str, f64)> {
    match detail {
        Detail::MostCommon(d) => {
            vec![("mode count", d.count as f64), ("p̂", d.share), ("p_u", d.upper)]
        }
        Detail::Collision(d) => vec![
            ("v", d.searches as f64),
            ("Σt", d.bits as f64),
            ("X̄", d.mean),
            ("σ̂", d.deviation),
            ("X̄′", d.lower),
            ("p", d.p),
        ],
        Detail::Markov(d) => vec![
            ("P(0)", d.initial[0]),
            ("P(0|0)", d.transitions[0][0]),
            ("P(1|0)", d.transitions[0][1]),
            ("P(0|1)", d.transitions[1][0]),
            ("P(1|1)", d.transitions[1][1]),
            ("bits of the likeliest path", d.bits),
        ],
        Detail::Compression(d) => {
            vec![("X̄", d.mean), ("σ̂", d.deviation), ("X̄′", d.lower), ("p", d.p)]
        }
        Detail::CommonTuples(d) => vec![
            ("t", d.longest as f64),
            ("decisive length", d.decisive.length as f64),
            ("its occurrences", d.decisive.count as f64),
            ("p̂_max", d.share),
            ("p_u", d.upper),
        ],
        Detail::RepeatedTuples(d) => vec![
            ("u", d.shortest as f64),
            ("v", d.longest as f64),
            ("decisive length", d.decisive.length as f64),
            ("p̂", d.share),
            ("p_u", d.upper),
        ],
        Detail::Prediction(d) => {
            let mut all = vec![
                ("N", d.tried as f64),
                ("C", d.correct as f64),
                ("r", d.longest_run as f64 + 1.0),
                ("P_global′", d.global),
            ];
            all.extend(d.local.map(|local| ("P_local", local)));
            all
        }
    }
}
