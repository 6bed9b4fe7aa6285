//! The part of foretell that compressed data passes through, from the same files: what is
//! fuzzed, checked for memory errors and run on other machines is built in seconds, without
//! the command, the laboratory and other people's codecs.

#[path = "../../src/codec/mod.rs"]
pub mod codec;
#[path = "../../src/coding/mod.rs"]
pub mod coding;
#[path = "../../src/container/mod.rs"]
pub mod container;
#[path = "../../src/error.rs"]
pub mod error;
#[path = "../../src/models/mod.rs"]
pub mod models;
#[path = "../../src/transform/mod.rs"]
pub mod transform;

pub use codec::{Limits, Options, bufread, compress, decompress, inspect, read, write};
pub use error::Error;
