//! Entropy of single bytes and entropy rate of the source, estimated in many ways.

use crate::{
    cli::args::Unit,
    measure::{self, Repetitions, Spectrum},
    report::{Cell, Column, Table},
};

/// Estimates of one input, in bits per byte.
pub(in crate::cli) struct Estimators {
    /// Name, what it estimates, value, and how far it may be from the truth if that is known.
    rows: Vec<(&'static str, &'static str, f64, Option<f64>)>,
}

/// Bytes whose repetitions are searched at most: they take 20 bytes of memory each.
const MOST_REPETITION_BYTES: usize = 4 << 20;

/// Classes that a byte can have.
const ALPHABET: f64 = 256.0;

impl Estimators {
    /// All of them on `bytes`; those from repetitions on the first 4 MiB.
    pub(in crate::cli) fn of(bytes: &[u8]) -> Self {
        let mut counts = [0_u64; 256];
        for &byte in bytes {
            counts[usize::from(byte)] += 1;
        }
        let sample = Spectrum::of_counts(counts);
        let single = "H of single bytes";
        // Bytes depend on their neighbours, so the spread comes from parts of the file; to first
        // order all spread alike. The jackknife adds what it knows of their bias: nothing of
        // Grassberger's, whose terms alternate with the parity of counts.
        let spread = measure::conditional_entropy_error(bytes, 0);
        let biased = |name, estimator: &dyn Fn(&Spectrum) -> f64| {
            let (value, (corrected, _)) =
                (estimator(&sample), measure::jackknife(&sample, estimator));
            (name, single, value, Some(spread.hypot(value - corrected)))
        };
        let spreading = |name, value: f64| (name, single, value, Some(spread));
        let mut rows = vec![
            biased("plug-in", &measure::plug_in),
            biased("Miller–Madow", &measure::miller_madow),
            biased("Chao–Shen", &measure::chao_shen),
            spreading("Grassberger 1988", measure::grassberger_1988(&sample)),
            spreading("Grassberger 2003", measure::grassberger_2003(&sample)),
            biased("James–Stein", &|sample| measure::james_stein(sample, ALPHABET)),
            spreading("NSB", measure::nsb(&sample, ALPHABET).mean_bits),
        ];
        if bytes.len() > 1 {
            let part = &bytes[..bytes.len().min(MOST_REPETITION_BYTES)];
            rows.extend(rates(part, part.len() < bytes.len()));
        }
        Self { rows }
    }

    pub(in crate::cli) fn table(&self, name: &str, unit: Unit) -> Table {
        let columns = vec![
            Column::text("file", "file").detail(),
            Column::text("estimator", "estimator"),
            Column::text("quantity", "of"),
            Column::number(&unit.key_per("estimate", "byte"), "estimate", &unit.per("byte"), 4),
            Column::number(&unit.key_per("error", "byte"), "± error", &unit.per("byte"), 4),
        ];
        let mut table = Table::new("estimators", format!("Estimators: {name}"), columns);
        for &(estimator, quantity, value, error) in &self.rows {
            let in_unit = |bits: f64| Cell::Number(bits * unit.per_bit());
            table.push(vec![
                name.into(),
                estimator.into(),
                quantity.into(),
                in_unit(value),
                error.filter(|error| error.is_finite()).map_or(Cell::Missing, in_unit),
            ]);
        }
        table
    }
}

/// Entropy rates by repetition.
fn rates(bytes: &[u8], is_part: bool) -> Vec<(&'static str, &'static str, f64, Option<f64>)> {
    let rate = if is_part { "entropy rate, first 4 MiB" } else { "entropy rate" };
    let mut rows = vec![("LZ78 phrases", rate, measure::lz78_rate(bytes), None)];
    if let Some(repetitions) = Repetitions::of(bytes) {
        rows.push(("LZ76 phrases", rate, repetitions.lz76_rate(), None));
        rows.push(("match lengths", rate, repetitions.match_length_rate(), None));
    }
    rows
}
