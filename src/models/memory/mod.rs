//! Where statistics are kept.

pub(crate) mod aligned;
pub(crate) mod bit_history;
pub(crate) mod pages;
pub(crate) mod run_slots;
pub(crate) mod shared;
pub(crate) mod slots;
pub(crate) mod table;
