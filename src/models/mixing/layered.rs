//! Two layers of gated logistic mixing.

use super::logistic::{LOGIT_MAX, squash};
use crate::models::{
    counter::Quad,
    kernel::{Kernel, LANES, Vector},
    memory::aligned::Aligned,
    state::{self, State, StateVisitor, UndoLog},
};
use std::ops::Range;

/// Quads in one vector.
pub(crate) const QUADS: usize = LANES / 4;

/// Rows of one weight set of the first layer.
const ROWS: usize = 2048;
/// Rows of one weight set of the second layer.
const FINAL_ROWS: usize = 2048;
/// Weight sets of the second layer.
pub(crate) const FINAL_SETS: usize = 3;

/// log₂ of the weight that stands for 1.
const ONE: u32 = 16;
/// Largest logit that the first layer gives, 1/256 nat.
const FIRST_MAX: i32 = 2047;
/// Smaller steps are left out: they would move no weight by more than eight units, and
/// leaving them out gains a little.
const SMALLEST_STEP: i32 = 128;
/// Learning rate of the second layer, units of 2⁻¹⁴: its few inputs are all good, and
/// faster it follows noise.
const FINAL_RATE: i32 = 8;

/// One weight vector for each value of a selector in `0..ROWS`.
type WeightSet<const G: usize> = Box<Aligned<[Vector; G], ROWS>>;
/// Likewise in the second layer, weights of the first layer's logits, units of 2⁻¹⁶.
type FinalSet<const S: usize> = Box<Aligned<[i32; S], FINAL_ROWS>>;

/// `inputs` by fours, each as [`in_lanes`] makes it of a quad.
#[inline(always)]
pub(crate) fn as_quads<const G: usize>(inputs: &mut [Vector; G]) -> &mut [[Quad; QUADS]] {
    bytemuck::cast_slice_mut(inputs)
}

/// `quad` as it lies in the lanes of a vector, its lowest quarter in the first one.
#[inline(always)]
pub(crate) const fn in_lanes(quad: Quad) -> Quad {
    if cfg!(target_endian = "big") {
        let halves = quad.rotate_left(32);
        (halves & 0xFFFF_0000_FFFF) << 16 | halves >> 16 & 0xFFFF_0000_FFFF
    } else {
        quad
    }
}

/// `S` mixers over the same inputs, each with weights that its own selector chooses and
/// with its own error; what they say is mixed once more.
///
/// ```text
/// lₛ = Σᵢ wₛᵢ xᵢ      logit = Σₛ lₛ Σₖ vₖₛ
/// wₛᵢ ← wₛᵢ + η · (bit − squash(lₛ)) · xᵢ      vₖₛ ← vₖₛ + η′ · (bit − p) · lₛ
/// ```
///
/// The second layer's weights are the sum of the rows of [`FINAL_SETS`] selectors.
pub(crate) struct LayeredMixer<K, const G: usize, const S: usize> {
    kernel: K,
    /// Weights in units of 2⁻¹⁶.
    sets: [WeightSet<G>; S],
    undo: [UndoLog<[Vector; G]>; S],
    chosen: [usize; S],
    inputs: [Vector; G],
    logits: [i32; S],
    finals: [FinalSet<S>; FINAL_SETS],
    final_undo: [UndoLog<[i32; S]>; FINAL_SETS],
    final_chosen: [usize; FINAL_SETS],
    /// P(1) that the second layer gave, units of 2⁻¹⁶.
    mixed: i32,
}

impl<K: Kernel, const G: usize, const S: usize> LayeredMixer<K, G, S> {
    /// A mixer in which the first input of each quad starts at weight `start_weight` / 256
    /// and the others at none, and whose second layer starts as a mean.
    pub(crate) fn new(kernel: K, start_weight: u8) -> Self {
        let logit = (i16::from(start_weight) << (ONE - 8)) & 0x7FFF;
        let start = Vector(std::array::from_fn(|lane| if lane % 4 == 0 { logit } else { 0 }));
        let mean = [(1 << 16) / (S * FINAL_SETS) as i32; S];
        Self {
            kernel,
            sets: std::array::from_fn(|_| Aligned::filled([start; G])),
            undo: std::array::from_fn(|_| UndoLog::off()),
            chosen: [0; S],
            inputs: [Vector([0; LANES]); G],
            logits: [0; S],
            finals: std::array::from_fn(|_| Aligned::filled(mean)),
            final_undo: std::array::from_fn(|_| UndoLog::off()),
            final_chosen: [0; FINAL_SETS],
            mixed: 1 << 15,
        }
    }

    /// Bytes of all weights.
    pub(crate) const fn bytes() -> u64 {
        let finals = FINAL_SETS * FINAL_ROWS * size_of::<[i32; S]>();
        (S * ROWS * size_of::<[Vector; G]>() + finals) as u64
    }

    /// The inputs that are mixed next.
    #[inline(always)]
    pub(crate) fn inputs(&mut self) -> &mut [Vector; G] {
        &mut self.inputs
    }

    /// The mixed logit (1/256 nat) of the [`inputs`](Self::inputs) under the chosen row of each
    /// set of the first and of the second layer.
    #[inline(always)]
    pub(crate) fn mix(&mut self, choice: [usize; S], final_choice: [usize; FINAL_SETS]) -> i32 {
        self.chosen = choice.map(|row| row & (ROWS - 1));
        self.final_chosen = final_choice.map(|row| row & (FINAL_ROWS - 1));
        let logit;
        (self.logits, logit) = self.look(&self.inputs, self.chosen, self.final_chosen);
        self.mixed = squash(logit);
        logit
    }

