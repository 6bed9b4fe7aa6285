use super::split_mix::SplitMix64;

/// A stochastic process at work: what the next symbol depends on besides chance.
#[derive(Clone, Debug)]
pub(super) enum Process {
    /// Independent; P(1) = 0.11.
    Bernoulli,
    /// Independent; P(k) = 0.1 · 0.9ᵏ for k < 255, P(255) = 0.9²⁵⁵.
    Geometric,
    /// P(1 | 0) = 0.1, P(0 | 1) = 0.3; the first symbol has the stationary law, P(1) = ¼.
    MarkovBinary {
        /// The symbol before, if there is one.
        last: Option<u8>,
    },
    /// Four symbols with the law of [`TRANSITIONS`], after a history of zeros.
    MarkovQuaternary {
        /// The symbol two back and the symbol one back.
        history: [u8; 2],
    },
    /// A hidden fair bit that flips with probability 0.1, seen through a channel that
    /// inverts with probability 0.2.
    HiddenMarkov {
        /// The hidden bit, drawn with the first symbol.
        hidden: Option<bool>,
    },
    /// t² mod 11, period 11.
    Squares {
        /// Position modulo 11.
        time: u8,
    },
}

/// P(next symbol) in sixteenths, by the symbol two back and the symbol one back.
#[rustfmt::skip]
pub(super) const TRANSITIONS: [[[u8; 4]; 4]; 4] = [
    [[1, 12, 2, 1], [2, 2, 10, 2], [4, 4,  4, 4], [13, 1, 1,  1]],
    [[8,  4, 2, 2], [1, 1, 1, 13], [3, 9,  1, 3], [ 2, 6, 6,  2]],
    [[1,  2, 4, 9], [6, 6, 3,  1], [14, 1, 1, 0], [ 1, 1, 7,  7]],
    [[5,  5, 5, 1], [0, 1, 3, 12], [2, 11, 2, 1], [ 7, 1, 7,  1]],
];

impl Process {
    /// The next symbol.
    pub(super) fn step(&mut self, random: &mut SplitMix64) -> u8 {
        match self {
            Self::Bernoulli => u8::from(random.chance(0.11)),
            Self::Geometric => geometric(random),
            Self::MarkovBinary { last } => {
                let symbol = markov_binary(*last, random);
                *last = Some(symbol);
                symbol
            }
            Self::MarkovQuaternary { history } => {
                let symbol = markov_quaternary(*history, random);
                *history = [history[1], symbol];
                symbol
            }
            Self::HiddenMarkov { hidden } => {
                let flips = random.chance(if hidden.is_some() { 0.1 } else { 0.5 });
                let state = hidden.unwrap_or(false) ^ flips;
                *hidden = Some(state);
                u8::from(state ^ random.chance(0.2))
            }
            Self::Squares { time } => {
                let symbol = *time * *time % 11;
                *time = (*time + 1) % 11;
                symbol
            }
        }
    }
}

fn geometric(random: &mut SplitMix64) -> u8 {
    let mut symbol = 0;
    while symbol < u8::MAX && random.chance(0.9) {
        symbol += 1;
    }
    symbol
}

fn markov_binary(last: Option<u8>, random: &mut SplitMix64) -> u8 {
    match last {
        None => u8::from(random.chance(0.25)),
        Some(0) => u8::from(random.chance(0.1)),
        Some(_) => u8::from(!random.chance(0.3)),
    }
}

fn markov_quaternary([before, last]: [u8; 2], random: &mut SplitMix64) -> u8 {
    let law = TRANSITIONS[usize::from(before)][usize::from(last)];
    let draw = random.nibble();
    let mut cumulative = 0;
    let symbol = law.iter().position(|&weight| {
        cumulative += weight;
        draw < cumulative
    });
    symbol.expect("each row of the law sums to sixteen") as u8
}
