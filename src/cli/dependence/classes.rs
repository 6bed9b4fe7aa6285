//! Bytes merged into classes that tell most of the next byte.

use crate::{
    cli::{args::Unit, failure::shown},
    measure::{self, Agglomeration, Joint},
    report::{Cell, Column, Report, Table},
};
use std::{ascii::escape_default, path::Path};

/// Adds the information plane of merging bytes by what they tell of the next one, and the
/// members of the last `classes`.
pub(super) fn merged(bytes: &[u8], classes: usize, path: &Path, unit: Unit, report: &mut Report) {
    let mut weights = vec![vec![0.0; 256]; 256];
    for pair in bytes.windows(2) {
        weights[usize::from(pair[0])][usize::from(pair[1])] += 1.0;
    }
    let Some(joint) = Joint::new(weights) else { return };
    let merging = Agglomeration::of(&joint);
    let title =
        format!("Bytes merged into classes T by what they tell of the next: {}", shown(path));
    report.push(plane(&merging, title, unit));
    report.push(members(&merging.assignment(classes), &joint, unit));
}

/// The plane, at numbers of classes that grow by about a quarter.
fn plane(merging: &Agglomeration, title: String, unit: Unit) -> Table {
    let number = |key: &str, label: &str| {
        Column::number(&unit.key_per(key, "byte"), label, &unit.per("byte"), 6)
    };
    let columns = vec![
        Column::count("classes", "classes", ""),
        number("kept", "I(X; T)"),
        number("relevant", "I(T; next byte)"),
        Column::number("relevant_share", "share of I(X; next)", "", 4),
    ];
    let mut table = Table::new("information_plane", title, columns);
    let points = merging.points();
    let all = points.first().map_or(0.0, |point| point.relevant_bits);
    let mut next = 0;
    for point in points.iter().rev() {
        if point.classes < next && point.classes < points.len() {
            continue;
        }
        next = point.classes + 1 + point.classes / 4;
        let share = if all > 0.0 { point.relevant_bits / all } else { 0.0 };
        table.push(vec![
            (point.classes as u64).into(),
            (point.kept_bits * unit.per_bit()).into(),
            (point.relevant_bits * unit.per_bit()).into(),
            share.into(),
        ]);
    }
    table
}

/// What each class holds, the most frequent first.
fn members(assignment: &[usize], joint: &Joint, unit: Unit) -> Table {
    let columns = vec![
        Column::number("p", "P(T)", "", 4),
        Column::number(&unit.key_per("next", "byte"), "H(next | T)", &unit.per("byte"), 4),
        Column::text("members", "bytes of the class"),
    ];
    let count = assignment.iter().max().map_or(0, |last| last + 1);
    let mut table = Table::new("classes", format!("The bytes in {count} classes"), columns);
    let class = |class: usize| {
        let inside = |byte: &usize| assignment[*byte] == class;
        let mut next = vec![0.0; 256];
        for byte in (0..256).filter(inside) {
            next.iter_mut().zip(&joint.probabilities()[byte]).for_each(|(sum, p)| *sum += p);
        }
        let p: f64 = next.iter().sum();
        let entropy = measure::entropy(&next.iter().map(|q| q / p).collect::<Vec<_>>());
        let seen = |byte: &usize| joint.probabilities()[*byte].iter().any(|&p| p > 0.0);
        let names = (0..256).filter(inside).filter(seen).map(|byte| match byte as u8 {
            b' ' => "␣".to_owned(),
            byte => escape_default(byte).to_string(),
        });
        (p, entropy, names.collect::<Vec<_>>().join(" "))
    };
    let mut rows: Vec<_> = (0..count).map(class).collect();
    rows.sort_by(|a, b| b.0.total_cmp(&a.0));
    for (p, entropy, names) in rows {
        table.push(vec![p.into(), Cell::Number(entropy * unit.per_bit()), names.into()]);
    }
    table
}
