//! What a layered ensemble has learnt, component by component.

use super::{LayeredEnsemble, hashes};
use crate::models::{
    component::matching::MatchModel,
    context::list::ContextList,
    ensemble::KNOWN_CLASSES,
    kernel::Kernel,
    state::{self, State, StateVisitor},
};

impl<K: Kernel, C: ContextList<N>, const N: usize, const M: usize, const G: usize, const S: usize>
    State for LayeredEnsemble<K, C, N, M, G, S>
{
    fn visit(&mut self, visitor: &mut dyn StateVisitor) {
        self.history.visit(visitor);
        self.contexts.visit(visitor);
        self.histories.visit(visitor);
        state::words(visitor, "order 0", &mut self.order0);
        self.order0_map.visit(visitor);
        self.matches.iter_mut().for_each(|matching| matching.visit(visitor));
        self.mixer.visit(visitor);
        self.apms.iter_mut().for_each(|apm| apm.visit(visitor));
        let scalars: [&mut dyn state::Scalar; 3] =
            [&mut self.next_refresh, &mut self.known, &mut self.rate];
        state::scalars(visitor, "progress", scalars);
        // The rest follows from the above.
        self.hashes = hashes(&self.history, &self.contexts);
    }

    fn settle(&mut self) {
        self.history.settle();
        self.contexts.settle();
        self.histories.settle();
        self.matches.iter_mut().for_each(MatchModel::settle);
        self.known = self.known.min(KNOWN_CLASSES - 1);
        self.rate = self.rates.at(self.history.position);
        self.hashes = hashes(&self.history, &self.contexts);
        self.aim();
    }
}
