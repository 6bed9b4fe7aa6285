#![expect(clippy::disallowed_methods, reason = "logarithms are what is measured")]

use super::{Assessment, MostCommon, Scope, Symbols, Unfit};

/// Restarts that are tested: rows.
pub const RESTARTS: usize = 1000;
/// Samples after each restart: columns.
pub const RESTART_SAMPLES: usize = 1000;

/// Whether a source that is started again and again starts anew each time (§3.1.4).
///
/// Rows are what one start gives, columns what comes at the same time after each start.
#[derive(Clone, Debug, PartialEq)]
pub struct Restarts {
    /// `H_I`, the initial estimate, bits a symbol.
    pub initial: f64,
    /// Most occurrences of one symbol that a row or column may have.
    pub cutoff: u64,
    /// Most occurrences of one symbol in any row.
    pub row_most: u64,
    /// Most occurrences of one symbol in any column.
    pub column_most: u64,
    /// `H_r`, bits a symbol: the samples row by row; none if the sanity check failed.
    pub rows: Option<f64>,
    /// `H_c`, bits a symbol: the samples column by column; none if the check failed.
    pub columns: Option<f64>,
}

impl Restarts {
    /// Tests `symbols`, a restart after the other, against the initial estimate `initial`
    /// in bits a symbol; of independent symbols (`is_iid`) by their most common value only.
    ///
    /// # Errors
    /// [`Unfit`] if there are not 1000 × 1000 samples, or `initial` is above log₂ of the
    /// number of symbols.
    pub fn of(symbols: &Symbols<'_>, initial: f64, is_iid: bool) -> Result<Self, Unfit> {
        let samples = symbols.literal();
        if samples.len() != RESTARTS * RESTART_SAMPLES {
            return Err(Unfit::Restarts { samples: samples.len() });
        }
        if initial > (symbols.alphabet() as f64).log2() {
            let initial_millibits = (initial * 1000.0) as u64;
            return Err(Unfit::Initial { initial_millibits, alphabet: symbols.alphabet() });
        }
        let turned = transposed(symbols.raw());
        let turned = Symbols::new(&turned, Some(symbols.width()))?;
        let most = |samples: &[u8]| {
            let rows = samples.chunks_exact(RESTART_SAMPLES).map(|row| MostCommon::of(row).count);
            rows.max().unwrap_or(0)
        };
        let (row_most, column_most) = (most(samples), most(turned.literal()));
        let mut restarts = Self {
            initial,
            cutoff: cutoff(initial),
            row_most,
            column_most,
            rows: None,
            columns: None,
        };
        if restarts.is_sane() {
            let entropy = |symbols: &Symbols<'_>| {
                if is_iid {
                    let most_common = MostCommon::of(symbols.literal()).min_entropy();
                    return most_common.min(f64::from(symbols.width()));
                }
                Assessment::of(symbols, Scope::Restarted, 0).assessed()
            };
            restarts.rows = Some(entropy(symbols));
            restarts.columns = Some(entropy(&turned));
        }
        Ok(restarts)
    }

    /// Whether no symbol comes too often in a row or column (§3.1.4.3).
    pub fn is_sane(&self) -> bool {
        self.row_most.max(self.column_most) <= self.cutoff
    }

    /// min(`H_r`, `H_c`, `H_I`), bits a symbol; none if the samples fail: the sanity check,
    /// or the least of rows and columns below half of the initial estimate (§3.1.4.2).
    pub fn validated(&self) -> Option<f64> {
        let least = self.rows?.min(self.columns?);
        (least >= self.initial / 2.0).then(|| least.min(self.initial))
    }
}

/// Columns as rows.
fn transposed(samples: &[u8]) -> Vec<u8> {
    let column = |column| samples[column..].iter().step_by(RESTART_SAMPLES).copied();
    (0..RESTART_SAMPLES).flat_map(column).collect()
}

