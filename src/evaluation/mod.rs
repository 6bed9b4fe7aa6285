//! Codec × file → size, time and memory.
//!
//! Every trial runs in a process of its own, so that its peak of memory and its time are
//! its own; every decompressed file is compared with the original before anything counts.

mod contender;
mod corpus;
mod own;
mod process;
mod summary;
mod trial;

pub use contender::Contender;
pub use corpus::{Corpus, Input};
pub use own::ideal_bytes;
pub use process::{Cost, serve};
pub use trial::{Judge, Trial, TrialError};
