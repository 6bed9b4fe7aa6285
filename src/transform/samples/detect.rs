//! Where samples are, and in which format: guessed from small windows, decided by trial.

use super::{
    Piece, Samples,
    format::Format,
    trial::{Run, steps},
};
use crate::transform::{
    ranges::parts,
    texture::{entropy, is_text, log2},
};
use std::ops::Range;

/// Parts of a block that are looked at, at most, …
const MOST_PARTS: usize = 128;
/// … and their bytes, at least and at most.
const LEAST_PART: usize = 4 << 10;
const MOST_PART: usize = 64 << 10;
/// Samples of a part that are looked at.
const WINDOW: usize = 320;
/// Percent of the bytes' entropy up to which differences look like samples.
const PLAUSIBLE: u32 = 95;
/// Percent of the bytes' entropy up to which a run of samples may go on.
const POSSIBLE: u32 = 108;
/// Entropy below which nothing can be told, units of 2⁻⁸ bits a byte.
const FLAT: u32 = 384;
/// The block's most frequent format is any part's that it costs at most so many percent of
/// the best for the part.
const PREFERRED: u32 = 140;
/// The cost of a guess that cannot be made.
const IMPOSSIBLE: u32 = 1 << 20;
/// Bytes of a run at least, unless it is half of the block.
const LEAST_RUN: usize = 16 << 10;
/// All runs of one kind are at least one byte in so many of a block: less gains too little to
/// be tried. A collection of small pictures is more.
const LEAST_SHARE: usize = 32;
/// Bytes of a block for each run that may be found not to be samples before the search ends.
const BYTES_A_FAILURE: usize = 4 << 20;
/// Parts between two pieces of one format that are taken with them.
const MOST_GAP: usize = 4;
/// Pieces at most, so that they fit 255 bytes in a block's header.
const MOST_PIECES: usize = 20;

impl Samples {
    /// The parts of `block` that are cheaper as what prediction leaves of samples.
    pub(in crate::transform) fn detect(block: &[u8]) -> Option<Self> {
        let mut runs = runs(block);
        let least = LEAST_RUN.min(block.len() / 2);
        runs.retain(|(range, _)| range.len() >= least);
        let of_kind = |kind: Guess| -> usize {
            runs.iter().filter(|(_, guess)| *guess == kind).map(|(range, _)| range.len()).sum()
        };
        let are_many = |&&(_, guess): &&(_, Guess)| of_kind(guess) * LEAST_SHARE >= block.len();
        let mut runs: Vec<_> = runs.iter().filter(are_many).cloned().collect();
        runs.sort_by_key(|(range, _)| std::cmp::Reverse(range.len()));
        let (mut pieces, mut failures) = (Vec::new(), 0);
        for (range, guess) in runs {
            if failures > block.len() / BYTES_A_FAILURE || pieces.len() == MOST_PIECES {
                break;
            }
            match guess.try_on(block, range, &pieces) {
                Some(piece) => pieces.push(piece),
                None => failures += 1,
            }
        }
        let pieces = joined(pieces, MOST_GAP * part_bytes(block));
        (!pieces.is_empty()).then_some(Self { pieces })
    }
}

/// `pieces` in order, those of one format with at most `gap` bytes between them as one.
fn joined(mut pieces: Vec<Piece>, gap: usize) -> Vec<Piece> {
    pieces.sort_by_key(|piece| piece.range.start);
    let mut joined: Vec<Piece> = Vec::new();
    for piece in pieces {
        match joined.last_mut() {
            Some(last)
                if last.format == piece.format
                    && piece.range.start - last.range.end <= gap
                    && (piece.range.start - last.range.end) % piece.format.frame() == 0 =>
            {
                last.range.end = piece.range.end;
            }
            _ => joined.push(piece),
        }
    }
    joined
}

/// Bytes of a part that is looked at.
fn part_bytes(block: &[u8]) -> usize {
    (block.len() / MOST_PARTS).clamp(LEAST_PART, MOST_PART)
}

/// How samples may lie in a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Guess {
    width: usize,
    channels: usize,
    is_big_endian: bool,
    /// Where samples start, modulo their width.
    phase: usize,
}

/// A part of a block as its middle looks.
struct Part {
    range: Range<usize>,
    /// Order-0 entropy, units of 2⁻⁸ bits a byte.
    entropy: u32,
    /// What each of [`GUESSES`] costs, in the same units.
    costs: [u32; GUESSES.len()],
}

