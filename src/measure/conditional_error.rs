//! Standard errors of conditional entropies of dependent bytes.

#![expect(clippy::disallowed_methods, reason = "logarithms are what is measured")]

use super::{batch_means, sum::accurate_sum};

/// Parts of a sequence whose spread tells the error of its mean.
const BATCHES: usize = 32;
/// Positions that are looked at in one piece.
const PIECE: usize = 64;

/// Standard error of the plug-in conditional entropy of `order` 0, 1 or 2 on `bytes`, in bits
/// per byte; NaN if there are fewer bytes than parts.
///
/// The entropy is the mean of −log₂ p̂(byte | context) over positions, and to first order
/// an estimate moves as that mean does (delta method). Neighbouring positions depend on one
/// another, so the error comes from the means of 32 parts of the sequence. It covers the
/// estimate's spread, not its bias. Takes 64 MiB for order 2 where all byte values occur.
///
/// # Panics
/// If `order` is above 2.
pub fn conditional_entropy_error(bytes: &[u8], order: usize) -> f64 {
    assert!(order <= 2, "counts of contexts of up to 2 bytes fit an array");
    let (places, size) = places(bytes);
    let index =
        |gram: &[u8]| gram.iter().fold(0, |index, &byte| index * size + places[usize::from(byte)]);
    let grams = || bytes.windows(order + 1).map(index);
    let mut transitions = vec![0_u32; size.pow(order as u32 + 1)];
    grams().for_each(|gram| transitions[gram] += 1);
    let contexts: Vec<u32> = transitions.chunks(size).map(|row| row.iter().sum()).collect();
    let surprise =
        |gram: usize| f64::from(contexts[gram / size]).log2() - f64::from(transitions[gram]).log2();
    // Means of short pieces stand for their positions, to take a 64th of the memory.
    let piece = |piece: &[usize]| {
        accurate_sum(piece.iter().map(|&gram| surprise(gram))) / piece.len() as f64
    };
    let length = if bytes.len() < BATCHES * PIECE { 1 } else { PIECE };
    let (mut held, mut means) = (Vec::with_capacity(length), Vec::new());
    for gram in grams() {
        held.push(gram);
        if held.len() == length {
            means.push(piece(&held));
            held.clear();
        }
    }
    batch_means(&means, BATCHES).standard_error
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
    use crate::{measure::count_orders, sources::Source};

    #[test]
    fn stated_errors_cover_the_true_rate() {
        for (name, order) in [("markov1", 1), ("markov2", 2), ("geometric", 0)] {
            let source = Source::find(name).unwrap();
            let truth = source.conditional_entropies[order];
            let inside = (0..40).filter(|&seed| {
                let bytes: Vec<u8> = source.symbols(seed).take(20_000).collect();
                let estimate = count_orders(&[&bytes], order)[order].conditional_miller_madow();
                (estimate - truth).abs() < 2.0 * conditional_entropy_error(&bytes, order)
            });
            let inside = inside.count();
            assert!(inside >= 34, "{name}: {inside} of 40");
        }
    }

    #[test]
    fn too_little_has_no_error() {
        assert!(conditional_entropy_error(b"abc", 1).is_nan());
        assert!(conditional_entropy_error(b"", 2).is_nan());
    }
}
