//! Random damage of whole frames: whatever is overwritten, no wrong content comes out.
//!
//! A share of the cases runs each time; all of them:
//! `cargo nextest run --release --test integrity --run-ignored all`.

#![expect(clippy::unwrap_used, reason = "helpers of tests may panic as tests do")]

use foretell::{Limits, Options, compress, models::Level, write};
use std::io::Write;

/// The generator `SplitMix64`: enough for choosing where to strike.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }
}

/// Text, numbers and noise, some 600 bytes.
fn content() -> Vec<u8> {
    let mut random = Random(1);
    let mut content = b"what is coded is coded once, what is damaged is told. ".repeat(5);
    content.extend((0..40_u32).flat_map(|i| (i * i).to_le_bytes()));
    content.extend((0..150).map(|_| random.next() as u8));
    content
}

/// One to sixteen bytes of `code` overwritten, at least one of them with another.
fn damaged(code: &[u8], random: &mut Random) -> Vec<u8> {
    let mut damaged = code.to_vec();
    while damaged == code {
        let start = random.below(code.len());
        let end = (start + 1 + random.below(16)).min(code.len());
        damaged[start..end].fill_with(|| random.next() as u8);
    }
    damaged
}

/// Whether all of `code` is accepted, and what comes out.
fn decoded(code: &[u8]) -> (bool, Vec<u8>) {
    let limits = Limits::default().memory_bytes(256 << 20);
    let mut decoder = write::Decoder::with_limits(Vec::new(), limits);
    let is_accepted = decoder.write_all(code).and_then(|()| decoder.try_finish()).is_ok();
    decoder.flush().unwrap();
    (is_accepted, decoder.get_ref().clone())
}

/// Strikes `cases` times at frames of `level`: half of them of one block, half of several
/// blocks and segments.
fn strike(level: u8, cases: usize) {
    let content = content();
    let whole = Options::new(Level::new(level).unwrap());
    let frames = [
        compress(&content, &whole),
        compress(&content, &whole.block_bytes(170).segment_bytes(340)),
    ];
    let mut random = Random(u64::from(level));
    for case in 0..cases {
        let code = &frames[case % frames.len()];
        let damaged = damaged(code, &mut random);
        let (is_accepted, given) = decoded(&damaged);
        assert!(!is_accepted, "level {level}, case {case}: damage was accepted");
        assert!(content.starts_with(&given), "level {level}, case {case}: wrong content");
    }
    println!("level {level}: {cases} cases of damage, all refused, no wrong byte");
}

#[test]
fn random_damage_is_refused_at_the_fastest_level() {
    strike(1, 1500);
}

#[test]
fn random_damage_is_refused_at_the_default_level() {
    strike(5, 300);
}

#[test]
fn random_damage_is_refused_at_the_strongest_level() {
    strike(9, 60);
}

#[test]
#[ignore = "minutes: the long tier"]
fn a_hundred_thousand_cases_of_damage_are_refused() {
    for (level, cases) in [(1, 50_000), (5, 35_000), (9, 15_000)] {
        strike(level, cases);
    }
}