impl Part {
    /// Whether hardly anything happens here, which suits every guess.
    const fn is_flat(&self) -> bool {
        self.entropy < FLAT
    }

    /// Whether `guess` costs less than `percent` of the entropy.
    const fn costs_less(&self, guess: usize, percent: u32) -> bool {
        self.costs[guess] * 100 < self.entropy * percent
    }

    /// The best guess, if it is plausible.
    fn best(&self) -> Option<usize> {
        let best = (0..GUESSES.len()).min_by_key(|&guess| self.costs[guess])?;
        (!self.is_flat() && self.costs_less(best, PLAUSIBLE)).then_some(best)
    }

    /// Whether `guess` is about as good as the best.
    fn is_good(&self, guess: usize) -> bool {
        let best = self.costs.iter().min().copied().unwrap_or(IMPOSSIBLE);
        self.costs[guess] * 100 < best * PREFERRED
    }

    /// `preferred` if it is about as good as `guess`, the best one, else that.
    fn rather(&self, preferred: usize, guess: usize) -> usize {
        let is_as_good = self.is_good(preferred) && self.costs_less(preferred, PLAUSIBLE);
        if is_as_good { preferred } else { guess }
    }

    /// Whether a run in the format of `guess` may go on here.
    fn may_be(&self, guess: usize) -> bool {
        self.is_flat() || self.is_good(guess) && self.costs_less(guess, POSSIBLE)
    }
}

/// Runs of parts of `block` that look like samples in the same format.
fn runs(block: &[u8]) -> Vec<(Range<usize>, Guess)> {
    let ranges = parts(block.len(), part_bytes(block));
    let parts: Vec<Part> = ranges.filter_map(|range| look(block, range)).collect();
    let mut votes = [0; GUESSES.len()];
    parts.iter().filter_map(Part::best).for_each(|guess| votes[guess] += 1);
    let preferred = (0..GUESSES.len()).max_by_key(|&guess| votes[guess]).unwrap_or(0);
    if votes[preferred] == 0 {
        return Vec::new();
    }
    let mut runs: Vec<(Range<usize>, usize)> = Vec::new();
    for part in &parts {
        match runs.last_mut() {
            Some((run, guess)) if run.end == part.range.start && part.may_be(*guess) => {
                run.end = part.range.end;
            }
            _ => {
                let guess = part.best().map(|best| part.rather(preferred, best));
                runs.extend(guess.map(|guess| (part.range.clone(), guess)));
            }
        }
    }
    runs.into_iter().map(|(range, guess)| (range, GUESSES[guess])).collect()
}

/// How the middle of `part` looks; `None` where there is text.
fn look(block: &[u8], part: Range<usize>) -> Option<Part> {
    let middle = part.start + (part.end - part.start) / 2;
    let start = middle.saturating_sub(2 * WINDOW).max(part.start);
    let window = &block[start..part.end.min(start + 4 * WINDOW)];
    if is_text(window) {
        return None;
    }
    let mut costs = [IMPOSSIBLE; GUESSES.len()];
    let (mut samples, mut count) = ([0; WINDOW], 0);
    for (guess, cost_of) in GUESSES.iter().zip(&mut costs) {
        // Guesses of more channels follow, which look at the same samples.
        if guess.channels == 1 {
            let first = start.next_multiple_of(guess.width) + guess.phase;
            let bytes = block.get(first..part.end)?;
            count = fill(&mut samples, bytes, guess.width, guess.is_big_endian);
        }
        *cost_of = cost(&samples[..count], guess.width, guess.channels);
    }
    Some(Part { range: part, entropy: entropy(window), costs })
}

/// Every guess: each width and order with each phase and few channels.
const GUESSES: [Guess; 40] = {
    let nothing = Guess { width: 1, channels: 1, is_big_endian: false, phase: 0 };
    let (mut guesses, mut count) = ([nothing; 40], 0);
    let mut order = 0;
    while order < ORDERS.len() {
        let (width, is_big_endian) = ORDERS[order];
        let most_channels = if width == 1 { 4 } else { 2 };
        let mut i = 0;
        while i < width * most_channels {
            let (phase, channels) = (i / most_channels, i % most_channels + 1);
            guesses[count] = Guess { width, channels, is_big_endian, phase };
            (count, i) = (count + 1, i + 1);
        }
        order += 1;
    }
    guesses
};

