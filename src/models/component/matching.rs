//! What followed the longest earlier match of the last bytes.

use crate::models::{
    context::hash::spread,
    counter::CountMap,
    history::History,
    kernel::{EightWords, Kernel},
    memory::{pages, table::prefetch},
    mixing::mixer::Pair,
    state::{self, Journal, State, StateVisitor},
};

/// Predicts the bit that followed when the last bytes were last seen.
///
/// After a wrong byte the match is kept as a candidate for a few bytes more: much data
/// repeats with single bytes changed.
pub(crate) struct MatchModel {
    /// Position after the last occurrence of each hash of `min_length` − 1 bytes.
    last: Vec<u32>,
    undo: Journal<u32>,
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
    /// What the match expects of the current byte.
    pub(crate) expected: Expected,
    /// What came in each length bucket for each expected bit, `2·bucket + bit`.
    outcomes: CountMap<{ 2 * BUCKETS }>,
}

/// What a match expects of the current byte, as far as its bits have come.
#[derive(Clone, Copy, Default)]
pub(crate) struct Expected {
    /// The expected byte behind a leading 1, 0 if nothing is expected.
    byte: u32,
    /// Bits of `byte` that are still to come, the next one at bit 7.
    ahead: u32,
    /// The first outcome of the match's bucket; 0, that of no match, once a bit was not as
    /// expected.
    bucket: usize,
    /// Length class of the match; 0 once a bit was not as expected.
    class: usize,
    /// The outcome that predicts the next bit: its bucket's first, one more if a 1 is
    /// expected.
    outcome: usize,
}

/// What a match expects before each bit of a byte.
#[derive(Clone, Copy)]
pub(crate) struct Course<W> {
    /// The outcomes that predict the bits.
    outcomes: W,
    /// As [`Expected::bit`].
    pub(crate) bits: W,
    /// As [`Expected::length_class`].
    pub(crate) classes: W,
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

impl Expected {
    /// The bits of `byte`, foretold by a match of `length` bytes after `misses` wrong ones.
    #[inline(always)]
    fn after(length: u32, misses: u32, byte: u8) -> Self {
        let mut expected = Self {
            byte: u32::from(byte) | 1 << 8,
            ahead: u32::from(byte),
            bucket: 2 * bucket(length, misses),
            class: class(length, misses),
            outcome: 0,
        };
        expected.aim();
        expected
    }

    /// The expected byte, 0 if nothing is expected.
    #[inline(always)]
    pub(crate) fn byte(&self) -> usize {
        if self.bucket == 0 { 0 } else { self.byte as usize & 0xFF }
    }

    /// What is expected of the next bit: 0 for nothing, 1 for a zero, 2 for a one.
    #[inline(always)]
    pub(crate) fn bit(&self) -> usize {
        if self.bucket != 0 { 1 + (self.outcome & 1) } else { 0 }
    }

    /// Length class of the match for choosing weights, `0..=7`; 0 is no match.
    #[inline(always)]
    pub(crate) fn length_class(&self) -> usize {
        self.class
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

    /// What is expected before each bit of `byte`, of what is expected before the first: as
    /// [`advance`](Self::advance) has it bit by bit.
    #[inline(always)]
    pub(crate) fn along<K: Kernel>(&self, kernel: K, byte: u8) -> Course<K::Words> {
        let one = kernel.same(1);
        let wrong = kernel.same((self.ahead ^ u32::from(byte)) & 0xFF);
        let kept = wrong.shifted([8, 7, 6, 5, 4, 3, 2, 1]).where_zero();
        let ahead = kernel.same(self.ahead).shifted([7, 6, 5, 4, 3, 2, 1, 0]) & one;
        let is_expected = kernel.same(u32::from(self.bucket != 0).wrapping_neg());
        Course {
            outcomes: (kernel.same(self.bucket as u32) & kept) + ahead,
            bits: (ahead + one) & kept & is_expected,
            classes: kernel.same(self.class as u32) & kept,
        }
    }

    /// Takes the outcome that predicts the next bit.
    #[inline(always)]
    fn aim(&mut self) {
        self.outcome = self.bucket + (self.ahead >> 7 & 1) as usize;
    }
}

impl MatchModel {
    /// A model that looks for matches of `min_length` bytes or more among 2^`log2_last`
    /// positions.
    pub(crate) fn new(min_length: u32, log2_last: u8) -> Self {
        let mut model = Self {
            last: pages::zeros(1 << log2_last),
            undo: Journal::off(),
            log2_last: u32::from(log2_last),
            next_slot: 0,
            min_length,
            pointer: 0,
            length: 0,
            misses: 0,
            expected: Expected::default(),
            outcomes: CountMap::new(),
        };
        model.refresh();
        model
    }

    /// Mixer inputs for the next bit.
    #[inline(always)]
    pub(crate) fn predict(&self) -> Pair {
        self.reading(&self.expected)
    }

    /// Mixer inputs for the next bit of what was `expected`.
    #[inline(always)]
    pub(crate) fn reading(&self, expected: &Expected) -> Pair {
        self.outcomes.reading(expected.outcome & (2 * BUCKETS - 1))
    }

    /// As [`reading`](Self::reading), at each bit of a `course`.
    #[inline(always)]
    pub(crate) fn readings<W: EightWords>(&self, course: &Course<W>) -> [Pair; 8] {
        let (outcomes, mut readings): ([u32; 8], _) = (course.outcomes.into(), [0; 8]);
        for (reading, outcome) in readings.iter_mut().zip(outcomes) {
            *reading = self.outcomes.reading(outcome as usize & (2 * BUCKETS - 1));
        }
        readings
    }

