//! Whether a format pays: spots of a run priced as they are and as what prediction leaves.

use super::{
    Piece, Samples,
    format::{Format, LONGEST_ROW},
};
use crate::transform::price::price_after;

/// The format of `samples`, rows included, if it is not out of the question: `guess` tells it
/// from bytes, rows left out.
pub(super) fn format_for(samples: &[u8], guess: impl Fn(&[u8]) -> Format) -> Option<Format> {
    let brief = SPOTS.map(|spot| Trial::on(samples, spot, BRIEF));
    let (spot, trial) = brief.iter().enumerate().max_by_key(|(_, trial)| trial.plain)?;
    let format = guess(trial.bytes);
    if trial.rest(format) > trial.plain * 5 / 4 {
        return None;
    }
    Some(with_rows(&Trial::on(samples, SPOTS[spot], LONG), format))
}

/// Whether `samples` are clearly cheaper as what prediction leaves of them, and nowhere much
/// dearer.
pub(super) fn pays(samples: &[u8], format: Format) -> bool {
    let trials = SPOTS.map(|spot| Trial::on(samples, spot, MEDIUM));
    let rests = trials.each_ref().map(|trial| trial.rest(format));
    let plain: u64 = trials.iter().map(|trial| trial.plain).sum();
    let rest: u64 = rests.iter().sum();
    let losses = trials.iter().zip(&rests).map(|(trial, rest)| rest.saturating_sub(trial.plain));
    let priced: usize = trials.iter().map(|trial| trial.bytes.len() - trial.learnt).sum();
    losses.sum::<u64>() <= plain / 16
        && rest + plain / LEAST_GAIN < plain
        && rest < with_copies(samples) * priced as u64 / samples.len() as u64
}

/// Bits that copies leave of `samples`: tables of addresses are alike over distances that
/// no trial covers, samples are not.
fn with_copies(samples: &[u8]) -> u64 {
    let bytes = zstd::bulk::compress(samples, ZSTD_LEVEL).map_or(samples.len(), |code| code.len());
    bytes as u64 * 8
}

/// Level of zstd that finds copies at hundreds of MB/s.
const ZSTD_LEVEL: i32 = 3;

/// `format`, in rows if that makes what `trial` leaves clearly cheaper.
fn with_rows(trial: &Trial<'_>, format: Format) -> Format {
    let mut best = (trial.rest(format) * 31 / 32, format);
    for row in rows(trial.bytes, format) {
        let format = Format { row, ..format };
        best = best.min((trial.rest(format), format));
    }
    best.1
}

/// Where in a run guesses are tried, sixths of its length.
const SPOTS: [usize; 3] = [1, 3, 5];
/// Bytes on which a guess is tried first, …
const BRIEF: usize = 8 << 10;
/// … on which rows are looked for, if that goes well, …
const LONG: usize = 128 << 10;
/// … and on which what was found is judged.
const MEDIUM: usize = 32 << 10;
/// Bytes of these that are priced at most, at their end, and before them those that the price is
/// learnt from: prediction must have settled, a price need not.
const PRICED: usize = 8 << 10;
const LEARNT: usize = 16 << 10;
/// Samples must become cheaper by one part in so many.
const LEAST_GAIN: u64 = 8;

/// A few bytes of a run, the first of which are there to be learnt from only.
struct Trial<'a> {
    bytes: &'a [u8],
    learnt: usize,
    /// What the rest costs as it is, bits.
    plain: u64,
}

impl<'a> Trial<'a> {
    /// `most` bytes around the `spot`th sixth of `bytes`, in whole words of 12 bytes, so
    /// that samples of any width stay whole.
    fn on(bytes: &'a [u8], spot: usize, most: usize) -> Self {
        let most = most.min(bytes.len()) / 12 * 12;
        let start = (bytes.len() * spot / 6).saturating_sub(most / 2).min(bytes.len() - most);
        let start = start / 12 * 12;
        let bytes = &bytes[start..start + most];
        let learnt = bytes.len().saturating_sub(PRICED).max(bytes.len() / 2);
        Self { bytes, learnt, plain: priced(bytes, learnt) }
    }

    /// What the end costs as what prediction leaves, bits.
    fn rest(&self, format: Format) -> u64 {
        let pieces = vec![Piece { range: 0..self.bytes.len(), format }];
        let rewritten = Samples { pieces }.forward(self.bytes);
        priced(&rewritten, self.learnt)
    }
}

/// What `bytes` from `start` on cost behind some of those before, bits.
fn priced(bytes: &[u8], start: usize) -> u64 {
    let (before, priced) = bytes.split_at(start);
    price_after(&before[before.len().saturating_sub(LEARNT)..], priced)
}

/// The sum of the steps from each sample to the next of its channel.
pub(super) fn steps(bytes: &[u8], format: Format) -> u64 {
    let samples = bytes.chunks_exact(format.width).map(|bytes| format.read(bytes));
    let later = samples.clone().skip(format.channels);
    samples.zip(later).map(|(a, b)| a.abs_diff(b)).sum()
}

/// Places at which a row is compared with the one before.
const PROBES: usize = 256;

/// The distance at which samples and their steps resemble each other most, if they do so
/// clearly more than at most distances, and whole fractions of it.
fn rows(bytes: &[u8], format: Format) -> Vec<usize> {
    rated_rows(bytes, format).unwrap_or_default()
}

fn rated_rows(bytes: &[u8], format: Format) -> Option<Vec<usize>> {
    let samples: Vec<i64> = bytes.chunks_exact(format.width).map(|b| format.read(b)).collect();
    let step = format.channels;
    let longest = (samples.len() * 2 / 3).min(LONGEST_ROW);
    let behind = samples.len().checked_sub(longest + step).filter(|&count| count > PROBES)?;
    let probes: Vec<usize> =
        (0..PROBES).map(|probe| longest + step + behind * probe / PROBES).collect();
    let unlikeness = |lag: usize| -> u64 {
        let at = |&i: &usize| {
            let (here, there) = (samples[i], samples[i - lag]);
            let steps = (here - samples[i - step]) - (there - samples[i - lag - step]);
            here.abs_diff(there) + steps.unsigned_abs()
        };
        probes.iter().map(at).sum()
    };
    let lags = (8 * step..longest - step).step_by(step);
    let scores: Vec<(u64, usize)> = lags.map(|lag| (unlikeness(lag), lag)).collect();
    let mean = scores.iter().map(|(score, _)| score).sum::<u64>() / scores.len().max(1) as u64;
    let &(least, lag) = scores.iter().min()?;
    if least * 4 >= mean * 3 {
        return None;
    }
    // Rows of a dithered picture are more alike every few of them.
    let fractions = (2..=4).filter(|k| lag.is_multiple_of(k * step)).map(|k| lag / k);
    Some(std::iter::once(lag).chain(fractions.filter(|&row| row >= 8 * step)).collect())
}
