use std::io::Write;

/// One of the statistics of §5.1 that shuffling should not change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Statistic {
    /// §5.1.1: how far running sums stray from the mean's.
    Excursion,
    /// §5.1.2: runs of rises and of falls.
    DirectionalRuns,
    /// §5.1.3: the longest of them.
    LongestDirectionalRun,
    /// §5.1.4: rises or falls, whichever are more.
    RisesOrFalls,
    /// §5.1.5: runs on one side of the median.
    MedianRuns,
    /// §5.1.6: the longest of them.
    LongestMedianRun,
    /// §5.1.7: symbols until one comes again, on average.
    MeanCollision,
    /// §5.1.8: at most.
    LongestCollision,
    /// §5.1.9: symbols equal to those so many places on.
    Periodicity(usize),
    /// §5.1.10: Σ of products with symbols so many places on.
    Covariance(usize),
    /// §5.1.11: size of the decimal symbols packed by bzip2.
    Compression,
}

/// Lags of the periodicity and covariance tests.
const LAGS: [usize; 5] = [1, 2, 8, 16, 32];
/// How many statistics there are.
pub(super) const COUNT: usize = 9 + 2 * LAGS.len();

impl Statistic {
    /// All of them, in the standard's order.
    pub fn all() -> [Self; COUNT] {
        let mut all = [Self::Compression; COUNT];
        all[..8].copy_from_slice(&[
            Self::Excursion,
            Self::DirectionalRuns,
            Self::LongestDirectionalRun,
            Self::RisesOrFalls,
            Self::MedianRuns,
            Self::LongestMedianRun,
            Self::MeanCollision,
            Self::LongestCollision,
        ]);
        all[8..13].copy_from_slice(&LAGS.map(Self::Periodicity));
        all[13..18].copy_from_slice(&LAGS.map(Self::Covariance));
        all
    }

    /// Its name in the standard: `periodicity(8)`.
    pub fn name(self) -> String {
        let name = match self {
            Self::Excursion => "excursion",
            Self::DirectionalRuns => "directional runs",
            Self::LongestDirectionalRun => "longest directional run",
            Self::RisesOrFalls => "increases or decreases",
            Self::MedianRuns => "median runs",
            Self::LongestMedianRun => "longest median run",
            Self::MeanCollision => "average collision",
            Self::LongestCollision => "maximum collision",
            Self::Periodicity(lag) => return format!("periodicity({lag})"),
            Self::Covariance(lag) => return format!("covariance({lag})"),
            Self::Compression => "compression",
        };
        name.to_owned()
    }
}

/// Symbols in one order, as the statistics want to see them.
pub(super) struct Ordered<'a> {
    /// Symbols as they came.
    pub(super) raw: &'a [u8],
    /// Symbols numbered without gaps.
    pub(super) literal: &'a [u8],
    pub(super) alphabet: usize,
    /// Mean of the raw symbols.
    pub(super) mean: f64,
    /// Median of the numbered ones, ½ of bits.
    pub(super) median: f64,
    /// Bits: ones of each eight (conversion I), else empty.
    sums: Vec<u8>,
    /// Bits: each eight as a number (conversion II), else empty.
    octets: Vec<u8>,
}

impl<'a> Ordered<'a> {
    pub(super) fn new(
        raw: &'a [u8],
        literal: &'a [u8],
        alphabet: usize,
        (mean, median): (f64, f64),
    ) -> Self {
        let eights = |of: fn(&[u8]) -> u8| match alphabet {
            2 => literal.chunks(8).map(of).collect(),
            _ => Vec::new(),
        };
        let octet = |bits: &[u8]| (0..).zip(bits).fold(0, |all, (at, bit)| all | bit << (7 - at));
        Self {
            raw,
            literal,
            alphabet,
            mean,
            median,
            sums: eights(|bits| bits.iter().sum()),
            octets: eights(octet),
        }
    }

    /// What neighbours and lags are looked for in.
    fn values(&self) -> &[u8] {
        if self.alphabet == 2 { &self.sums } else { self.literal }
    }

    /// The value of `statistic`.
    pub(super) fn measure(&self, statistic: Statistic) -> f64 {
        let rises = || self.values().windows(2).map(|pair| pair[0] <= pair[1]);
        let sides = || self.literal.iter().map(|&symbol| f64::from(symbol) >= self.median);
        match statistic {
            Statistic::Excursion => excursion(self.raw, self.mean),
            Statistic::DirectionalRuns => runs(rises()).0 as f64,
            Statistic::LongestDirectionalRun => runs(rises()).1 as f64,
            Statistic::RisesOrFalls => {
                let count = rises().filter(|&rise| rise).count();
                count.max(self.values().len().saturating_sub(1) - count) as f64
            }
            Statistic::MedianRuns => runs(sides()).0 as f64,
            Statistic::LongestMedianRun => runs(sides()).1 as f64,
            Statistic::MeanCollision => self.collisions().mean(),
            Statistic::LongestCollision => self.collisions().longest as f64,
            Statistic::Periodicity(lag) => {
                lagged(self.values(), lag).filter(|(a, b)| a == b).count() as f64
            }
            Statistic::Covariance(lag) => {
                let values = if self.alphabet == 2 { &self.sums } else { self.raw };
                let products = lagged(values, lag).map(|(&a, &b)| u64::from(a) * u64::from(b));
                products.sum::<u64>() as f64
            }
            Statistic::Compression => packed_bytes(self.raw) as f64,
        }
    }