/// Widths and whether the high byte comes first.
const ORDERS: [(usize, bool); 7] =
    [(1, false), (2, false), (2, true), (3, false), (3, true), (4, false), (4, true)];

/// Reads samples from the front of `bytes`, each moved up to the top of a word, so that words
/// overflow as samples do; how many.
fn fill(samples: &mut [i32], bytes: &[u8], width: usize, is_big_endian: bool) -> usize {
    match (width, is_big_endian) {
        (1, _) => fill_with(samples, bytes, |&[a]| [0, 0, 0, a]),
        (2, false) => fill_with(samples, bytes, |&[a, b]| [0, 0, a, b]),
        (2, true) => fill_with(samples, bytes, |&[b, a]| [0, 0, a, b]),
        (3, false) => fill_with(samples, bytes, |&[a, b, c]| [0, a, b, c]),
        (3, true) => fill_with(samples, bytes, |&[c, b, a]| [0, a, b, c]),
        (_, false) => fill_with(samples, bytes, |&[a, b, c, d]| [a, b, c, d]),
        (_, true) => fill_with(samples, bytes, |&[d, c, b, a]| [a, b, c, d]),
    }
}

/// As [`fill`], `word` being the bytes of a word, the lowest first.
fn fill_with<const WIDTH: usize>(
    samples: &mut [i32],
    bytes: &[u8],
    word: impl Fn(&[u8; WIDTH]) -> [u8; 4],
) -> usize {
    let read = samples.iter_mut().zip(bytes.as_chunks().0);
    read.map(|(sample, bytes)| *sample = i32::from_le_bytes(word(bytes))).count()
}

/// Units of 2⁻⁸ bits a byte that the better of first and second differences of `samples`, as
/// [`fill`] leaves them, would take: those of a Laplacian whose mean magnitude is theirs,
/// log₂ 2e|r|.
fn cost(samples: &[i32], width: usize, channels: usize) -> u32 {
    let count = samples.len().saturating_sub(2 * channels);
    if count < WINDOW / 2 {
        return IMPOSSIBLE;
    }
    let down = 32 - 8 * width as u32;
    let (middles, news) = (&samples[channels..][..count], &samples[2 * channels..][..count]);
    let (mut first, mut second) = (Magnitudes::default(), Magnitudes::default());
    for ((&old, &middle), &new) in samples[..count].iter().zip(middles).zip(news) {
        let difference = new.wrapping_sub(middle);
        first.add(difference >> down);
        second.add(difference.wrapping_sub(middle.wrapping_sub(old)) >> down);
    }
    let (first, second) = (first.sum(), second.sum());
    // Units of 2⁻⁴, and half a step more.
    let mean = (first.min(second) << 4) / count as u64 + 8;
    (log2(mean) as u32 + LOG2_2E - (4 << 8)) / width as u32
}

/// A sum of magnitudes, of high and low halves apart, so that words hold it: no more than
/// [`WINDOW`] are added.
#[derive(Default)]
struct Magnitudes {
    high: u32,
    low: u32,
}

impl Magnitudes {
    #[inline(always)]
    const fn add(&mut self, difference: i32) {
        let magnitude = difference.unsigned_abs();
        self.high += magnitude >> 16;
        self.low += magnitude & 0xFFFF;
    }

    fn sum(&self) -> u64 {
        (u64::from(self.high) << 16) + u64::from(self.low)
    }
}

/// log₂ 2e, units of 2⁻⁸.
const LOG2_2E: u32 = 625;

impl Guess {
    /// The samples of `range` as a piece, if they are cheaper than as they are; in a format
    /// that is `known` from another piece, if that will do.
    fn try_on(self, block: &[u8], range: Range<usize>, known: &[Piece]) -> Option<Piece> {
        let first = range.start.next_multiple_of(self.width) + self.phase;
        let whole = range.end.checked_sub(first)? / self.width * self.width;
        let range = first..first + whole;
        let samples = &block[range.clone()];
        let known = known.iter().map(|piece| piece.format).find(|format| self.suits(*format));
        let run = Run::of(samples);
        if let Some(format) = known.filter(|format| run.pays(*format)) {
            return Some(Piece { range, format });
        }
        let format = run.format(|bytes| self.format(bytes))?;
        run.pays(format).then_some(Piece { range, format })
    }

