use super::prediction::{Prediction, Score};

/// Samples in each window.
const WIDTHS: [usize; 4] = [63, 255, 1023, 4095];
/// Samples that are needed: the widest window and one to predict.
pub(super) const LEAST_SAMPLES: usize = WIDTHS[3] + 1;

/// §6.3.7, `MultiMCW`: predicts the most common symbol of the best of four windows.
///
/// Of equally common symbols the latest wins, of windows with equal scores the widest that
/// has just been right. None if there are too few samples.
pub(super) fn multi_mcw(samples: &[u8], alphabet: usize) -> Option<Prediction> {
    if samples.len() < LEAST_SAMPLES {
        return None;
    }
    let mut windows = WIDTHS.map(|width| Window::new(width, alphabet));
    let (mut scores, mut best) = ([0_u64; WIDTHS.len()], 0);
    let mut score = Score::default();
    for (at, &symbol) in samples.iter().enumerate() {
        if at >= WIDTHS[0] {
            score.note(at, windows[best].favourite == symbol);
        }
        for (i, window) in windows.iter_mut().enumerate() {
            let is_full = at >= window.width;
            if is_full && window.favourite == symbol {
                scores[i] += 1;
                if scores[i] >= scores[best] {
                    best = i;
                }
            }
            window.push(at, symbol, is_full.then(|| samples[at - window.width]));
        }
    }
    Some(score.estimate(samples.len() - WIDTHS[0], alphabet))
}

/// The last few samples and which symbol is most common among them.
struct Window {
    width: usize,
    /// Occurrences of each symbol in the window.
    counts: Vec<u32>,
    /// Where each symbol occurred last.
    latest: Vec<usize>,
    /// The most common symbol, of several the latest.
    favourite: u8,
}

impl Window {
    fn new(width: usize, alphabet: usize) -> Self {
        Self { width, counts: vec![0; alphabet], latest: vec![0; alphabet], favourite: 0 }
    }

    /// Takes in `symbol`, sample number `at`, and lets go of `oldest`.
    #[inline]
    fn push(&mut self, at: usize, symbol: u8, oldest: Option<u8>) {
        if let Some(oldest) = oldest {
            self.counts[usize::from(oldest)] -= 1;
        }
        self.counts[usize::from(symbol)] += 1;
        self.latest[usize::from(symbol)] = at;
        if oldest == Some(self.favourite) {
            let rank = |&s: &usize| (self.counts[s], self.latest[s]);
            let favourite = (0..self.counts.len()).max_by_key(rank);
            self.favourite = favourite.expect("there are symbols") as u8;
        } else if self.counts[usize::from(symbol)] >= self.counts[usize::from(self.favourite)] {
            self.favourite = symbol;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_favourite_is_the_most_common_and_of_several_the_latest() {
        let samples = [2, 0, 1, 1, 0, 2, 2, 0, 1];
        let mut window = Window::new(4, 3);
        let favourites: Vec<u8> = (0..samples.len())
            .map(|at| {
                let oldest = (at >= 4).then(|| samples[at - 4]);
                window.push(at, samples[at], oldest);
                window.favourite
            })
            .collect();
        assert_eq!(favourites, [2, 0, 1, 1, 0, 1, 2, 0, 2]);
    }

    #[test]
    fn too_few_samples_are_not_judged() {
        assert_eq!(multi_mcw(&[0; LEAST_SAMPLES - 1], 2), None);
    }
}
