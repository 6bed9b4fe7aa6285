//! Whether a format pays: spots of a run priced as they are and as what prediction leaves.

use super::{
    Piece, Samples,
    format::{Format, LONGEST_ROW},
};
use crate::transform::price::price_after;
use std::{
    cell::{OnceCell, RefCell},
    cmp::Reverse,
    ops::Range,
};

/// Where in a run guesses are tried, sixths of its length.
const SPOTS: [usize; 3] = [1, 3, 5];
/// Bytes on which a guess is tried first, …
const BRIEF: usize = 8 << 10;
/// … and on which what was found is judged, at most, …
const MEDIUM: usize = 16 << 10;
/// … which is one byte in so many of a run.
const JUDGED_SHARE: usize = 4;
/// Bytes in which rows are looked for, …
const LONG: usize = 128 << 10;
/// … and rows on which they are tried.
const TRIED_ROWS: usize = 32;
/// Bytes of these that are priced at most, at their end, and before them those that the price is
/// learnt from: prediction must have settled, a price need not.
const PRICED: usize = 4 << 10;
const LEARNT: usize = 4 << 10;
/// Samples must become cheaper by one part in so many.
const LEAST_GAIN: u64 = 64;
/// Bytes in which copies are looked for at most.
const COPIED: usize = 1 << 19;
/// Level of zstd that finds copies at hundreds of MB/s.
const ZSTD_LEVEL: i32 = 3;

