use super::{
    prediction::{Prediction, Score},
    scoreboard::{Answers, STRETCH, Scoreboard},
};

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
    let score = match alphabet {
        2 => play(samples, WIDTHS.map(Ones::new)),
        _ => play(samples, WIDTHS.map(|_| Window::new(alphabet))),
    };
    Some(score.estimate(samples.len() - WIDTHS[0], alphabet))
}

/// The best window's score.
fn play<W: Recent>(samples: &[u8], mut windows: [W; WIDTHS.len()]) -> Score {
    let mut board = Scoreboard::new();
    for start in (0..samples.len()).step_by(STRETCH) {
        let end = samples.len().min(start + STRETCH);
        let mut answers = Answers::<{ WIDTHS.len() }>::NONE;
        for (index, (window, width)) in windows.iter_mut().zip(WIDTHS).enumerate() {
            for at in start..end {
                let is_full = at >= width;
                let is_right = is_full && window.favourite() == samples[at];
                answers.made[index] |= u64::from(is_full) << (at - start);
                answers.right[index] |= u64::from(is_right) << (at - start);
                window.push(at, samples[at], is_full.then(|| samples[at - width]));
            }
        }
        board.judge(start, end - start, &answers);
    }
    board.score()
}

/// The last few samples.
trait Recent {
    /// The most common symbol of a full window, of several the latest.
    fn favourite(&self) -> u8;

    /// Takes in `symbol`, sample number `at`, and lets go of `oldest`.
    fn push(&mut self, at: usize, symbol: u8, oldest: Option<u8>);
}

/// A window of bits: as widths are odd, zeros and ones are never equally common.
struct Ones {
    width: u32,
    ones: u32,
}

impl Ones {
    fn new(width: usize) -> Self {
        Self { width: width as u32, ones: 0 }
    }
}

impl Recent for Ones {
    #[inline]
    fn favourite(&self) -> u8 {
        u8::from(2 * self.ones > self.width)
    }

    #[inline]
    fn push(&mut self, _: usize, bit: u8, oldest: Option<u8>) {
        self.ones = self.ones + u32::from(bit) - u32::from(oldest.unwrap_or(0));
    }
}

/// A window of symbols and which is most common among them.
struct Window {
    /// Occurrences of each symbol in the window.
    counts: Vec<u32>,
    /// Where each symbol occurred last.
    latest: Vec<usize>,
    /// The most common symbol, of several the latest.
    favourite: u8,
}

impl Window {
    fn new(alphabet: usize) -> Self {
        Self { counts: vec![0; alphabet], latest: vec![0; alphabet], favourite: 0 }
    }
}

impl Recent for Window {
    #[inline]
    fn favourite(&self) -> u8 {
        self.favourite
    }

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
        let mut window = Window::new(3);
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
    fn ones_and_zeros_are_counted_as_symbols_are() {
        let noise = |at: u32| (at.wrapping_mul(2_654_435_761) >> 24 > 100) as u8;
        let samples: Vec<u8> = (0..20_000).map(noise).collect();
        let by_symbols = play(&samples, WIDTHS.map(|_| Window::new(2)));
        assert_eq!(play(&samples, WIDTHS.map(Ones::new)), by_symbols);
    }

    #[test]
    fn too_few_samples_are_not_judged() {
        assert_eq!(multi_mcw(&[0; LEAST_SAMPLES - 1], 2), None);
    }
}
