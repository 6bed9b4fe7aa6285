//! A context's past → probability.

mod adaptive;
mod state_map;

pub(crate) use adaptive::Counter;
pub(crate) use state_map::StateMap;
