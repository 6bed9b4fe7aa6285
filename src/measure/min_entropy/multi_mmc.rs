use super::{
    contexts::{Bits, Contexts, Tree},
    prediction::{Prediction, Score},
    scoreboard::{Answers, STRETCH, Scoreboard},
};

/// Longest context, D, in symbols.
const LONGEST: usize = 16;
/// Pairs of context and next symbol that are kept for each length.
const MOST_PAIRS: u32 = 100_000;

/// §6.3.9, `MultiMMC`: predicts what most often followed the last d symbols, by the best
/// d ≤ 16 so far.
///
/// Where a context of d symbols is new, longer ones are new as well and none predicts.
/// A winner that makes no prediction neither lengthens nor ends its run, as in the
/// reference tool. Needs three samples.
pub(super) fn multi_mmc(samples: &[u8], alphabet: usize) -> Prediction {
    let score = match alphabet {
        2 => of_bits(samples),
        _ => play(samples, &mut Tree::new()),
    };
    score.estimate(samples.len() - 2, alphabet)
}

/// The winner's score.
fn play<C: Contexts>(samples: &[u8], contexts: &mut C) -> Score {
    let (mut scores, mut pairs) = ([0_u32; LONGEST], [0_u32; LONGEST]);
    let (mut winner, mut score) = (0, Score::default());
    for (at, &symbol) in samples.iter().enumerate().skip(1) {
        let leader = winner;
        let mut context = Some(C::ROOT);
        for (d, &before) in samples[..at].iter().rev().take(LONGEST).enumerate() {
            let has_room = pairs[d] < MOST_PAIRS;
            let grown = context.and_then(|shorter| contexts.grown(shorter, before));
            let met = grown.and_then(|longer| contexts.meet(longer, symbol, has_room));
            if let Some(met) = met {
                let is_right = met.favourite == symbol;
                scores[d] += u32::from(is_right);
                let is_lead = is_right && scores[d] >= scores[winner];
                winner = if is_lead { d } else { winner };
                if d == leader {
                    score.note(at, is_right);
                }
                pairs[d] += u32::from(met.is_new);
                context = grown;
            } else if has_room {
                // A pair counts even where its shorter context found no room, and so cannot
                // be found again.
                pairs[d] += 1;
                context = context.map(|shorter| contexts.grow(shorter, before));
                if let Some(longer) = context {
                    contexts.begin(longer, symbol);
                }
            } else {
                context = None;
            }
        }
    }
    score
}

/// The winner's score on bits.
///
/// There is room for every context but the longest, and so no length depends on another:
/// each looks at a stretch of samples by itself, and the scoreboard brings them together.
fn of_bits(samples: &[u8]) -> Score {
    let mut leads = Leads::new();
    let (mut longest, mut pairs) = (Bits::new(LONGEST as u32), 0);
    let mut board = Scoreboard::new();
    let mut past = u16::from(samples[0]);
    for start in (1..samples.len()).step_by(STRETCH) {
        let stretch = &samples[start..samples.len().min(start + STRETCH)];
        let mut pasts = [0_u16; STRETCH];
        for (before, &bit) in pasts.iter_mut().zip(stretch) {
            *before = past;
            past = past << 1 | u16::from(bit);
        }
        let mut answers = Answers::<LONGEST>::NONE;
        for length in 1..=LONGEST {
            // A context is whole once as many samples have passed.
            for i in length.saturating_sub(start)..stretch.len() {
                let (before, bit) = (pasts[i], stretch[i]);
                let right = if length < LONGEST {
                    leads.meet(length, before, bit)
                } else {
                    meet_longest(&mut longest, &mut pairs, before, bit)
                };
                answers.made[length - 1] |= u64::from(right.is_some()) << i;
                answers.right[length - 1] |= u64::from(right == Some(true)) << i;
            }
        }
        board.judge(start, stretch.len(), &answers);
    }
    board.score()
}

/// Counts `bit` after the longest context, while there is room for pairs, and says whether
/// it was foretold.
#[inline]
fn meet_longest(contexts: &mut Bits, pairs: &mut u32, before: u16, bit: u8) -> Option<bool> {
    let context = 1 << LONGEST | u32::from(before);
    let has_room = *pairs < MOST_PAIRS;
    let met = contexts.meet(context, bit, has_room);
    if met.is_none() && has_room {
        contexts.begin(context, bit);
    }
    *pairs += u32::from(met.map_or(has_room, |met| met.is_new));
    met.map(|met| met.favourite == bit)
}

/// By how much ones lead over zeros after each context of bits that is not the longest.
struct Leads {
    /// By context, a number behind a 1.
    leads: Vec<i32>,
}

impl Leads {
    /// Nothing ever followed.
    const UNSEEN: i32 = i32::MIN;

    fn new() -> Self {
        Self { leads: vec![Self::UNSEEN; 1 << LONGEST] }
    }

    /// Counts `bit` after the last `length` bits of `before` and says whether it was
    /// foretold, if anything was: ones, where none leads.
    #[inline]
    fn meet(&mut self, length: usize, before: u16, bit: u8) -> Option<bool> {
        let marker = 1 << length;
        let lead = &mut self.leads[marker | usize::from(before) & (marker - 1)];
        let known = *lead;
        let is_seen = known != Self::UNSEEN;
        *lead = if is_seen { known } else { 0 } + 2 * i32::from(bit) - 1;
        is_seen.then_some((known >= 0) == (bit == 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `count` bits, each a copy of the `back`th before it more often than not.
    fn bits(count: usize, back: usize) -> Vec<u8> {
        let mut state = 1_u32;
        let mut bits = Vec::with_capacity(count);
        for at in 0..count {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let is_copy = at >= back && state >> 29 > 2;
            bits.push(if is_copy { bits[at - back] } else { (state >> 28 & 1) as u8 });
        }
        bits
    }

    #[test]
    fn lengths_by_themselves_score_as_the_dictionary_does() {
        // Half a million bits leave no room for pairs of the longest contexts.
        for (count, back) in
            [(3, 1), (4, 2), (17, 3), (66, 3), (700, 5), (500_000, 9), (500_000, 40)]
        {
            let bits = bits(count, back);
            let expected = play(&bits, &mut Bits::new(LONGEST as u32));
            assert_eq!(of_bits(&bits), expected, "{count} {back}");
        }
    }
}
