//! What a bit teaches an ensemble.

use super::{Ensemble, REFINEMENT_RATE, REFRESH};
use crate::models::{component::matching::MatchModel, context::list::ContextList, kernel::Kernel};

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
    /// Learns `bit`, which was just predicted at `node` of the half byte and behind `partial`,
    /// the byte so far.
    #[inline(always)]
    pub(super) fn learn(&mut self, node: usize, partial: usize, bit: usize) {
        if self.testimony.is_some() {
            self.note(bit);
        }
        let error = ((bit as i32) << 16) - self.mixed;
        self.mixer.train((error * self.rate) >> 13);
        self.apms.iter_mut().for_each(|apm| apm.update(bit, REFINEMENT_RATE));
        self.matches.iter_mut().for_each(|matching| matching.learn(bit));
        self.histories.update(node, bit);
        if Self::HAS_ORDER0 {
            let order0 = &mut self.order0[partial];
            *order0 = self.order0_map.update(*order0, bit);
        }
    }

    /// Notes what components said of `bit`.
    #[cold]
    fn note(&mut self, bit: usize) {
        if let Some(testimony) = &mut self.testimony {
            testimony.note(bit == 1, self.mixed, self.mixer.contributions(Self::INPUTS));
        }
    }

    /// Lets the state maps take in what they counted: soon at first, then steadily.
    #[cold]
    pub(super) fn refresh(&mut self) {
        self.histories.refresh();
        self.order0_map.refresh();
        self.matches.iter_mut().for_each(MatchModel::refresh);
        self.next_refresh += self.history.position.min(REFRESH);
    }
}
