//! **foretell** predicts the next byte of any data, codes the surprise with an
//! arithmetic coder, and shows the bill in bits.
//!
//! The folders are the pipeline:
//!
//! bytes → [`models`] (contexts → predictions → mixing → probability) → [`coding`]
//! (probability → code) → [`codec`] (code → block) → [`container`] (block → frame) →
//! file. Decoding walks the same names backwards; measuring swaps the coder for a meter.

pub mod baselines;
#[doc(hidden)]
pub mod cli;
pub mod codec;
pub mod coding;
pub mod container;
pub mod error;
pub mod evaluation;
pub mod measure;
pub mod models;
pub mod report;
pub mod sources;
pub mod transform;

pub use codec::{Limits, Options, bufread, compress, decompress, inspect, read, write};
pub use error::Error;
