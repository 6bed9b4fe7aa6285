//! Predicting without learning.

use super::Ensemble;
use crate::{
    coding::{BitSink, Probability},
    models::{
        component::{histories::HalfByte, matching::MatchModel},
        context::list::ContextList,
        frozen::{self, Frozen, Walk},
        kernel::Kernel,
        predictor::Trainable,
    },
};

impl<
    K: Kernel,
    C: ContextList<N>,
    const N: usize,
    const M: usize,
    const G: usize,
    const S: usize,
    const A: usize,
> Walk for Ensemble<K, C, N, M, G, S, A>
{
    type Start = (HalfByte<N>, usize);

    #[inline(always)]
    fn advance(&mut self, bit: usize) {
        self.go_on(bit);
    }

    #[inline(always)]
    fn look_in_byte(&mut self) {
        self.go_on_in_byte::<false>();
    }

    #[inline(always)]
    fn look_behind_byte(&mut self) {
        self.go_on_behind_byte::<false>();
    }

    fn place(&self) -> usize {
        self.history.place
    }

    fn start(&self) -> Self::Start {
        (self.histories.half_byte(), self.known)
    }

    fn restart(&mut self, (half_byte, known): &Self::Start) {
        self.histories.set_half_byte(half_byte);
        self.known = *known;
        (self.node, self.history.partial, self.history.place) = (1, 1, 0);
        self.matches.iter_mut().for_each(MatchModel::restart_byte);
    }
}

impl<
    K: Kernel,
    C: ContextList<N>,
    const N: usize,
    const M: usize,
    const G: usize,
    const S: usize,
    const A: usize,
> Trainable for Ensemble<K, C, N, M, G, S, A>
{
    fn read(&mut self, bytes: &[u8], sink: &mut dyn BitSink) {
        let kernel = self.kernel;
        kernel.encode(&mut Frozen(self), bytes, sink);
    }

    fn tree(&mut self) -> Box<[Probability; 256]> {
        frozen::tree(self)
    }
}
