//! What each part of the mixing levels brings: the bits that coding takes more without it.
//!
//! `cargo bench --bench ablation -- [-LEVEL]… FILE…`; without FILE, a text of the repository,
//! without LEVEL, levels 3, 5, 7 and 9.
//!
//! A component is left out of the sum that a mixer makes of each bit, while all goes on
//! learning as if it were there: what is printed is its share, not what a level tuned
//! without it would lose, which is less. Transforms are left out whole.

#![expect(clippy::disallowed_methods, reason = "a measurement above the coder")]

use foretell::{
    Options,
    coding::{CostMeter, Probability},
    models::{Level, Model, Testimony},
};

/// Bytes coded between two looks at what components said, four bytes a bit each.
const PIECE: usize = 1 << 14;

/// Ideal bits of a model's code of some bytes, and without each of its parts.
struct Ablation {
    parts: Vec<(String, f64)>,
    mixed: f64,
    refined: f64,
}

impl Ablation {
    fn of(level: Level, bytes: &[u8]) -> Self {
        let mut model = Model::new(&level.spec().fitted(bytes.len() as u64));
        let names = model.watch();
        let mut bits = vec![0.0; names.len()];
        let (mut mixed, mut meter) = (0.0, CostMeter::new());
        for piece in bytes.chunks(PIECE) {
            model.encode(piece, &mut meter);
            let testimony = model.testimony();
            for said in testimony.bits() {
                mixed += CostMeter::cost(said.bit, Probability::from_u16_clamped(said.mixed));
                let logit: i64 = said.contributions.iter().map(|&c| i64::from(c)).sum();
                for (bits, &contribution) in bits.iter_mut().zip(said.contributions) {
                    *bits += cost(said.bit, logit - i64::from(contribution));
                }
            }
        }
        Self { parts: names.into_iter().zip(bits).collect(), mixed, refined: meter.bits() }
    }

    /// One row a part, the most helpful first.
    fn print(mut self, bytes: usize) {
        let row = |name: &str, without: f64, with: f64| {
            let (more, share) = (without - with, (without / with - 1.0) * 100.0);
            println!(
                "  {name:<24} {:>10.0} {:>9.4} {share:>8.2} %",
                more / 8.0,
                more / bytes as f64
            );
        };
        self.parts.sort_by(|a, b| b.1.total_cmp(&a.1));
        for (name, without) in &self.parts {
            row(name, *without, self.mixed);
        }
        row("refinement", self.mixed, self.refined);
    }
}

/// Bits that coding `bit` takes at P(1) = 1 / (1 + e^−logit), in units of the testimony.
fn cost(bit: bool, logit: i64) -> f64 {
    let nats = logit as f64 * Testimony::CONTRIBUTION;
    let against = if bit { -nats } else { nats };
    // ln(1 + eˣ), without overflow.
    (against.max(0.0) + (-against.abs()).exp().ln_1p()) / std::f64::consts::LN_2
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    let (flags, paths): (Vec<_>, Vec<_>) =
        arguments.into_iter().partition(|argument| argument.starts_with('-'));
    let level = |flag: &String| flag[1..].parse().ok().and_then(Level::new).expect("-3 to -9");
    let mut levels: Vec<Level> = flags.iter().map(level).collect();
    if levels.is_empty() {
        levels.extend([3, 5, 7, 9].into_iter().filter_map(Level::new));
    }
    let read = |path: String| (std::fs::read(&path).expect("a file to code"), path);
    let mut files: Vec<(Vec<u8>, String)> = paths.into_iter().map(read).collect();
    if files.is_empty() {
        files.push((include_bytes!("../src/container/FORMAT.md").to_vec(), "a text".to_owned()));
    }
    for (bytes, path) in &files {
        for &level in &levels {
            let coded = foretell::compress(bytes, &Options::new(level)).len();
            let ablation = Ablation::of(level, bytes);
            let plain = ablation.refined / 8.0;
            println!(
                "{path}, level {}: {coded} bytes, {plain:.0} without transforms ({:+.2} %); \
                 without each part, bytes more, bits/byte more, share:",
                level.number(),
                (plain / coded as f64 - 1.0) * 100.0,
            );
            ablation.print(bytes.len());
        }
    }
}
