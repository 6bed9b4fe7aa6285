//! Entropy rates from repetition: how soon a sequence says something new. Results in bits
//! per symbol; they need no model and no alphabet, and their error falls only as 1 / log n.

#![expect(clippy::disallowed_methods, reason = "logarithms are what is measured")]

use super::sum::accurate_sum;
use libsais::SuffixArrayConstruction;
use std::collections::HashMap;

/// Longest previous factors of a sequence: for every position, the length of the longest
/// string that begins there and also begins earlier (the two may overlap).
///
/// Takes about 20 bytes of memory a symbol and linear time.
/// Source: Crochemore & Ilie, Information Processing Letters 106 (2008).
#[derive(Clone, Debug)]
pub struct Repetitions {
    longest: Vec<u32>,
}

impl Repetitions {
    /// The repetitions of `bytes`, or `None` if there are 2³¹ or more.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        let sorted: Vec<i32> = SuffixArrayConstruction::for_text(bytes)
            .in_owned_buffer32()
            .single_threaded()
            .run()
            .ok()?
            .into_vec();
        let suffixes: Vec<u32> = sorted.into_iter().map(|position| position as u32).collect();
        Some(Self { longest: longest_previous(bytes, &suffixes) })
    }

    /// Phrases of the Lempel–Ziv parsing of 1976: each is the shortest string that does not
    /// begin earlier. The last one may be cut short.
    /// Source: Lempel & Ziv, IEEE Transactions on Information Theory 22 (1976).
    pub fn lz76_phrases(&self) -> u64 {
        let (mut position, mut phrases) = (0, 0);
        while position < self.longest.len() {
            position += self.longest[position] as usize + 1;
            phrases += 1;
        }
        phrases
    }

    /// Entropy rate from the phrases of 1976, in bits per symbol: c log₂ n / n.
    pub fn lz76_rate(&self) -> f64 {
        let n = self.longest.len() as f64;
        if n < 2.0 { 0.0 } else { self.lz76_phrases() as f64 * n.log2() / n }
    }

    /// Entropy rate from match lengths in the growing past, in bits per symbol:
    /// n / Σ Λ(i) / log₂ (i + 1), Λ(i) = shortest length at i not seen before, i ≥ 1.
    ///
    /// It has no standard error that says how far the rate is: its bias falls like 1 / log n
    /// and exceeds its spread at any length a file can have.
    /// Source: Kontoyiannis, Algoet, Suhov & Wyner, IEEE Transactions on Information Theory
    /// 44 (1998), the estimator with increasing window; after Grassberger (1989).
    pub fn match_length_rate(&self) -> f64 {
        let n = self.longest.len();
        let reach = |i: usize| f64::from(self.longest[i] + 1) / ((i + 1) as f64).log2();
        if n < 2 { 0.0 } else { (n - 1) as f64 / accurate_sum((1..n).map(reach)) }
    }
}

/// Longest previous factors from the order of the suffixes.
fn longest_previous(bytes: &[u8], suffixes: &[u32]) -> Vec<u32> {
    const NONE: u32 = u32::MAX;
    let n = suffixes.len();
    let mut ranks = vec![0_u32; n];
    for (rank, &position) in (0..).zip(suffixes) {
        ranks[position as usize] = rank;
    }
    // Common prefix of the suffix of each rank with the nearest lower rank still linked.
    let mut common = common_prefixes(bytes, suffixes, &ranks);
    let mut lower: Vec<u32> = (0..n as u32).map(|rank| rank.wrapping_sub(1)).collect();
    let mut higher: Vec<u32> =
        (1..=n as u32).map(|r| if r == n as u32 { NONE } else { r }).collect();
    let mut longest = vec![0; n];
    // From the last position back, so that all that are still linked lie earlier.
    for position in (0..n).rev() {
        let rank = ranks[position] as usize;
        let (below, above) = (lower[rank], higher[rank]);
        let up = if above == NONE { 0 } else { common[above as usize] };
        longest[position] = common[rank].max(up);
        if above != NONE {
            common[above as usize] = common[rank].min(up);
            lower[above as usize] = below;
        }
        if below != NONE {
            higher[below as usize] = above;
        }
    }
    longest
}

