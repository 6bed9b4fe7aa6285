//! What surrounds a word: the words before, endings, sentences, brackets.

use super::{hash::combine, text::is_letter};
use crate::models::state::{self, State, StateVisitor};

/// The word that the next byte may go on with, and the words before it, by their letters,
/// endings and lengths.
#[derive(Default)]
pub(crate) struct ProseContext {
    /// Hash of the current word as it is written, 0 between words.
    pub(crate) cased_word: u64,
    /// Hashes of the last four words, case folded, newest first.
    words: [u64; 4],
    /// Hash of the current word, case folded, 0 between words.
    word: u64,
    /// Its last letters, case folded, newest lowest.
    ending: u64,
    /// The last letters of the word before.
    pub(crate) previous_ending: u64,
    /// The last letters of the word before that.
    ending_before: u64,
    /// The last eight letters, whatever stood between them, case folded.
    pub(crate) letters: u64,
    /// The last bytes that are no letters since the last word began.
    pub(crate) gap: u64,
    /// Hash of the sentence's first word; 1 within it, 0 before it.
    pub(crate) sentence: u64,
    /// Brackets and quotes that are open, four bits each, innermost lowest.
    pub(crate) brackets: u64,
    /// Letters of the current word.
    length: u64,
    /// Letters of the word before.
    previous_length: u64,
    /// How much of the last bytes was text, of `0..=65536`, forgetting by 1/128 a byte.
    share: u32,
}

/// Share of text from which on the data counts as text.
const MOSTLY: u32 = 58_000;

/// An open quote among the brackets.
const QUOTE: u64 = 5;

const fn is_text(byte: u8) -> bool {
    matches!(byte, b'\t' | b'\n' | b'\r' | b' '..=b'~' | 0x80..)
}

impl ProseContext {
    /// Notes whether the next byte is text.
    #[inline(always)]
    pub(crate) fn weigh(&mut self, byte: u8) {
        self.share = self.share - (self.share >> 7) + if is_text(byte) { 1 << 9 } else { 0 };
    }

    /// Learns the next byte.
    #[inline(always)]
    pub(crate) fn end_of_byte(&mut self, byte: u8) {
        if is_letter(byte) {
            self.take_letter(byte);
        } else {
            self.take_other(byte);
        }
    }

    #[inline(always)]
    fn take_letter(&mut self, byte: u8) {
        if self.word == 0 {
            (self.cased_word, self.length) = (0, 0);
            self.sentence = self.sentence.max(1);
        }
        let folded = u64::from(byte.to_ascii_lowercase());
        self.word = combine(self.word, folded);
        self.cased_word = combine(self.cased_word, u64::from(byte));
        self.ending = self.ending << 8 | folded;
        self.letters = self.letters << 8 | folded;
        self.length += 1;
    }

    #[inline(always)]
    fn take_other(&mut self, byte: u8) {
        if self.word != 0 {
            self.end_word();
        }
        self.gap = self.gap << 8 | u64::from(byte);
        match byte {
            b'.' | b'!' | b'?' => self.sentence = 0,
            b'(' => self.brackets = self.brackets << 4 | 2,
            b'[' => self.brackets = self.brackets << 4 | 3,
            b'{' => self.brackets = self.brackets << 4 | 4,
            b')' | b']' | b'}' => self.brackets >>= 4,
            b'"' if self.brackets & 15 == QUOTE => self.brackets >>= 4,
            b'"' => self.brackets = self.brackets << 4 | QUOTE,
            _ => {}
        }
    }

    #[inline(always)]
    fn end_word(&mut self) {
        if self.sentence == 1 {
            self.sentence = self.word;
        }
        self.words = [self.word, self.words[0], self.words[1], self.words[2]];
        self.ending_before = self.previous_ending;
        self.previous_ending = self.ending;
        self.previous_length = self.length;
        (self.word, self.cased_word, self.ending, self.gap) = (0, 0, 0, 0);
    }

    /// Whether the data is mostly text.
    #[inline(always)]
    pub(crate) fn is_prevailing(&self) -> bool {
        self.share > MOSTLY
    }

    /// Hash of the word `back` words before the current one, `1..=4`.
    #[inline(always)]
    pub(crate) fn word_before(&self, back: usize) -> u64 {
        self.words[back - 1]
    }

    /// Whether the last byte was no letter.
    #[inline(always)]
    pub(crate) fn is_between_words(&self) -> bool {
        self.word == 0
    }

    /// The last two letters of each of the last two words.
    #[inline(always)]
    pub(crate) fn endings(&self) -> u64 {
        self.previous_ending & 0xFFFF | (self.ending_before & 0xFFFF) << 16
    }

    /// Letters of the current word and of the one before, at most fifteen of each.
    #[inline(always)]
    pub(crate) fn lengths(&self) -> u64 {
        self.length.min(15) | self.previous_length.min(15) << 4
    }
}

impl State for ProseContext {
    fn visit(&mut self, visitor: &mut dyn StateVisitor) {
        state::scalars(
            visitor,
            "prose",
            [
                &mut self.cased_word,
                &mut self.word,
                &mut self.ending,
                &mut self.previous_ending,
                &mut self.ending_before,
                &mut self.letters,
                &mut self.gap,
                &mut self.sentence,
                &mut self.brackets,
                &mut self.length,
                &mut self.previous_length,
                &mut self.share,
            ],
        );
        state::words(visitor, "last words", &mut self.words);
    }

    fn settle(&mut self) {
        self.length = self.length.min(1 << 48);
        self.share = self.share.min(1 << 16);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(text: &str) -> ProseContext {
        let mut prose = ProseContext::default();
        for byte in text.bytes() {
            prose.weigh(byte);
            prose.end_of_byte(byte);
        }
        prose
    }

    #[test]
    fn a_word_is_the_same_whatever_its_case_and_what_surrounds_it() {
        let (left, right) = (after("So, THE nexT "), after("so (the) next, "));
        assert_eq!(left.words[..3], right.words[..3]);
        assert_eq!((left.endings(), left.lengths()), (right.endings(), right.lengths()));
        assert_ne!(left.gap, right.gap);
    }

    #[test]
    fn sentences_begin_anew_and_brackets_close() {
        assert_eq!(after("He came. She saw the").sentence, after("She was").sentence);
        assert_eq!(after("a (b [c] \"d\"").brackets, after("(").brackets);
    }

    #[test]
    fn data_counts_as_text_after_enough_of_it_and_no_longer_after_other_bytes() {
        assert!(!after("Too short to tell.").is_prevailing());
        assert!(after(&"Long enough. ".repeat(50)).is_prevailing());
        assert!(!after(&("Long enough. ".repeat(50) + &"\0".repeat(100))).is_prevailing());
    }
}
