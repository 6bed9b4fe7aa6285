//! Whether a format pays: spots of a run priced as they are and as what prediction leaves.

use super::{
    Piece, Samples,
    format::{Format, LONGEST_ROW},
};
use crate::transform::price::price_after;
use std::cell::OnceCell;

/// Where in a run guesses are tried, sixths of its length.
const SPOTS: [usize; 3] = [1, 3, 5];
/// Bytes on which a guess is tried first, …
const BRIEF: usize = 8 << 10;
/// … and on which what was found is judged, at most, …
const MEDIUM: usize = 24 << 10;
/// … which is one byte in so many of a run.
const JUDGED_SHARE: usize = 4;
/// Bytes in which rows are looked for, …
const LONG: usize = 128 << 10;
/// … and rows on which they are tried.
const TRIED_ROWS: usize = 32;
/// Bytes of these that are priced at most, at their end, and before them those that the price is
/// learnt from: prediction must have settled, a price need not.
const PRICED: usize = 4 << 10;
const LEARNT: usize = 8 << 10;
/// Samples must become cheaper by one part in so many.
const LEAST_GAIN: u64 = 8;
/// Bytes in which copies are looked for at most.
const COPIED: usize = 1 << 20;
/// Level of zstd that finds copies at hundreds of MB/s.
const ZSTD_LEVEL: i32 = 3;

/// What may be samples of one format.
pub(super) struct Run<'a> {
    samples: &'a [u8],
    /// The spots on which formats are judged, and what they cost as they are, bits.
    judged: OnceCell<[(Trial<'a>, u64); SPOTS.len()]>,
    /// Bytes in a middle part of the run, and what copies leave of them.
    copied: OnceCell<(u64, u64)>,
}

impl<'a> Run<'a> {
    pub(super) const fn of(samples: &'a [u8]) -> Self {
        Self { samples, judged: OnceCell::new(), copied: OnceCell::new() }
    }

    /// The format, rows included, if it is not out of the question: `guess` tells it from
    /// bytes, rows left out.
    pub(super) fn format(&self, guess: impl Fn(&[u8]) -> Format) -> Option<Format> {
        let trials = SPOTS.map(|spot| Trial::on(self.samples, spot, BRIEF));
        let plain = trials.each_ref().map(Trial::plain);
        let (dearest, &most) = plain.iter().enumerate().max_by_key(|(_, plain)| **plain)?;
        let format = guess(trials[dearest].bytes);
        let rest = trials[dearest].rest(format);
        if rest * 4 > most * 5 {
            return None;
        }
        let rows = rows(Trial::on(self.samples, SPOTS[dearest], LONG).bytes, format);
        // As if the other spots gained as much.
        let expected = plain.iter().sum::<u64>() * rest / most.max(1);
        let with_copies = self.with_copies(trials.iter().map(Trial::priced_bytes).sum());
        let is_likely = expected * 8 <= with_copies * 9 || !rows.is_empty();
        is_likely.then(|| self.with_best_row(SPOTS[dearest], format, rows))
    }

    /// `format`, in one of `rows` if that makes what prediction leaves at `spot` clearly
    /// cheaper.
    fn with_best_row(&self, spot: usize, format: Format, rows: Vec<usize>) -> Format {
        let Some(longest) = rows.iter().max() else { return format };
        let tried = (TRIED_ROWS * longest * format.width).clamp(MEDIUM, LONG);
        let trial = Trial::on(self.samples, spot, tried);
        let mut best = (trial.rest(format) * 31 / 32, format);
        for row in rows {
            let format = Format { row, ..format };
            best = best.min((trial.rest(format), format));
        }
        best.1
    }

    /// Whether the samples are clearly cheaper as what prediction leaves of them, and nowhere
    /// much dearer.
    pub(super) fn pays(&self, format: Format) -> bool {
        let (mut plain, mut rest, mut loss, mut priced) = (0, 0, 0, 0);
        for (trial, plain_here) in self.judged() {
            let rest_here = trial.rest(format);
            plain += plain_here;
            rest += rest_here;
            loss += rest_here.saturating_sub(*plain_here);
            priced += trial.priced_bytes();
        }
        loss <= plain / 16 && rest + plain / LEAST_GAIN < plain && rest < self.with_copies(priced)
    }

    fn judged(&self) -> &[(Trial<'a>, u64); SPOTS.len()] {
        let most = (self.samples.len() / JUDGED_SHARE).clamp(BRIEF, MEDIUM);
        let judged = |spot| {
            let trial = Trial::on(self.samples, spot, most);
            let plain = trial.plain();
            (trial, plain)
        };
        self.judged.get_or_init(|| SPOTS.map(judged))
    }

    /// Bits that copies leave of `bytes` of the samples: tables of addresses are alike over
    /// distances that no trial covers, samples are not.
    fn with_copies(&self, bytes: usize) -> u64 {
        let (whole, left) = self.copied.get_or_init(|| {
            let start = self.samples.len().saturating_sub(COPIED) / 2;
            let middle = &self.samples[start..self.samples.len().min(start + COPIED)];
            let code = zstd::bulk::compress(middle, ZSTD_LEVEL);
            (middle.len() as u64, code.map_or(middle.len(), |code| code.len()) as u64)
        });
        left * 8 * bytes as u64 / (*whole).max(1)
    }
}

/// A few bytes of a run, the first of which are there to be learnt from only.
struct Trial<'a> {
    bytes: &'a [u8],
    learnt: usize,
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
        Self { bytes, learnt }
    }

    const fn priced_bytes(&self) -> usize {
        self.bytes.len() - self.learnt
    }

    /// What the end costs as it is, bits.
    fn plain(&self) -> u64 {
        priced(self.bytes, self.learnt)
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

/// Places at which a row is compared with the one before, …
const PROBES: usize = 256;
/// … those of them at which all are, one in so many, …
const FIRST_PROBES: usize = 4;
/// … and the rows that are compared at all.
const FINALISTS: usize = 512;

/// Shortest row, samples of a channel: tables of records repeat at less.
const SHORTEST_ROW: usize = 24;

/// The distance at which samples and their steps resemble each other most, if they do so
/// clearly more than at most distances, and those whole fractions of it at which they
/// resemble each other nearly as much.
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
    let unlikeness = |lag: usize, every: usize| -> u64 {
        let at = |&i: &usize| {
            let (here, there) = (samples[i], samples[i - lag]);
            let steps = (here - samples[i - step]) - (there - samples[i - lag - step]);
            here.abs_diff(there) + steps.unsigned_abs()
        };
        probes.iter().step_by(every).map(at).sum()
    };
    let lags = (SHORTEST_ROW * step..longest - step).step_by(step);
    let mut scores: Vec<(u64, usize)> =
        lags.map(|lag| (unlikeness(lag, FIRST_PROBES), lag)).collect();
    let sum: u64 = scores.iter().map(|(score, _)| score * FIRST_PROBES as u64).sum();
    let mean = sum / scores.len().max(1) as u64;
    if scores.len() > FINALISTS {
        scores.select_nth_unstable(FINALISTS);
        scores.truncate(FINALISTS);
    }
    let (least, lag) = scores.iter().map(|&(_, lag)| (unlikeness(lag, 1), lag)).min()?;
    if least * 4 >= mean * 3 {
        return None;
    }
    // Rows of a dithered picture are more alike every few of them.
    let fractions = (2..=4).filter(|k| lag.is_multiple_of(k * step)).map(|k| lag / k);
    let likely =
        fractions.filter(|&row| row >= SHORTEST_ROW * step && unlikeness(row, 1) < least * 2);
    Some(std::iter::once(lag).chain(likely).collect())
}
