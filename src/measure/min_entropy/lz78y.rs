use super::{
    contexts::{Bits, Contexts, Tree},
    prediction::{Prediction, Score},
};

/// Longest context, B, in symbols.
const LONGEST: usize = 16;
/// Contexts that are kept, of all lengths together.
const MOST_CONTEXTS: usize = 65_536;
/// Samples that are needed.
pub(super) const LEAST_SAMPLES: usize = LONGEST + 2;

/// §6.3.10, `LZ78Y`: predicts what was seen most often after any of the last 1 to 16
/// symbols.
///
/// The largest count wins, of equal ones the longest context's, of equal symbols of one
/// context the larger symbol. A known context takes in new symbols for ever. None if there
/// are too few samples.
pub(super) fn lz78y(samples: &[u8], alphabet: usize) -> Option<Prediction> {
    if samples.len() < LEAST_SAMPLES {
        return None;
    }
    let score = match alphabet {
        2 => play(samples, &mut Bits::new(LONGEST as u32)),
        _ => play(samples, &mut Tree::new()),
    };
    Some(score.estimate(samples.len() - LONGEST - 1, alphabet))
}

fn play<C: Contexts>(samples: &[u8], contexts: &mut C) -> Score {
    let (mut known, mut score) = (0, Score::default());
    let mut walk = Vec::with_capacity(LONGEST);
    for at in LONGEST..samples.len() {
        let symbol = samples[at];
        walk_back(contexts, &samples[at - LONGEST..at], known < MOST_CONTEXTS, &mut walk);
        let (mut prediction, mut most) = (None, 0);
        for &context in walk.iter().rev() {
            if let Some(met) = contexts.meet(context, symbol, true) {
                if met.count > most {
                    (prediction, most) = (Some(met.favourite), met.count);
                }
            } else if known < MOST_CONTEXTS {
                contexts.begin(context, symbol);
                known += 1;
            }
        }
        score.note(at, prediction == Some(symbol));
    }
    score
}

/// Fills `walk` with the contexts that end before a sample, shortest first: all of them
/// if there `is_room`, else those that have a place.
#[inline]
fn walk_back<C: Contexts>(contexts: &mut C, past: &[u8], is_room: bool, walk: &mut Vec<u32>) {
    walk.clear();
    let mut context = C::ROOT;
    for &before in past.iter().rev() {
        context = match contexts.grown(context, before) {
            Some(longer) => longer,
            None if is_room => contexts.grow(context, before),
            None => break,
        };
        walk.push(context);
    }
}
