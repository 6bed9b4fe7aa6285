//! Adaptive probability maps: a prediction corrected by what came of it before.

#![expect(unsafe_code, reason = "the derives of bytemuck would have to say the same")]

use super::logistic::{LOGIT_MAX, squash};
use crate::models::{
    kernel::Kernel,
    memory::{pages, table::prefetch},
    state::{self, Journal, State, StateVisitor},
};

/// Nodes across the logits of one context.
const NODES: usize = 16;
/// Logits between two nodes, 1/256 nat: the least that reaches over all logits.
const STEP: i32 = 380;
const _: () = assert!(STEP * (NODES as i32 - 1) > 2 * LOGIT_MAX);

/// P(1) at each node of two contexts, units of 2⁻¹⁶: a cache line, so that both ways that the
/// next bit can go are asked for at once.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
struct Twins([[u16; NODES]; 2]);

// SAFETY: 64 bytes aligned to 64 leave no padding; every bit pattern is 32 integers.
unsafe impl bytemuck::Zeroable for Twins {}
// SAFETY: as above, and the type is `Copy`, `'static` and `repr(C)`.
unsafe impl bytemuck::Pod for Twins {}

/// A refinement of a prediction in a small context (secondary symbol estimation): for
/// each context a piecewise linear function of the logit, learnt from the outcomes.
///
/// A step is rounded up or down at random, so that its mean is exact: sixteen bits then
/// tell a rare event as well as more bits would.
///
/// ```text
/// p ← p + ⌊(target − p + dither) / 2^rate⌋        dither in 0..2^rate
/// ```
pub(crate) struct Apm {
    /// Contexts by twos.
    twins: Vec<Twins>,
    /// Contexts − 1; there are a power of two of them.
    mask: u32,
    undo: Journal<u16>,
    context: usize,
    nearest: usize,
    /// Where the sequence of dithers is.
    seed: u32,
}

/// Where the predictions of a byte's bits are in a map.
#[derive(Clone, Copy)]
pub(crate) struct Spots {
    /// The node below each, counted through all contexts.
    nodes: [u32; 8],
    /// How far each is from there to the next node, units of 2⁻⁸.
    shares: [i32; 8],
}

impl Spots {
    /// The first node of the first context.
    pub(crate) const NONE: Self = Self { nodes: [0; 8], shares: [0; 8] };
}

impl Apm {
    /// Memory of one map of 2^`log2_contexts` contexts.
    pub(crate) const fn bytes(log2_contexts: u8) -> u64 {
        ((NODES * size_of::<u16>()) as u64) << log2_contexts
    }

    /// The identity in each of 2^`log2_contexts` contexts, at least two.
    pub(crate) fn new(log2_contexts: u8) -> Self {
        let logit = |node: usize| STEP * (2 * node as i32 - (NODES as i32 - 1)) / 2;
        let identity = std::array::from_fn(|node| squash(logit(node)) as u16);
        let mut twins = pages::zeros(1 << (log2_contexts - 1));
        twins.fill(Twins([identity; 2]));
        let mask = 2 * twins.len() as u32 - 1;
        Self { twins, mask, undo: Journal::off(), context: 0, nearest: 0, seed: 0 }
    }

    /// Asks the memory for the nodes of `context` and of its twin, the one that differs in the
    /// lowest bit, before they are needed.
    #[inline(always)]
    pub(crate) fn ask(&self, context: u32) {
        prefetch(self.twins.as_ptr(), ((context & self.mask) / 2) as usize);
    }

    /// P(1) in units of 2⁻¹⁶ of what was foretold as `logit` in `context`.
    #[inline(always)]
    pub(crate) fn refine(&mut self, logit: i32, context: u32) -> i32 {
        let context = (context & self.mask) as usize;
        let (low, share) = below(logit);
        self.context = context;
        self.nearest = (low + (share >> 7)) as usize;
        let nodes = &self.twins[context / 2].0[context % 2];
        between(i32::from(nodes[low as usize]), i32::from(nodes[low as usize + 1]), share)
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
        let nodes = self.twins.as_ptr().cast::<u16>();
        spots.nodes.iter().for_each(|&node| prefetch(nodes, node as usize));
    }

    /// P(1) at each of `spots`, as [`refine`](Self::refine) gives it.
    #[inline(always)]
    fn read<K: Kernel>(&self, kernel: K, spots: &Spots) -> [i32; 8] {
        let [below, above] = kernel.neighbours(bytemuck::cast_slice(&self.twins), &spots.nodes);
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
        let nearest = self.nearest & (NODES - 1);
        let node = &mut self.twins[context / 2].0[context % 2][nearest];
        self.undo.note_cell(NODES * context + nearest, *node);
        let (p, target) = (i32::from(*node), if bit == 1 { 0xFFFF } else { 0 });
        // A multiplier of full period, and its best bits.
        self.seed = self.seed.wrapping_mul(0x915F_77F5).wrapping_add(1);
        let dither = (self.seed >> (32 - rate)) as i32;
        *node = (p + ((target - p + dither) >> rate)) as u16;
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

/// The node of a context below `logit`, and how far that is from there to the next one, units
/// of 2⁻⁸.
#[inline(always)]
fn below(logit: i32) -> (i32, i32) {
    // Logits stay within ±LOGIT_MAX, inside both ends.
    let position = (logit + STEP * (NODES as i32 - 1) / 2) as u32;
    let low = (position / STEP as u32).min(NODES as u32 - 2);
    let rest = position - low * STEP as u32;
    (low as i32, ((rest * (65536 / STEP as u32)) >> 8) as i32)
}

/// P(1) in units of 2⁻¹⁶ at `share` of the way from node `a` to node `b`.
#[inline(always)]
fn between(a: i32, b: i32, share: i32) -> i32 {
    a + (((b - a) * share) >> 8)
}

impl State for Apm {
    fn visit(&mut self, visitor: &mut dyn StateVisitor) {
        state::table::<u16, _>(visitor, "refinement", &mut self.twins[..], &mut self.undo);
        state::scalars(visitor, "dither", [&mut self.seed]);
    }
}
