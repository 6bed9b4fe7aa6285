//! Words, lines and markup.

use super::hash::combine;
use crate::models::{
    history::History,
    state::{self, State, StateVisitor},
};

/// The words, the line and the tag that the next byte stands in.
#[derive(Default)]
pub(crate) struct TextContext {
    /// Hash of the letters of the current word, case folded; 0 between words.
    pub(crate) word: u64,
    /// Hash of the word before.
    pub(crate) previous_word: u64,
    /// Hash of the word before that.
    pub(crate) word_before: u64,
    /// Kinds of the last sixteen characters, four bits each, newest lowest.
    pub(crate) shape: u64,
    /// The first four bytes of the line, as far as they are known.
    pub(crate) line_head: u64,
    /// Hash of the innermost open markup tag's name, `<name …>` to `</name>`.
    pub(crate) tag: u64,
    /// Tags around the innermost one, a stack that forgets its bottom.
    outer_tags: [u64; 8],
    /// Hash of the tag being read, 0 outside of `<…`.
    tag_in_progress: u64,
    /// Position of the current line's first byte.
    line_start: usize,
    /// Position of the first byte of the line before.
    line_above: usize,
}

/// Whether `byte` is part of a word: ASCII letters and every byte of a longer UTF-8 sequence.
pub(super) const fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte >= 0x80
}

/// What kind of character each byte is, `0..16`: a table, for a jump would be as hard to
/// foresee as the text.
static KINDS: [u8; 256] = {
    let (mut kinds, mut byte) = ([0; 256], 0);
    while byte < 256 {
        kinds[byte] = kind_of(byte as u8);
        byte += 1;
    }
    kinds
};

const fn kind_of(byte: u8) -> u8 {
    match byte {
        b'a'..=b'z' => 0,
        b'A'..=b'Z' => 1,
        b'0'..=b'9' => 2,
        0x80..=0xFF => 3,
        b' ' => 4,
        b'\n' => 5,
        b'.' | b'!' | b'?' => 6,
        b',' | b';' | b':' => 7,
        b'"' | b'\'' => 8,
        b'(' | b'[' | b'{' => 9,
        b')' | b']' | b'}' => 10,
        b'<' => 11,
        b'>' => 12,
        b'=' | b'&' | b'|' => 13,
        0..=31 => 14,
        _ => 15,
    }
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
        self.shape = self.shape << 4 | u64::from(KINDS[usize::from(byte)]);
        if self.column(history) <= 4 {
            self.line_head = self.line_head << 8 | u64::from(byte);
        }
        if byte == b'\n' {
            self.line_above = self.line_start;
            self.line_start = history.position;
            self.line_head = 0;
        }
        self.follow_markup(byte);
    }

    /// Opens a tag at the end of `<name`, closes the innermost one at `</`.
    #[inline(always)]
    fn follow_markup(&mut self, byte: u8) {
        if byte == b'<' {
            self.tag_in_progress = 1;
        } else if self.tag_in_progress != 0 {
            if byte == b'/' && self.tag_in_progress == 1 {
                self.tag = self.outer_tags[0];
                self.outer_tags.copy_within(1.., 0);
                self.tag_in_progress = 0;
            } else if is_letter(byte) {
                self.tag_in_progress = combine(self.tag_in_progress, u64::from(byte));
            } else {
                self.outer_tags.copy_within(..7, 1);
                self.outer_tags[0] = self.tag;
                self.tag = self.tag_in_progress;
                self.tag_in_progress = 0;
            }
        }
    }

    /// Bytes since the line's start.
    #[inline(always)]
    pub(crate) fn column(&self, history: &History) -> usize {
        history.position.wrapping_sub(self.line_start)
    }

    /// The byte in the same column of the line above, 0 if that line is shorter.
    #[inline(always)]
    pub(crate) fn above(&self, history: &History) -> u8 {
        let place = self.line_above.wrapping_add(self.column(history));
        if place < self.line_start { history.at(place) } else { 0 }
    }
}

impl State for TextContext {
    fn visit(&mut self, visitor: &mut dyn StateVisitor) {
        state::scalars(
            visitor,
            "text",
            [
                &mut self.word,
                &mut self.previous_word,
                &mut self.word_before,
                &mut self.shape,
                &mut self.line_head,
                &mut self.tag,
                &mut self.tag_in_progress,
                &mut self.line_start,
                &mut self.line_above,
            ],
        );
        state::words(visitor, "outer tags", &mut self.outer_tags);
    }
}
