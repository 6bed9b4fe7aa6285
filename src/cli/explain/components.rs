//! What each component of the model saved, over the whole input.

use crate::{
    cli::args::Unit,
    report::{Column, Report, Table},
    transform::Token,
};

/// Adds up the shares of components.
pub(super) struct Components<'a> {
    /// The components that are mixed, refinement, and what words as codes do if they are; none
    /// if they are not watched.
    names: &'a [String],
    /// How many are mixed.
    mixed: usize,
    bits: Vec<f64>,
    bytes: u64,
}

impl<'a> Components<'a> {
    pub(super) fn new(names: &'a [String], mixed: usize) -> Self {
        Self { names, mixed, bits: vec![0.0; names.len()], bytes: 0 }
    }

    pub(super) fn is_watched(&self) -> bool {
        !self.names.is_empty()
    }

    /// How many components are mixed.
    pub(super) fn mixed(&self) -> usize {
        self.mixed
    }

    /// The shares of one of the bytes of `token` where those of the bytes that the model was
    /// given are `given`, in bits. What it was not given saves 8 bits a byte.
    pub(super) fn of_byte(&self, token: Token, given: impl Iterator<Item = Vec<f64>>) -> Vec<f64> {
        let mut sums = vec![0.0; self.names.len()];
        for byte in given {
            sums.iter_mut().zip(byte).for_each(|(sum, share)| *sum += share);
        }
        if let Some(words) = sums.get_mut(self.mixed + 1) {
            *words = 8.0 * (token.text_bytes as f64 - token.code_bytes as f64);
        }
        sums.into_iter().map(|sum| sum / token.text_bytes as f64).collect()
    }

    /// The shares of one byte, in bits.
    pub(super) fn add(&mut self, shares: &[f64]) {
        self.bits.iter_mut().zip(shares).for_each(|(sum, share)| *sum += share);
        self.bytes += 1;
    }

    /// Adds the table of components, the most helpful first, if they were watched.
    pub(super) fn add_to(&self, report: &mut Report, unit: Unit) {
        if !self.is_watched() || self.bytes == 0 {
            return;
        }
        let columns = vec![
            Column::text("component", "component"),
            Column::number(&unit.key("saved"), "saved", unit.name(), 0),
            Column::number(&unit.key_per("saved", "byte"), "saved", &unit.per("byte"), 4),
            Column::number("share_percent", "of all saved", "%", 2),
        ];
        let mut table = Table::new("components", "Who saved what against guessing", columns);
        let total: f64 = self.bits.iter().sum();
        let mut order: Vec<(&String, f64)> = self.names.iter().zip(self.bits.clone()).collect();
        order.sort_by(|a, b| b.1.total_cmp(&a.1));
        for (name, bits) in order {
            let saved = bits * unit.per_bit();
            table.push(vec![
                name.as_str().into(),
                saved.into(),
                (saved / self.bytes as f64).into(),
                (bits / total * 100.0).into(),
            ]);
        }
        report.push(table);
        report.note(format!(
            "Guessing costs {:.4} {} more than this model: that is what its components share.",
            total / self.bytes as f64 * unit.per_bit(),
            unit.per("byte"),
        ));
    }
}
