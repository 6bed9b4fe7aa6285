//! Condition → probability, learnt by counting.

use crate::models::{
    mixing::mixer::{Pair, pair},
    state::{self, State, StateVisitor, Word},
};

/// What a map says after a condition: mixer inputs in one word.
pub(crate) trait Reading: Word {
    /// No inputs.
    const NONE: Self;

    /// The inputs after `condition`, after which a one has probability `p` (units of 2⁻¹⁶,
    /// `0..=65535`).
    fn new(condition: usize, p: u32) -> Self;
}

impl Reading for Pair {
    const NONE: Self = 0;

    fn new(_: usize, p: u32) -> Self {
        pair(p)
    }
}

/// What followed each of `SIZE` conditions.
///
/// Bits are only counted as they come; from time to time [`refresh`](Self::refresh) turns
/// the counts into mixer inputs. That is cheaper than moving a probability at each bit,
/// and the mean of many bits is steadier.
///
/// ```text
/// p = (n₁ + 2 · prior) / (n₀ + n₁ + 2)
/// ```
pub(crate) struct CountMap<const SIZE: usize, R = Pair> {
    /// Zeros and ones seen after each condition.
    counts: [[u16; SIZE]; 2],
    /// Mixer inputs of each condition.
    readings: [R; SIZE],
}

/// Refreshes halve counts beyond this, so that the map forgets.
const LIMIT: u32 = 1023;
/// Weight of the prior, in bits seen.
const PRIOR_BITS: u32 = 2;

/// The zeros and the ones of a streak of so many ones among eight bits; none from 9 on.
static STREAKS: [([u16; 8], [u16; 8]); 16] = {
    let mut streaks = [([0; 8], [0; 8]); 16];
    let mut ones = 0;
    while ones <= 8 {
        let mut place = 0;
        while place < ones {
            streaks[ones].1[place] = 1;
            place += 1;
        }
        if ones < 8 {
            streaks[ones].0[ones] = 1;
        }
        ones += 1;
    }
    streaks
};

impl<const SIZE: usize, R: Reading> CountMap<SIZE, R> {
    /// A map without counts that gives no inputs before its first refresh.
    pub(crate) fn new() -> Self {
        Self { counts: [[0; SIZE]; 2], readings: [R::NONE; SIZE] }
    }

    /// Mixer inputs after `condition`.
    #[inline(always)]
    pub(crate) fn reading(&self, condition: usize) -> R {
        self.readings[condition]
    }

    /// Counts `bit` after `condition`. At most 64,512 bits may come between two refreshes.
    #[inline(always)]
    pub(crate) fn count(&mut self, condition: usize, bit: usize) {
        let count = &mut self.counts[bit & 1][condition];
        *count = count.wrapping_add(1);
    }

    /// Mixer inputs after the eight conditions from `first` on.
    #[inline(always)]
    pub(crate) fn eight_readings(&self, first: usize) -> [R; 8] {
        self.readings[first..first + 8].try_into().expect("eight of them")
    }

    /// Counts a one after each of the first `ones` of the eight conditions from `first` on, and
    /// a zero after the next one, if there is one; nothing if `ones` is `None`.
    #[inline(always)]
    pub(crate) fn count_streak(&mut self, first: usize, ones: Option<usize>) {
        let [zeros, all_ones] = &mut self.counts;
        let (zero, one) = STREAKS[ones.map_or(9, |ones| ones & 15)];
        for (count, more) in zeros[first..first + 8].iter_mut().zip(zero) {
            *count = count.wrapping_add(more);
        }
        for (count, more) in all_ones[first..first + 8].iter_mut().zip(one) {
            *count = count.wrapping_add(more);
        }
    }

    /// Turns the counts of conditions from `first` on into mixer inputs, and halves them
    /// where they are many. `priors`: P(1) of each before anything was counted, units of
    /// 2⁻¹⁶; conditions beyond them are out of use.
    pub(crate) fn refresh(&mut self, first: usize, priors: &[u16]) {
        let [zeros, ones] = &mut self.counts;
        let all = zeros.iter_mut().zip(ones).zip(&mut self.readings).zip(priors);
        for (condition, (((zeros, ones), inputs), &prior)) in all.enumerate().skip(first) {
            let (n0, n1) = (u32::from(*zeros), u32::from(*ones));
            let known = (n1 << 16) + PRIOR_BITS * u32::from(prior);
            *inputs = R::new(condition, (known / (n0 + n1 + PRIOR_BITS)).min(65535));
            if n0 + n1 > LIMIT {
                (*zeros, *ones) = (*zeros / 2, *ones / 2);
            }
        }
    }
}

impl<const SIZE: usize, R: Reading> State for CountMap<SIZE, R> {
    fn visit(&mut self, visitor: &mut dyn StateVisitor) {
        if !visitor.is_learning() {
            return;
        }
        state::words(visitor, "counts", self.counts.as_flattened_mut());
        state::words(visitor, "readings", &mut self.readings);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_streak_is_its_bits_counted_one_by_one() {
        for ones in (0..=8).map(Some).chain([None]) {
            let (mut at_once, mut one_by_one) = (CountMap::<24>::new(), CountMap::<24>::new());
            at_once.count_streak(8, ones);
            if let Some(ones) = ones {
                (8..8 + ones).for_each(|condition| one_by_one.count(condition, 1));
                (8 + ones..16).take(1).for_each(|condition| one_by_one.count(condition, 0));
            }
            assert_eq!(at_once.counts, one_by_one.counts, "{ones:?}");
        }
    }
}
