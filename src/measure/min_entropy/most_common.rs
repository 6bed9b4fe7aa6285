use super::{entropy_of, upper_bound};

/// §6.3.1: the share of the most common symbol bounds what can be guessed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MostCommon {
    /// The most common symbol; of several the least.
    pub symbol: u8,
    /// How often it occurs.
    pub count: u64,
    /// p̂ = count / samples.
    pub share: f64,
    /// pᵤ, the upper end of p̂'s 99 % interval, at most 1.
    pub upper: f64,
}

impl MostCommon {
    /// Of at least two samples of symbols below 256.
    pub fn of(samples: &[u8]) -> Self {
        let mut counts = [0_u64; 256];
        for &symbol in samples {
            counts[usize::from(symbol)] += 1;
        }
        let larger =
            |most: usize, symbol| if counts[symbol] > counts[most] { symbol } else { most };
        let symbol = (0..counts.len()).fold(0, larger);
        let (count, symbol) = (counts[symbol], symbol as u8);
        let share = count as f64 / samples.len() as f64;
        Self { symbol, count, share, upper: upper_bound(share, samples.len()) }
    }

    /// −log₂ pᵤ, in bits a symbol.
    pub fn min_entropy(&self) -> f64 {
        entropy_of(self.upper)
    }
}
