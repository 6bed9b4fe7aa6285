use super::prediction::Score;

/// Predictions that are judged together: one bit each of a word, the first lowest.
pub(super) const STRETCH: usize = u64::BITS as usize;

/// How predictors that compete did on a stretch of samples, each a bit of a word.
#[derive(Clone, Copy, Debug)]
pub(super) struct Answers<const N: usize> {
    /// Samples that each predictor made a prediction of.
    pub(super) made: [u64; N],
    /// Samples that each predicted rightly.
    pub(super) right: [u64; N],
}

impl<const N: usize> Answers<N> {
    /// No predictions.
    pub(super) const NONE: Self = Self { made: [0; N], right: [0; N] };
}

/// Points of the predictors that compete in §6.3.7–§6.3.9, and the score of whoever leads.
///
/// The leader of the samples so far predicts the next one. A predictor comes to lead where
/// it is right and then has at least the leader's points, so of equal ones the last of
/// those that were right.
#[derive(Debug)]
pub(super) struct Scoreboard<const N: usize> {
    points: [u32; N],
    leader: usize,
    score: Score,
}

impl<const N: usize> Scoreboard<N> {
    /// Nobody has points; the first leads.
    pub(super) fn new() -> Self {
        Self { points: [0; N], leader: 0, score: Score::default() }
    }

    /// Judges the answers about up to [`STRETCH`] samples from `start` on.
    ///
    /// Only who can reach the leader's points in this stretch is followed prediction by
    /// prediction; of all others it is enough to know how often they were right.
    pub(super) fn judge(&mut self, start: usize, samples: usize, answers: &Answers<N>) {
        let high = self.points[self.leader];
        let (mut rivals, mut count) = ([0; N], 0);
        for (index, (points, right)) in self.points.iter_mut().zip(answers.right).enumerate() {
            let gain = right.count_ones();
            if *points + gain >= high {
                rivals[count] = index;
                count += 1;
            } else {
                *points += gain;
            }
        }
        for i in 0..samples {
            self.step(start + i, i, answers, &rivals[..count]);
        }
    }

    /// Judges prediction `i` of a stretch, of sample `at`, and rewards those of `rivals`
    /// that were right.
    #[inline]
    fn step(&mut self, at: usize, i: usize, answers: &Answers<N>, rivals: &[usize]) {
        let is_set = |word: u64| word >> i & 1 == 1;
        if is_set(answers.made[self.leader]) {
            self.score.note(at, is_set(answers.right[self.leader]));
        }
        for &rival in rivals {
            if is_set(answers.right[rival]) {
                self.points[rival] += 1;
                if self.points[rival] >= self.points[self.leader] {
                    self.leader = rival;
                }
            }
        }
    }

    /// The leaders' score.
    pub(super) fn score(&self) -> Score {
        self.score
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_leaders_are_those_of_every_single_step(
            answers in prop::collection::vec((any::<[u64; 3]>(), any::<[u64; 3]>()), 1..40),
        ) {
            let (mut board, mut plain) = (Scoreboard::<3>::new(), Scoreboard::<3>::new());
            for (number, (made, right)) in answers.into_iter().enumerate() {
                // The second often outdoes the third, and the first is seldom right.
                let right = [right[0] & right[1] & made[0], right[1] & made[1], right[2] & made[2]];
                let answers = Answers { made, right };
                let start = number * STRETCH;
                board.judge(start, STRETCH, &answers);
                for i in 0..STRETCH {
                    plain.step(start + i, i, &answers, &[0, 1, 2]);
                }
                prop_assert_eq!((board.leader, board.points), (plain.leader, plain.points));
            }
            prop_assert_eq!(board.score, plain.score);
        }
    }
}
