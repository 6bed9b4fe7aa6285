//! Measurements → tables.

use super::{MeasureArgs, work::Measured};
use crate::{
    cli::args::Unit,
    measure::{self, OrderCounts, Spectrum, Symbols, perplexity},
    report::{Cell, Column, Report, Table},
};

/// Share of the next n-grams that were never seen from which an order counts as starved:
/// the plug-in estimate prices those at nothing.
const STARVED_FROM: f64 = 0.01;

/// Perplexities beyond this say no more than the code length does: a word of a file without
/// words can have 2¹⁰⁰⁰ choices.
const LARGEST_PERPLEXITY: f64 = 1e9;

/// The report of all `measured` files, and of their total if there are several.
pub(super) fn report(
    measured: &[Measured],
    total: Option<&Measured>,
    args: &MeasureArgs,
) -> Report {
    let rows: Vec<&Measured> = measured.iter().chain(total).collect();
    let unit = args.report.unit;
    let level = args.level.0.number();
    let mut report = Report::new("");
    report.push(sizes(&rows));
    for row in &rows {
        report.push(orders(row, unit));
    }
    for row in &rows {
        if let Some(estimators) = &row.estimators {
            report.push(estimators.table(&row.name, unit));
        }
    }
    report.push(costs(&rows, unit, level));
    report.push(bills(&rows, unit, level));
    for row in rows.iter().filter(|row| !row.peers.is_empty()) {
        report.push(peers(row, unit, level));
    }
    if rows.iter().any(|row| row.orders.iter().any(is_starved)) {
        report.note(format!(
            "Starved: more than {:.0} % of the next (k+1)-grams would be new (Good–Turing), so the \
             plug-in entropy is too low and falls to 0 with k, where no compressor can follow; \
             no error is stated. Adaptive is what a model of the same context really pays, learning included.",
            STARVED_FROM * 100.0
        ));
    }
    if rows.iter().any(|row| !row.size.is_utf8) {
        report.note("Characters are not counted in what is not valid UTF-8.");
    }
    report.note(
        "Perplexities per byte, character and word are one code length in three units: compare \
         only figures of the same unit.",
    );
    report
}

/// The tables of one file, for a page.
pub(in crate::cli) fn of_page(measured: &Measured, unit: Unit, level: u8) -> Vec<Table> {
    let rows = [measured];
    let estimators = measured.estimators.as_ref().map(|all| all.table(&measured.name, unit));
    let mut tables = vec![orders(measured, unit)];
    tables.extend(estimators);
    tables.extend([
        costs(&rows, unit, level),
        bills(&rows, unit, level),
        peers(measured, unit, level),
    ]);
    tables
}

pub(super) fn is_starved(order: &OrderCounts) -> bool {
    order.transitions.samples() > 0 && order.transitions.unseen_mass() > STARVED_FROM
}

fn file() -> Column {
    Column::text("file", "file")
}

fn sizes(rows: &[&Measured]) -> Table {
    let columns = vec![
        file(),
        Column::count("bytes", "size", "bytes"),
        Column::count("characters", "UTF-8", "characters"),
        Column::count("words", "words", ""),
        Column::count("lines", "lines", ""),
    ];
    let mut table = Table::new("size", "Size", columns);
    for row in rows {
        let size = row.size;
        let characters = size.is_utf8.then_some(size.characters);
        table.push(vec![
            row.name.as_str().into(),
            size.bytes.into(),
            characters.into(),
            size.words.into(),
            size.lines.into(),
        ]);
    }
    table
}

fn orders(row: &Measured, unit: Unit) -> Table {
    let (bytes, blocks) = (unit.per("byte"), unit.per("block"));
    let columns = vec![
        file().detail(),
        Column::count("order_bytes", "k", "bytes"),
        Column::count("distinct_ngrams", "(k+1)-grams", "distinct"),
        Column::number("unseen_percent", "unseen", "%", 2),
        Column::mark("is_starved", "starved"),
        Column::number(&unit.key_per("block_entropy", "block"), "block", &blocks, 4),
        Column::number(&unit.key_per("plug_in", "byte"), "plug-in", &bytes, 4),
        Column::number(&unit.key_per("miller_madow", "byte"), "Miller–Madow", &bytes, 4),
        Column::number(&unit.key_per("standard_error", "byte"), "± s.e.", &bytes, 4),
        Column::number(&unit.key_per("adaptive", "byte"), "adaptive", &bytes, 4),
    ];
    let title = format!("Entropy of a byte after k bytes of context: {}", row.name);
    let mut table = Table::new("orders", title, columns);
    for (k, (order, bits)) in row.orders.iter().zip(&row.adaptive_bits).enumerate() {
        let seen = order.transitions.samples() > 0;
        let in_unit = |bits: f64| Cell::from(seen.then(|| bits * unit.per_bit()));
        let error = |error: Option<&f64>| -> Cell {
            error.filter(|error| error.is_finite()).map(|error| error * unit.per_bit()).into()
        };
        table.push(vec![
            row.name.as_str().into(),
            (k as u64).into(),
            order.transitions.classes().into(),
            seen.then(|| order.transitions.unseen_mass() * 100.0).into(),
            is_starved(order).into(),
            in_unit(order.block_entropy()),
            in_unit(order.conditional_entropy()),
            in_unit(order.conditional_miller_madow()),
            error(row.standard_errors.get(k)),
            per(*bits, row.size.bytes, unit),
        ]);
    }
    table
}

