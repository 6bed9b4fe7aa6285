//! Adaptive probability maps: a prediction corrected by what came of it before.

use super::logistic::squash;
use crate::models::{
    memory::table::prefetch,
    state::{self, State, StateVisitor, UndoLog},
};

/// Nodes across the logits of one context.
const NODES: usize = 24;
/// Logits between two nodes, 1/256 nat.
const STEP: i32 = 256;

/// A refinement of a prediction in a small context (secondary symbol estimation): for
/// each context a piecewise linear function of the logit, learnt from the outcomes.
pub(crate) struct Apm {
    /// P(1) at each node in units of 2⁻²².
    nodes: Vec<[i32; NODES]>,
    /// Contexts − 1; there are a power of two of them.
    mask: usize,
    undo: UndoLog<[i32; NODES]>,
    context: usize,
    nearest: usize,
}

impl Apm {
    /// Memory of one map of 2^`log2_contexts` contexts.
    pub(crate) const fn bytes(log2_contexts: u8) -> u64 {
        ((NODES * size_of::<i32>()) as u64) << log2_contexts
    }

    /// The identity in each of 2^`log2_contexts` contexts.
    pub(crate) fn new(log2_contexts: u8) -> Self {
        let identity =
            std::array::from_fn(|node| squash((node as i32 - NODES as i32 / 2) * STEP) << 6);
        let nodes = vec![identity; 1 << log2_contexts];
        Self { mask: nodes.len() - 1, nodes, undo: UndoLog::off(), context: 0, nearest: 0 }
    }

    /// P(1) in units of 2⁻¹⁶ of what was foretold as `logit` in `context`.
    #[inline(always)]
    pub(crate) fn refine(&mut self, logit: i32, context: usize) -> i32 {
        let p;
        (p, self.nearest) = self.look(logit, context);
        self.context = context & self.mask;
        p
    }

    /// P(1) as [`refine`](Self::refine) gives it, and the nearest node.
    #[inline(always)]
    pub(crate) fn look(&self, logit: i32, context: usize) -> (i32, usize) {
        let position = (logit + STEP * NODES as i32 / 2) as usize;
        let (low, share) = (position / STEP as usize, (position % STEP as usize) as i32);
        let nodes = &self.nodes[context & self.mask];
        // Logits stay within ±LOGIT_MAX, more than a step inside both ends.
        let low = low.min(NODES - 2);
        let (a, b) = (nodes[low] >> 6, nodes[low + 1] >> 6);
        let p = a + (((b - a) * share) >> STEP.ilog2());
        (p, low + share as usize / (STEP as usize / 2))
    }

    /// Asks the memory for the nodes of `context` before they are needed.
    #[inline(always)]
    pub(crate) fn prefetch(&self, context: usize) {
        let first = (context & self.mask) * NODES;
        prefetch(self.nodes.as_flattened(), first);
        prefetch(self.nodes.as_flattened(), first + NODES - 1);
    }

    /// Notes the nodes that an update is about to change.
    pub(crate) fn note(&mut self) {
        self.undo.note(self.context, &self.nodes[self.context]);
    }

    /// Moves the nearest node towards `bit` by 2^−`rate` of the way.
    #[inline(always)]
    pub(crate) fn update(&mut self, bit: usize, rate: u32) {
        let node = &mut self.nodes[self.context & self.mask][self.nearest.min(NODES - 1)];
        *node += (((bit as i32) << 22) - *node) >> rate;
    }
}

impl State for Apm {
    fn visit(&mut self, visitor: &mut dyn StateVisitor) {
        state::table::<i32, _>(visitor, "refinement", &mut self.nodes[..], &mut self.undo);
    }

    fn settle(&mut self) {
        let nodes = self.nodes.iter_mut().flatten();
        nodes.for_each(|p| *p = (*p).clamp(0, (1 << 22) - 1));
    }
}
