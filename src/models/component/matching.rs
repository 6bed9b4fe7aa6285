//! What followed the longest earlier match of the last bytes.

use crate::models::{
    context::hash::spread,
    counter::CountMap,
    history::History,
    memory::table::prefetch,
    mixing::mixer::Pair,
    state::{self, State, StateVisitor, UndoLog},
};

/// Predicts the bit that followed when the last bytes were last seen.
///
/// After a wrong byte the match is kept as a candidate for a few bytes more: much data
/// repeats with single bytes changed.
pub(crate) struct MatchModel {
    /// Position after the last occurrence of each hash of `min_length` − 1 bytes.
    last: Vec<u32>,
    undo: UndoLog<u32>,
    log2_last: u32,
    /// The slot of the last bytes, asked for.
    next_slot: usize,
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
    /// Bits of `expected` that are still to come, the next one at bit 7.
    ahead: u32,
    /// The first outcome of the match's bucket; 0, that of no match, once a bit was not as
    /// expected.
    bucket: usize,
    /// Length class of the match; 0 once a bit was not as expected.
    class: usize,
    /// The outcome that predicts the next bit: its bucket's first, one more if a 1 is
    /// expected.
    outcome: usize,
    /// What came in each length bucket for each expected bit, `2·bucket + bit`.
    outcomes: CountMap<{ 2 * BUCKETS }>,
}

/// Length buckets of the outcomes.
const BUCKETS: usize = 32;
/// Longest match that is told from longer ones, bytes.
const LONGEST: u32 = 0xFFFF;
/// Wrong bytes after which a match is given up.
const FORGIVEN: u32 = 8;
/// P(1) in units of 2⁻¹⁶ before anything was learnt: an expected bit comes three times of
/// four.
const PRIORS: [u16; 2 * BUCKETS] = {
    let mut priors = [1 << 14; 2 * BUCKETS];
    (priors[0], priors[1]) = (1 << 15, 1 << 15);
    let mut bucket = 1;
    while bucket < BUCKETS {
        priors[2 * bucket + 1] = 3 << 14;
        bucket += 1;
    }
    priors
};

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

/// Class of a match for choosing weights, `1..=7`.
const fn class(length: u32, misses: u32) -> usize {
    match (length, misses) {
        (_, 1..) => 1,
        (0..=7, _) => 2,
        (8..=15, _) => 3,
        (16..=23, _) => 4,
        (24..=31, _) => 5,
        (32..=255, _) => 6,
        _ => 7,
    }
}

impl MatchModel {
    /// A model that looks for matches of `min_length` bytes or more among 2^`log2_last`
    /// positions.
    pub(crate) fn new(min_length: u32, log2_last: u8) -> Self {
        let mut model = Self {
            last: vec![0; 1 << log2_last],
            undo: UndoLog::off(),
            log2_last: u32::from(log2_last),
            next_slot: 0,
            min_length,
            pointer: 0,
            length: 0,
            misses: 0,
            expected: 0,
            ahead: 0,
            bucket: 0,
            class: 0,
            outcome: 0,
            outcomes: CountMap::new(),
        };
        model.refresh();
        model
    }

    /// The expected byte, 0 if nothing is expected.
    #[inline(always)]
    pub(crate) fn expected_byte(&self) -> usize {
        if self.bucket == 0 { 0 } else { self.expected as usize & 0xFF }
    }

    /// What is expected: 0 for nothing, 1 for a zero, 2 for a one.
    #[inline(always)]
    pub(crate) fn expectation(&self) -> usize {
        if self.bucket != 0 { 1 + (self.outcome & 1) } else { 0 }
    }

    /// Length class of the current match for choosing weights, `0..=7`; 0 is no match.
    #[inline(always)]
    pub(crate) fn length_class(&self) -> usize {
        self.class
    }

    /// Mixer inputs for the next bit.
    #[inline(always)]
    pub(crate) fn predict(&self) -> Pair {
        self.outcomes.reading(self.outcome & (2 * BUCKETS - 1))
    }

    /// Learns whether the predicted bit came.
    #[inline(always)]
    pub(crate) fn learn(&mut self, bit: usize) {
        self.outcomes.count(self.outcome & (2 * BUCKETS - 1), bit);
    }

    /// Goes on to the next bit of the expected byte, if `bit` was as expected.
    #[inline(always)]
    pub(crate) fn advance(&mut self, bit: usize) {
        // Masks instead of a branch, which would be taken like the bit: at random.
        let kept = ((self.outcome ^ bit) & 1).wrapping_sub(1);
        self.bucket &= kept;
        self.class &= kept;
        self.ahead <<= 1;
        self.aim();
    }

    /// Takes the outcome that predicts the next bit.
    #[inline(always)]
    fn aim(&mut self) {
        self.outcome = self.bucket + (self.ahead >> 7 & 1) as usize;
    }

    /// Takes in what was counted.
    pub(crate) fn refresh(&mut self) {
        self.outcomes.refresh(0, &PRIORS);
    }

    /// Goes back to the first bit of the expected byte.
    pub(crate) fn restart_byte(&mut self) {
        self.ahead = self.expected & 0xFF;
        if self.expected != 0 {
            self.bucket = 2 * bucket(self.length, self.misses);
            self.class = class(self.length, self.misses);
        }
        self.aim();
    }

    /// Follows or looks for a match after the byte just pushed to `history`; remembers it
    /// only if it `LEARNS`.
    ///
    /// What is looked up is where the bytes before that byte were last seen: that was asked
    /// for a byte ago, so the memory's answer is there.
    #[inline(always)]
    pub(crate) fn end_of_byte<const LEARNS: bool>(&mut self, history: &History) {
        self.follow(history);
        let slot = self.next_slot & (self.last.len() - 1);
        let before = (history.position as u32).wrapping_sub(1);
        if self.length == 0 {
            self.look_up(self.last[slot].wrapping_add(1), history);
        }
        if LEARNS {
            self.undo.note(slot, &self.last[slot]);
            self.last[slot] = before;
        }
        let shift = 64 - 8 * (self.min_length - 1).min(8);
        self.next_slot = (spread(history.recent << shift) >> (64 - self.log2_last)) as usize;
        prefetch(&self.last, self.next_slot);
        if self.length > 0 || self.misses > 0 {
            self.ahead = u32::from(history.at(self.pointer));
            self.expected = self.ahead | 1 << 8;
            self.bucket = 2 * bucket(self.length, self.misses);
            self.class = class(self.length, self.misses);
        } else {
            (self.expected, self.ahead, self.bucket, self.class) = (0, 0, 0, 0);
        }
        self.aim();
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
        self.outcomes.visit(visitor);
        state::scalars(
            visitor,
            "match",
            [
                &mut self.pointer,
                &mut self.length,
                &mut self.misses,
                &mut self.expected,
                &mut self.ahead,
                &mut self.bucket,
                &mut self.class,
                &mut self.outcome,
                &mut self.next_slot,
            ],
        );
    }

    fn settle(&mut self) {
        self.pointer = self.pointer.min(1 << 48);
        self.length = self.length.min(LONGEST);
        self.misses = self.misses.min(FORGIVEN);
        (self.expected, self.ahead) = (self.expected & 0x1FF, self.ahead & 0xFF);
        self.bucket = self.bucket.min(2 * BUCKETS - 2) & !1;
        self.class = self.class.min(7);
        self.outcome = self.outcome.min(2 * BUCKETS - 1);
    }
}
