//! One kind of decision: a few adaptive probabilities, mixed and refined.
//!
//! ```text
//! logit = Σᵢ wᵢ xᵢ        xᵢ = stretch of a counter's slow or fast probability
//! p     = (squash(logit) + refinement(logit)) / 2
//! wᵢ   ← wᵢ + η (bit − squash(logit)) xᵢ
//! ```

use super::{lanes::Lanes, port::BitPort};
use crate::{
    coding::Probability,
    models::mixing::logistic::{LOGIT_MAX, squash, stretch12},
};

/// Contexts of a decision, each of which gives two inputs.
const CONTEXTS: usize = 4;
/// Weight that each input starts with, 0.18 in units of 2⁻¹⁴: eight inputs, much alike.
const START_WEIGHT: i16 = 2950;
/// log₂ of how many bits a fast probability spans.
const FAST_SHIFT: u32 = 4;
/// Counters of each context.
const SLOTS: usize = 1 << 16;
/// Weight vectors.
const SETS: usize = 1 << 10;
/// Contexts of the refinement.
const REFINEMENTS: usize = 256;
/// log₂ of weight 1.
const WEIGHT_BITS: u32 = 14;
/// Logits between two nodes of a refinement (1/256 nat), as a power of two.
const LOG2_STEP: u32 = 7;
/// Nodes of a refinement: the logits' whole range, with one to spare on either side.
const NODES: usize = 48;

/// Where one decision finds its statistics.
pub(super) struct Place {
    /// A slot for each context, below [`SLOTS`].
    pub(super) slots: [usize; CONTEXTS],
    /// Which weights, below [`SETS`].
    pub(super) set: usize,
    /// Which refinement, below [`REFINEMENTS`].
    pub(super) refinement: usize,
}

/// The statistics of one kind of decision.
pub(super) struct Decision {
    counters: [Box<[Counter; SLOTS]>; CONTEXTS],
    /// Weights of two inputs a context.
    weights: Box<[Lanes; SETS]>,
    refinements: Box<[[u16; NODES]; REFINEMENTS]>,
}

impl Decision {
    /// Memory.
    pub(super) const BYTES: u64 =
        (CONTEXTS * SLOTS * 4 + SETS * size_of::<Lanes>() + REFINEMENTS * NODES * 2) as u64;

    /// Statistics that have seen nothing.
    pub(super) fn new() -> Self {
        let centre = NODES as i32 / 2;
        let identity =
            std::array::from_fn(|node| squash((node as i32 - centre) << LOG2_STEP) as u16);
        Self {
            counters: std::array::from_fn(|_| boxed(Counter::NEW)),
            weights: boxed(Lanes::splat(START_WEIGHT)),
            refinements: boxed(identity),
        }
    }

    /// Passes one bit through `port` and learns it.
    #[inline(always)]
    pub(super) fn pass(&mut self, port: &mut impl BitPort, bit: bool, at: &Place) -> bool {
        let inputs = self.inputs(at);
        let weights = &mut self.weights[at.set & (SETS - 1)];
        let logit = (weights.dot(inputs) >> WEIGHT_BITS).clamp(-LOGIT_MAX, LOGIT_MAX);
        let mixed = squash(logit);
        let nodes = &mut self.refinements[at.refinement & (REFINEMENTS - 1)];
        let (refined, nearest) = refine(nodes, logit);
        let bit = port.pass(bit, Probability::from_u16_clamped((mixed + refined) >> 1));
        let target = -i32::from(bit) & 0xFFFF;
        let error = ((target - mixed) >> 1) as i16;
        *weights = weights.moved(inputs, error);
        let node = &mut nodes[nearest];
        *node = (i32::from(*node) + ((target - i32::from(*node)) >> 6)) as u16;
        for k in 0..CONTEXTS {
            self.counters[k][at.slots[k] & (SLOTS - 1)].update(bit);
        }
        bit
    }

    /// The logits of the counters' probabilities, two a context.
    #[inline(always)]
    fn inputs(&self, at: &Place) -> Lanes {
        let mut words = [0u64; 2];
        for k in 0..CONTEXTS {
            let counter = self.counters[k][at.slots[k] & (SLOTS - 1)];
            let slow = u64::from(stretch12(counter.slow12()) as u16);
            let fast = u64::from(stretch12(counter.fast12()) as u16);
            words[k / 2] |= (slow | fast << 16) << (32 * (k % 2));
        }
        Lanes::from_words(words)
    }
}

/// `N` copies of `value` on the heap.
fn boxed<T: Clone, const N: usize>(value: T) -> Box<[T; N]> {
    match vec![value; N].try_into() {
        Ok(array) => array,
        Err(_) => unreachable!("the vector has N elements"),
    }
}

/// The refinement's value at `logit` between its nodes, and the nearest of them.
#[inline(always)]
fn refine(nodes: &[u16; NODES], logit: i32) -> (i32, usize) {
    let position = (logit + ((NODES as i32 / 2) << LOG2_STEP)) as usize;
    let (low, share) = ((position >> LOG2_STEP) % NODES, (position & 127) as i32);
    let (a, b) = (i32::from(nodes[low]), i32::from(nodes[(low + 1) % NODES]));
    (a + (((b - a) * share) >> LOG2_STEP), (low + usize::from(share >= 64)) % NODES)
}

/// Two adaptive probabilities of the same bits: a slow one, exact at first, and a fast one.
///
/// ```text
/// slow ← slow + (bit − slow) · rateₙ     fast ← fast + (bit − fast) / 2^shift
/// ```
///
/// Steps of the slow one are rounded away from where it is, or it would stop short of 1.
///
/// Layout: slow in the high 16 bits, units of 2⁻¹⁶; fast in the next 12, units of 2⁻¹²;
/// bits seen, at most 15, in the low 4.
#[derive(Clone, Copy)]
struct Counter(u32);

impl Counter {
    const NEW: Self = Self(1 << 31 | 1 << 15);

    #[inline(always)]
    const fn slow12(self) -> u32 {
        self.0 >> 20
    }

    #[inline(always)]
    const fn fast12(self) -> u32 {
        self.0 >> 4 & 4095
    }

    #[inline(always)]
    fn update(&mut self, bit: bool) {
        let ones = -i32::from(bit);
        let (slow, seen) = ((self.0 >> 16) as i32, self.0 & 15);
        let slow =
            slow + ((((ones & 0xFFFF) - slow) * SLOW_RATES[seen as usize] + (ones & 0xFFFF)) >> 16);
        let fast = self.fast12() as i32;
        let up = (1 << FAST_SHIFT) - 1;
        let fast = fast + (((ones & 4095) - fast + (ones & up)) >> FAST_SHIFT);
        self.0 = (slow as u32) << 16 | (fast as u32) << 4 | (seen + 1).min(15);
    }
}

/// The slow probability's rate after 0, 1, … bits, units of 2⁻¹⁶: nearly one over the
/// bits seen, then 1/200. The last value decides what stationary data cost; 1/100 and
/// 1/400 lose 0.03 % on the score set.
#[rustfmt::skip]
static SLOW_RATES: [i32; 16] = [
    32767, 25206, 18204, 14247, 11702, 9929, 8192, 6553,
    5461, 4681, 3855, 3276, 2621, 2048, 1365, 327,
];
