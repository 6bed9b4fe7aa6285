//! Seeded synthetic sources whose entropy rate is known exactly: no code can be shorter,
//! so the distance of a measured code length from the rate is the coder's own doing.
//!
//! The bytes are the same on every machine: 64-bit integers, and comparisons of exact
//! multiples of 2⁻⁵³.

mod process;
mod split_mix;

use process::Process;
pub use split_mix::SplitMix64;

/// A stationary source of one-byte symbols, and what is known of it.
#[derive(Clone, Debug)]
pub struct Source {
    /// What the command line calls it.
    pub name: &'static str,
    /// One line for people.
    pub description: &'static str,
    /// Seed of the standard sequence.
    pub seed: u64,
    /// Number of different symbols.
    pub alphabet: usize,
    /// Entropy rate: the least mean code length that any code can reach, bits per symbol.
    pub entropy_rate: f64,
    /// H(X₍k₊₁₎ | X₁ … X₍k₎) for k = 0 … 4, bits per symbol.
    pub conditional_entropies: [f64; 5],
    start: Process,
}

/// Every source, simplest first.
///
/// The rate of `hidden` has no closed form; the value is right to 10 digits (bounds
/// from the forward algorithm over all sequences of 24 symbols).
#[rustfmt::skip]
pub static SOURCES: [Source; 6] = [
    Source {
        name: "bernoulli", description: "independent bits, P(1) = 0.11",
        seed: 1, alphabet: 2, entropy_rate: 0.499_915_958_164_528,
        conditional_entropies: [0.499_915_958_164_528; 5],
        start: Process::Bernoulli,
    },
    Source {
        name: "geometric", description: "independent counts, P(k) = 0.1 · 0.9^k",
        seed: 2, alphabet: 256, entropy_rate: 4.689_955_935_882_74,
        conditional_entropies: [4.689_955_935_882_74; 5],
        start: Process::Geometric,
    },
    Source {
        name: "markov1", description: "bits with one bit of memory, P(1|0) = 0.1, P(0|1) = 0.3",
        seed: 3, alphabet: 2, entropy_rate: 0.572_069_419_999_634,
        conditional_entropies: [
            0.811_278_124_459_133, 0.572_069_419_999_634, 0.572_069_419_999_634,
            0.572_069_419_999_634, 0.572_069_419_999_634,
        ],
        start: Process::MarkovBinary { last: None },
    },
    Source {
        name: "markov2", description: "four symbols with two symbols of memory",
        seed: 4, alphabet: 4, entropy_rate: 1.518_322_881_237_79,
        conditional_entropies: [
            1.988_655_391_679_21, 1.913_517_702_860_91, 1.518_322_881_237_79,
            1.518_322_881_237_79, 1.518_322_881_237_79,
        ],
        start: Process::MarkovQuaternary { history: [0, 0] },
    },
    Source {
        name: "hidden", description: "a hidden bit that flips (0.1) seen through noise (0.2)",
        seed: 5, alphabet: 2, entropy_rate: 0.909_830_845_59,
        conditional_entropies: [1.0, 0.939_312_714, 0.920_887_512, 0.913_732_937, 0.911_257_357],
        start: Process::HiddenMarkov { hidden: None },
    },
    Source {
        name: "squares", description: "t² mod 11: periodic, nothing to pay for",
        seed: 0, alphabet: 6, entropy_rate: 0.0,
        conditional_entropies: [2.550_340_709_546_39, 0.909_090_909_090_909, 0.0, 0.0, 0.0],
        start: Process::Squares { time: 0 },
    },
];

impl Source {
    /// The source called `name`.
    pub fn find(name: &str) -> Option<&'static Self> {
        SOURCES.iter().find(|source| source.name == name)
    }

    /// The endless sequence of symbols that `seed` gives.
    pub fn symbols(&self, seed: u64) -> Symbols {
        Symbols { process: self.start.clone(), random: SplitMix64::new(seed) }
    }

    /// The first `count` symbols of the standard sequence.
    pub fn bytes(&self, count: usize) -> Vec<u8> {
        self.symbols(self.seed).take(count).collect()
    }
}

/// The endless sequence of one [`Source`] and seed.
#[derive(Clone, Debug)]
pub struct Symbols {
    process: Process,
    random: SplitMix64,
}

impl Iterator for Symbols {
    type Item = u8;

    fn next(&mut self) -> Option<u8> {
        Some(self.process.step(&mut self.random))
    }
}

#[cfg(test)]
mod tests;
