//! All the measuring for a page.

use super::{
    PageArgs,
    trials::{self, Outcome},
};
use crate::{
    cli::{
        explain::{Granularity, Piece, Splitter},
        failure::{Failure, shown},
        input,
        measure::Peers,
        measure::work::{self, Job, Measured},
        model, parallel,
        profile::{Profile, Window},
        progress,
    },
    codec::Prior,
    coding::{BitSink, Probability},
    measure::{self, ByteCosts, Estimate, Reliability},
    models::Follower,
};

/// Windows of the profile.
const WINDOWS: usize = 60;
/// Bytes whose surprises are shown one by one.
const EXCERPT_BYTES: usize = 2400;
/// Largest distance of two bytes whose mutual information is shown.
const LAGS: usize = 32;
/// Bytes that the model reads at a time.
const PIECE_BYTES: usize = 1 << 14;

/// Everything that is shown.
pub(super) struct Gathered {
    pub(super) name: String,
    /// What the model that measures is called.
    pub(super) measure: String,
    pub(super) measured: Measured,
    /// Shares of byte values.
    pub(super) frequencies: Vec<f64>,
    /// Mean cost under the model, in bits per byte.
    pub(super) cost: Estimate,
    /// Bytes read, and what they cost on average, in bits per byte.
    pub(super) learning: Vec<(u64, f64)>,
    pub(super) profile: Profile,
    pub(super) reliability: Reliability,
    /// Characters from the middle of the file.
    pub(super) excerpt: Vec<Piece>,
    /// Whether the excerpt is text, cut into characters.
    pub(super) is_text: bool,
    /// Distance, mutual information in bits per byte, plug-in and corrected.
    pub(super) lags: Vec<(usize, f64, f64)>,
    /// Mutual information of neighbours in a random order, in bits per byte.
    pub(super) shuffled: f64,
    pub(super) trials: Vec<Outcome>,
    /// Bytes that the trials were held on.
    pub(super) trial_bytes: usize,
}

impl Gathered {
    /// Reads and measures the file.
    pub(super) fn of(args: &PageArgs) -> Result<Self, Failure> {
        let bytes = input::read_whole(&args.file)?;
        if bytes.is_empty() {
            return Err(Failure::at(&args.file, "is empty: there is nothing to report"));
        }
        // Trials first: processes inherit the memory of a large parent.
        let part = trials::part(&bytes, args.trial_bytes.0);
        let trials = trials::hold(part)?;
        let prior = args.model.load()?.map(Prior::trained);
        let (trained, length) = (prior.as_ref().and_then(Prior::trained_model), bytes.len() as u64);
        let (mut model, measure) = model::reader(trained, args.level, Some(length))?;
        let (level, order, peers) = (args.level.0, args.order, Peers::Quick);
        let job = Job { level, order, peers, prior: prior.as_ref() };
        let measured = work::measure(&args.file, &bytes, job);
        let mut read = Reading::new(bytes.len());
        let is_text = is_text(&bytes[read.excerpt_range.clone()]);
        let by = if is_text { Granularity::Char } else { Granularity::Byte };
        read.all(&bytes, args, &mut model, Splitter::new(by));
        let lags: Vec<usize> = (1..=LAGS).filter(|&lag| lag < bytes.len()).collect();
        let lags = parallel::map(&lags, |&lag| {
            let pairs = measure::lagged_pairs(&bytes, lag);
            (lag, pairs.mutual_information(), pairs.miller_madow_mutual_information())
        });
        let mut counts = [0_u64; 256];
        for &byte in &bytes[..] {
            counts[usize::from(byte)] += 1;
        }
        Ok(Self {
            name: shown(&args.file),
            measure,
            measured,
            frequencies: counts.map(|count| count as f64 / bytes.len() as f64).into(),
            cost: read.cost(),
            learning: read.learning,
            profile: read.profile,
            reliability: read.reliability,
            excerpt: read.excerpt,
            is_text,
            lags,
            shuffled: measure::shuffled_mutual_information(&bytes, 1, 1).0,
            trials,
            trial_bytes: part.len(),
        })
    }
}

