//! Bit history → probability.

use super::CountMap;
use crate::models::{
    memory::bit_history::{NEXT, PRIOR, STATES},
    mixing::mixer::Pair,
    state::{State, StateVisitor},
};

/// What followed each bit history in one kind of context.
pub(crate) struct StateMap(CountMap<256>);

impl StateMap {
    /// A map that believes the histories' own prior.
    pub(crate) fn new() -> Self {
        let mut map = Self(CountMap::new());
        map.refresh();
        map
    }

    /// Mixer inputs for `state`.
    #[inline(always)]
    pub(crate) fn pair(&self, state: u8) -> Pair {
        self.0.pair(usize::from(state))
    }

    /// Counts `bit` after `state` and gives the state after it.
    #[inline(always)]
    pub(crate) fn update(&mut self, state: u8, bit: usize) -> u8 {
        self.0.count(usize::from(state), bit);
        NEXT[bit & 1][usize::from(state)]
    }

    /// Takes in what was counted; see [`CountMap::count`] for how often it must be.
    pub(crate) fn refresh(&mut self) {
        self.0.refresh(0, &PRIOR[..STATES]);
    }
}

impl State for StateMap {
    fn visit(&mut self, visitor: &mut dyn StateVisitor) {
        self.0.visit(visitor);
    }
}