    fn collisions(&self) -> Collisions {
        Collisions::of(if self.alphabet == 2 { &self.octets } else { self.literal })
    }
}

/// Pairs of values `lag` places apart.
fn lagged(values: &[u8], lag: usize) -> impl Iterator<Item = (&u8, &u8)> {
    values.iter().zip(values.iter().skip(lag))
}

fn excursion(values: &[u8], mean: f64) -> f64 {
    let mut sum = 0;
    let strays = (1..).zip(values).map(|(count, &value)| {
        sum += u64::from(value);
        (sum as f64 - f64::from(count) * mean).abs()
    });
    strays.fold(0.0, f64::max)
}

/// Number of runs, and length of the longest; a run of nothing is 1 long, as the reference
/// tool has it.
fn runs(mut signs: impl Iterator<Item = bool>) -> (u64, u64) {
    let Some(mut last) = signs.next() else { return (0, 1) };
    let (mut count, mut run, mut longest) = (1, 1, 1);
    for sign in signs {
        if sign == last {
            run += 1;
        } else {
            (count, run, last) = (count + 1, 1, sign);
        }
        longest = longest.max(run);
    }
    (count, longest)
}

/// How many symbols it takes until one comes again, from one repetition to the next.
struct Collisions {
    count: u64,
    symbols: u64,
    longest: u64,
}

impl Collisions {
    fn of(values: &[u8]) -> Self {
        let mut all = Self { count: 0, symbols: 0, longest: 0 };
        // By symbol: the search in which it was seen last.
        let (mut seen, mut search, mut length) = ([0_u64; 256], 1, 0);
        for &value in values {
            let seen = &mut seen[usize::from(value)];
            length += 1;
            if *seen == search {
                all.count += 1;
                all.symbols += length;
                all.longest = all.longest.max(length);
                (search, length) = (search + 1, 0);
            } else {
                *seen = search;
            }
        }
        all
    }

    /// NaN without a repetition.
    fn mean(&self) -> f64 {
        self.symbols as f64 / self.count as f64
    }
}

/// Bytes that bzip2 (level 5) makes of the symbols in decimal with blanks between.
fn packed_bytes(symbols: &[u8]) -> usize {
    let decimals: Vec<String> = (0..=u8::MAX).map(|symbol| format!(" {symbol}")).collect();
    let mut text = Vec::with_capacity(4 * symbols.len());
    for &symbol in symbols {
        text.extend_from_slice(decimals[usize::from(symbol)].as_bytes());
    }
    let mut packer = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::new(5));
    packer.write_all(text.get(1..).unwrap_or(&[])).expect("a vector takes all that is written");
    packer.finish().expect("a vector takes all that is written").len()
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "exact where it says exact")]
mod tests {
    use super::*;

    fn measure(symbols: &[u8], alphabet: usize, statistic: Statistic) -> f64 {
        Ordered::new(symbols, symbols, alphabet, (1.5, 1.0)).measure(statistic)
    }

    #[test]
    fn the_standard_s_examples_hold() {
        // §5.1.1, §5.1.2, §5.1.5, §5.1.7 and §5.1.9 each end in an example.
        let walk = [2, 15, 4, 10, 9];
        assert_eq!(Ordered::new(&walk, &walk, 16, (8.0, 9.0)).measure(Statistic::Excursion), 6.0);
        let steps = [2, 2, 2, 5, 7, 7, 9, 3, 1, 4, 4];
        assert_eq!(measure(&steps, 10, Statistic::DirectionalRuns), 3.0);
        assert_eq!(measure(&steps, 10, Statistic::LongestDirectionalRun), 6.0);
        assert_eq!(measure(&steps, 10, Statistic::RisesOrFalls), 8.0);
        let sides = [5, 15, 12, 1, 13, 9, 4];
        let sides = Ordered::new(&sides, &sides, 16, (8.0, 9.0));
        assert_eq!(sides.measure(Statistic::MedianRuns), 5.0);
        assert_eq!(sides.measure(Statistic::LongestMedianRun), 2.0);
        let again = [2, 1, 1, 2, 0, 1, 0, 1, 1, 2];
        assert_eq!(measure(&again, 3, Statistic::MeanCollision), 3.0);
        assert_eq!(measure(&again, 3, Statistic::LongestCollision), 4.0);
        let p = [2, 1, 2, 1, 0, 1, 0, 1, 1, 2];
        assert_eq!(measure(&p, 3, Statistic::Periodicity(2)), 5.0);
        let v = [5, 2, 6, 10, 12, 3, 1];
        assert_eq!(measure(&v, 13, Statistic::Covariance(2)), 164.0);
    }
}
