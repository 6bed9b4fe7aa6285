//! The measuring itself, on all cores.

use super::{MeasureArgs, Peers};
use crate::{
    baselines::{self, Codec},
    cli::{failure::shown, parallel},
    codec::{self, Bill, Options},
    measure::{self, OrderCounts, TextSize},
    models::ModelSpec,
};
use bytes::Bytes;
use std::{
    io::{self, Write},
    path::{Path, PathBuf},
    thread,
};

/// Counters of the adaptive order-k models: 2²⁴ of 4 bytes, fewer for short inputs.
const LOG2_SLOTS: u8 = 24;

/// All that is measured of one file, or of several together.
pub(super) struct Measured {
    pub(super) name: String,
    pub(super) size: TextSize,
    /// Counts of order 0, 1, ….
    pub(super) orders: Vec<OrderCounts>,
    /// Ideal code length under the adaptive model of order 0, 1, …, in bits.
    pub(super) adaptive_bits: Vec<f64>,
    pub(super) bill: Bill,
    /// Other compressors' names and sizes, in bytes.
    pub(super) peers: Vec<(String, u64)>,
}

/// Measures `bytes` of the file at `path`.
pub(super) fn measure(path: &Path, bytes: &[u8], args: &MeasureArgs) -> Measured {
    let options = Options::new(args.level.0);
    let orders: Vec<u8> = (0..=args.order).collect();
    let peers = peers(args.peers);
    thread::scope(|scope| {
        let bill = scope.spawn(|| codec::bill(bytes, &options));
        let counts = scope.spawn(|| measure::count_orders(&[bytes], args.order.into()));
        Measured {
            name: shown(path),
            size: TextSize::of(bytes),
            adaptive_bits: parallel::map(&orders, |&order| adaptive_bits(order, bytes)),
            peers: parallel::map(&peers, |codec| (codec.name(), coded_bytes(&**codec, bytes))),
            bill: bill.join().expect("measuring does not panic"),
            orders: counts.join().expect("counting does not panic"),
        }
    })
}

/// All files together: sizes and code lengths add up, n-grams are pooled.
pub(super) fn total(
    measured: &[Measured],
    contents: &[(&PathBuf, Bytes)],
    args: &MeasureArgs,
) -> Measured {
    let inputs: Vec<&[u8]> = contents.iter().map(|(_, bytes)| &bytes[..]).collect();
    let over_files = |of: &dyn Fn(&Measured) -> f64| measured.iter().map(of).sum::<f64>();
    let peers = measured[0].peers.iter().enumerate().map(|(index, (name, _))| {
        (name.clone(), measured.iter().map(|file| file.peers[index].1).sum())
    });
    Measured {
        name: "total".to_owned(),
        size: measured.iter().map(|file| file.size).sum(),
        orders: measure::count_orders(&inputs, args.order.into()),
        adaptive_bits: (0..=args.order.into())
            .map(|order: usize| over_files(&|file| file.adaptive_bits[order]))
            .collect(),
        bill: measured.iter().map(|file| file.bill).sum(),
        peers: peers.collect(),
    }
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

/// Bytes that `codec` needs for `bytes`.
fn coded_bytes(codec: &dyn Codec, bytes: &[u8]) -> u64 {
    let mut length = Length(0);
    codec
        .compress(&mut &bytes[..], bytes.len() as u64, &mut length)
        .expect("memory is read and counted without errors");
    length.0
}

/// A writer that only counts.
struct Length(u64);

impl Write for Length {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
