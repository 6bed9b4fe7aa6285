use super::{
    prediction::Prediction,
    scoreboard::{Answers, STRETCH, Scoreboard},
};

/// Lags tried, D.
const LAGS: usize = 128;

/// §6.3.8: predicts that the symbol some lag back comes again, by the best lag so far.
///
/// Lag 1 leads at first; of lags with equal scores the longest that has just been right.
/// Needs two samples.
pub(super) fn lag(samples: &[u8], alphabet: usize) -> Prediction {
    let mut board = Scoreboard::new();
    let mut answers = Answers::<LAGS>::NONE;
    let packed = if alphabet == 2 { pack(samples) } else { Vec::new() };
    for start in (1..samples.len()).step_by(STRETCH) {
        let end = samples.len().min(start + STRETCH);
        for lag in 1..=LAGS {
            // Before a lag has passed there is nothing to predict by.
            let early = lag.saturating_sub(start).min(end - start);
            answers.made[lag - 1] = ones(end - start) ^ ones(early);
            answers.right[lag - 1] = if early > 0 {
                let first = start + early;
                let recent = samples.get(first - lag.min(first)..).unwrap_or_default();
                equal(&samples[first..end], recent).checked_shl(early as u32).unwrap_or(0)
            } else if alphabet == 2 {
                !(word(&packed, start) ^ word(&packed, start - lag)) & ones(end - start)
            } else {
                equal(&samples[start..end], &samples[start - lag..])
            };
        }
        board.judge(start, end - start, &answers);
    }
    board.score().estimate(samples.len() - 1, alphabet)
}

/// The lowest `count` bits.
#[inline]
fn ones(count: usize) -> u64 {
    u64::MAX.checked_shr((STRETCH - count) as u32).unwrap_or(0)
}

/// Samples of one bit, 64 a word, the first lowest, and a word of zeros behind them.
fn pack(bits: &[u8]) -> Vec<u64> {
    let word = |bits: &[u8]| bits.iter().rev().fold(0, |word, &bit| word << 1 | u64::from(bit));
    bits.chunks(STRETCH).map(word).chain([0]).collect()
}

/// The 64 samples from `at` on.
#[inline]
fn word(packed: &[u64], at: usize) -> u64 {
    let pair = u128::from(packed[at / STRETCH + 1]) << STRETCH | u128::from(packed[at / STRETCH]);
    (pair >> (at % STRETCH)) as u64
}

/// In which of the places of `a`, at most 64, it is equal to `b`.
#[inline]
fn equal(a: &[u8], b: &[u8]) -> u64 {
    /// Moves the lowest bit of byte i to bit 56 + i.
    const GATHER: u64 = 0x0102_0408_1020_4080;
    let mut is_equal = [0_u8; STRETCH];
    for (is_equal, (a, b)) in is_equal.iter_mut().zip(a.iter().zip(b)) {
        *is_equal = u8::from(a == b);
    }
    let eights = is_equal.as_chunks::<8>().0.iter().rev();
    eights.fold(0, |word, &eight| word << 8 | u64::from_le_bytes(eight).wrapping_mul(GATHER) >> 56)
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
                |i: u64| ((i * i / 3 % 1009 + u64::from(i.is_multiple_of(37))) % modulus) as u8;
            let samples: Vec<u8> = (0..3000).map(sample).collect();
            for length in [2, 3, 64, 65, 66, 129, 130, 200, 3000] {
                let samples = &samples[..length];
                let estimate = lag(samples, modulus as usize);
                let found = (estimate.correct, estimate.longest_run);
                assert_eq!(found, by_lag(samples), "{modulus} {length}");
            }
        }
    }
}
