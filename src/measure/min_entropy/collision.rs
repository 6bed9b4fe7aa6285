use super::{Z, entropy_of};

/// §6.3.2: the sooner a symbol comes again, the likelier the likeliest one.
///
/// Bits only. A search for the next repetition ends after two bits (00, 11) or three, so
/// the mean time is 2 + 2p(1 − p), and step 7's equation has the closed solution
/// p = ½ + √(1.25 − X̄′/2); the standard's own form with F(1/z) reduces to it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Collision {
    /// Searches, v.
    pub searches: u64,
    /// Bits that all searches took, Σ tᵢ.
    pub bits: u64,
    /// X̄, bits a search.
    pub mean: f64,
    /// σ̂ of one search.
    pub deviation: f64,
    /// X̄′, the lower end of the mean's 99 % interval, as computed.
    pub lower: f64,
    /// p of the likelier bit, `0.5..=1`; ½ if no p explains so long a mean.
    pub p: f64,
}

impl Collision {
    /// Of at least four bits, one a byte.
    pub fn of(bits: &[u8]) -> Self {
        let (mut at, mut searches, mut squares) = (0, 0_u64, 0_u64);
        while at + 1 < bits.len() {
            let took = if bits[at] == bits[at + 1] { 2 } else { 3 };
            if at + took > bits.len() {
                break;
            }
            searches += 1;
            squares += (took * took) as u64;
            at += took;
        }
        let (total, count) = (at as f64, searches as f64);
        let mean = total / count;
        let deviation = ((squares as f64 - total * mean) / (count - 1.0)).max(0.0).sqrt();
        let lower = (mean - Z * deviation / count.sqrt()).max(LEAST_MEAN);
        let p = if lower < FAIR_MEAN { 0.5 + (1.25 - 0.5 * lower).sqrt() } else { 0.5 };
        Self { searches, bits: at as u64, mean, deviation, lower, p }
    }

    /// −log₂ p, in bits a bit.
    pub fn min_entropy(&self) -> f64 {
        entropy_of(self.p)
    }
}

/// No search is shorter, in bits.
const LEAST_MEAN: f64 = 2.0;
/// Mean of a fair coin's searches, in bits; no p has a longer one.
const FAIR_MEAN: f64 = 2.5;
