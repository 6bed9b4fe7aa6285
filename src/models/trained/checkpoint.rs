//! A state to come back to, at a cost that follows what was changed.

use super::Learning;
use crate::models::state::{Purpose, State, StateVisitor};

/// The small fields of a state, as far as they change; its tables note for themselves what
/// does.
pub(super) struct Checkpoint {
    fields: Vec<u8>,
    learning: Learning,
}

impl Checkpoint {
    /// Marks `state`, which changes by `learning` in between, as what
    /// [`rewind`](Self::rewind) goes back to.
    pub(super) fn of(state: &mut dyn State, learning: Learning) -> Self {
        let mut checkpoint = Self { fields: Vec::new(), learning };
        state.visit(&mut Keep(&mut checkpoint));
        checkpoint
    }

    /// Lets what was noted of `state` take no more memory than that itself.
    pub(super) fn condense(&self, state: &mut dyn State) {
        state.visit(&mut Condense(self.learning));
    }

    /// Brings `state` back to where it was marked.
    pub(super) fn rewind(&self, state: &mut dyn State) {
        state.visit(&mut Restore { rest: &self.fields, learning: self.learning });
    }
}

struct Keep<'a>(&'a mut Checkpoint);

impl StateVisitor for Keep<'_> {
    fn purpose(&self) -> Purpose {
        Purpose::Mark
    }

    fn is_learning(&self) -> bool {
        self.0.learning == Learning::Within
    }

    fn field(&mut self, _: &'static str, bytes: &mut [u8]) {
        self.0.fields.extend_from_slice(bytes);
    }
}

struct Condense(Learning);

impl StateVisitor for Condense {
    fn purpose(&self) -> Purpose {
        Purpose::Condense
    }

    fn is_learning(&self) -> bool {
        self.0 == Learning::Within
    }

    fn field(&mut self, _: &'static str, _: &mut [u8]) {}
}

struct Restore<'a> {
    rest: &'a [u8],
    learning: Learning,
}

impl StateVisitor for Restore<'_> {
    fn purpose(&self) -> Purpose {
        Purpose::Rewind
    }

    fn is_learning(&self) -> bool {
        self.learning == Learning::Within
    }

    fn field(&mut self, _: &'static str, bytes: &mut [u8]) {
        let (field, rest) = self.rest.split_at(bytes.len());
        bytes.copy_from_slice(field);
        self.rest = rest;
    }
}
