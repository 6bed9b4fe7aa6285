//! Where an ensemble is: on behind a bit, a half byte, a byte.

use super::{Ensemble, known_class};
use crate::models::{context::list::ContextList, kernel::Kernel};

impl<
    K: Kernel,
    C: ContextList<N>,
    const N: usize,
    const M: usize,
    const G: usize,
    const S: usize,
    const A: usize,
> Ensemble<K, C, N, M, G, S, A>
{
    /// Goes on to the next half byte, the second of a byte after `nibble`.
    #[inline(always)]
    pub(super) fn next_half<const LEARNS: bool>(&mut self, nibble: Option<usize>) {
        let known =
            if LEARNS { self.histories.exchange(nibble) } else { self.histories.look(nibble) };
        if S > 3 {
            self.known = known_class(known, N);
        }
        self.node = 1;
    }

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
        self.next_half::<LEARNS>(Some(self.node & 15));
    }

    /// Goes on behind `byte` and learns nothing.
    #[inline(always)]
    pub(super) fn pass_by(&mut self, byte: u8) {
        self.turn_behind::<false>(byte);
        self.follow::<false>();
    }
}
