//! Bit history → probability.

use super::{CountMap, count_map::Reading};
use crate::models::{
    memory::bit_history::{IS_ONE_SIDED, NEXT, PRIOR, STATES},
    mixing::{
        logistic::stretch,
        mixer::{Pair, pair},
    },
    state::{State, StateVisitor},
};

/// Four inputs in one word, the first lowest: a [`Pair`], its logit once more where the
/// history holds zeros alone or ones alone, and room for one that is not the map's.
pub(crate) type Quad = u64;

impl Reading for Quad {
    const NONE: Self = 0;

    fn new(state: usize, p: u32) -> Self {
        let again = if IS_ONE_SIDED[state] { stretch(p) as u16 } else { 0 };
        Self::from(pair(p)) | Self::from(again) << 32
    }
}

/// What followed each bit history in one kind of context.
pub(crate) struct StateMap<R = Pair>(CountMap<256, R>);

impl<R: Reading> StateMap<R> {
    /// A map that believes the histories' own prior.
    pub(crate) fn new() -> Self {
        let mut map = Self(CountMap::new());
        map.refresh();
        map
    }

    /// Mixer inputs for `state`.
    #[inline(always)]
    pub(crate) fn reading(&self, state: u8) -> R {
        self.0.reading(usize::from(state))
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

impl<R: Reading> State for StateMap<R> {
    fn visit(&mut self, visitor: &mut dyn StateVisitor) {
        self.0.visit(visitor);
    }
}
