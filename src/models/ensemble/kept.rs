//! What an ensemble has learnt, component by component.

use super::{Ensemble, KNOWN_CLASSES, RATE_PERIOD, order3};
use crate::models::{
    component::matching::MatchModel,
    context::list::ContextList,
    kernel::Kernel,
    state::{self, State, StateVisitor},
};

impl<
    K: Kernel,
    C: ContextList<N>,
    const N: usize,
    const M: usize,
    const G: usize,
    const S: usize,
    const A: usize,
> State for Ensemble<K, C, N, M, G, S, A>
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
        state::scalars(
            visitor,
            "progress",
            [&mut self.next_refresh, &mut self.known, &mut self.rate, &mut self.order3],
        );
    }

    fn settle(&mut self) {
        self.history.settle();
        self.contexts.settle();
        self.histories.settle();
        self.matches.iter_mut().for_each(MatchModel::settle);
        self.known = self.known.min(KNOWN_CLASSES - 1);
        self.rate = self.rates.at(self.history.position & !(RATE_PERIOD - 1));
        if A > 1 {
            self.order3 = order3(&self.history);
        }
        self.aim::<true>();
    }
}
