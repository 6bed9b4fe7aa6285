//! The measuring itself, on all cores.

use super::{Peers, estimators::Estimators, tables::is_starved};
use crate::{
    baselines::{self, Codec, coded_bytes},
    cli::{failure::shown, parallel, progress},
    codec::{self, Bill, Options, Prior},
    measure::{self, OrderCounts, TextSize},
    models::{Level, ModelSpec},
};
use bytes::Bytes;
use std::{
    path::{Path, PathBuf},
    thread,
};

/// Counters of the adaptive order-k models: 2²⁴ of 4 bytes, fewer for short inputs.
const LOG2_SLOTS: u8 = 24;

/// What is asked of each file.
#[derive(Clone, Copy)]
pub(in crate::cli) struct Job<'a> {
    /// The level whose model measures.
    pub(in crate::cli) level: Level,
    /// Longest context of the order-k entropies, in bytes.
    pub(in crate::cli) order: u8,
    pub(in crate::cli) peers: Peers,
    /// What the model has read before.
    pub(in crate::cli) prior: Option<&'a Prior>,
}

/// All that is measured of one file, or of several together.
pub(in crate::cli) struct Measured {
    pub(in crate::cli) name: String,
    pub(in crate::cli) size: TextSize,
    /// Counts of order 0, 1, ….
    pub(in crate::cli) orders: Vec<OrderCounts>,
    /// Standard errors of the order-k entropies, in bits per byte; NaN where orders are
    /// starved, none of several files.
    pub(in crate::cli) standard_errors: Vec<f64>,
    /// Ideal code length under the adaptive model of order 0, 1, …, in bits.
    pub(in crate::cli) adaptive_bits: Vec<f64>,
    pub(in crate::cli) bill: Bill,
    /// Other compressors' names and sizes, in bytes.
    pub(in crate::cli) peers: Vec<(String, u64)>,
    /// Of one file only.
    pub(in crate::cli) estimators: Option<Estimators>,
}

/// Measures `bytes` of the file at `path`.
pub(in crate::cli) fn measure(path: &Path, bytes: &[u8], job: Job<'_>) -> Measured {
    let options = Options::new(job.level);
    let options = job.prior.cloned().map_or(options.clone(), |prior| options.prior(prior));
    let orders: Vec<u8> = (0..=job.order).collect();
    let peers = peers(job.peers);
    let steps = 2 * orders.len() + peers.len() + 3;
    let progress = progress::of_bytes(Some((steps * bytes.len()) as u64), shown(path));
    let step = || progress.inc(bytes.len() as u64);
    let measured = thread::scope(|scope| {
        let bill = scope.spawn(|| done(codec::bill(bytes, &options), step));
        let counts = scope.spawn(|| done(measure::count_orders(&[bytes], job.order.into()), step));
        let adaptive = |&order: &u8| done(adaptive_bits(order, bytes), step);
        let peer = |codec: &dyn Codec| done((codec.name(), coded_bytes(codec, bytes)), step);
        let adaptive_bits = parallel::map(&orders, adaptive);
        let counts = counts.join().expect("counting does not panic");
        let error = |order: &u8| done(standard_error(*order, &counts, bytes), step);
        Measured {
            name: shown(path),
            size: TextSize::of(bytes),
            adaptive_bits,
            standard_errors: parallel::map(&orders, error),
            peers: parallel::map(&peers, |codec| peer(&**codec)),
            estimators: Some(done(Estimators::of(bytes), step)),
            bill: bill.join().expect("measuring does not panic"),
            orders: counts,
        }
    });
    progress.finish_and_clear();
    measured
}

/// `result`, once `step` has noted that it is there.
fn done<T>(result: T, step: impl Fn()) -> T {
    step();
    result
}

/// All files together: sizes and code lengths add up, n-grams are pooled.
pub(in crate::cli) fn total(
    measured: &[Measured],
    contents: &[(&PathBuf, Bytes)],
    job: Job<'_>,
) -> Measured {
    let inputs: Vec<&[u8]> = contents.iter().map(|(_, bytes)| &bytes[..]).collect();
    let over_files = |of: &dyn Fn(&Measured) -> f64| measured.iter().map(of).sum::<f64>();
    let peers = measured[0].peers.iter().enumerate().map(|(index, (name, _))| {
        (name.clone(), measured.iter().map(|file| file.peers[index].1).sum())
    });
    Measured {
        name: "total".to_owned(),
        size: measured.iter().map(|file| file.size).sum(),
        orders: measure::count_orders(&inputs, job.order.into()),
        adaptive_bits: (0..=job.order.into())
            .map(|order: usize| over_files(&|file| file.adaptive_bits[order]))
            .collect(),
        standard_errors: Vec::new(),
        estimators: None,
        bill: measured.iter().map(|file| file.bill).sum(),
        peers: peers.collect(),
    }
}

/// Standard error of the entropy of `order`; NaN if it is starved, and says nothing of the
/// source.
fn standard_error(order: u8, counts: &[OrderCounts], bytes: &[u8]) -> f64 {
    let order = usize::from(order);
    if is_starved(&counts[order]) {
        return f64::NAN;
    }
    measure::conditional_entropy_error(bytes, order)
}

fn adaptive_bits(order: u8, bytes: &[u8]) -> f64 {
    let spec = ModelSpec::Order { order, log2_slots: LOG2_SLOTS };
    measure::ideal_bits(&spec.fitted(bytes.len() as u64), bytes)
}

fn peers(which: Peers) -> Vec<Box<dyn Codec>> {
    /// These take a second or two for 10 MB.
    const QUICK: [&str; 4] = ["gzip -9", "zstd -3", "bzip2 -9", "ppmd -o6"];
    let all = baselines::peers().into_iter();
    match which {
        Peers::None => Vec::new(),
        Peers::Quick => all.filter(|codec| QUICK.contains(&codec.name().as_str())).collect(),
        Peers::All => all.collect(),
    }
}
