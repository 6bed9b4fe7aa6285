//! Min-entropy of a noise source, estimated as NIST SP 800-90B (January 2018) asks.
//!
//! Min-entropy is what an attacker needs to know: −log₂ of the chance to guess the next
//! symbol at the first try. It is never above Shannon's entropy.
//!
//! | what | section | here |
//! |:--|:--|:--|
//! | ten estimators that assume nothing of the source | §6.3.1–§6.3.10 | [`Assessment`] |
//! | tests whether symbols are independent and alike | §5 | [`Independence`] |
//! | whether a restarted source starts anew | §3.1.4 | [`Restarts`] |
//! | what is left after a conditioning component | §3.1.5 | [`Conditioning`] |
//!
//! Each estimator gives a lower bound at 99 % confidence ([`Z`]) under its own model of
//! the source; the least of all counts. Symbols of more than a bit are assessed twice, as
//! symbols (*literal*, H\_original) and as bits (*bitstring*, H\_bitstring), and the
//! smaller of H\_original and width · H\_bitstring counts. Collision, Markov and compression
//! are for bits only.
//!
//! Where the standard leaves room, this is what its reference tool does (version 1.1.7):
//! symbols are renumbered without gaps but bits are of the symbols as they came; two
//! symbols of any width are bits and have no bitstring of their own; an estimator that has
//! too few symbols, or nothing to count, is left out. An estimate is no validation.

#![expect(clippy::disallowed_methods, reason = "logarithms are what is measured")]

mod assessment;
mod collision;
mod compression;
mod conditioning;
mod contexts;
mod estimator;
mod lag;
mod lz78y;
mod markov;
mod most_common;
mod multi_mmc;
mod prediction;
mod restarts;
mod scoreboard;
mod search;
mod symbols;
pub(super) mod tuples;
mod windows;

pub use super::independence::{
    ChiSquared, Independence, LongestRepeat, Permutations, Ranking, Statistic,
};
pub use assessment::{Assessment, Scope, View};
pub use collision::Collision;
pub use compression::Compression;
pub use conditioning::{Conditioned, Conditioning};
pub use estimator::{Detail, Estimator, Outcome};
pub use markov::Markov;
pub use most_common::MostCommon;
pub use prediction::Prediction;
pub use restarts::{RESTART_SAMPLES, RESTARTS, Restarts};
pub use symbols::Symbols;
pub use tuples::{CommonTuples, Repeat, RepeatedTuples, Tuples};

use super::surprise;

/// Samples that the standard asks for (§3.1.1); fewer are assessed with less certainty.
pub const SAMPLES_ASKED: usize = 1_000_000;

/// The normal quantile of 0.995: every interval holds the truth with probability 0.99.
pub const Z: f64 = 2.575_829_303_548_901;

/// Why samples cannot be assessed at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// There is no sample.
    #[error("no samples: the standard asks for {SAMPLES_ASKED}, one a byte")]
    Empty,
    /// A sample has bits above the width.
    #[error("sample {offset} is {symbol}, wider than {width} bits")]
    Wide {
        /// Number of the first such sample.
        offset: usize,
        /// Its value.
        symbol: u8,
        /// Bits a symbol.
        width: u32,
    },
    /// All samples are equal.
    #[error(
        "all {samples} samples are {symbol}: one symbol has no entropy, and nothing is estimated"
    )]
    OneSymbol {
        /// The only value.
        symbol: u8,
        /// Samples.
        samples: usize,
    },
    /// There are not as many samples as restarts make.
    #[error(
        "{samples} samples, but restarts are tested on {RESTARTS} × {RESTART_SAMPLES} of them, a \
         restart a row"
    )]
    Restarts {
        /// Samples.
        samples: usize,
    },
    /// The initial estimate is above what the symbols can have.
    #[error(
        "an initial estimate of {initial_millibits}/1000 bits is above log₂ of {alphabet} symbols"
    )]
    Initial {
        /// The estimate, in thousandths of a bit.
        initial_millibits: u64,
        /// Distinct symbols.
        alphabet: usize,
    },
}

/// Upper end of the 99 % interval of a share of `samples` ≥ 2, at most 1.
fn upper_bound(share: f64, samples: usize) -> f64 {
    let deviation = (share * (1.0 - share) / (samples as f64 - 1.0)).sqrt();
    (share + Z * deviation).min(1.0)
}

/// −log₂ p, in bits; 0, not −0, of certainty.
fn entropy_of(p: f64) -> f64 {
    surprise(p)
}
