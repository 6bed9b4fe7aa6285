//! Predicting without learning.

use super::Ensemble;
use crate::{
    coding::{BitSink, Probability},
    models::{
        Predictor, component::matching::MatchModel, context::list::ContextList, kernel::Kernel,
        predictor::Trainable,
    },
};

/// An ensemble that learns nothing: it follows what it reads, and its statistics and
/// weights stay as they are.
struct Frozen<'a, E>(&'a mut E);

impl<
    K: Kernel,
    C: ContextList<N>,
    const N: usize,
    const M: usize,
    const G: usize,
    const S: usize,
    const A: usize,
> Predictor for Frozen<'_, Ensemble<K, C, N, M, G, S, A>>
{
    #[inline(always)]
    fn predict(&mut self) -> Probability {
        self.0.predict()
    }

    #[inline(always)]
    fn update(&mut self, bit: bool) {
        self.0.advance(usize::from(bit));
    }

    #[inline(always)]
    fn end_of_nibble(&mut self) {
        self.0.go_on_in_byte::<false>();
    }

    #[inline(always)]
    fn end_of_byte(&mut self) {
        self.0.go_on_behind_byte::<false>();
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
        let mut tree = Box::new([Probability::HALF; 256]);
        let (start, known) = (self.histories.half_byte(), self.known);
        for (node, p) in tree.iter_mut().enumerate().skip(1) {
            for place in (0..node.ilog2()).rev() {
                self.advance(node >> place & 1);
                if self.history.place == 4 {
                    self.go_on_in_byte::<false>();
                }
            }
            *p = self.predict();
            self.histories.set_half_byte(&start);
            self.known = known;
            (self.node, self.history.partial, self.history.place) = (1, 1, 0);
            self.matches.iter_mut().for_each(MatchModel::restart_byte);
        }
        tree
    }
}
