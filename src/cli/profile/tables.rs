//! Windows → tables and a picture.

use super::{ProfileArgs, Window};
use crate::{
    cli::args::Unit,
    report::{
        Cell, Column, Format, Report, Table,
        plot::{Axis, Chart, Ink, Mark, Scale, Series},
    },
};

fn columns(unit: Unit, measure: &str) -> Vec<Column> {
    let cost = |key: &str, label: &str| {
        Column::number(&unit.key_per(key, "byte"), label, &unit.per("byte"), 4)
    };
    vec![
        Column::count("offset_bytes", "offset", "bytes"),
        Column::count("window_bytes", "window", "bytes").detail(),
        Column::count("distinct", "values", "distinct"),
        cost("order_0", "H₀"),
        cost("order_1", "H₁"),
        cost("model", measure),
        Column::mark("is_edge", "edge"),
    ]
}

fn cells(window: &Window, unit: Unit) -> Vec<Cell> {
    let in_unit = |bits: f64| Cell::Number(bits * unit.per_bit());
    vec![
        window.offset.into(),
        window.bytes.into(),
        window.distinct.into(),
        in_unit(window.order_0),
        in_unit(window.order_1),
        in_unit(window.model),
        window.is_edge.into(),
    ]
}

/// All windows, with a bar each where people read.
pub(super) fn windows(windows: &[Window], name: &str, args: &ProfileArgs, measure: &str) -> Table {
    let unit = args.report.unit;
    let mut columns = columns(unit, measure);
    let is_drawn = matches!(args.report.format, Format::Table | Format::Markdown);
    if is_drawn {
        columns.push(Column::text("bar", "0 to 8 bits/byte: model █, H₀ ·"));
    }
    let mut table = Table::new("profile", name, columns);
    for window in windows {
        let bar = is_drawn.then(|| Cell::Text(bar(window.model, window.order_0)));
        table.push(cells(window, unit).into_iter().chain(bar).collect());
    }
    table
}

/// Where the order-0 entropy changes, and from what to what.
pub(super) fn edges(windows: &[Window], unit: Unit) -> Table {
    let cost = |key: &str, label: &str| {
        Column::number(&unit.key_per(key, "byte"), label, &unit.per("byte"), 4)
    };
    let columns = vec![
        Column::count("edge_offset_bytes", "offset", "bytes"),
        cost("order_0_before", "H₀ before"),
        cost("order_0_after", "H₀ after"),
        cost("model_before", "model before"),
        cost("model_after", "model after"),
    ];
    let mut table = Table::new("edges", "Edges", columns);
    for (before, after) in windows.iter().zip(&windows[1..]).filter(|(_, after)| after.is_edge) {
        let in_unit = |bits: f64| Cell::Number(bits * unit.per_bit());
        table.push(vec![
            after.offset.into(),
            in_unit(before.order_0),
            in_unit(after.order_0),
            in_unit(before.model),
            in_unit(after.model),
        ]);
    }
    table
}

/// A bar of `model` bits with a dot where `entropy` ends, three cells a bit.
fn bar(model: f64, entropy: f64) -> String {
    const CELLS_PER_BIT: f64 = 3.0;
    /// A window of nearly nothing under a model that expects something else costs more.
    const MOST_CELLS: usize = 27;
    let cells = |bits: f64| ((bits * CELLS_PER_BIT).round() as usize).min(MOST_CELLS);
    let (filled, dot) = (cells(model), cells(entropy));
    let mut bar = "█".repeat(filled);
    if dot > filled {
        bar.push_str(&" ".repeat(dot - filled - 1));
        bar.push('·');
    }
    bar
}

pub(super) fn summary(windows: &[Window], unit: Unit, edge: f64) -> String {
    let bytes: u64 = windows.iter().map(|window| window.bytes).sum();
    let bits: f64 = windows.iter().map(|window| window.model * window.bytes as f64).sum();
    let edges = windows.iter().filter(|window| window.is_edge).count();
    if bytes == 0 {
        return "The input is empty.".to_owned();
    }
    let plural =
        |count: u64, one: &str| format!("{count} {one}{}", if count == 1 { "" } else { "s" });
    let (all, edges) = (plural(bytes, "byte"), plural(edges as u64, "edge"));
    format!(
        "{all}: {:.4} {} under the model, which goes on learning from window to \
         window. H₀ and H₁ are each window's own, corrected after Miller and Madow. {edges}, \
         where H₀ changes by {edge} bits/byte or more.",
        bits / bytes as f64 * unit.per_bit(),
        unit.per("byte"),
    )
}

/// Rows printed one by one as comma-separated values.
pub(super) struct Printer {
    unit: Unit,
    /// What the model that measures is called.
    measure: String,
}

impl Printer {
    pub(super) fn new(unit: Unit, measure: String) -> Self {
        Self { unit, measure }
    }

    fn csv(&self, rows: &[&Window]) -> String {
        let mut table = Table::new("profile", "", columns(self.unit, &self.measure));
        for row in rows {
            table.push(cells(row, self.unit));
        }
        let mut report = Report::new("");
        report.push(table);
        report.render(Format::Csv, 0)
    }

    /// The line of headings.
    pub(super) fn header(&self) -> String {
        self.csv(&[])
    }

    /// The line of a window.
    pub(super) fn row(&self, window: &Window) -> String {
        self.csv(&[window]).split_inclusive('\n').skip(1).collect()
    }
}

/// The windows as a picture.
pub(super) fn chart(windows: &[Window], name: &str, args: &ProfileArgs, measure: &str) -> Chart {
    let unit = args.report.unit;
    profile_chart(windows, format!("Cost along {name}"), unit, measure)
}

/// Entropies and cost of `windows` by offset, edges as rules.
pub(in crate::cli) fn profile_chart(
    windows: &[Window],
    title: String,
    unit: Unit,
    measure: &str,
) -> Chart {
    let series = |label: &str, ink: Ink, of: &dyn Fn(&Window) -> f64| {
        let step = |window: &Window| {
            let value = of(window) * unit.per_bit();
            [window.offset as f64, (window.offset + window.bytes) as f64].map(|x| (x, value))
        };
        let points = windows.iter().flat_map(step).collect();
        Series { label: label.to_owned(), ink, mark: Mark::Line, points }
    };
    let edges = windows.iter().filter(|window| window.is_edge);
    let edges = Series {
        label: String::new(),
        ink: Ink::Reference,
        mark: Mark::Rules,
        points: edges.map(|window| (window.offset as f64, 0.0)).collect(),
    };
    Chart {
        title,
        x: Axis::linear("offset").scaled(Scale::Bytes),
        y: Axis::linear(unit.per("byte")).showing(0.0, 8.0 * unit.per_bit()),
        series: vec![
            edges,
            series("H₀ of the window", Ink::Second, &|window| window.order_0),
            series("H₁ of the window", Ink::Third, &|window| window.order_1),
            series(measure, Ink::Own, &|window| window.model),
        ],
    }
}
