//! `foretell profile`: how entropy and cost change along an input of any length.

use super::{
    args::{ReportArgs, Unit},
    failure::{Failure, shown},
    level::LevelArg,
    output,
    size::Size,
    stream::Pieces,
};
use crate::{
    coding::CostMeter,
    measure,
    models::Model,
    report::{Cell, Column, Report, Table},
};
use clap::Args;
use std::path::PathBuf;

/// Arguments of `foretell profile`.
#[derive(Debug, Args)]
#[command(after_help = "\
One pass, and memory for one window and the model, however long the input.

Examples:
  foretell profile firmware.bin
  foretell profile --window 4096 --format csv firmware.bin > profile.csv
  tail -f log | head -c 10M | foretell profile -")]
pub struct ProfileArgs {
    /// The file; - is standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Bytes of a window [default: about a fortieth of the file, 64 KiB of standard input]
    #[arg(long, value_name = "SIZE")]
    window: Option<Size>,
    /// Change of the order-0 entropy from window to window that marks an edge, in bits/byte
    #[arg(long, value_name = "BITS", default_value_t = 1.0)]
    edge: f64,
    /// The level whose model measures.
    #[command(flatten)]
    level: LevelArg,
    /// How to print.
    #[command(flatten)]
    report: ReportArgs,
}

/// Windows of a file whose length is known, if the user does not say otherwise.
const WINDOWS: u64 = 40;
/// Window of an input of unknown length, and least and largest default, in bytes.
const DEFAULT_WINDOW: u64 = 64 << 10;
const LEAST_WINDOW: u64 = 256;
const LARGEST_WINDOW: u64 = 64 << 20;

/// What is measured of one window.
struct Window {
    offset: u64,
    bytes: u64,
    distinct: u64,
    order_0: f64,
    order_1: f64,
    /// Cost under the model that has read all before, in bits per byte.
    model: f64,
    is_edge: bool,
}

/// Measures window after window.
pub(super) fn run(args: &ProfileArgs) -> Result<(), Failure> {
    let mut input = Pieces::open(&args.file)?;
    let window_bytes = window_bytes(args, input.length())?;
    let spec = args.level.0.spec();
    let mut model = Model::new(&input.length().map_or(spec.clone(), |bytes| spec.fitted(bytes)));
    let (mut windows, mut offset): (Vec<Window>, u64) = (Vec::new(), 0);
    loop {
        let bytes = input.next(window_bytes)?;
        if bytes.is_empty() {
            break;
        }
        let mut meter = CostMeter::new();
        model.encode(bytes, &mut meter);
        let orders = measure::count_orders(&[bytes], 1);
        let order_0 = orders[0].conditional_miller_madow();
        let before = windows.last().map(|window| window.order_0);
        windows.push(Window {
            offset,
            bytes: bytes.len() as u64,
            distinct: orders[0].transitions.classes(),
            order_0,
            order_1: orders[1].conditional_miller_madow(),
            model: meter.bits() / bytes.len() as f64,
            is_edge: before.is_some_and(|before| (order_0 - before).abs() >= args.edge),
        });
        offset += bytes.len() as u64;
    }
    output::print_report(&report(&windows, args), args.report.format)
}

/// The window that is asked for, or one that suits the length.
fn window_bytes(args: &ProfileArgs, length: Option<u64>) -> Result<usize, Failure> {
    let suited = |bytes: u64| {
        (bytes / WINDOWS).max(1).next_power_of_two().clamp(LEAST_WINDOW, LARGEST_WINDOW)
    };
    let bytes = match args.window {
        Some(Size(0)) => return Err(Failure::usage("a window holds at least one byte")),
        Some(Size(bytes)) => bytes,
        None => length.map_or(DEFAULT_WINDOW, suited),
    };
    Ok(usize::try_from(bytes).unwrap_or(usize::MAX))
}

fn report(windows: &[Window], args: &ProfileArgs) -> Report {
    let unit = args.report.unit;
    let cost = |key: &str, label: &str| {
        Column::number(&unit.key_per(key, "byte"), label, &unit.per("byte"), 4)
    };
    let columns = vec![
        Column::count("offset_bytes", "offset", "bytes"),
        Column::count("window_bytes", "window", "bytes").detail(),
        Column::count("distinct", "values", "distinct"),
        cost("order_0", "H₀"),
        cost("order_1", "H₁"),
        cost("model", &format!("level {}", args.level.0.number())),
        Column::mark("is_edge", "edge"),
        Column::text("bar", "H₀ · and model █, 0 to 8 bits/byte"),
    ];
    let mut table = Table::new("profile", shown(&args.file), columns);
    for window in windows {
        let in_unit = |bits: f64| Cell::Number(bits * unit.per_bit());
        table.push(vec![
            window.offset.into(),
            window.bytes.into(),
            window.distinct.into(),
            in_unit(window.order_0),
            in_unit(window.order_1),
            in_unit(window.model),
            window.is_edge.into(),
            bar(window.model, window.order_0).into(),
        ]);
    }
    let mut report = Report::new("");
    report.push(table);
    report.note(summary(windows, unit, args.edge));
    report
}

/// A bar of `model` bits with a dot where `entropy` ends, four cells a bit.
fn bar(model: f64, entropy: f64) -> String {
    const CELLS_PER_BIT: f64 = 4.0;
    let cells = |bits: f64| (bits * CELLS_PER_BIT).round() as usize;
    let (filled, dot) = (cells(model), cells(entropy));
    let mut bar = "█".repeat(filled);
    if dot > filled {
        bar.push_str(&" ".repeat(dot - filled - 1));
        bar.push('·');
    }
    bar
}

fn summary(windows: &[Window], unit: Unit, edge: f64) -> String {
    let bytes: u64 = windows.iter().map(|window| window.bytes).sum();
    let bits: f64 = windows.iter().map(|window| window.model * window.bytes as f64).sum();
    let edges = windows.iter().filter(|window| window.is_edge).count();
    if bytes == 0 {
        return "The input is empty.".to_owned();
    }
    format!(
        "All {bytes} bytes: {:.4} {} under the model, which goes on learning from window to \
         window. H₀ and H₁ are each window's own, corrected after Miller and Madow. {edges} edges, \
         where H₀ changes by {edge} bits/byte or more.",
        bits / bytes as f64 * unit.per_bit(),
        unit.per("byte"),
    )
}
