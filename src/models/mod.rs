//! Past bytes → P(next bit).
//!
//! A [`ModelSpec`] says which model runs; a file's header stores it, so that retuning a
//! level never breaks an old file. A [`Model`] is that model at work.

mod bwt;
mod component;
mod context;
mod counter;
mod ensemble;
mod frozen;
mod history;
mod kernel;
mod layered;
mod memory;
mod mixing;
mod model;
mod order;
mod predictor;
mod spec;
mod state;
mod testimony;
mod trained;

pub use context::{ContextKind, RestLayout};
pub use model::{Model, OutOfMemory};
pub use order::OrderModel;
pub use predictor::Predictor;
pub use spec::{BwtMethod, BwtSpec, Level, MixSpec, ModelSpec, SpecError};
pub use testimony::{BitTestimony, Testimony};
pub use trained::{
    About, Continuation, Follower, Learning, NextByte, Passage, Reading, Scorer, TrainedModel,
    Trainer, Training, Untrainable, fingerprint,
};
