//! Standard errors of conditional entropies of dependent bytes.

#![expect(clippy::disallowed_methods, reason = "logarithms are what is measured")]

use super::{MAX_ORDER, batch_means, sum::accurate_sum};

/// Parts of a sequence whose spread tells the error of its mean.
const PARTS: usize = 32;
/// N-grams that are counted one by one at most: 64 MiB of counts.
const MOST_EXACT: usize = 1 << 24;
/// Places, a power of 2, of n-grams that are more: 32 MiB of counts.
const LOG2_HASHED: u32 = 23;

/// Standard error of the conditional entropy of `order` `0..=MAX_ORDER` on `bytes`, in bits
/// per byte; NaN if there are fewer positions than parts.
///
/// The entropy is the mean of −log₂ p̂(byte | context) over positions, and to first order
/// an estimate moves as that mean does (delta method). Neighbouring positions depend on one
/// another, so the error comes from the means of 32 parts of the sequence. It covers the
/// estimate's spread, not its bias: it says little of the plug-in, which wants Miller–Madow's
/// correction first, and nothing of contexts too rare for that.
///
/// Where counts of all possible n-grams do not fit an array, those with the same hash are
/// counted together. Takes about 64 MiB.
///
/// # Panics
/// If `order` exceeds [`MAX_ORDER`].
pub fn conditional_entropy_error(bytes: &[u8], order: usize) -> f64 {
    assert!(order <= MAX_ORDER, "contexts of up to {MAX_ORDER} bytes are counted");
    error_within(bytes, order, MOST_EXACT)
}

fn error_within(bytes: &[u8], order: usize, most_exact: usize) -> f64 {
    let part = bytes.len().saturating_sub(order) / PARTS;
    if part == 0 {
        return f64::NAN;
    }
    let transitions = Counts::of(bytes, order + 1, most_exact);
    let contexts = Counts::of(&bytes[..bytes.len() - 1], order, most_exact);
    let surprise = |gram: &[u8]| contexts.log2(&gram[..order]) - transitions.log2(gram);
    let means: Vec<f64> = (0..PARTS)
        .map(|index| {
            let bytes = &bytes[index * part..(index + 1) * part + order];
            accurate_sum(bytes.windows(order + 1).map(surprise)) / part as f64
        })
        .collect();
    batch_means(&means, PARTS).standard_error
}

/// How often n-grams of one length occur.
struct Counts {
    /// A place for each byte value that occurs.
    places: [usize; 256],
    /// Byte values that occur.
    values: usize,
    /// Whether every possible n-gram has a count of its own.
    is_exact: bool,
    /// Occurrences.
    seen: Vec<u32>,
}

impl Counts {
    /// Of the n-grams of `width` bytes of `bytes`.
    fn of(bytes: &[u8], width: usize, most_exact: usize) -> Self {
        let (places, values) = places(bytes);
        let possible = values.checked_pow(width as u32).filter(|&all| all <= most_exact);
        let size = possible.unwrap_or(1 << LOG2_HASHED);
        let mut all = Self { places, values, is_exact: possible.is_some(), seen: vec![0; size] };
        if width == 0 {
            // Nothing stands before every byte and behind the last one.
            all.seen[0] = bytes.len() as u32 + 1;
            return all;
        }
        for gram in bytes.windows(width) {
            let index = all.index(gram);
            all.seen[index] += 1;
        }
        all
    }

    #[inline]
    fn index(&self, gram: &[u8]) -> usize {
        /// 2⁶⁴ over the golden ratio.
        const MIX: u64 = 0x9E37_79B9_7F4A_7C15;
        if self.is_exact {
            let digit = |&byte: &u8| self.places[usize::from(byte)];
            return gram.iter().fold(0, |index, byte| index * self.values + digit(byte));
        }
        let mix =
            |hash: u64, &byte: &u8| (hash ^ u64::from(byte)).wrapping_add(1).wrapping_mul(MIX);
        (gram.iter().fold(0, mix) >> (u64::BITS - LOG2_HASHED)) as usize
    }

    /// log₂ of how often `gram`, which occurs, does.
    #[inline]
    fn log2(&self, gram: &[u8]) -> f64 {
        f64::from(self.seen[self.index(gram)]).log2()
    }
}

/// A place for each byte value that occurs, and how many there are, at least 1.
fn places(bytes: &[u8]) -> ([usize; 256], usize) {
    let (mut places, mut seen) = ([0; 256], [false; 256]);
    for &byte in bytes {
        seen[usize::from(byte)] = true;
    }
    let mut size = 0;
    for (place, _) in places.iter_mut().zip(seen).filter(|&(_, is_seen)| is_seen) {
        *place = size;
        size += 1;
    }
    (places, size.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        measure::{count_orders, tests::close},
        sources::Source,
    };

    #[test]
    fn stated_errors_cover_the_true_rate() {
        for (name, order) in
            [("markov1", 1), ("markov2", 2), ("geometric", 0), ("markov1", 4), ("markov2", 3)]
        {
            let source = Source::find(name).unwrap();
            let truth = source.entropy_rate;
            let inside = (0..40).filter(|&seed| {
                let bytes: Vec<u8> = source.symbols(seed).take(20_000).collect();
                let estimate = count_orders(&[&bytes], order)[order].conditional_miller_madow();
                (estimate - truth).abs() < 2.0 * conditional_entropy_error(&bytes, order)
            });
            let inside = inside.count();
            assert!(inside >= 34, "{name}, order {order}: {inside} of 40");
        }
    }

    #[test]
    fn counting_by_hashes_is_counting() {
        let source = Source::find("markov2").unwrap();
        let bytes: Vec<u8> = source.symbols(1).take(20_000).collect();
        for order in [2, 3, 5] {
            let hashed = error_within(&bytes, order, 0);
            close(hashed, conditional_entropy_error(&bytes, order), 1e-3 * hashed);
        }
    }

    #[test]
    fn too_little_has_no_error() {
        assert!(conditional_entropy_error(b"abc", 1).is_nan());
        assert!(conditional_entropy_error(b"", 2).is_nan());
    }
}
