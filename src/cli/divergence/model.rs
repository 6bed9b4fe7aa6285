//! Corpora under the full model: train on one, code the other.

use super::{Corpus, DivergenceArgs, names, pair_table, pairs};
use crate::{
    cli::{
        failure::{Failure, shown},
        parallel,
    },
    measure,
    models::{Learning, Scorer, Trainer},
    report::{Column, Table},
};

/// Ideal code lengths of corpora after one another, in bits.
pub(super) struct Costs {
    /// By P.
    alone: Vec<f64>,
    /// By P and Q: P after Q, learning on.
    adaptive: Vec<Vec<f64>>,
    /// By P and Q: P under what Q taught.
    frozen: Vec<Vec<f64>>,
}

/// Trains a model on each corpus and codes all of them: the level's, or one that goes on from
/// what both have read before.
pub(super) fn costs(corpora: &[Corpus], args: &DivergenceArgs) -> Result<Costs, Failure> {
    let (level, begun) = (args.level.0, args.model.load()?);
    let alone = parallel::map(corpora, |p| match &begun {
        Some(model) => measure::bits_after(model.fork(), b"", &p.bytes),
        None => measure::primed_bits(level, b"", &p.bytes),
    });
    let longest = corpora.iter().map(|corpus| corpus.bytes.len()).max().unwrap_or(0);
    let after = parallel::map(corpora, |q| {
        let spec = level.spec().fitted((q.bytes.len() + longest) as u64);
        let fresh = || Trainer::new(&spec);
        let trainer = begun.as_ref().map_or_else(fresh, |model| Ok(Trainer::after(model)));
        let mut trainer = trainer.map_err(|_| {
            Failure::usage(
                "levels 1 and 2 sort blocks and carry nothing from one file to the next; choose \
                 -3 to -9",
            )
        })?;
        trainer.learn(&q.bytes);
        let taught = trainer.finish(&q.name);
        let [mut adaptive, mut frozen] =
            [Learning::Within, Learning::Never].map(|learning| Scorer::new(&taught, learning));
        let costs = corpora.iter().map(|p| (adaptive.bits(&p.bytes), frozen.bits(&p.bytes)));
        Ok(costs.collect::<Vec<_>>())
    });
    let after = after.into_iter().collect::<Result<Vec<_>, Failure>>()?;
    let by_p = |of: fn(&(f64, f64)) -> f64| {
        (0..corpora.len()).map(|p| after.iter().map(|q| of(&q[p])).collect()).collect()
    };
    Ok(Costs { alone, adaptive: by_p(|cost| cost.0), frozen: by_p(|cost| cost.1) })
}

impl Costs {
    /// (C(QP) − min C) / max C, C(QP) being Q and then P.
    pub(super) fn distance(&self, p: usize, q: usize) -> f64 {
        let (a, b) = (self.alone[p], self.alone[q]);
        (b + self.adaptive[p][q] - a.min(b)) / a.max(b)
    }

    /// P after Q, learning on, in bits.
    pub(super) fn adaptive(&self, p: usize, q: usize) -> f64 {
        self.adaptive[p][q]
    }

    /// P under what Q taught, in bits.
    pub(super) fn frozen(&self, p: usize, q: usize) -> f64 {
        self.frozen[p][q]
    }
}

/// What each corpus costs alone and after each other one.
pub(super) fn table(corpora: &[Corpus], costs: &Costs, args: &DivergenceArgs) -> Table {
    let unit = args.report.unit;
    let place = |corpus: &Corpus| {
        let place = corpora.iter().position(|other| std::ptr::eq(other, corpus));
        place.expect("a pair is of these corpora")
    };
    let cost = |key: &str, label: &str| {
        Column::number(&unit.key_per(key, "byte"), label, &unit.per("byte"), 4)
    };
    let columns = vec![
        cost("alone", "P alone"),
        cost("after_q", "after Q, adaptive"),
        cost("frozen_q", "after Q, frozen"),
        Column::number("saved_percent", "saved by Q", "%", 2),
        Column::number("ncd", "NCD", "", 4),
    ];
    let title = match &args.model.model {
        Some(path) => format!("Under the trained model {}", shown(path)),
        None => format!("Under the model of level {}", args.level.0.number()),
    };
    let mut table = pair_table("model", &title, corpora, columns);
    for (p, q) in pairs(corpora) {
        let (i, j) = (place(p), place(q));
        let per_byte = |bits: f64| bits * unit.per_bit() / p.bytes.len() as f64;
        let saved = (1.0 - costs.adaptive(i, j) / costs.alone[i]) * 100.0;
        let cells = [
            per_byte(costs.alone[i]).into(),
            per_byte(costs.adaptive(i, j)).into(),
            per_byte(costs.frozen(i, j)).into(),
            saved.into(),
            costs.distance(i, j).into(),
        ];
        table.push(names(p, q).into_iter().chain(cells).collect());
    }
    table
}
