//! Who says what: an ensemble whose components are watched.

use super::Ensemble;
use crate::models::{context::list::ContextList, kernel::Kernel, testimony::Testimony};

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
    /// Notes from now on what components say; their names, in the order of their inputs.
    pub(super) fn begin_watching(&mut self) -> Vec<String> {
        self.testimony = Some(Testimony::default());
        let contexts = C::KINDS.iter().map(|kind| format!("{kind:?}"));
        let matches = (1..=M).map(|m| if M == 1 { "Match".into() } else { format!("Match{m}") });
        let order0 = Self::HAS_ORDER0.then(|| "Order0".to_owned());
        contexts.chain(matches).chain(order0).collect()
    }
}
