//! Which parts of a block are worth a model's time.
//!
//! Data that is compressed or encrypted already costs a model as much time as any other
//! and gives nothing back. Uniformly distributed bytes that depend neither on their
//! neighbours nor are copies of earlier ones are taken for such *noise*: they are stored, and the
//! model never sees them. Only the encoder decides this, so a test may change freely.

use crate::transform::Reference;
use std::ops::Range;

/// Bytes that are judged together; the last unit of a block is up to twice as long.
const UNIT_BYTES: usize = 1 << 16;
/// Bytes of a block below which counts say too little: it goes to the model.
const LEAST_BYTES: usize = 1 << 12;
/// Distances at which bytes may depend on each other: neighbours, and the widths of
/// samples, pixels and numbers.
const DISTANCES: [usize; 6] = [1, 2, 3, 4, 6, 8];
/// χ² above that of true noise, in units of 1/this a symbol, that is still taken for
/// noise; down stores more. Bytes: 0.02 bits each.
const BYTE_EXCESS_DIVISOR: u64 = 36;
/// The same for pairs: 0.06 bits each. The output of gzip and zstd is below it, and a
/// model saves less than 0.1 % of that; the output of bzip2 (0.6 %) and JPEG (1.3 %) is
/// above.
const PAIR_EXCESS_DIVISOR: u64 = 12;
/// Standard deviations of the counts of true noise that are still taken for noise.
const DEVIATIONS: u64 = 6;
/// Share of a unit that must be copied for it to be worth a model.
const COPIED_SHARE: usize = 16;

/// A part of a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    /// Where it is in the block.
    pub(super) range: Range<usize>,
    /// Whether no model can be expected to make it smaller.
    pub(super) is_noise: bool,
}

/// The parts of `block`, in which `copies` were found; none empty, no two neighbours of the
/// same sort.
pub(super) fn parts(block: &[u8], copies: &[Reference]) -> Vec<Part> {
    let units = block.len().div_ceil(UNIT_BYTES).max(2) - 1;
    let unit = |at: usize| {
        at * UNIT_BYTES..if at + 1 == units { block.len() } else { (at + 1) * UNIT_BYTES }
    };
    let mut counts = Counts::default();
    let mut is_noise: Vec<bool> =
        (0..units).map(|at| counts.are_of_noise(&block[unit(at)])).collect();
    unmark_copies(copies, &mut is_noise);
    let mut parts: Vec<Part> = Vec::new();
    for (at, is_noise) in is_noise.into_iter().enumerate() {
        match parts.last_mut() {
            Some(last) if last.is_noise == is_noise => last.range.end = unit(at).end,
            _ => parts.push(Part { range: unit(at), is_noise }),
        }
    }
    parts
}

/// Counts of bytes or pairs, kept to save allocations.
#[derive(Default)]
struct Counts(Vec<u32>);

impl Counts {
    /// Whether single bytes and pairs at all [`DISTANCES`] are about equally frequent.
    fn are_of_noise(&mut self, unit: &[u8]) -> bool {
        unit.len() >= LEAST_BYTES
            && self.are_flat((256, BYTE_EXCESS_DIVISOR), unit.iter().map(|&byte| usize::from(byte)))
            && DISTANCES.into_iter().all(|distance| {
                let pairs = unit.iter().zip(&unit[distance..]);
                let alphabet = (1 << 16, PAIR_EXCESS_DIVISOR);
                self.are_flat(alphabet, pairs.map(|(&a, &b)| usize::from(a) << 8 | usize::from(b)))
            })
    }

    /// Whether `symbols` below `alphabet` are about equally frequent:
    ///
    /// ```text
    /// χ² = alphabet · Σ count² / n − n  <  alphabet + 6 · √(2·alphabet) + n / divisor
    /// ```
    ///
    /// χ² is alphabet − 1 ± √(2·alphabet) for noise, and χ² / (2n · ln 2) above that is
    /// about the bits a symbol by which their entropy falls short.
    fn are_flat(
        &mut self,
        (alphabet, divisor): (usize, u64),
        symbols: impl Iterator<Item = usize>,
    ) -> bool {
        self.0.clear();
        self.0.resize(alphabet, 0);
        let mut n = 0;
        for symbol in symbols {
            self.0[symbol] += 1;
            n += 1;
        }
        let squares: u64 = self.0.iter().map(|&count| u64::from(count) * u64::from(count)).sum();
        let alphabet = alphabet as u64;
        let allowed = alphabet + DEVIATIONS * (2 * alphabet).isqrt() + n / divisor;
        (alphabet * squares).saturating_sub(n * n) < allowed * n
    }
}

