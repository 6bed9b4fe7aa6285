#![expect(clippy::disallowed_methods, reason = "the closed forms of the rates")]

use super::{process::TRANSITIONS, *};
use xxhash_rust::xxh3::xxh3_64;

/// The first symbols of the standard sequences.
const BEGINNINGS: [[u8; 32]; 6] = [
    [
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 1, 0,
        0, 0,
    ],
    [
        14, 9, 13, 7, 15, 10, 12, 0, 1, 7, 3, 13, 2, 13, 9, 2, 12, 4, 12, 3, 51, 10, 23, 9, 2, 18,
        4, 11, 23, 28, 11, 15,
    ],
    [
        1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0,
    ],
    [
        1, 3, 2, 1, 1, 3, 3, 1, 2, 1, 2, 1, 1, 3, 2, 1, 1, 2, 2, 0, 2, 0, 3, 0, 1, 3, 2, 2, 0, 3,
        2, 0,
    ],
    [
        1, 0, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1, 1, 0, 1, 0, 1, 1, 1, 0, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1,
        1, 0,
    ],
    [
        0, 1, 4, 9, 5, 3, 3, 5, 9, 4, 1, 0, 1, 4, 9, 5, 3, 3, 5, 9, 4, 1, 0, 1, 4, 9, 5, 3, 3, 5,
        9, 4,
    ],
];

/// How often 0, 1, 2 and 3 occur in the first million symbols.
const COUNTS: [[usize; 4]; 6] = [
    [890_290, 109_710, 0, 0],
    [100_033, 89_666, 81_095, 72_721],
    [748_993, 251_007, 0, 0],
    [245_957, 302_083, 236_248, 215_712],
    [500_683, 499_317, 0, 0],
    [90_910, 181_818, 0, 181_818],
];

/// XXH3-64 of the first million symbols.
const DIGESTS: [u64; 6] = [
    0xd5c5_8f40_6d04_536b,
    0xe59d_f0c0_a30e_ee5a,
    0x7f88_ee12_4e82_79df,
    0x7c8c_6628_1f0a_4bfe,
    0x8f95_4b7a_802e_da68,
    0x277e_645d_a1d3_c41d,
];

#[test]
fn standard_sequences_are_frozen() {
    for (index, source) in SOURCES.iter().enumerate() {
        let bytes = source.bytes(1_000_000);
        assert_eq!(bytes[..32], BEGINNINGS[index], "{}", source.name);
        let mut counts = [0; 256];
        for &byte in &bytes {
            counts[usize::from(byte)] += 1;
        }
        assert_eq!(counts[..4], COUNTS[index], "{}", source.name);
        assert_eq!(xxh3_64(&bytes), DIGESTS[index], "{}", source.name);
    }
}

#[test]
fn a_source_is_found_by_its_name_only() {
    assert_eq!(Source::find("markov2").map(|source| source.alphabet), Some(4));
    assert!(Source::find("markov").is_none());
}

#[test]
fn rates_are_those_of_their_closed_forms() {
    let h = |p: f64| -p * p.log2() - (1.0 - p) * (1.0 - p).log2();
    let close = |name, expected: f64| {
        let rate = Source::find(name).expect("a source").entropy_rate;
        assert!((rate - expected).abs() < 1e-13, "{name}: {rate} is not {expected}");
    };
    close("bernoulli", h(0.11));
    close("geometric", h(0.9) * (1.0 - 0.9_f64.powi(255)) / 0.1);
    close("markov1", 0.75 * h(0.1) + 0.25 * h(0.3));
    close("markov2", rate_of_transitions());
    close("squares", 0.0);
}

/// Σ π(a, b) H(law of (a, b)), the stationary law π found by iteration, bits per symbol.
fn rate_of_transitions() -> f64 {
    let mut stationary = [[1.0 / 16.0; 4]; 4];
    for _ in 0..1000 {
        let mut next = [[0.0; 4]; 4];
        for (a, b) in pairs() {
            for (symbol, weight) in TRANSITIONS[a][b].into_iter().enumerate() {
                next[b][symbol] += stationary[a][b] * f64::from(weight) / 16.0;
            }
        }
        stationary = next;
    }
    let entropy = |law: [u8; 4]| -> f64 {
        let terms = law.into_iter().filter(|&weight| weight > 0).map(|w| f64::from(w) / 16.0);
        terms.map(|p| -p * p.log2()).sum()
    };
    pairs().map(|(a, b)| stationary[a][b] * entropy(TRANSITIONS[a][b])).sum()
}

fn pairs() -> impl Iterator<Item = (usize, usize)> {
    (0..16).map(|pair| (pair / 4, pair % 4))
}

#[test]
fn conditional_entropies_fall_to_the_rate() {
    for source in &SOURCES {
        let entropies = source.conditional_entropies;
        assert!(entropies.is_sorted_by(|left, right| left >= right), "{}", source.name);
        assert!(entropies[4] >= source.entropy_rate, "{}", source.name);
    }
}
