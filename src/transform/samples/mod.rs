//! Samples ⇄ what linear prediction leaves of them.
//!
//! Sound and pictures are smooth: a weighted sum of what came before, and of what stands
//! above and in the other channels, tells the next sample but for a small rest. The rest is
//! written in the samples' place: twice the rest, or minus twice the rest less one where it
//! is negative, highest byte first, so that small rests are small bytes.

mod detect;
mod format;
mod least_squares;
mod trial;
mod vectors;

use super::wire::{put_number, take_number};
use format::{Format, MOST_INPUTS, extend};
use least_squares::LeastSquares;
use std::ops::Range;

/// Parts of a block that are samples.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Samples {
    pieces: Vec<Piece>,
}

/// How what prediction leaves lies in a block, bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rests {
    /// The first of them.
    pub start: usize,
    /// Each of them, `1..=4`.
    pub width: usize,
    /// From one to the next of its channel.
    pub frame: usize,
    /// From one to the one in the next row; 0 if there are no rows.
    pub row: usize,
}

/// Samples of one format.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Piece {
    /// Where they are in the block; whole samples.
    range: Range<usize>,
    format: Format,
}

impl Samples {
    /// The transform's number in a block's header.
    pub(super) const ID: u8 = 6;

    /// Where samples are.
    pub(super) fn ranges(&self) -> impl Iterator<Item = &Range<usize>> {
        self.pieces.iter().map(|piece| &piece.range)
    }

    /// What is left of the samples if nothing but `range` of the block is.
    pub(super) fn within(&self, range: Range<usize>) -> Self {
        let cut = |piece: &Piece| {
            let Piece { range: whole, format } = piece;
            let past = range.start.saturating_sub(whole.start).next_multiple_of(format.frame());
            let start = (whole.start + past).min(whole.end);
            let end = whole.end.min(range.end).max(start);
            let end = start + (end - start) / format.width * format.width;
            let range = start - range.start..end - range.start;
            (!range.is_empty()).then_some(Piece { range, format: *format })
        };
        Self { pieces: self.pieces.iter().filter_map(cut).collect() }
    }

    pub(super) fn forward(&self, bytes: &[u8]) -> Vec<u8> {
        let mut rewritten = bytes.to_vec();
        for Piece { range, format } in &self.pieces {
            vectors::predict_all(*format, &mut rewritten[range.clone()]);
        }
        rewritten
    }

    /// The mirror of [`forward`](Self::forward); `None` if a piece leaves the block.
    pub(super) fn inverse(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        let mut original = bytes.to_vec();
        for Piece { range, format } in &self.pieces {
            vectors::restore_all(*format, original.get_mut(range.clone())?);
        }
        Some(original)
    }

    /// Where most of the rests are.
    pub fn largest(&self) -> Option<Rests> {
        let piece = self.pieces.iter().max_by_key(|piece| piece.range.len())?;
        let Format { width, row, .. } = piece.format;
        let frame = piece.format.frame();
        Some(Rests { start: piece.range.start, width, frame, row: row * width })
    }

    /// The number of pieces, then for each its distance from the end of the one before, the
    /// number of its samples, and its format.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        put_number(&mut bytes, self.pieces.len() as u32);
        let mut end = 0;
        for Piece { range, format } in &self.pieces {
            put_number(&mut bytes, (range.start - end) as u32);
            put_number(&mut bytes, (range.len() / format.width) as u32);
            format.put(&mut bytes);
            end = range.end;
        }
        bytes
    }

    /// The mirror of [`to_bytes`](Self::to_bytes).
    pub(super) fn from_bytes(mut bytes: &[u8]) -> Option<Self> {
        let bytes = &mut bytes;
        let count = take_number(bytes)?;
        let (mut pieces, mut end) = (Vec::new(), 0_usize);
        for _ in 0..count {
            let start = end.checked_add(take_number(bytes)? as usize)?;
            let samples = take_number(bytes)? as usize;
            let format = Format::take(bytes)?;
            end = start.checked_add(samples.checked_mul(format.width)?)?;
            pieces.push(Piece { range: start..end, format });
        }
        bytes.is_empty().then_some(Self { pieces })
    }
}

/// Writes what prediction leaves over each of the samples in `bytes`.
#[inline(always)]
fn predict_all(format: Format, bytes: &mut [u8]) {
    let mut past = Past::new(format);
    for bytes in bytes.chunks_exact_mut(format.width) {
        let predicted = past.predict();
        let sample = format.read(bytes);
        put_rest(format, sample - predicted, bytes);
        past.push(sample);
    }
}

/// The mirror of [`predict_all`].
#[inline(always)]
fn restore_all(format: Format, bytes: &mut [u8]) {
    let mut past = Past::new(format);
    for bytes in bytes.chunks_exact_mut(format.width) {
        let sample = past.predict() + take_rest(bytes);
        format.write(sample, bytes);
        // As the encoder read it: within the format's bounds.
        past.push(format.read(bytes));
    }
}

/// Writes `rest`, modulo the samples' range, over a sample.
fn put_rest(format: Format, rest: i64, bytes: &mut [u8]) {
    let rest = extend(rest, format.bits());
    let folded = rest << 1 ^ rest >> 63;
    let places = (0..bytes.len()).rev();
    bytes.iter_mut().zip(places).for_each(|(byte, place)| *byte = (folded >> (8 * place)) as u8);
}

/// The mirror of [`put_rest`].
fn take_rest(bytes: &[u8]) -> i64 {
    let folded = bytes.iter().fold(0, |value, byte| value << 8 | i64::from(*byte));
    folded >> 1 ^ -(folded & 1)
}

