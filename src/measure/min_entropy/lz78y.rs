use super::{
    contexts::{Bits, Context, Contexts, Tree},
    prediction::{Prediction, Score},
};

/// Longest context, B, in symbols.
const LONGEST: usize = 16;
/// Shortest context that is looked at only where it can decide, in symbols.
const DEEP: usize = 3;
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
        2 => play(samples, Bits::new(LONGEST as u32)),
        _ => play(samples, Tree::new()),
    };
    Some(score.estimate(samples.len() - LONGEST - 1, alphabet))
}

fn play<C: Contexts>(samples: &[u8], contexts: C) -> Score {
    let mut dictionary = Dictionary::new(samples, contexts);
    let mut score = Score::default();
    for (at, &symbol) in samples.iter().enumerate().skip(LONGEST) {
        let prediction = dictionary.shallow(at).or_else(|| dictionary.whole(at));
        score.note(at, prediction == Some(symbol));
    }
    score
}

/// Contexts and what followed them, the deep ones up to some sample only.
///
/// Whatever is counted in a context is counted in every shorter one that is known, so
/// counts can only fall with the length. Where the most common symbol after one symbol is
/// seen more often than any after two, the deep contexts have no say, and are filled later,
/// if they ever have one: most often they never do.
struct Dictionary<'a, C> {
    samples: &'a [u8],
    contexts: C,
    /// Contexts that something followed.
    known: usize,
    /// First sample that deep contexts have not taken in.
    deep_from: usize,
    /// Contexts that end before a sample, shortest first.
    walk: Vec<Context>,
}

impl<'a, C: Contexts> Dictionary<'a, C> {
    fn new(samples: &'a [u8], contexts: C) -> Self {
        let walk = Vec::with_capacity(LONGEST);
        Self { samples, contexts, known: 0, deep_from: LONGEST, walk }
    }

    /// What is predicted of sample `at`, which is then taken in by the contexts of one and
    /// two symbols; none, and nothing done, if longer ones may have a say.
    #[inline]
    fn shallow(&mut self, at: usize) -> Option<u8> {
        let one = self.contexts.grown(C::ROOT, self.samples[at - 1])?;
        let two = self.contexts.grown(one, self.samples[at - 2])?;
        let (favourite, most) = self.contexts.favourite(one)?;
        if self.contexts.favourite(two)?.1 == most {
            return None;
        }
        self.contexts.meet(one, self.samples[at], true);
        self.contexts.meet(two, self.samples[at], true);
        Some(favourite)
    }

    /// What all contexts together predict of sample `at`, if anything; they then take it
    /// in.
    fn whole(&mut self, at: usize) -> Option<u8> {
        for late in self.deep_from..at {
            self.take_in(late, DEEP);
        }
        self.deep_from = at + 1;
        self.take_in(at, 1)
    }

    /// Contexts of at least `shortest` symbols predict sample `at` and take it in.
    fn take_in(&mut self, at: usize, shortest: usize) -> Option<u8> {
        self.walk_back(at);
        let (mut prediction, mut most) = (None, 0);
        let deep = self.walk.get(shortest - 1..).unwrap_or_default();
        for &context in deep.iter().rev() {
            if let Some(met) = self.contexts.meet(context, self.samples[at], true) {
                if met.count > most {
                    (prediction, most) = (Some(met.favourite), met.count);
                }
            } else if self.known < MOST_CONTEXTS {
                self.contexts.begin(context, self.samples[at]);
                self.known += 1;
            }
        }
        prediction
    }

    /// Fills the walk with the contexts that end before sample `at`: all of them if there
    /// is room, else those that have a place.
    #[inline]
    fn walk_back(&mut self, at: usize) {
        self.walk.clear();
        let is_room = self.known < MOST_CONTEXTS;
        let mut context = C::ROOT;
        for &before in self.samples[at - LONGEST..at].iter().rev() {
            context = match self.contexts.grown(context, before) {
                Some(longer) => longer,
                None if is_room => self.contexts.grow(context, before),
                None => break,
            };
            self.walk.push(context);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The score of all contexts together at every sample.
    fn by_all<C: Contexts>(samples: &[u8], contexts: C) -> Score {
        let mut dictionary = Dictionary::new(samples, contexts);
        let mut score = Score::default();
        for (at, &symbol) in samples.iter().enumerate().skip(LONGEST) {
            score.note(at, dictionary.whole(at) == Some(symbol));
        }
        score
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn deep_contexts_are_left_out_only_where_they_have_no_say(
            noise in prop::collection::vec(any::<u8>(), 6000..9000),
            modulus in 3_u8..=255,
            run in 0_usize..400,
        ) {
            // Symbols that are rare, come late, or repeat a stretch; more contexts than are kept.
            let mut samples: Vec<u8> = noise.iter().map(|&byte| byte % modulus / (1 + byte % 3)).collect();
            samples.extend_from_within(100..100 + run);
            samples.extend_from_within(50..90);
            prop_assert_eq!(play(&samples, Tree::new()), by_all(&samples, Tree::new()));
            let bits: Vec<u8> = samples.iter().map(|&byte| u8::from(byte > modulus / 3)).collect();
            let new = || Bits::new(LONGEST as u32);
            prop_assert_eq!(play(&bits, new()), by_all(&bits, new()));
        }
    }
}
