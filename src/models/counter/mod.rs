//! A context's past → probability.

mod adaptive;
mod count_map;
mod state_map;

pub(crate) use adaptive::Counter;
pub(crate) use count_map::CountMap;
pub(crate) use state_map::{Quad, StateMap};
