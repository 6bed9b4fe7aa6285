use super::prediction::{Prediction, Score};

/// Lags tried, D.
const LAGS: usize = 128;

/// Samples whose rewards are given together.
///
/// Within them a lag gains at most as many points, so that only lags so near the highest
/// score can come to lead; of all others it is enough to know how often they were right.
const STRETCH: usize = 64;

/// §6.3.8: predicts that the symbol some lag back comes again, by the best lag so far.
///
/// Lag 1 leads at first; of lags with equal scores the longest that has just been right.
/// Needs two samples.
pub(super) fn lag(samples: &[u8], alphabet: usize) -> Prediction {
    let mut board = Scoreboard::new();
    let all: [usize; LAGS] = std::array::from_fn(|index| index + 1);
    let warm = samples.len().min(LAGS + 1);
    for at in 1..warm {
        board.step(samples, at, &all[..at.min(LAGS)]);
    }
    for start in (warm..samples.len()).step_by(STRETCH) {
        board.stretch(samples, start, samples.len().min(start + STRETCH));
    }
    board.score.estimate(samples.len() - 1, alphabet)
}

/// Points of each lag, and who leads.
struct Scoreboard {
    /// Right predictions of each lag; entry 0 is none's.
    points: [u32; LAGS + 1],
    best: usize,
    /// Points of the best lag.
    high: u32,
    score: Score,
}

impl Scoreboard {
    fn new() -> Self {
        Self { points: [0; LAGS + 1], best: 1, high: 0, score: Score::default() }
    }

    /// Predicts sample `at` and rewards those of `lags`, shortest first, that were right.
    #[inline]
    fn step(&mut self, samples: &[u8], at: usize, lags: &[usize]) {
        let symbol = samples[at];
        self.score.note(at, samples[at - self.best] == symbol);
        for &lag in lags {
            if samples[at - lag] == symbol {
                self.points[lag] += 1;
                if self.points[lag] >= self.high {
                    (self.best, self.high) = (lag, self.points[lag]);
                }
            }
        }
    }

    /// The same for all samples of `start..end`, at least `LAGS` into the samples, and all
    /// lags.
    fn stretch(&mut self, samples: &[u8], start: usize, end: usize) {
        let mut near = [0; LAGS];
        let mut count = 0;
        for lag in 1..=LAGS {
            if self.points[lag] + STRETCH as u32 >= self.high {
                near[count] = lag;
                count += 1;
            } else {
                self.points[lag] += equal(&samples[start..end], &samples[start - lag..end - lag]);
            }
        }
        for at in start..end {
            self.step(samples, at, &near[..count]);
        }
    }
}

/// In how many places `a` and `b`, at most 255 long, are equal.
#[inline]
fn equal(a: &[u8], b: &[u8]) -> u32 {
    u32::from(a.iter().zip(b).fold(0_u8, |sum, (a, b)| sum + u8::from(a == b)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The scoreboard as the standard describes it, lag by lag.
    fn by_lag(samples: &[u8]) -> (u64, u64) {
        let (mut scores, mut best) = ([0_u32; LAGS + 1], 1);
        let (mut correct, mut run, mut longest) = (0, 0, 0);
        for at in 1..samples.len() {
            run = if samples[at - best] == samples[at] { run + 1 } else { 0 };
            correct += u64::from(run > 0);
            longest = longest.max(run);
            for lag in (1..=LAGS.min(at)).filter(|&lag| samples[at - lag] == samples[at]) {
                scores[lag] += 1;
                if scores[lag] >= scores[best] {
                    best = lag;
                }
            }
        }
        (correct, longest)
    }

    #[test]
    fn the_winner_is_the_scoreboard_s() {
        for modulus in [2, 3, 7, 251] {
            let sample =
                |i: u64| (i * i / 3 % 1009 % modulus + u64::from(i.is_multiple_of(37))) as u8;
            let samples: Vec<u8> = (0..3000).map(sample).collect();
            let estimate = lag(&samples, 256);
            assert_eq!((estimate.correct, estimate.longest_run), by_lag(&samples), "{modulus}");
        }
    }
}