/// Marks units as worth a model if `copies` fill a [share](COPIED_SHARE) of them.
fn unmark_copies(copies: &[Reference], is_noise: &mut [bool]) {
    let mut bytes_of_copies = vec![0; is_noise.len()];
    let last = is_noise.len() - 1;
    for &Reference { start, length, .. } in copies {
        let (mut at, end) = (start, start + length);
        while at < end {
            let unit = (at / UNIT_BYTES).min(last);
            let unit_end = if unit == last { end } else { end.min((unit + 1) * UNIT_BYTES) };
            bytes_of_copies[unit] += unit_end - at;
            at = unit_end;
        }
    }
    for (is_noise, bytes) in is_noise.iter_mut().zip(bytes_of_copies) {
        *is_noise &= bytes < UNIT_BYTES / COPIED_SHARE;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise(count: usize, seed: u64) -> Vec<u8> {
        let mut state = seed;
        let next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 56) as u8
        };
        std::iter::repeat_with(next).take(count).collect()
    }

    fn is_all_noise(block: &[u8]) -> bool {
        parts(block, &[]) == [Part { range: 0..block.len(), is_noise: true }]
    }

    fn has_no_noise(block: &[u8]) -> bool {
        parts(block, &[]) == [Part { range: 0..block.len(), is_noise: false }]
    }

    #[test]
    fn random_bytes_are_noise_at_any_length_that_counts_can_judge() {
        for count in [4096, 5000, 65_536, 100_000, 1 << 20, 3_000_001] {
            assert!(is_all_noise(&noise(count, count as u64)), "{count} bytes");
        }
        assert!(has_no_noise(&noise(4095, 1)));
        assert!(has_no_noise(&[]));
    }

    #[test]
    fn bytes_that_a_model_foretells_are_no_noise() {
        let random = noise(400_000, 9);
        let skewed: Vec<u8> = random.iter().map(|&byte| byte.saturating_sub(16)).collect();
        let slow_16_bit = |at: usize| ((at / 2 * 37) as u16).to_le_bytes()[at % 2] ^ random[at] & 3;
        let samples: Vec<u8> = (0..400_000).map(slow_16_bit).collect();
        let counter: Vec<u8> =
            (0..100_000u32).flat_map(|at| at.wrapping_mul(2_654_435).to_le_bytes()).collect();
        for block in [skewed, samples, counter, vec![0; 100_000]] {
            assert!(has_no_noise(&block));
        }
    }

    #[test]
    fn units_with_enough_copies_are_no_noise() {
        let block = noise(400_000, 9);
        let copy = |start, length| Reference { start, length, distance: 1 };
        let marks = |copies: &[Reference]| -> Vec<_> {
            parts(&block, copies).into_iter().map(|part| (part.range, part.is_noise)).collect()
        };
        let whole = (0..block.len(), true);
        assert_eq!(marks(&[copy(70_000, 4095)]), [whole]);
        let first_of_last = 5 << 16;
        let ends = [copy(first_of_last - 5000, 9000), copy(395_000, 3000)];
        let expected = [(0..4 << 16, true), (4 << 16..block.len(), false)];
        assert_eq!(marks(&ends), expected);
    }

    #[test]
    fn text_inside_noise_is_found_and_kept_apart() {
        let text = b"the next byte ".repeat(20_000);
        let block = [noise(262_144, 3), text, noise(300_000, 4)].concat();
        let parts = parts(&block, &[]);
        assert_eq!(parts.iter().map(|part| part.is_noise).collect::<Vec<_>>(), [true, false, true]);
        assert_eq!((parts[0].range.clone(), parts[2].range.end), (0..262_144, block.len()));
    }
}
