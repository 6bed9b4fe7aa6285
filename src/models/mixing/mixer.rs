//! Gated logistic mixing.

use super::logistic::{LOGIT_MAX, stretch};
use crate::models::{
    kernel::{Choice, Kernel, LANES, Vector},
    memory::aligned::Aligned,
    state::{self, State, StateVisitor, UndoLog},
};

/// What one component says of the next bit, as two inputs in one word: below, the logit
/// (1/256 nat) of its probability; above, the probability's distance from ½ (2⁻¹⁰).
pub(crate) type Pair = u32;

/// Pairs in one vector.
pub(crate) const PAIRS: usize = LANES / 2;

/// Rows of one weight set.
pub(crate) const ROWS: usize = 2048;

/// log₂ of the weight that stands for 1.
const ONE: u32 = 16;

/// Smaller steps are left out: they would move no weight by more than two units.
const SMALLEST_STEP: i32 = 24;

/// One weight vector for each value of a selector in `0..ROWS`.
type WeightSet<const G: usize> = Box<Aligned<[Vector; G], ROWS>>;

/// The logit (1/256 nat) that a sum of weighted inputs stands for.
#[inline(always)]
fn logit(sum: i32) -> i32 {
    (sum >> ONE).clamp(-LOGIT_MAX, LOGIT_MAX)
}

/// The pair of the probability `p` of a one, units of 2⁻¹⁶, `0..=65535`.
#[inline(always)]
pub(crate) fn pair(p: u32) -> Pair {
    let distance = (p as i32 - 0x8000) / 64;
    (stretch(p) as u32 & 0xFFFF) | (distance as u32) << 16
}

/// Makes `pair` the pair `index` of `inputs`.
#[inline(always)]
pub(crate) fn put_pair<const G: usize>(inputs: &mut [Vector; G], index: usize, pair: Pair) {
    let pairs: &mut [Pair] = bytemuck::cast_slice_mut(inputs);
    pairs[index] = if cfg!(target_endian = "big") { pair.rotate_left(16) } else { pair };
}

/// A mixer whose weights are the sum of `S` rows, one from each weight set: one dot
/// product, one error, and every chosen row learns from it.
///
/// ```text
/// logit = Σᵢ xᵢ Σₛ wₛᵢ        wₛᵢ ← wₛᵢ + η · (bit − p) · xᵢ
/// ```
pub(crate) struct Mixer<K, const G: usize, const S: usize> {
    kernel: K,
    /// Weights in units of 2⁻¹⁶.
    sets: [WeightSet<G>; S],
    undo: [UndoLog<[Vector; G]>; S],
    /// The row of each set that was chosen for the current bit.
    chosen: [usize; S],
    inputs: [Vector; G],
}

impl<K: Kernel, const G: usize, const S: usize> Mixer<K, G, S> {
    /// A mixer in which every logit starts at weight `start_weight` / 256, summed over
    /// the sets, and every distance at none.
    pub(crate) fn new(kernel: K, start_weight: u8) -> Self {
        let logit = (i32::from(start_weight) << (ONE - 8)) / S as i32;
        let start = kernel.pack([logit as u32 & 0xFFFF; PAIRS]);
        let sets = std::array::from_fn(|_| Aligned::filled([start; G]));
        let undo = std::array::from_fn(|_| UndoLog::off());
        Self { kernel, sets, undo, chosen: [0; S], inputs: [Vector([0; LANES]); G] }
    }

    /// Bytes of one weight set.
    pub(crate) const fn set_bytes() -> usize {
        ROWS * size_of::<[Vector; G]>()
    }

    /// The mixed logit (1/256 nat) of `pairs` under the chosen row of each set.
    #[inline(always)]
    pub(crate) fn mix(&mut self, pairs: &[[Pair; PAIRS]; G], choice: [u32; S]) -> i32 {
        self.chosen = choice.map(|row| row as usize & (ROWS - 1));
        // No closure: it would be compiled without the vector instructions of its caller.
        for (inputs, &pairs) in self.inputs.iter_mut().zip(pairs) {
            *inputs = self.kernel.pack(pairs);
        }
        let rows: [_; S] = std::array::from_fn(|s| &self.sets[s][self.chosen[s]]);
        logit(self.kernel.dot(rows, &self.inputs))
    }

    /// The mixed logits of a byte's eight bits, as [`mix`](Self::mix) gives them one by one;
    /// `choice` has the row of each set for each bit.
    #[inline(always)]
    pub(crate) fn mix_byte(
        &self,
        inputs: &[[Vector; G]; 8],
        choice: &Choice<G, S, ROWS>,
    ) -> [i32; 8] {
        let sets: [&[_; ROWS]; S] = std::array::from_fn(|s| &**self.sets[s]);
        let mut logits = self.kernel.dot_byte(sets, choice, inputs);
        for sum in &mut logits {
            *sum = logit(*sum);
        }
        logits
    }

    /// What each of the first `pairs` pairs of inputs contributed to the logit that was
    /// mixed last, in units of 2⁻¹⁶/256 nat; to be asked before training.
    pub(crate) fn contributions(&self, pairs: usize) -> impl Iterator<Item = i32> {
        let rows: [_; S] = std::array::from_fn(|s| &self.sets[s][self.chosen[s]]);
        (0..pairs).map(move |pair| {
            let (group, lane) = (pair / PAIRS, 2 * (pair % PAIRS));
            let inputs = &self.inputs[group].0[lane..lane + 2];
            let product = |row: &[Vector; G]| {
                let weights = &row[group].0[lane..lane + 2];
                i32::from(weights[0]) * i32::from(inputs[0])
                    + i32::from(weights[1]) * i32::from(inputs[1])
            };
            rows.iter().map(|row| product(row)).sum()
        })
    }

    /// Notes the rows that training is about to change.
    #[inline(always)]
    fn note(&mut self) {
        for s in 0..S {
            let row = self.chosen[s] & (ROWS - 1);
            self.undo[s].note(row, &self.sets[s][row]);
        }
    }

    /// Moves the chosen rows by η · (bit − p) times the inputs, where `step` is
    /// η · (bit − p) in units of 2⁻²³.
    #[inline(always)]
    pub(crate) fn train(&mut self, step: i32) {
        if step.abs() < SMALLEST_STEP {
            return;
        }
        if self.undo[0].is_on() {
            self.note();
        }
        let step = step.clamp(-0x7FFF, 0x7FFF) as i16;
        for (set, row) in self.sets.iter_mut().zip(self.chosen) {
            self.kernel.train(&mut set[row & (ROWS - 1)], &self.inputs, step);
        }
    }
}

impl<K: Kernel, const G: usize, const S: usize> State for Mixer<K, G, S> {
    fn visit(&mut self, visitor: &mut dyn StateVisitor) {
        for (set, undo) in self.sets.iter_mut().zip(&mut self.undo) {
            state::table::<i16, _>(visitor, "weights", &mut set[..], undo);
        }
    }
}
