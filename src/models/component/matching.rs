//! What followed the longest earlier match of the last bytes.

use crate::models::{
    context::hash::spread,
    history::History,
    mixing::mixer::{Pair, pair},
    state::{self, State, StateVisitor, UndoLog},
};

/// Predicts the bit that followed when the last bytes were last seen.
///
/// After a wrong byte the match is kept as a candidate for a few bytes more: much data
/// repeats with single bytes changed.
pub(crate) struct MatchModel {
    /// Position after the last occurrence of each hash of `min_length` bytes.
    last: Vec<u32>,
    undo: UndoLog<u32>,
    log2_last: u32,
    /// Bytes that a new match must have in common.
    min_length: u32,
    /// Position of the expected byte; meaningful while `length + misses > 0`.
    pointer: usize,
    /// Bytes matched so far, 0 for no match.
    length: u32,
    /// Wrong bytes in a row forgiven so far.
    misses: u32,
    /// The expected byte behind a leading 1, 0 if nothing is expected.
    expected: u32,
    /// Whether the bits of the current byte so far were as expected.
    agrees: bool,
    /// Bits of `expected` that are still to come, the next one at bit 7.
    ahead: u32,
    /// First of the two outcomes of the current length.
    bucket: usize,
    /// P(1) in units of 2⁻²² for each length bucket and expected bit.
    outcomes: [i32; 2 * BUCKETS],
}

/// Length buckets of the outcomes.
const BUCKETS: usize = 32;
/// Longest match that is told from longer ones, bytes.
const LONGEST: u32 = 0xFFFF;
/// Wrong bytes after which a match is given up.
const FORGIVEN: u32 = 8;
/// An outcome moves by 2^−RATE of the way.
const RATE: u32 = 6;

/// Bucket of a match of `length` bytes after `misses` wrong ones: 0 for none, `1..=23` by
/// length, `24..=31` while a match is being recovered.
const fn bucket(length: u32, misses: u32) -> usize {
    let by_length = match length {
        0 => 0,
        1..=15 => length,
        16..=31 => 16 + (length - 16) / 4,
        32..=63 => 20,
        64..=255 => 21,
        256..=511 => 22,
        _ => 23,
    };
    if misses == 0 { by_length as usize } else { 24 + if length > 7 { 7 } else { length as usize } }
}

impl MatchModel {
    /// A model that looks for matches of `min_length` bytes or more among 2^`log2_last`
    /// positions.
    pub(crate) fn new(min_length: u32, log2_last: u8) -> Self {
        let outcomes = std::array::from_fn(|i| if i % 2 == 1 { 3 << 20 } else { 1 << 20 });
        Self {
            last: vec![0; 1 << log2_last],
            undo: UndoLog::off(),
            log2_last: u32::from(log2_last),
            min_length,
            pointer: 0,
            length: 0,
            misses: 0,
            expected: 0,
            agrees: false,
            ahead: 0,
            bucket: 0,
            outcomes,
        }
    }

    /// What is expected: 0 for nothing, 1 for a zero, 2 for a one.
    #[inline(always)]
    pub(crate) fn expectation(&self) -> usize {
        if self.agrees { 1 + (self.ahead >> 7 & 1) as usize } else { 0 }
    }

    /// Length class of the current match for choosing weights, `0..=7`; 0 is no match.
    #[inline(always)]
    pub(crate) fn length_class(&self) -> usize {
        match (self.length, self.misses) {
            _ if !self.agrees => 0,
            (_, 1..) => 1,
            (1..=7, _) => 2,
            (8..=15, _) => 3,
            (16..=23, _) => 4,
            (24..=31, _) => 5,
            (32..=255, _) => 6,
            _ => 7,
        }
    }

    /// Mixer inputs for the next bit; none if nothing is expected.
    #[inline(always)]
    pub(crate) fn predict(&self) -> Pair {
        if !self.agrees {
            return 0;
        }
        pair(self.outcomes[self.outcome()] as u32 >> 6)
    }

    /// The outcome that predicts the next bit.
    #[inline(always)]
    fn outcome(&self) -> usize {
        (self.bucket | (self.ahead >> 7 & 1) as usize) & (2 * BUCKETS - 1)
    }

    /// Learns whether the predicted bit came.
    #[inline(always)]
    pub(crate) fn update(&mut self, bit: usize) {
        if self.agrees {
            let p = &mut self.outcomes[self.outcome()];
            *p += (((bit as i32) << 22) - *p) >> RATE;
            self.agrees = (self.ahead >> 7 & 1) as usize == bit;
            self.ahead <<= 1;
        }
    }

    /// Follows or looks for a match after the byte just pushed to `history`.
    #[inline(always)]
    pub(crate) fn end_of_byte(&mut self, history: &History) {
        self.follow(history);
        let shift = 64 - 8 * self.min_length.min(8);
        let slot = (spread(history.recent << shift) >> (64 - self.log2_last)) as usize;
        if self.length == 0 {
            self.look_up(self.last[slot], history);
        }
        self.undo.note(slot, &self.last[slot]);
        self.last[slot] = history.position as u32;
        let found = self.length > 0 || self.misses > 0;
        self.agrees = found;
        if found {
            self.ahead = u32::from(history.at(self.pointer));
            self.bucket = 2 * bucket(self.length, self.misses);
        }
        self.expected = self.ahead | u32::from(found) << 8;
    }

    /// Moves on along the match if there is one.
    #[inline(always)]
    fn follow(&mut self, history: &History) {
        if self.expected == 0 {
            return;
        }
        self.pointer += 1;
        if self.expected & 0xFF == history.byte(1) {
            self.length = (self.length + 1).min(LONGEST);
            if self.length >= 16 {
                self.misses = 0;
            }
        } else {
            self.length = 0;
            self.misses += 1;
            if self.misses > FORGIVEN {
                self.misses = 0;
            }
        }
    }

    /// Takes the match that ends at `candidate`, a position modulo 2³², if it is long
    /// enough.
    fn look_up(&mut self, candidate: u32, history: &History) {
        let distance = (history.position as u32).wrapping_sub(candidate) as usize;
        if distance == 0 || distance >= history.reach() {
            return;
        }
        let most = 32.min(history.reach() - distance);
        let same = |back: &usize| history.back(distance + back) == history.back(*back);
        let length = (1..=most).take_while(same).count() as u32;
        if length >= self.min_length {
            (self.pointer, self.length, self.misses) = (history.position - distance, length, 0);
        }
    }
}

impl State for MatchModel {
    fn visit(&mut self, visitor: &mut dyn StateVisitor) {
        state::table::<u32, _>(visitor, "last", &mut self.last, &mut self.undo);
        state::words(visitor, "outcomes", &mut self.outcomes);
        state::scalars(
            visitor,
            "match",
            [
                &mut self.pointer,
                &mut self.length,
                &mut self.misses,
                &mut self.expected,
                &mut self.agrees,
                &mut self.ahead,
                &mut self.bucket,
            ],
        );
    }

    fn settle(&mut self) {
        self.pointer = self.pointer.min(1 << 48);
        self.length = self.length.min(LONGEST);
        self.misses = self.misses.min(FORGIVEN);
        (self.expected, self.ahead) = (self.expected & 0x1FF, self.ahead & 0xFF);
        self.outcomes.iter_mut().for_each(|p| *p = (*p).clamp(0, (1 << 22) - 1));
    }
}
