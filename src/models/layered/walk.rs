//! Where a layered ensemble is: on behind a bit, a half byte, a byte.

use super::LayeredEnsemble;
use crate::models::{context::list::ContextList, ensemble::known_class, kernel::Kernel};

impl<K: Kernel, C: ContextList<N>, const N: usize, const M: usize, const G: usize, const S: usize>
    LayeredEnsemble<K, C, N, M, G, S>
{
    /// Goes on to the next bit behind `bit`.
    #[inline(always)]
    pub(super) fn go_on(&mut self, bit: usize) {
        self.matches.iter_mut().for_each(|matching| matching.expected.advance(bit));
        self.node = self.node << 1 | bit;
        self.history.partial = self.history.partial << 1 | bit;
        self.history.place += 1;
    }

    /// Goes on to the second half of a byte; without learning no statistics change, only
    /// where they are looked for.
    #[inline(always)]
    pub(super) fn go_on_in_byte<const LEARNS: bool>(&mut self) {
        if LEARNS {
            for matching in &self.matches {
                matching.ask_for_candidate(&self.history);
            }
        }
        let nibble = self.node & 15;
        self.histories.aim_second(nibble);
        let known = self.histories.enter_second::<LEARNS>(nibble);
        self.begin_half(known);
    }

    /// Goes on behind `byte` and learns nothing.
    #[inline(always)]
    pub(super) fn pass_by(&mut self, byte: u8) {
        self.turn_behind::<false>(byte);
        self.follow::<false>();
    }

    /// Begins the byte whose contexts were turned to.
    #[inline(always)]
    pub(super) fn begin_byte<const LEARNS: bool>(&mut self) {
        let known = self.histories.enter_byte::<LEARNS>();
        self.begin_half(known);
    }

    /// Begins a half byte, of whose contexts `known` had been seen before.
    #[inline(always)]
    pub(super) fn begin_half(&mut self, known: usize) {
        self.known = known_class(known, N);
        self.node = 1;
    }
}