/// Entropies of the symbols of a text, single and after one another.
pub(super) fn symbols(name: &str, symbols: Symbols, text: &[u8], unit: Unit) -> Table {
    let symbol = symbols.name();
    let each = unit.per(symbol);
    let cost = |key: &str, label: &str| Column::number(&unit.key_per(key, symbol), label, &each, 4);
    let columns = vec![
        Column::text("file", "file").detail(),
        Column::count("order", "k", &format!("{symbol}s")),
        Column::count("samples", "seen", ""),
        Column::count("distinct", "distinct", ""),
        Column::number("unseen_percent", "unseen", "%", 2),
        cost("plug_in", "plug-in"),
        cost("miller_madow", "Miller–Madow"),
        cost("standard_error", "± s.e."),
        cost("chao_shen", "Chao–Shen"),
        Column::number(&unit.key_per("plug_in", "byte"), "plug-in", &unit.per("byte"), 4),
    ];
    let title = format!("Entropy of a {symbol} after k {symbol}s: {name}");
    let mut table = Table::new(format!("{symbol}s"), title, columns);
    for (k, order) in symbols.count(text).iter().enumerate() {
        let sample = &order.transitions;
        let in_unit = |bits: f64| Cell::from(bits * unit.per_bit());
        // Chao–Shen and the formula's error are those of single symbols.
        let of_singles =
            |of: fn(&Spectrum) -> f64| if k == 0 { in_unit(of(sample)) } else { Cell::Missing };
        let entropy = order.conditional_entropy();
        table.push(vec![
            name.into(),
            (k as u64).into(),
            sample.samples().into(),
            sample.classes().into(),
            (sample.unseen_mass() * 100.0).into(),
            in_unit(entropy),
            in_unit(order.conditional_miller_madow()),
            if is_starved(order) {
                Cell::Missing
            } else {
                of_singles(measure::plug_in_standard_error)
            },
            of_singles(measure::chao_shen),
            per(entropy * sample.samples() as f64, text.len() as u64, unit),
        ]);
    }
    table
}

fn costs(rows: &[&Measured], unit: Unit, level: u8) -> Table {
    let mut columns = vec![file()];
    for symbol in ["byte", "char", "word"] {
        columns.push(Column::number(&unit.key_per("ideal", symbol), "ideal", &unit.per(symbol), 4));
    }
    for (symbol, digits) in [("byte", 3), ("char", 3), ("word", 1)] {
        let key = format!("perplexity_per_{symbol}");
        columns.push(Column::number(&key, "perplexity", &format!("per {symbol}"), digits));
    }
    let title = format!("Ideal code length Σ −log p under level {level}, and its perplexity");
    let mut table = Table::new("cost", title, columns);
    for row in rows {
        let size = row.size;
        let characters = if size.is_utf8 { size.characters } else { 0 };
        let counts = [size.bytes, characters, size.words];
        let bits = row.bill.ideal_bits;
        let choices = |count: u64| {
            let choices = perplexity(bits / count as f64);
            Cell::from((choices < LARGEST_PERPLEXITY).then_some(choices))
        };
        let cells = counts.map(|count| per(bits, count, unit)).into_iter();
        table.push(
            [row.name.as_str().into()]
                .into_iter()
                .chain(cells)
                .chain(counts.map(choices))
                .collect(),
        );
    }
    table
}

fn bills(rows: &[&Measured], unit: Unit, level: u8) -> Table {
    let columns = vec![
        file(),
        Column::number("ideal_bytes", "ideal", "bytes", 1),
        Column::number("coder_overhead_bytes", "+ coder", "bytes", 1),
        Column::count("container_bytes", "+ container", "bytes"),
        Column::count("compressed_bytes", "= actual size", "bytes"),
        Column::number(&unit.key_per("actual", "byte"), "actual", &unit.per("byte"), 4),
        Column::number("overhead_percent", "overhead", "%", 3),
    ];
    let title = format!("From ideal code length to actual size, level {level}");
    let mut table = Table::new("bill", title, columns);
    for row in rows {
        let bill = row.bill;
        let ideal = bill.ideal_bits / 8.0;
        let actual = bill.frame_bytes();
        let overhead = (ideal > 0.0).then(|| (actual as f64 / ideal - 1.0) * 100.0);
        table.push(vec![
            row.name.as_str().into(),
            ideal.into(),
            (bill.code_bytes as f64 - ideal).into(),
            bill.container_bytes.into(),
            actual.into(),
            per(actual as f64 * 8.0, row.size.bytes, unit),
            overhead.into(),
        ]);
    }
    table
}

fn peers(row: &Measured, unit: Unit, level: u8) -> Table {
    let columns = vec![
        file().detail(),
        Column::text("codec", "codec"),
        Column::count("compressed_bytes", "size", "bytes"),
        Column::number(&unit.key_per("actual", "byte"), "actual", &unit.per("byte"), 4),
        Column::number("above_ideal_percent", "above our ideal", "%", 1),
    ];
    let title = format!("Beside other compressors: {}", row.name);
    let mut table = Table::new("peers", title, columns);
    let ideal = row.bill.ideal_bits / 8.0;
    let ours = (format!("foretell -{level}"), row.bill.frame_bytes());
    for (codec, bytes) in [&ours].into_iter().chain(&row.peers) {
        let above = (ideal > 0.0).then(|| (*bytes as f64 / ideal - 1.0) * 100.0);
        table.push(vec![
            row.name.as_str().into(),
            codec.as_str().into(),
            (*bytes).into(),
            per(*bytes as f64 * 8.0, row.size.bytes, unit),
            above.into(),
        ]);
    }
    table
}

/// `bits` over `count` symbols in `unit`; missing if there are none.
fn per(bits: f64, count: u64, unit: Unit) -> Cell {
    (count > 0).then(|| bits / count as f64 * unit.per_bit()).into()
}