    /// Learns whether the predicted bit came.
    #[inline(always)]
    pub(crate) fn learn(&mut self, bit: usize) {
        self.outcomes.count(self.expected.outcome & (2 * BUCKETS - 1), bit);
    }

    /// Takes in what was counted.
    pub(crate) fn refresh(&mut self) {
        self.outcomes.refresh(0, &PRIORS);
    }

    /// Goes back to the first bit of the expected byte.
    pub(crate) fn restart_byte(&mut self) {
        if self.expected.byte != 0 {
            self.expected = Expected::after(self.length, self.misses, self.expected.byte as u8);
        } else {
            self.expected = Expected::default();
        }
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
            self.undo.note_cell(slot, self.last[slot]);
            self.last[slot] = before;
        }
        self.next_slot = self.slot_after(history.recent);
        prefetch(self.last.as_ptr(), self.next_slot);
        self.expected = if self.length > 0 || self.misses > 0 {
            Expected::after(self.length, self.misses, history.at(self.pointer))
        } else {
            Expected::default()
        };
    }

    /// Asks the memory for the past that would be compared behind the current byte, if there
    /// is no match: to be called within the byte, when the slot is at hand.
    #[inline(always)]
    pub(crate) fn ask_for_candidate(&self, history: &History) {
        if self.length == 0 {
            let slot = self.next_slot & (self.last.len() - 1);
            history.prefetch(self.last[slot] as usize);
        }
    }

    /// The slot of the last bytes, `recent`, newest lowest.
    #[inline(always)]
    fn slot_after(&self, recent: u64) -> usize {
        let shift = 64 - 8 * (self.min_length - 1).min(8);
        (spread(recent << shift) >> (64 - self.log2_last)) as usize
    }

    /// Asks for the slots that will be looked up while `bytes`, known beforehand, follow the
    /// bytes `recent`, newest lowest.
    #[inline(always)]
    fn ask_for_slots(&self, mut recent: u64, bytes: &[u8]) {
        for &byte in bytes {
            recent = recent << 8 | u64::from(byte);
            prefetch(self.last.as_ptr(), self.slot_after(recent));
        }
    }

    /// Asks for the past that will be compared while `bytes` follow `history`; their slots
    /// should be at hand.
    #[inline(always)]
    fn ask_for_past(&self, history: &History, bytes: &[u8]) {
        let mut recent = history.recent;
        for &byte in bytes {
            recent = recent << 8 | u64::from(byte);
            let slot = self.slot_after(recent) & (self.last.len() - 1);
            history.prefetch(self.last[slot] as usize);
        }
    }

    /// Moves on along the match if there is one.
    #[inline(always)]
    fn follow(&mut self, history: &History) {
        if self.expected.byte == 0 {
            return;
        }
        self.pointer += 1;
        if self.expected.byte & 0xFF == history.byte(1) {
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
        let length = match history.common_suffix(distance) {
            8 => 8 + (9..=most).take_while(same).count(),
            shorter => shorter,
        };
        let length = length.min(most) as u32;
        if length >= self.min_length {
            (self.pointer, self.length, self.misses) = (history.position - distance, length, 0);
        }
    }
}

/// Asks for what `matches` will look up while the known bytes `block` follow `history`, and
/// as a first step for the slots of those of `next`, which follow the block.
#[inline(always)]
pub(crate) fn scout(matches: &[MatchModel], history: &History, block: &[u8], next: &[u8]) {
    let recent = block.iter().fold(history.recent, |recent, &byte| recent << 8 | u64::from(byte));
    for matching in matches {
        matching.ask_for_slots(recent, next);
        matching.ask_for_past(history, block);
    }
}

impl State for MatchModel {
    fn visit(&mut self, visitor: &mut dyn StateVisitor) {
        state::table::<u32, _>(visitor, "last", &mut self.last, &mut self.undo);
        self.outcomes.visit(visitor);
        let expected = &mut self.expected;
        state::scalars(
            visitor,
            "match",
            [
                &mut self.pointer,
                &mut self.length,
                &mut self.misses,
                &mut expected.byte,
                &mut expected.ahead,
                &mut expected.bucket,
                &mut expected.class,
                &mut expected.outcome,
                &mut self.next_slot,
            ],
        );
    }

    fn settle(&mut self) {
        self.pointer = self.pointer.min(1 << 48);
        self.length = self.length.min(LONGEST);
        self.misses = self.misses.min(FORGIVEN);
        let expected = &mut self.expected;
        (expected.byte, expected.ahead) = (expected.byte & 0x1FF, expected.ahead & 0xFF);
        expected.bucket = expected.bucket.min(2 * BUCKETS - 2) & !1;
        expected.class = expected.class.min(7);
        expected.outcome = expected.outcome.min(2 * BUCKETS - 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::kernel::Portable;

    #[test]
    fn what_is_expected_along_a_byte_is_what_is_expected_bit_by_bit() {
        let matching = MatchModel::new(6, 8);
        for (length, misses) in [(0, 3), (5, 0), (40, 0), (9, 1)] {
            for byte in 0..=255 {
                let mut expected = Expected::after(length, misses, 0b0110_0101);
                let course = expected.along(Portable, byte);
                let readings = matching.readings(&course);
                let [outcomes, bits, classes]: [[u32; 8]; 3] =
                    [course.outcomes, course.bits, course.classes].map(Into::into);
                for (place, reading) in readings.into_iter().enumerate() {
                    let outcome = (outcomes[place] as usize, reading);
                    assert_eq!(outcome, (expected.outcome, matching.reading(&expected)));
                    assert_eq!(bits[place] as usize, expected.bit());
                    assert_eq!(classes[place] as usize, expected.length_class());
                    expected.advance(usize::from(byte >> (7 - place) & 1));
                }
            }
        }
    }
}
