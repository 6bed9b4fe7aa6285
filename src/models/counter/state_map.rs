//! Bit history → probability, learnt by counting.

use crate::models::{
    memory::bit_history::{NEXT, PRIOR, STATES},
    mixing::mixer::{Pair, pair},
    state::{self, State, StateVisitor},
};

/// What followed each bit history in one kind of context.
///
/// Bits are only counted as they come; from time to time [`refresh`](Self::refresh) turns
/// the counts into mixer inputs. That is cheaper than moving a probability at each bit,
/// and the mean of many bits is steadier.
pub(crate) struct StateMap {
    /// `counts[2·state + bit]`.
    counts: [u16; 512],
    /// Mixer inputs of each state.
    pairs: [Pair; 256],
}

/// Refreshes halve counts beyond this, so that the map forgets.
const LIMIT: u32 = 1023;
/// Weight of the prior, in bits seen.
const PRIOR_BITS: u32 = 2;

impl StateMap {
    /// A map that believes the histories' own prior.
    pub(crate) fn new() -> Self {
        let mut map = Self { counts: [0; 512], pairs: [0; 256] };
        map.refresh();
        map
    }

    /// Mixer inputs for `state`.
    #[inline(always)]
    pub(crate) fn pair(&self, state: u8) -> Pair {
        self.pairs[state as usize]
    }

    /// Counts `bit` after `state` and gives the state after it. At most 64,512 bits may
    /// come between two refreshes.
    #[inline(always)]
    pub(crate) fn update(&mut self, state: u8, bit: usize) -> u8 {
        let after = (usize::from(state) << 1 | bit) & 511;
        self.counts[after] = self.counts[after].wrapping_add(1);
        NEXT[after]
    }

    /// Turns the counts into mixer inputs, and halves them where they are many.
    pub(crate) fn refresh(&mut self) {
        for (state, counts) in self.counts.chunks_exact_mut(2).enumerate().take(STATES) {
            let (n0, n1) = (u32::from(counts[0]), u32::from(counts[1]));
            let ones = (n1 << 16) + PRIOR_BITS * u32::from(PRIOR[state]);
            let p = (ones / (n0 + n1 + PRIOR_BITS)).min(65535);
            self.pairs[state] = pair(p);
            if n0 + n1 > LIMIT {
                counts[0] /= 2;
                counts[1] /= 2;
            }
        }
    }
}

impl State for StateMap {
    fn visit(&mut self, visitor: &mut dyn StateVisitor) {
        state::words(visitor, "counts", &mut self.counts);
        state::words(visitor, "pairs", &mut self.pairs);
    }
}
