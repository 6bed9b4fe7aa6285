//! Who says what: a layered ensemble whose components are watched.

use super::LayeredEnsemble;
use crate::models::{context::list::ContextList, kernel::Kernel, testimony::Testimony};

impl<K: Kernel, C: ContextList<N>, const N: usize, const M: usize, const G: usize, const S: usize>
    LayeredEnsemble<K, C, N, M, G, S>
{
    /// Notes from now on what components say; their names, in the order of their inputs.
    pub(super) fn begin_watching(&mut self) -> Vec<String> {
        self.testimony = Some(Testimony::default());
        let name = |(data, text)| {
            if data == text { format!("{data:?}") } else { format!("{data:?}/{text:?}") }
        };
        let contexts = C::KINDS.into_iter().zip(C::TEXT_KINDS).map(name);
        let matches = (1..=M).map(|m| format!("Match{m}"));
        contexts.chain(["Order0", "Bias"].map(str::to_owned)).chain(matches).collect()
    }
}