/// What may be samples of one format.
pub(super) struct Run<'a> {
    samples: &'a [u8],
    /// The spots on which formats are judged, and what they cost as they are, bits.
    judged: OnceCell<[(Trial<'a>, u64); SPOTS.len()]>,
    /// Bytes in a middle part of the run, and what copies leave of them.
    copied: OnceCell<(u64, u64)>,
    /// What prediction was found to leave of which bytes.
    rests: RefCell<Vec<(Range<usize>, Format, u64)>>,
}

impl<'a> Run<'a> {
    pub(super) fn of(samples: &'a [u8]) -> Self {
        let (judged, copied) = (OnceCell::new(), OnceCell::new());
        Self { samples, judged, copied, rests: RefCell::default() }
    }

    /// The format, rows included, if it is not out of the question: `guess` tells it from
    /// bytes, rows left out.
    pub(super) fn format(&self, guess: impl Fn(&[u8]) -> Format) -> Option<Format> {
        let trials = SPOTS.map(|spot| Trial::on(self.samples, spot, BRIEF));
        let plain = trials.each_ref().map(Trial::plain);
        let (dearest, &most) = plain.iter().enumerate().max_by_key(|(_, plain)| **plain)?;
        let format = guess(trials[dearest].bytes);
        let rest = self.rest(&trials[dearest], format);
        if rest * 4 > most * 5 {
            return None;
        }
        let rows = rows(Trial::on(self.samples, SPOTS[dearest], LONG).bytes, format);
        let with_copies = self.with_copies(trials.iter().map(Trial::priced_bytes).sum());
        let is_likely = |rest: u64| {
            // As if the other spots gained as much.
            let expected = plain.iter().sum::<u64>() * rest / most.max(1);
            expected * 8 <= with_copies * 9
        };
        if rows.is_empty() {
            return is_likely(rest).then_some(format);
        }
        let (rest, format) = self.with_best_row(SPOTS[dearest], format, rows);
        is_likely(rest).then_some(format)
    }

    /// What prediction leaves at `spot`, and `format`, in one of `rows` if that makes it clearly
    /// cheaper.
    fn with_best_row(&self, spot: usize, format: Format, rows: Vec<usize>) -> (u64, Format) {
        let longest = rows.iter().max().unwrap_or(&0);
        let tried = (TRIED_ROWS * longest * format.width).clamp(BRIEF, LONG);
        let trial = Trial::on(self.samples, spot, tried);
        let mut best = (self.rest(&trial, format) * 47 / 48, format);
        for row in rows {
            let format = Format { row, ..format };
            best = best.min((self.rest(&trial, format), format));
        }
        best
    }

    /// Whether the samples are clearly cheaper as what prediction leaves of them, and nowhere
    /// much dearer.
    pub(super) fn pays(&self, format: Format) -> bool {
        let judged = self.judged();
        let plain: u64 = judged.iter().map(|(_, plain)| plain).sum();
        let with_copies =
            self.with_copies(judged.iter().map(|(trial, _)| trial.priced_bytes()).sum());
        let (mut rest, mut loss) = (0, 0);
        // The dearest spots decide soonest.
        let mut dearest: Vec<_> = judged.iter().collect();
        dearest.sort_by_key(|(_, plain)| Reverse(*plain));
        dearest.into_iter().all(|(trial, plain_here)| {
            let rest_here = self.rest(trial, format);
            rest += rest_here;
            loss += rest_here.saturating_sub(*plain_here);
            loss <= plain / 16 && rest + plain / LEAST_GAIN < plain && rest < with_copies
        })
    }

    /// What prediction leaves at the end of `trial`, bits.
    fn rest(&self, trial: &Trial<'_>, format: Format) -> u64 {
        let place = trial.start..trial.start + trial.bytes.len();
        let known = |(at, of, _): &&(Range<usize>, Format, u64)| *at == place && *of == format;
        if let Some(&(_, _, rest)) = self.rests.borrow().iter().find(known) {
            return rest;
        }
        let rest = trial.rest(format);
        self.rests.borrow_mut().push((place, format, rest));
        rest
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
    /// Where they begin in the run.
    start: usize,
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
        Self { start, bytes, learnt }
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
    let unlikeness = |lag: usize| -> u64 {
        let at = |&i: &usize| {
            let (here, there) = (samples[i], samples[i - lag]);
            let steps = (here - samples[i - step]) - (there - samples[i - lag - step]);
            here.abs_diff(there) + steps.unsigned_abs()
        };
        probes.iter().map(at).sum()
    };
    let roughly = rough_unlikeness(&samples, step, longest, probes.iter().step_by(FIRST_PROBES));
    let lags = (SHORTEST_ROW * step..longest - step).step_by(step);
    let mut scores: Vec<(u64, usize)> =
        lags.map(|lag| (roughly[longest - lag] as u64, lag)).collect();
    let sum: u64 = scores.iter().map(|(score, _)| score * FIRST_PROBES as u64).sum();
    let mean = sum / scores.len().max(1) as u64;
    if scores.len() > FINALISTS {
        scores.select_nth_unstable(FINALISTS);
        scores.truncate(FINALISTS);
    }
    let (least, lag) = scores.iter().map(|&(_, lag)| (unlikeness(lag), lag)).min()?;
    if least * 4 >= mean * 3 {
        return None;
    }
    // Rows of a dithered picture are more alike every few of them.
    let fractions = (2..=4).filter(|k| lag.is_multiple_of(k * step)).map(|k| lag / k);
    let likely = fractions.filter(|&row| row >= SHORTEST_ROW * step && unlikeness(row) < least * 2);
    Some(std::iter::once(lag).chain(likely).collect())
}

/// How far samples and their steps at `probes` are from those each lag before, rounded: that of
/// `longest`, then of each shorter one down to 1.
fn rough_unlikeness<'a>(
    samples: &[i64],
    step: usize,
    longest: usize,
    probes: impl Iterator<Item = &'a usize>,
) -> Vec<f32> {
    let values: Vec<f32> = samples.iter().map(|&sample| sample as f32).collect();
    let steps: Vec<f32> =
        samples.iter().skip(step).zip(samples).map(|(b, a)| (b - a) as f32).collect();
    let mut sums = vec![0.0_f32; longest];
    for &i in probes {
        let (here, step_here) = (values[i], steps[i - step]);
        let there = values[i - longest..i].iter().zip(&steps[i - step - longest..i - step]);
        for (sum, (value, step)) in sums.iter_mut().zip(there) {
            *sum += (here - value).abs() + (step_here - step).abs();
        }
    }
    sums
}