    /// What the first layer says of `inputs` under the rows of `choice`, and the logit that
    /// [`mix`](Self::mix) makes of that under the rows of `final_choice`.
    #[inline(always)]
    pub(crate) fn look(
        &self,
        inputs: &[Vector; G],
        choice: [usize; S],
        final_choice: [usize; FINAL_SETS],
    ) -> ([i32; S], i32) {
        let rows: [_; S] = std::array::from_fn(|s| &self.sets[s][choice[s] & (ROWS - 1)]);
        let sums = self.kernel.dots(rows, inputs);
        let logits = sums.map(|sum| (sum >> ONE).clamp(-FIRST_MAX, FIRST_MAX));
        let weights = self.final_weights(final_choice);
        let products = weights.iter().zip(logits);
        let sum: i64 = products.map(|(w, logit)| i64::from(*w) * i64::from(logit)).sum();
        (logits, (sum >> 16).clamp(-i64::from(LOGIT_MAX), i64::from(LOGIT_MAX)) as i32)
    }

    /// P(1) of the last mix, units of 2⁻¹⁶.
    #[inline(always)]
    pub(crate) fn mixed(&self) -> i32 {
        self.mixed
    }

    /// What each of the first `quads` quads of inputs, then each of the `pairs` pairs after
    /// them, contributed to the logit that was mixed last, in units of 2⁻¹⁶/256 nat; to be
    /// asked before training.
    pub(crate) fn contributions(&self, quads: usize, pairs: usize) -> impl Iterator<Item = i32> {
        let finals = self.final_weights(self.final_chosen);
        let contribution = move |lanes: Range<usize>| -> i32 {
            let of_set = |s: usize| -> i64 {
                let row = self.sets[s][self.chosen[s]].iter().flat_map(|vector| vector.0);
                let inputs = self.inputs.iter().flat_map(|vector| vector.0);
                let lanes = row.zip(inputs).skip(lanes.start).take(lanes.len());
                let sum: i64 = lanes.map(|(w, x)| i64::from(w) * i64::from(x)).sum();
                (sum * i64::from(finals[s])) >> ONE
            };
            (0..S).map(of_set).sum::<i64>() as i32
        };
        let starts = (0..quads).map(|q| 4 * q..4 * q + 4);
        let rest = (0..pairs).map(move |p| 4 * quads + 2 * p..4 * quads + 2 * p + 2);
        starts.chain(rest).map(contribution)
    }

    /// The second layer's weights: the sum of the rows of `choice`.
    #[inline(always)]
    fn final_weights(&self, choice: [usize; FINAL_SETS]) -> [i32; S] {
        let mut weights = [0_i32; S];
        for (set, row) in self.finals.iter().zip(choice) {
            for (sum, weight) in weights.iter_mut().zip(set[row & (FINAL_ROWS - 1)]) {
                *sum = sum.wrapping_add(weight);
            }
        }
        weights
    }

    /// Notes the rows of the second layer, which training changes.
    #[cold]
    fn note_finals(&mut self) {
        let finals = self.final_undo.iter_mut().zip(&self.finals).zip(self.final_chosen);
        finals.for_each(|((undo, set), row)| undo.note(row, &set[row]));
    }

    /// Moves the chosen rows of both layers against their errors, those of the first by
    /// `rate` (units of 2⁻²⁰).
    #[inline(always)]
    pub(crate) fn train(&mut self, bit: usize, rate: i32) {
        if self.final_undo[0].is_on() {
            self.note_finals();
        }
        let target = (bit as i32) << 16;
        let error = target - self.mixed;
        let moves =
            self.logits.map(|logit| (((logit * error) >> 12) * FINAL_RATE + (1 << 9)) >> 10);
        for (set, row) in self.finals.iter_mut().zip(self.final_chosen) {
            for (weight, step) in set[row & (FINAL_ROWS - 1)].iter_mut().zip(moves) {
                *weight = weight.wrapping_add(step);
            }
        }
        for (s, set) in self.sets.iter_mut().enumerate() {
            // η · error in units of 2⁻²³.
            let step = ((target - squash(self.logits[s])) * rate) >> 13;
            if step.abs() >= SMALLEST_STEP {
                let step = step.clamp(-0x7FFF, 0x7FFF) as i16;
                let row = self.chosen[s] & (ROWS - 1);
                self.undo[s].note(row, &set[row]);
                self.kernel.train(&mut set[row], &self.inputs, step);
            }
        }
    }
}

impl<K: Kernel, const G: usize, const S: usize> State for LayeredMixer<K, G, S> {
    fn visit(&mut self, visitor: &mut dyn StateVisitor) {
        for (set, undo) in self.sets.iter_mut().zip(&mut self.undo) {
            state::table::<i16, _>(visitor, "weights", &mut set[..], undo);
        }
        for (set, undo) in self.finals.iter_mut().zip(&mut self.final_undo) {
            state::table::<i32, _>(visitor, "final weights", &mut set[..], undo);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quarters_of_a_quad_are_lanes_in_their_order() {
        let mut inputs = [Vector([0; LANES]); 2];
        as_quads(&mut inputs)[1][2] = in_lanes(0x4444_3333_2222_1111);
        let mut expected = [0; LANES];
        expected[8..12].copy_from_slice(&[0x1111, 0x2222, 0x3333, 0x4444]);
        assert_eq!(inputs, [Vector([0; LANES]), Vector(expected)]);
    }
}
