//! Linear prediction that follows its signal: weights that would have predicted best, the
//! near past counting most.

/// Partial sums of a dot product.
const LANES: usize = 4;
/// Added to each input's energy, so that silence and inputs that say the same are solvable.
const RIDGE: f64 = 0.001;
/// Samples from one solution to the next, a power of two: every 8 is 0.05 % better at twice
/// the time.
const PERIOD: u32 = 32;

/// Least squares with forgetting, over up to a few dozen inputs.
///
/// Minimises Σ λ^(n−i) (yᵢ − w·xᵢ)² + ridge · |w|², λ applied a period at a time, by a
/// Cholesky factorisation of the inputs' covariance. Arithmetic is that of IEEE 754 binary64
/// in the order written here, without fused operations, so that every machine finds the same
/// weights.
pub(super) struct LeastSquares {
    inputs: usize,
    /// 1 − λ.
    share: f64,
    /// λ to the power of the period.
    decay: f64,
    /// Rows of the lower triangle of Σ x·xᵀ, each `inputs` long, and of this period's.
    covariance: Vec<f64>,
    recent_covariance: Vec<f64>,
    /// Σ y·x, and of this period.
    correlation: Vec<f64>,
    recent_correlation: Vec<f64>,
    weights: Vec<f64>,
    /// The lower triangle whose square the covariance is.
    factor: Vec<f64>,
    /// Samples until the weights are solved for again.
    until_solved: u32,
}

impl LeastSquares {
    /// A predictor of `inputs` inputs that remembers λ = `memory` from sample to sample.
    pub(super) fn new(inputs: usize, memory: f64) -> Self {
        let mut decay = memory;
        for _ in 0..PERIOD.ilog2() {
            decay *= decay;
        }
        let (triangle, vector) = (vec![0.0; inputs * inputs], vec![0.0; inputs]);
        Self {
            inputs,
            share: 1.0 - memory,
            decay,
            covariance: triangle.clone(),
            recent_covariance: triangle.clone(),
            correlation: vector.clone(),
            recent_correlation: vector.clone(),
            weights: vector,
            factor: triangle,
            until_solved: PERIOD,
        }
    }

    /// What follows `inputs`.
    #[inline(always)]
    pub(super) fn predict(&self, inputs: &[f64]) -> f64 {
        dot(&self.weights, inputs)
    }

    /// Learns that `sample` followed `inputs`.
    #[inline(always)]
    pub(super) fn update(&mut self, inputs: &[f64], sample: f64) {
        // Loops over indices: closures would be compiled without the caller's vectors.
        for i in 0..self.inputs {
            let (input, others) = (inputs[i], &inputs[..=i]);
            let row = &mut self.recent_covariance[i * self.inputs..][..others.len()];
            for j in 0..others.len() {
                row[j] += input * others[j];
            }
            self.recent_correlation[i] += input * sample;
        }
        self.until_solved -= 1;
        if self.until_solved == 0 {
            self.until_solved = PERIOD;
            self.end_period();
        }
    }

    /// Lets the past fade, takes in the period and finds new weights.
    #[inline(always)]
    fn end_period(&mut self) {
        fade(&mut self.covariance, &mut self.recent_covariance, self.decay, self.share);
        fade(&mut self.correlation, &mut self.recent_correlation, self.decay, self.share);
        self.solve();
    }

    /// Finds the best weights, unless rounding has made that impossible.
    #[inline(always)]
    fn solve(&mut self) {
        if self.factorise() {
            self.substitute();
        }
    }

    /// Covariance + ridge = factor · factorᵀ; whether there is such a factor.
    #[inline(always)]
    fn factorise(&mut self) -> bool {
        let n = self.inputs;
        for i in 0..n {
            let (above, row) = self.factor.split_at_mut(i * n);
            for j in 0..i {
                let other = &above[j * n..j * n + n];
                row[j] = (self.covariance[i * n + j] - dot(&row[..j], &other[..j])) / other[j];
            }
            let left = self.covariance[i * n + i] + RIDGE - dot(&row[..i], &row[..i]);
            // Written so that a value that is no number fails too.
            if !(left > 0.0 && left.is_finite()) {
                return false;
            }
            row[i] = left.sqrt();
        }
        true
    }