    /// Whether `format` is this guess with sign and rows.
    fn suits(self, format: Format) -> bool {
        (self.width, self.channels, self.is_big_endian)
            == (format.width, format.channels, format.is_big_endian)
    }

    /// The format, signed if that makes the steps of the samples in `bytes` smaller.
    fn format(self, bytes: &[u8]) -> Format {
        let Self { width, channels, is_big_endian, .. } = self;
        let format = |is_signed| Format { width, channels, is_big_endian, is_signed, row: 0 };
        let is_signed = steps(bytes, format(true)) < steps(bytes, format(false));
        format(is_signed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise(count: usize) -> impl Iterator<Item = i64> {
        let mut state = 1_u64;
        std::iter::repeat_with(move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 56) as i64 - 128
        })
        .take(count)
    }

    /// A tone of two channels with some noise, 16 bits little-endian.
    fn sound(frames: usize) -> Vec<u8> {
        let samples = noise(2 * frames).enumerate().map(|(i, noise)| {
            let phase = (i / 2) as f64 * if i % 2 == 0 { 0.031 } else { 0.017 };
            (9000.0 * phase.sin()) as i64 + noise / 4
        });
        samples.flat_map(|sample| (sample as i16).to_le_bytes()).collect()
    }

    /// Pixels of three colours whose rows resemble each other more than neighbours do.
    fn picture(width: usize, height: usize) -> Vec<u8> {
        let waves = |place: usize, colour: usize| {
            let hash = (place + 7 * colour).wrapping_mul(0x9E37_79B9) >> 9 & 15;
            (place as f64 * 0.3 + colour as f64).sin() * 60.0 + hash as f64
        };
        let places = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
        let bytes = places.flat_map(|(x, y)| {
            (0..3).map(move |colour| 128.0 + waves(x, colour) + (y as f64 * 0.05).sin() * 20.0)
        });
        bytes
            .zip(noise(3 * width * height))
            .map(|(b, noise)| (b as i64 + noise / 40) as u8)
            .collect()
    }

    #[test]
    fn sound_behind_a_header_of_odd_length_is_found() {
        let mut block = b"RIFF, and other names that a file may begin with.".to_vec();
        block.extend(sound(40_000));
        let found = Samples::detect(&block).expect("sound");
        assert_eq!(found.pieces.len(), 1);
        let Piece { range, format } = &found.pieces[0];
        assert_eq!((format.width, format.channels, format.row), (2, 2, 0));
        assert!(!format.is_big_endian && format.is_signed);
        assert_eq!(range.start % 2, 1);
        assert!(range.len() > 150_000);
    }

    #[test]
    fn rows_of_pixels_are_found() {
        let found = Samples::detect(&picture(200, 300)).expect("a picture");
        let format = found.pieces[0].format;
        assert_eq!((format.width, format.channels, format.row), (1, 3, 600));
    }

    #[test]
    fn what_is_not_samples_is_left_alone() {
        let text = b"Neither words nor rows of numbers are samples.\n".repeat(2000);
        let random: Vec<u8> = noise(100_000).map(|n| n as u8).collect();
        let records: Vec<u8> = (0..9000_u32)
            .flat_map(|i| [i.to_le_bytes(), (i.wrapping_mul(2_654_435_761) >> 7).to_be_bytes()])
            .flatten()
            .collect();
        for bytes in [text, random, records, vec![0; 100_000], Vec::new(), vec![7]] {
            assert_eq!(Samples::detect(&bytes), None, "{:?}", &bytes[..bytes.len().min(9)]);
        }
    }

    #[test]
    fn sound_among_text_is_found_where_it_is() {
        let mut block = b"There are many words here, and none of them is a sample.\n".repeat(1500);
        let start = block.len();
        block.extend(sound(60_000));
        let end = block.len();
        block.extend(b"And here are others, of which that may be said as well.\n".repeat(1500));
        let found = Samples::detect(&block).expect("sound");
        let covered: usize = found.pieces.iter().map(|piece| piece.range.len()).sum();
        assert!(covered > (end - start) * 9 / 10);
        let first = found.pieces.first().expect("one").range.start;
        assert!(first.abs_diff(start) < 8 << 10, "{first} {start}");
    }
}
