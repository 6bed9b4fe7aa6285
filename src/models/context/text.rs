//! Words and lines.

use super::hash::combine;
use crate::models::history::History;

/// The words and the line that the next byte stands in.
#[derive(Default)]
pub(crate) struct TextContext {
    /// Hash of the letters of the current word, case folded; 0 between words.
    pub(crate) word: u64,
    /// Hash of the word before.
    pub(crate) previous_word: u64,
    /// Hash of the word before that.
    pub(crate) word_before: u64,
    /// Position of the current line's first byte.
    line_start: usize,
    /// Position of the line before.
    line_above: usize,
}

/// Whether `byte` is part of a word: ASCII letters and every byte of a longer UTF-8 sequence.
const fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte >= 0x80
}

impl TextContext {
    /// Learns the byte just pushed to `history`.
    #[inline(always)]
    pub(crate) fn end_of_byte(&mut self, byte: u8, history: &History) {
        if is_letter(byte) {
            self.word = combine(self.word, u64::from(byte.to_ascii_lowercase()));
        } else if self.word != 0 {
            self.word_before = self.previous_word;
            self.previous_word = self.word;
            self.word = 0;
        }
        if byte == b'\n' {
            self.line_above = self.line_start;
            self.line_start = history.position;
        }
    }

    /// Bytes since the line's start.
    pub(crate) fn column(&self, history: &History) -> usize {
        history.position - self.line_start
    }

    /// The byte in the same column of the line above, 0 if that line is shorter.
    #[inline(always)]
    pub(crate) fn above(&self, history: &History) -> u8 {
        let place = self.line_above + self.column(history);
        if place < self.line_start { history.at(place) } else { 0 }
    }
}