    /// Solves factor · factorᵀ · weights = correlation.
    #[inline(always)]
    fn substitute(&mut self) {
        let n = self.inputs;
        let weights = &mut self.weights;
        for i in 0..n {
            let row = &self.factor[i * n..=i * n + i];
            weights[i] = (self.correlation[i] - dot(&row[..i], &weights[..i])) / row[i];
        }
        for i in (0..n).rev() {
            let row = &self.factor[i * n..=i * n + i];
            let weight = weights[i] / row[i];
            weights[i] = weight;
            for k in 0..i {
                weights[k] -= row[k] * weight;
            }
        }
    }
}

/// past ← past · `decay` + recent · `share`, recent ← 0.
#[inline(always)]
fn fade(past: &mut [f64], recent: &mut [f64], decay: f64, share: f64) {
    let recent = &mut recent[..past.len()];
    for i in 0..past.len() {
        past[i] = past[i] * decay + recent[i] * share;
        recent[i] = 0.0;
    }
}

/// Σ aᵢbᵢ: four sums of every fourth product, the first and third, the second and fourth,
/// then these two added.
#[inline(always)]
fn dot(a: &[f64], b: &[f64]) -> f64 {
    let b = &b[..a.len()];
    let mut lanes = [0.0; LANES];
    let whole = a.len() / LANES * LANES;
    let mut i = 0;
    while i < whole {
        for lane in 0..LANES {
            lanes[lane] += a[i + lane] * b[i + lane];
        }
        i += LANES;
    }
    for lane in 0..a.len() - whole {
        lanes[lane] += a[whole + lane] * b[whole + lane];
    }
    (lanes[0] + lanes[2]) + (lanes[1] + lanes[3])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recurrence_is_learnt() {
        // x(n) = 1.6 x(n−1) − 0.9 x(n−2), kicked now and then.
        let mut model = LeastSquares::new(2, 0.998);
        let (mut past, mut worst) = ([0.0, 0.0], 0.0_f64);
        for n in 0..2000 {
            let kick = if n % 50 == 0 { 100.0 } else { 0.0 };
            let next = 1.6 * past[0] - 0.9 * past[1] + kick;
            if n > 1000 && kick == 0.0 {
                worst = worst.max((model.predict(&past) - next).abs());
            }
            model.update(&past, next);
            past = [next, past[0]];
        }
        assert!(worst < 5.0, "{worst}");
    }

    #[test]
    fn silence_and_equal_inputs_leave_finite_weights() {
        let mut model = LeastSquares::new(3, 0.998);
        for _ in 0..200 {
            model.update(&[0.0; 3], 0.0);
        }
        for _ in 0..200 {
            model.update(&[4e9; 3], -4e9);
        }
        assert!(model.predict(&[4e9; 3]).is_finite());
    }

    #[test]
    fn weights_are_these_on_every_machine() {
        let mut model = LeastSquares::new(6, 0.9995);
        let mut state = 1_u32;
        let mut past = [0.0; 6];
        for _ in 0..10_000 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let next = (past[0] * 0.8 - past[2] * 0.3 + f64::from(state >> 20)).floor();
            model.update(&past, next);
            past.rotate_right(1);
            past[0] = next;
        }
        let bits: Vec<u64> = model.weights.iter().map(|weight| weight.to_bits()).collect();
        assert_eq!(bits, PINNED);
    }

    const PINNED: [u64; 6] = [
        4_607_017_393_211_693_438,
        4_585_417_386_880_212_374,
        13_821_639_563_119_462_602,
        4_580_327_249_866_916_449,
        4_581_401_284_788_998_800,
        4_595_354_384_643_498_272,
    ];
}
