use super::prediction::{Prediction, Score};

/// Lags tried, D.
const LAGS: usize = 128;

/// §6.3.8: predicts that the symbol some lag back comes again, by the best lag so far.
///
/// Lag 1 leads at first; of lags with equal scores the longest that has just been right.
/// Needs two samples.
pub(super) fn lag(samples: &[u8], alphabet: usize) -> Prediction {
    // Longest lag first, as the samples lie in memory.
    let mut scores = [0_u32; LAGS];
    let (mut best, mut high) = (1, 0);
    let mut score = Score::default();
    for at in 1..samples.len() {
        let symbol = samples[at];
        score.note(at, samples[at - best] == symbol);
        let past = &samples[at.saturating_sub(LAGS)..at];
        let scores = &mut scores[LAGS - past.len()..];
        let reached = reward(scores, past, symbol);
        if reached >= high && reached > 0 {
            high = reached;
            let is_winner = |(score, &past): (&u32, &u8)| *score == high && past == symbol;
            let winner = scores.iter().zip(past).position(is_winner);
            best = past.len() - winner.expect("one lag has the score reached");
        }
    }
    score.estimate(samples.len() - 1, alphabet)
}

/// Gives each lag that was right a point; the highest score among these, 0 of none.
#[inline]
fn reward(scores: &mut [u32], past: &[u8], symbol: u8) -> u32 {
    let mut highest = 0;
    for (score, &past) in scores.iter_mut().zip(past) {
        let point = u32::from(past == symbol);
        *score += point;
        // All ones where a point was given.
        highest = highest.max(*score & point.wrapping_neg());
    }
    highest
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
