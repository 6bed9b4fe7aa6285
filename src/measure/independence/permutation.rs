use super::statistic::{COUNT, Ordered, Statistic};
use crate::{
    measure::{min_entropy::Symbols, parallel},
    sources::SplitMix64,
};

/// How one statistic of the samples ranks among those of their permutations.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ranking {
    /// Which.
    pub statistic: Statistic,
    /// Its value for the samples as they came.
    pub value: f64,
    /// Permutations whose value is above it.
    pub above: u32,
    /// Permutations whose value equals it.
    pub equal: u32,
    /// Permutations whose value is below it.
    pub below: u32,
}

/// Ranks that keep off an end: a value among the five most extreme is not chance's.
const ENOUGH: u32 = 5;

impl Ranking {
    /// Whether the value keeps off both ends; once it does, no permutation can change it,
    /// and no more are counted.
    pub fn has_passed(&self) -> bool {
        self.above + self.equal > ENOUGH && self.equal + self.below > ENOUGH
    }

    fn note(&mut self, permuted: f64) {
        if permuted > self.value {
            self.above += 1;
        } else if permuted < self.value {
            self.below += 1;
        } else {
            self.equal += 1;
        }
    }
}

/// The permutation tests of §5.1: whether shuffling changes anything.
#[derive(Clone, Debug, PartialEq)]
pub struct Permutations {
    /// One a statistic, in the standard's order.
    pub rankings: Vec<Ranking>,
    /// Permutations drawn, at most those asked for: all tests may have passed before.
    pub rounds: u32,
}

/// Permutations that are drawn before results are looked at: the first tests pass soon.
const BATCHES: [u32; 5] = [8, 8, 16, 32, 64];

impl Permutations {
    /// Ranks each statistic among at most `rounds` permutations (the standard: 10,000).
    ///
    /// Permutation i is drawn by `seed` and i alone, so that the result does not depend on
    /// the number of cores.
    pub(super) fn of(symbols: &Symbols<'_>, rounds: u32, seed: u64) -> Self {
        let shuffler = Shuffler::new(symbols, seed);
        let mut rankings = shuffler.unpermuted(symbols);
        let mut done = 0;
        let batches = BATCHES.iter().chain(std::iter::repeat(&BATCHES[BATCHES.len() - 1]));
        for &batch in batches {
            let is_open = rankings.each_ref().map(|ranking| !ranking.has_passed());
            if done >= rounds || !is_open.contains(&true) {
                break;
            }
            let batch: Vec<u32> = (done..rounds.min(done + batch)).collect();
            let measured = parallel::map(&batch, |&round| shuffler.permuted(round, &is_open));
            for values in measured {
                for (ranking, value) in rankings.iter_mut().zip(values) {
                    if !ranking.has_passed() {
                        ranking.note(value);
                    }
                }
            }
            done += batch.len() as u32;
        }
        Self { rankings: rankings.to_vec(), rounds: done }
    }

    /// Whether every statistic keeps off both ends.
    pub fn has_passed(&self) -> bool {
        self.rankings.iter().all(Ranking::has_passed)
    }
}

/// Draws permutations and measures them.
struct Shuffler<'a> {
    literal: &'a [u8],
    /// Raw symbol of each number.
    raw: [u8; 256],
    alphabet: usize,
    /// Mean of the raw symbols and median of the numbered ones.
    centre: (f64, f64),
    seed: u64,
}

impl<'a> Shuffler<'a> {
    fn new(symbols: &'a Symbols<'_>, seed: u64) -> Self {
        let mut raw = [0; 256];
        for (&number, &symbol) in symbols.literal().iter().zip(symbols.raw()) {
            raw[usize::from(number)] = symbol;
        }
        let sum: u64 = symbols.raw().iter().map(|&symbol| u64::from(symbol)).sum();
        let mean = sum as f64 / symbols.raw().len() as f64;
        let median = if symbols.is_binary() { 0.5 } else { median(symbols.literal()) };
        let (literal, alphabet) = (symbols.literal(), symbols.alphabet());
        Self { literal, raw, alphabet, centre: (mean, median), seed }
    }

    fn unpermuted(&self, symbols: &Symbols<'_>) -> [Ranking; COUNT] {
        let ordered = Ordered::new(symbols.raw(), symbols.literal(), self.alphabet, self.centre);
        Statistic::all().map(|statistic| {
            let value = ordered.measure(statistic);
            Ranking { statistic, value, above: 0, equal: 0, below: 0 }
        })
    }

    /// The statistics that are open, of permutation `round`; 0 for the others.
    fn permuted(&self, round: u32, is_open: &[bool; COUNT]) -> [f64; COUNT] {
        let mut random =
            SplitMix64::new(SplitMix64::new(self.seed ^ u64::from(round) << 32).next());
        let mut literal = self.literal.to_vec();
        random.shuffle(&mut literal);
        let raw: Vec<u8> = literal.iter().map(|&number| self.raw[usize::from(number)]).collect();
        let ordered = Ordered::new(&raw, &literal, self.alphabet, self.centre);
        let mut values = [0.0; COUNT];
        for (index, statistic) in Statistic::all().into_iter().enumerate() {
            if is_open[index] {
                values[index] = ordered.measure(statistic);
            }
        }
        values
    }
}

/// The middle value, of an even number the mean of both.
fn median(samples: &[u8]) -> f64 {
    let mut counts = [0_usize; 256];
    for &symbol in samples {
        counts[usize::from(symbol)] += 1;
    }
    let at = |rank: usize| {
        let mut below = 0;
        let is_reached = |count: &usize| {
            below += count;
            below > rank
        };
        counts.iter().position(is_reached).expect("ranks are below the number of samples") as f64
    };
    let half = samples.len() / 2;
    if samples.len() % 2 == 1 { at(half) } else { f64::midpoint(at(half - 1), at(half)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::tests::close;

    #[test]
    fn the_median_is_the_middle_value() {
        close(median(&[3, 1, 2]), 2.0, 0.0);
        close(median(&[4, 1, 2, 3]), 2.5, 0.0);
    }

    #[test]
    fn sorted_samples_are_told_from_shuffled_ones() {
        let mut samples: Vec<u8> = (0..3000).map(|i: u32| (i / 300) as u8).collect();
        let sorted = Permutations::of(&Symbols::new(&samples, None).unwrap(), 60, 1);
        assert_eq!((sorted.rounds, sorted.has_passed()), (60, false));
        SplitMix64::new(9).shuffle(&mut samples);
        let shuffled = Permutations::of(&Symbols::new(&samples, None).unwrap(), 10_000, 1);
        assert!(shuffled.has_passed(), "{shuffled:?}");
        assert!(shuffled.rounds < 10_000);
    }
}
