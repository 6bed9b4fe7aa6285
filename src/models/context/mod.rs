//! Which past counts: history → context addresses, computed at byte boundaries.

pub(crate) mod hash;
mod kind;
mod record;
mod text;

pub use kind::ContextKind;
pub(crate) use kind::Contexts;