/// What one pass of the model gives.
struct Reading {
    excerpt_range: std::ops::Range<usize>,
    learning: Vec<(u64, f64)>,
    profile: Profile,
    reliability: Reliability,
    excerpt: Vec<Piece>,
    bits: f64,
}

impl Reading {
    fn new(length: usize) -> Self {
        let window = length.div_ceil(WINDOWS);
        let start = (length / 2).saturating_sub(EXCERPT_BYTES / 2);
        Self {
            excerpt_range: start..(start + EXCERPT_BYTES).min(length),
            learning: Vec::new(),
            profile: Profile::new(1.0, window),
            reliability: Reliability::new(),
            excerpt: Vec::new(),
            bits: 0.0,
        }
    }

    fn all(&mut self, bytes: &[u8], args: &PageArgs, model: &mut Follower, mut splitter: Splitter) {
        let progress = progress::of_bytes(Some(bytes.len() as u64), shown(&args.file));
        let (mut offset, mut next_point) = (0, 16);
        for (piece, end) in bytes.chunks(PIECE_BYTES).zip((PIECE_BYTES..).step_by(PIECE_BYTES)) {
            let mut sinks = Both(ByteCosts::new(), &mut self.reliability);
            let passage = model.read(piece, end >= bytes.len(), &mut sinks);
            for (&byte, cost) in passage.text().iter().zip(passage.spread(sinks.0.costs())) {
                self.bits += cost;
                self.profile.add(&[byte], cost);
                if self.excerpt_range.contains(&offset) {
                    self.excerpt.extend(splitter.add(byte, cost, &[]));
                }
                offset += 1;
                if offset == next_point || offset == bytes.len() {
                    self.learning.push((offset as u64, self.bits / offset as f64));
                    next_point = (offset + 1).max(offset + offset / 12);
                }
            }
            progress.inc(piece.len() as u64);
        }
        self.excerpt.extend(splitter.end());
        self.profile.end();
        progress.finish_and_clear();
    }

    /// Mean cost and its standard error, from the profile's windows.
    fn cost(&self) -> Estimate {
        let windows = self.profile.windows();
        let full = windows.iter().filter(|window| window.bytes == windows[0].bytes);
        let costs: Vec<f64> = full.map(|window: &Window| window.model).collect();
        let bytes: u64 = windows.iter().map(|window| window.bytes).sum();
        let error = measure::batch_means(&costs, costs.len()).standard_error;
        Estimate { value: self.bits / bytes as f64, standard_error: error }
    }
}

/// Whether `bytes` are worth reading: at most one character in twenty is broken or controls
/// a terminal.
fn is_text(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let is_strange = |c: &char| *c == char::REPLACEMENT_CHARACTER || c.is_control();
    let strange = text.chars().filter(|c| is_strange(c) && !c.is_whitespace()).count();
    20 * strange <= text.chars().count()
}

/// Costs of bytes beside the judgement of a whole input.
struct Both<'a>(ByteCosts, &'a mut Reliability);

impl BitSink for Both<'_> {
    fn put(&mut self, bit: bool, p: Probability) {
        self.0.put(bit, p);
        self.1.put(bit, p);
    }

    fn end_of_byte(&mut self) {
        self.0.end_of_byte();
    }
}

#[cfg(test)]
mod tests {
    use super::is_text;

    #[test]
    fn text_is_told_from_what_nobody_can_read() {
        assert!(is_text("Über 40 %\tder Wörter\r\n".as_bytes()));
        assert!(is_text(b""));
        assert!(!is_text(&[0, 1, 2, 0x7F, 0x45, 0x4C]) && !is_text(&[0x8B, 0xFF, 0x45, 0xFC]));
    }
}
