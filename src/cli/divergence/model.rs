//! Corpora under the full model: train on one, code the other.

use super::{Corpus, DivergenceArgs, names, pair_table, pairs};
use crate::{
    cli::{
        failure::{Failure, shown},
        model::fresh,
        parallel, progress,
    },
    coding::CostMeter,
    models::{Follower, Learning, Scorer, Trainer},
    report::{Column, Table},
};
use indicatif::ProgressBar;

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
    let bytes = |corpus: &Corpus| corpus.bytes.len() as u64;
    // Each alone, as what is learnt, and twice after each.
    let work = corpora.iter().map(bytes).sum::<u64>() * 2 * (1 + corpora.len() as u64);
    let progress = progress::of_bytes(Some(work), "divergence".to_owned());
    let alone = parallel::map(corpora, |p| {
        let fresh = || fresh(&level.spec().fitted(bytes(p)));
        code_length(begun.as_ref().map_or_else(fresh, Follower::behind), &p.bytes, &progress)
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
        for piece in q.bytes.chunks(PIECE_BYTES) {
            trainer.learn(piece);
            progress.inc(piece.len() as u64);
        }
        let taught = trainer.finish(&q.name);
        let mut frozen = Scorer::new(&taught, Learning::Never);
        // A scorer that learns would note all that it changes, to undo it: more than a copy.
        let costs = corpora.iter().map(|p| {
            let adaptive = code_length(Follower::behind(&taught), &p.bytes, &progress);
            let frozen = frozen.bits(&p.bytes);
            progress.inc(bytes(p));
            (adaptive, frozen)
        });
        Ok(costs.collect::<Vec<_>>())
    });
    progress.finish_and_clear();
    let after = after.into_iter().collect::<Result<Vec<_>, Failure>>()?;
    let by_p = |of: fn(&(f64, f64)) -> f64| {
        (0..corpora.len()).map(|p| after.iter().map(|q| of(&q[p])).collect()).collect()
    };
    Ok(Costs { alone, adaptive: by_p(|cost| cost.0), frozen: by_p(|cost| cost.1) })
}

/// Bytes that a model reads between two steps of the progress.
const PIECE_BYTES: usize = 1 << 16;

/// Ideal code length of `bytes` for a model that goes on learning, in bits.
fn code_length(mut model: Follower, bytes: &[u8], progress: &ProgressBar) -> f64 {
    let mut meter = CostMeter::new();
    for piece in bytes.chunks(PIECE_BYTES) {
        model.read(piece, false, &mut meter);
        progress.inc(piece.len() as u64);
    }
    model.read(&[], true, &mut meter);
    meter.bits()
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