/// Common prefix length of each suffix with the one of the next lower rank.
/// Source: Kasai et al., CPM (2001).
fn common_prefixes(bytes: &[u8], suffixes: &[u32], ranks: &[u32]) -> Vec<u32> {
    let mut common = vec![0; bytes.len()];
    let mut length = 0;
    for (position, &rank) in ranks.iter().enumerate() {
        let Some(lower) = (rank as usize).checked_sub(1) else {
            length = 0;
            continue;
        };
        let other = suffixes[lower] as usize;
        let (here, there) = (&bytes[position + length..], &bytes[other + length..]);
        length += here.iter().zip(there).take_while(|(a, b)| a == b).count();
        common[rank as usize] = length as u32;
        length = length.saturating_sub(1);
    }
    common
}

/// Phrases of the incremental Lempel–Ziv parsing of 1978: each is an earlier phrase and one
/// symbol more. The last one may be cut short.
/// Source: Ziv & Lempel, IEEE Transactions on Information Theory 24 (1978).
pub fn lz78_phrases(bytes: &[u8]) -> u64 {
    let mut children: HashMap<(u32, u8), u32> = HashMap::new();
    let (mut phrase, mut next) = (0, 1);
    for &byte in bytes {
        phrase = *children.entry((phrase, byte)).or_insert(next);
        if phrase == next {
            next += 1;
            phrase = 0;
        }
    }
    u64::from(next - 1) + u64::from(phrase != 0)
}

/// Entropy rate from the phrases of 1978, in bits per symbol: c log₂ c / n.
/// Source: Cover & Thomas, Elements of Information Theory §13.5.2.
pub fn lz78_rate(bytes: &[u8]) -> f64 {
    let c = lz78_phrases(bytes) as f64;
    if bytes.is_empty() { 0.0 } else { c * c.log2() / bytes.len() as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{measure::tests::close, sources::Source};
    use proptest::prelude::*;

    #[test]
    fn the_papers_example_has_its_phrases() {
        // 0·001·10·100·1000·101, Lempel & Ziv 1976; 1·0·11·01·010·00·10, Cover & Thomas.
        let of = |text: &str| Repetitions::of(text.as_bytes()).unwrap().lz76_phrases();
        assert_eq!(of("0001101001000101"), 6);
        assert_eq!((of(""), of("a"), of("aaaa")), (0, 1, 2));
        assert_eq!(lz78_phrases(b"1011010100010"), 7);
        assert_eq!((lz78_phrases(b""), lz78_phrases(b"aa")), (0, 2));
    }

    #[test]
    fn rates_come_down_to_the_sources_own() {
        let source = Source::find("markov1").unwrap();
        let rate = source.entropy_rate;
        let bytes = source.bytes(300_000);
        let repetitions = Repetitions::of(&bytes).unwrap();
        close(repetitions.match_length_rate(), rate, 0.12 * rate);
        close(repetitions.lz76_rate(), rate, 0.1 * rate);
        close(lz78_rate(&bytes), rate, 0.25 * rate);
    }

    proptest! {
        #[test]
        fn previous_factors_are_those_of_the_definition(
            bytes in prop::collection::vec(0_u8..3, 0..60)
        ) {
            let longest = Repetitions::of(&bytes).unwrap().longest;
            for (i, &length) in longest.iter().enumerate() {
                let common = |j: usize| bytes[i..].iter().zip(&bytes[j..]).take_while(|(a, b)| a == b).count();
                prop_assert_eq!(length as usize, (0..i).map(common).max().unwrap_or(0));
            }
        }
    }
}
