//! Gated logistic mixing.

use super::{
    lanes::{LANES, Lanes},
    logistic::LOGIT_MAX,
};

/// Eight pairs of inputs, each packed as two `i16`: the logit in the low half, the
/// probability's distance from ½ in the high half.
pub(crate) type Pairs = [u32; LANES];

/// `G` groups of eight pairs as numbers: logits, then distances. Also a weight vector.
type Row<const G: usize> = [[Lanes; 2]; G];

/// Rows of one weight set.
pub(crate) const ROWS: usize = 2048;

/// One weight vector for each value of a selector in `0..ROWS`.
type WeightSet<const G: usize> = Box<[Row<G>; ROWS]>;

/// Packs a logit (1/256 nat) and a distance from ½ (2⁻¹⁰) into a pair.
#[inline(always)]
pub(crate) const fn pair(logit: i32, distance: i32) -> u32 {
    (logit as u32 & 0xFFFF) | (distance as u32) << 16
}

/// A mixer whose weights are the sum of `S` rows, one from each weight set: one dot
/// product, one error, and every chosen row learns from it.
///
/// ```text
/// logit = Σᵢ xᵢ Σₛ wₛᵢ        wₛᵢ ← wₛᵢ + η · (bit − p) · xᵢ
/// ```
pub(crate) struct Mixer<const G: usize, const S: usize> {
    sets: [WeightSet<G>; S],
    /// The row of each set that was chosen for the current bit.
    chosen: [usize; S],
    inputs: Row<G>,
}

impl<const G: usize, const S: usize> Mixer<G, S> {
    /// A mixer in which every logit starts at weight `start_weight`, summed over the
    /// sets, and every distance at none.
    pub(crate) fn new(start_weight: f32) -> Self {
        let start = [[Lanes::splat(start_weight / S as f32), Lanes::ZERO]; G];
        let set = |_| vec![start; ROWS].try_into().expect("a set has ROWS rows");
        Self { sets: std::array::from_fn(set), chosen: [0; S], inputs: [[Lanes::ZERO; 2]; G] }
    }

    /// Bytes of one weight set.
    pub(crate) const fn set_bytes() -> usize {
        ROWS * size_of::<Row<G>>()
    }

    /// The mixed logit (1/256 nat) of `pairs` under the chosen row of each set.
    #[inline(always)]
    pub(crate) fn mix(&mut self, pairs: &[Pairs; G], choice: [usize; S]) -> i32 {
        self.chosen = choice.map(|row| row & (ROWS - 1));
        let rows: [&Row<G>; S] = std::array::from_fn(|s| &self.sets[s][self.chosen[s]]);
        let mut sums = Lanes::ZERO;
        for g in 0..G {
            let inputs = [Lanes::low_halves(&pairs[g]), Lanes::high_halves(&pairs[g])];
            for half in 0..2 {
                let mut weights = rows[0][g][half];
                for row in &rows[1..] {
                    weights += row[g][half];
                }
                sums += weights * inputs[half];
            }
            self.inputs[g] = inputs;
        }
        rounded(sums.sum().max(-LOGIT_MAX as f32).min(LOGIT_MAX as f32))
    }

    /// Moves the chosen rows by `step` = η · (bit − p) times the inputs.
    #[inline(always)]
    pub(crate) fn train(&mut self, step: f32) {
        let step = Lanes::splat(step);
        let inputs = self.inputs;
        for (set, row) in self.sets.iter_mut().zip(self.chosen) {
            let weights = &mut set[row & (ROWS - 1)];
            for (weights, inputs) in
                weights.as_flattened_mut().iter_mut().zip(inputs.as_flattened())
            {
                *weights += step * *inputs;
            }
        }
    }
}

/// The integer nearest to `x`, for |x| < 2²²: added to 3·2²², its low bits stand at the end of
/// the sum's mantissa. Cheaper than a cast, which must also think of infinities.
#[inline(always)]
fn rounded(x: f32) -> i32 {
    const SHIFTED_ZERO: f32 = 12_582_912.0;
    (x + SHIFTED_ZERO).to_bits() as i32 - SHIFTED_ZERO.to_bits() as i32
}

#[cfg(test)]
mod tests {
    #[test]
    fn rounding_finds_the_nearest_integer() {
        for x in [-2847.0, -1.0, -0.4, 0.0, 0.6, 1.0, 17.3, 2847.0_f32] {
            assert_eq!(super::rounded(x), x.round_ties_even() as i32);
        }
    }
}
