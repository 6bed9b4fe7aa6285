//! How samples lie in bytes, and which of the past say most of the next.

use crate::transform::wire::{put_number, take_number};

/// Integers of equal width, in channels, perhaps in rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Format {
    /// Bytes of a sample, `1..=4`.
    pub(super) width: usize,
    /// Samples side by side: left and right, or red, green and blue; `1..=16`.
    pub(super) channels: usize,
    pub(super) is_big_endian: bool,
    /// Two's complement.
    pub(super) is_signed: bool,
    /// Samples of a row of pixels; 0 if there are no rows.
    pub(super) row: usize,
}

/// Longest row, samples.
pub(super) const LONGEST_ROW: usize = (1 << 16) - 1;
/// Inputs of a prediction at most.
pub(super) const MOST_INPUTS: usize = 32;

impl Format {
    /// Bits of a sample.
    pub(super) const fn bits(self) -> u32 {
        8 * self.width as u32
    }

    /// Bytes of a sample of each channel.
    pub(super) const fn frame(self) -> usize {
        self.width * self.channels
    }

    /// The least and the greatest sample.
    pub(super) const fn bounds(self) -> (i64, i64) {
        let half = 1 << (self.bits() - 1);
        if self.is_signed { (-half, half - 1) } else { (0, 2 * half - 1) }
    }

    /// The sample in `bytes`, which are `width` long.
    pub(super) fn read(self, bytes: &[u8]) -> i64 {
        let mut value = 0;
        for i in 0..bytes.len() {
            let place = if self.is_big_endian { i } else { bytes.len() - 1 - i };
            value = value << 8 | i64::from(bytes[place]);
        }
        if self.is_signed { extend(value, self.bits()) } else { value }
    }

    /// The mirror of [`read`](Self::read).
    pub(super) fn write(self, sample: i64, bytes: &mut [u8]) {
        for (i, byte) in bytes.iter_mut().enumerate() {
            let place = if self.is_big_endian { self.width - 1 - i } else { i };
            *byte = (sample >> (8 * place)) as u8;
        }
    }

    /// The channel of sample `index`.
    pub(super) const fn channel(self, index: usize) -> usize {
        if self.row == 0 { index % self.channels } else { index % self.row % self.channels }
    }

    /// How far back the inputs of `channel` are, samples.
    pub(super) fn reaches(self, channel: usize) -> Vec<usize> {
        let own = if self.row == 0 { self.in_sequence() } else { self.around() };
        let others = (0..self.channels).filter(|&other| other != channel);
        let others = others.flat_map(|other| {
            // The nearest sample of the other channel that is known.
            let ahead = other > channel;
            let nearest = if ahead { channel + self.channels - other } else { channel - other };
            self.beside(nearest, ahead)
        });
        own.into_iter().chain(others).take(MOST_INPUTS).collect()
    }

    /// Reaches of a channel's own past, without rows.
    fn in_sequence(self) -> Vec<usize> {
        let count = if self.channels == 1 { 24 } else { 16 };
        (1..=count).map(|back| back * self.channels).collect()
    }

    /// Reaches of a channel's own past, in rows: left, above, and what surrounds them.
    fn around(self) -> Vec<usize> {
        const AROUND: [(usize, isize); 18] = [
            (0, 1),
            (1, 0),
            (1, 1),
            (1, -1),
            (0, 2),
            (2, 0),
            (1, -2),
            (1, 2),
            (2, -1),
            (2, 1),
            (0, 3),
            (3, 0),
            (1, 3),
            (1, -3),
            (2, -2),
            (2, 2),
            (0, 4),
            (3, -1),
        ];
        let count = if self.channels == 1 { 18 } else { 12 };
        let back = |&(rows, pixels): &(usize, isize)| {
            (rows * self.row).wrapping_add_signed(pixels * self.channels as isize)
        };
        AROUND[..count].iter().map(back).collect()
    }

    /// Reaches of another channel's past whose nearest sample is `nearest` back; `ahead`
    /// if that is of the pixel or moment before.
    fn beside(self, nearest: usize, ahead: bool) -> Vec<usize> {
        let (step, row) = (self.channels, self.row);
        if row == 0 {
            return (0..8).map(|back| nearest + back * step).collect();
        }
        if ahead {
            return vec![nearest, nearest + row - step, nearest + row];
        }
        vec![nearest, nearest + step, nearest + row, nearest + row + step, nearest + row - step]
    }

    /// Width, byte order, sign and channels in a byte, then the row.
    pub(super) fn put(self, bytes: &mut Vec<u8>) {
        let order = u8::from(self.is_big_endian) << 2 | u8::from(self.is_signed) << 3;
        bytes.push((self.width - 1) as u8 | order | ((self.channels - 1) as u8) << 4);
        put_number(bytes, self.row as u32);
    }

    /// The mirror of [`put`](Self::put); `None` for rows too short or too long to predict
    /// from.
    pub(super) fn take(bytes: &mut &[u8]) -> Option<Self> {
        let (&kind, rest) = bytes.split_first()?;
        *bytes = rest;
        let format = Self {
            width: usize::from(kind & 3) + 1,
            channels: usize::from(kind >> 4) + 1,
            is_big_endian: kind & 4 != 0,
            is_signed: kind & 8 != 0,
            row: take_number(bytes)? as usize,
        };
        let least_row = 4 * format.channels;
        (format.row == 0 || (least_row..=LONGEST_ROW).contains(&format.row)).then_some(format)
    }
}

/// The low `bits` of `value` as a number in two's complement.
pub(super) const fn extend(value: i64, bits: u32) -> i64 {
    value << (64 - bits) >> (64 - bits)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PCM: Format =
        Format { width: 2, channels: 2, is_big_endian: false, is_signed: true, row: 0 };

    #[test]
    fn samples_are_read_as_they_are_written() {
        for (width, is_big_endian, is_signed) in
            (1..=4).flat_map(|w| [(w, false, true), (w, true, false), (w, true, true)])
        {
            let format = Format { width, is_big_endian, is_signed, ..PCM };
            let (least, greatest) = format.bounds();
            let mut bytes = vec![0; width];
            for sample in [least, -1, 0, 1, 77, greatest] {
                if sample >= least {
                    format.write(sample, &mut bytes);
                    assert_eq!(format.read(&bytes), sample, "{format:?}");
                }
            }
        }
        assert_eq!(PCM.read(&[0xFE, 0xFF]), -2);
    }

    #[test]
    fn no_reach_is_nought() {
        for channels in 1..=16 {
            for row in [0, 4 * channels, LONGEST_ROW] {
                let format = Format { channels, row, ..PCM };
                for channel in 0..channels {
                    let reaches = format.reaches(channel);
                    assert!(reaches.iter().all(|&reach| reach > 0), "{format:?} {reaches:?}");
                    assert!(reaches.len() <= MOST_INPUTS);
                }
            }
        }
    }

    #[test]
    fn parameters_come_back_and_wrong_rows_are_refused() {
        for format in [PCM, Format { width: 1, channels: 3, row: 1536, ..PCM }] {
            let mut bytes = Vec::new();
            format.put(&mut bytes);
            assert_eq!(Format::take(&mut &bytes[..]), Some(format));
        }
        for bad in [&[][..], &[0], &[0x20, 11], &[0x00, 0x80, 0x80, 0x04]] {
            assert_eq!(Format::take(&mut &bad[..]), None, "{bad:x?}");
        }
    }
}
