use super::{
    contexts::{Bits, Contexts, Tree},
    prediction::{Prediction, Score},
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
        2 => play(samples, &mut Bits::new(LONGEST as u32)),
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
