//! Adaptive probability maps: a prediction corrected by what came of it before.

use super::logistic::squash;
use crate::models::{
    kernel::Kernel,
    memory::table::prefetch,
    state::{self, Journal, State, StateVisitor},
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
    mask: u32,
    undo: Journal<i32>,
    context: usize,
    nearest: usize,
}

/// Where the predictions of a byte's bits are in a map.
#[derive(Clone, Copy)]
pub(crate) struct Spots {
    /// The node below each, counted through all contexts.
    nodes: [u32; 8],
    /// How far each is from there to the next node, `0..STEP`.
    shares: [i32; 8],
}

impl Spots {
    /// The first node of the first context.
    pub(crate) const NONE: Self = Self { nodes: [0; 8], shares: [0; 8] };
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
        let mask = nodes.len() as u32 - 1;
        Self { mask, nodes, undo: Journal::off(), context: 0, nearest: 0 }
    }

    /// P(1) in units of 2⁻¹⁶ of what was foretold as `logit` in `context`.
    #[inline(always)]
    pub(crate) fn refine(&mut self, logit: i32, context: u32) -> i32 {
        let context = context & self.mask;
        let (low, share) = below(logit);
        self.context = context as usize;
        self.nearest = (low + share / (STEP / 2)) as usize;
        let nodes = &self.nodes[context as usize];
        between(nodes[low as usize], nodes[low as usize + 1], share)
    }

    /// Where predictions of `logits` in `contexts` are.
    #[inline(always)]
    fn spots(&self, logits: &[i32; 8], contexts: &[u32; 8]) -> Spots {
        let mut spots = Spots::NONE;
        for i in 0..8 {
            let (low, share) = below(logits[i]);
            spots.nodes[i] = (contexts[i] & self.mask) * NODES as u32 + low as u32;
            spots.shares[i] = share;
        }
        spots
    }

    /// Asks the memory for the nodes at `spots` before they are needed.
    #[inline(always)]
    fn ask_for(&self, spots: &Spots) {
        let nodes = self.nodes.as_flattened().as_ptr();
        spots.nodes.iter().for_each(|&node| prefetch(nodes, node as usize));
    }

    /// P(1) at each of `spots`, as [`refine`](Self::refine) gives it.
    #[inline(always)]
    fn read<K: Kernel>(&self, kernel: K, spots: &Spots) -> [i32; 8] {
        let [below, above] = kernel.neighbours(self.nodes.as_flattened(), &spots.nodes);
        let mut refined = [0; 8];
        for i in 0..8 {
            refined[i] = between(below[i], above[i], spots.shares[i]);
        }
        refined
    }

    /// Moves the nearest node towards `bit` by 2^−`rate` of the way.
    #[inline(always)]
    pub(crate) fn update(&mut self, bit: usize, rate: u32) {
        let context = self.context & self.mask as usize;
        let nearest = self.nearest.min(NODES - 1);
        let node = &mut self.nodes[context][nearest];
        self.undo.note_cell(NODES * context + nearest, *node);
        *node += (((bit as i32) << 22) - *node) >> rate;
    }
}

/// Where predictions of `logits` are in each of `apms`, each in contexts of its own, whose
/// memory is asked for.
#[inline(always)]
pub(crate) fn spots_in<const A: usize>(
    apms: &[Apm; A],
    logits: &[i32; 8],
    contexts: &[[u32; 8]; A],
) -> [Spots; A] {
    let mut spots = [Spots::NONE; A];
    for (a, apm) in apms.iter().enumerate() {
        spots[a] = apm.spots(logits, &contexts[a]);
        apm.ask_for(&spots[a]);
    }
    spots
}

/// Σ over `apms` of P(1) at each of their `spots`, units of 2⁻¹⁶.
#[inline(always)]
pub(crate) fn refined_sums<K: Kernel, const A: usize>(
    kernel: K,
    apms: &[Apm; A],
    spots: &[Spots; A],
) -> [i32; 8] {
    let mut sums = [0; 8];
    for (apm, spots) in apms.iter().zip(spots) {
        sums.iter_mut().zip(apm.read(kernel, spots)).for_each(|(sum, p)| *sum += p);
    }
    sums
}

/// The node of a context below `logit`, and how far that is from there to the next one.
#[inline(always)]
fn below(logit: i32) -> (i32, i32) {
    let position = logit + STEP * NODES as i32 / 2;
    // Logits stay within ±LOGIT_MAX, more than a step inside both ends.
    ((position >> STEP.ilog2()).clamp(0, NODES as i32 - 2), position & (STEP - 1))
}

/// P(1) in units of 2⁻¹⁶ at `share` of the way from node `a` to node `b`.
#[inline(always)]
fn between(a: i32, b: i32, share: i32) -> i32 {
    let (a, b) = (a >> 6, b >> 6);
    a + (((b - a) * share) >> STEP.ilog2())
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
