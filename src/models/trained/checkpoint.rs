//! A state to come back to, at a cost that follows what was changed.

use crate::models::state::{Purpose, State, StateVisitor};

/// The small fields of a state; its tables note for themselves what changes.
pub(super) struct Checkpoint {
    fields: Vec<u8>,
}

impl Checkpoint {
    /// Marks `state` as what [`rewind`](Self::rewind) goes back to.
    pub(super) fn of(state: &mut dyn State) -> Self {
        let mut keep = Keep(Vec::new());
        state.visit(&mut keep);
        Self { fields: keep.0 }
    }

    /// Brings `state` back to where it was marked.
    pub(super) fn rewind(&self, state: &mut dyn State) {
        state.visit(&mut Restore { rest: &self.fields });
    }
}

struct Keep(Vec<u8>);

impl StateVisitor for Keep {
    fn purpose(&self) -> Purpose {
        Purpose::Mark
    }

    fn field(&mut self, _: &'static str, bytes: &mut [u8]) {
        self.0.extend_from_slice(bytes);
    }
}

struct Restore<'a> {
    rest: &'a [u8],
}

impl StateVisitor for Restore<'_> {
    fn purpose(&self) -> Purpose {
        Purpose::Rewind
    }

    fn field(&mut self, _: &'static str, bytes: &mut [u8]) {
        let (field, rest) = self.rest.split_at(bytes.len());
        bytes.copy_from_slice(field);
        self.rest = rest;
    }
}