/// The samples so far, and a predictor for each channel.
struct Past {
    format: Format,
    /// The samples that are in reach, and some before them; zeros before the first.
    samples: Vec<f64>,
    /// Samples at least that must be kept.
    longest_reach: usize,
    /// Samples pushed.
    count: usize,
    channels: Vec<Channel>,
    /// The inputs of the last prediction, as many as its channel has.
    inputs: [f64; MOST_INPUTS],
}

struct Channel {
    reaches: Vec<usize>,
    model: LeastSquares,
}

/// Samples that are kept beyond those in reach, so that they are seldom moved.
const SPARE: usize = 1 << 14;

impl Past {
    fn new(format: Format) -> Self {
        // A picture is much the same in its next row, sound is not much later.
        let memory = if format.row == 0 { 0.998 } else { 0.9995 };
        let channels: Vec<Channel> = (0..format.channels)
            .map(|channel| {
                let reaches = format.reaches(channel);
                Channel { model: LeastSquares::new(reaches.len(), memory), reaches }
            })
            .collect();
        let reaches = channels.iter().flat_map(|channel| &channel.reaches);
        let longest_reach = reaches.max().copied().unwrap_or(0);
        let samples = vec![0.0; longest_reach];
        Self { format, samples, longest_reach, count: 0, channels, inputs: [0.0; MOST_INPUTS] }
    }

    /// The most likely next sample.
    #[inline(always)]
    fn predict(&mut self) -> i64 {
        let channel = &self.channels[self.format.channel(self.count)];
        let (end, count) = (self.samples.len(), channel.reaches.len());
        for i in 0..count {
            self.inputs[i] = self.samples[end - channel.reaches[i]];
        }
        let (least, greatest) = self.format.bounds();
        // What is no number becomes 0.
        (channel.model.predict(&self.inputs[..count]).round() as i64).clamp(least, greatest)
    }

    /// Learns the sample that [`predict`](Self::predict) was asked for.
    #[inline(always)]
    fn push(&mut self, sample: i64) {
        let channel = &mut self.channels[self.format.channel(self.count)];
        let sample = sample as f64;
        channel.model.update(&self.inputs[..channel.reaches.len()], sample);
        if self.samples.len() >= self.longest_reach + SPARE {
            self.samples.copy_within(SPARE.., 0);
            self.samples.truncate(self.longest_reach);
        }
        self.samples.push(sample);
        self.count += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_format() -> impl Strategy<Value = Format> {
        let rows = prop_oneof![Just(0), 64usize..400];
        (1usize..=4, 1usize..=16, any::<bool>(), any::<bool>(), rows).prop_map(
            |(width, channels, is_big_endian, is_signed, row)| Format {
                width,
                channels,
                is_big_endian,
                is_signed,
                row,
            },
        )
    }

    proptest! {
        #[test]
        fn any_bytes_come_back(
            bytes in prop::collection::vec(any::<u8>(), 0..1200),
            formats in prop::collection::vec(any_format(), 1..3),
            gap in 0usize..9,
        ) {
            let (mut pieces, mut end) = (Vec::new(), 0);
            for format in formats {
                let start = bytes.len().min(end + gap);
                end = start + (bytes.len() - start) / 2 / format.width * format.width;
                pieces.push(Piece { range: start..end, format });
            }
            let samples = Samples { pieces };
            prop_assert_eq!(samples.inverse(&samples.forward(&bytes)), Some(bytes));
            prop_assert_eq!(Samples::from_bytes(&samples.to_bytes()), Some(samples));
        }

        #[test]
        fn any_parameters_are_read_or_refused(
            parameters in prop::collection::vec(any::<u8>(), 0..20),
            bytes in prop::collection::vec(any::<u8>(), 0..200),
        ) {
            if let Some(samples) = Samples::from_bytes(&parameters) {
                prop_assert_eq!(samples.to_bytes(), parameters);
                let _ = samples.inverse(&bytes);
            }
        }
    }

    #[test]
    fn what_is_left_of_samples_keeps_their_channels_apart() {
        let format =
            Format { width: 2, channels: 2, is_big_endian: false, is_signed: true, row: 0 };
        let samples = Samples { pieces: vec![Piece { range: 10..100, format }] };
        let pieces = |range| samples.within(range).pieces;
        assert_eq!(pieces(0..200), samples.pieces);
        assert_eq!(pieces(13..61), [Piece { range: 1..47, format }]);
        assert_eq!(pieces(98..200), [Piece { range: 0..2, format }]);
        assert_eq!(pieces(99..200), []);
        assert_eq!(pieces(100..200), []);
    }

    #[test]
    fn a_piece_beyond_the_block_is_refused() {
        let format =
            Format { width: 2, channels: 1, is_big_endian: false, is_signed: true, row: 0 };
        let samples = Samples { pieces: vec![Piece { range: 0..10, format }] };
        assert_eq!(samples.inverse(&[0; 9]), None);
    }

    #[test]
    fn the_greatest_steps_come_back() {
        for width in 1..=4 {
            let format =
                Format { width, channels: 1, is_big_endian: true, is_signed: true, row: 0 };
            let samples = Samples { pieces: vec![Piece { range: 0..240, format }] };
            let bytes: Vec<u8> =
                (0..240).map(|i| if i / width % 2 == 0 { 0x7F } else { 0x80 }).collect();
            assert_eq!(samples.inverse(&samples.forward(&bytes)), Some(bytes), "{width}");
        }
    }
}