/// Occurrences of the commonest of 1000 symbols that are exceeded with probability at most
/// α = 1 − 0.99^(1/2000), so that 2000 rows and columns all pass with probability 0.99.
///
/// The worst source of min-entropy `initial` has as many symbols of p = 2^−H as fit into 1,
/// and one for the rest (Hagerty & Draper, NIST RBG workshop 2012). The standard simulates
/// it five million times; here the distribution of the largest count is computed.
fn cutoff(initial: f64) -> u64 {
    let alpha = -(0.99_f64.ln() / (RESTARTS + RESTART_SAMPLES) as f64).exp_m1();
    let p = (-initial).exp2();
    let whole = (1.0 / p).floor();
    let rest = (1.0 - whole * p).max(0.0);
    let within = |most: usize| largest_count_within(most, p, whole as usize, rest);
    let least = RESTART_SAMPLES.div_ceil(whole as usize + 1);
    let cutoff = (least..RESTART_SAMPLES).find(|&most| within(most) >= 1.0 - alpha);
    cutoff.unwrap_or(RESTART_SAMPLES) as u64
}

/// Probability that of 1000 draws no symbol comes more than `most` times, where `whole`
/// symbols have probability `p` and one more has `rest`.
///
/// Counts of a fixed number of draws are Poisson counts that happen to sum to it:
/// P = Pr(Σ Nᵢ = 1000 | all Nᵢ ≤ most) Π Pr(Nᵢ ≤ most) / Pr(Poisson(1000) = 1000).
fn largest_count_within(most: usize, p: f64, whole: usize, rest: f64) -> f64 {
    let draws = RESTART_SAMPLES as f64;
    let mut sums = bounded_poisson(draws * rest, most);
    let mut power = bounded_poisson(draws * p, most);
    let mut left = whole;
    while left > 0 {
        if left & 1 == 1 {
            sums = convolved(&sums, &power);
        }
        left >>= 1;
        if left > 0 {
            power = convolved(&power, &power);
        }
    }
    let exactly = bounded_poisson(draws, RESTART_SAMPLES)[RESTART_SAMPLES];
    sums.get(RESTART_SAMPLES).map_or(0.0, |sum| sum / exactly)
}

/// Poisson probabilities of `0..=most` at `mean`.
fn bounded_poisson(mean: f64, most: usize) -> Vec<f64> {
    let mut logarithm = -mean;
    let first = std::iter::once(logarithm.exp());
    let others = (1..=most).map(|count| {
        logarithm += (mean / count as f64).ln();
        logarithm.exp()
    });
    first.chain(others).collect()
}

/// Distribution of the sum of two counts, up to 1000.
fn convolved(a: &[f64], b: &[f64]) -> Vec<f64> {
    let mut sum = vec![0.0; (a.len() + b.len() - 1).min(RESTART_SAMPLES + 1)];
    for (i, a) in a.iter().enumerate() {
        for (sum, b) in sum[i..].iter_mut().zip(b) {
            *sum += a * b;
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{measure::tests::close, sources::SplitMix64};

    #[test]
    fn the_largest_count_is_distributed_as_drawn() {
        let mut random = SplitMix64::new(3);
        let rounds = 20_000;
        // 2.5 bits: 5 symbols of 0.1768 and a rest of 0.1161.
        let p = (-2.5_f64).exp2();
        let within = (0..rounds).filter(|_| {
            let mut counts = [0; 6];
            for _ in 0..RESTART_SAMPLES {
                let unit = random.below(1 << 40) as f64 / (1_u64 << 40) as f64;
                counts[(unit / p) as usize] += 1;
            }
            counts.iter().all(|&count| count <= 200)
        });
        let share = within.count() as f64 / f64::from(rounds);
        close(largest_count_within(200, p, 5, 1.0 - 5.0 * p), share, 0.012);
    }

    #[test]
    fn certain_symbols_may_fill_a_row() {
        assert_eq!(cutoff(0.0), 1000);
        let coin = cutoff(1.0);
        assert!((565..580).contains(&coin), "{coin}");
    }
}
