//! Codes → text, byte by byte.

use super::{
    ALL_CAPITALS, CAPITAL, FIRST_CODE_BYTE, LITERAL,
    lexicon::{LONGEST, Lexicon, take_code},
};

/// Turns codes back into text byte by byte, and tells which byte may follow: the plain twin
/// of the inverse that takes whole ranges.
#[derive(Clone, Debug, Default)]
pub struct WordDecoder {
    state: State,
    /// What the word now begun, or its next letters, are.
    capitals: Capitals,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    /// Any token may begin.
    #[default]
    Free,
    /// The same, but bytes ≥ 80 stand for themselves.
    High,
    /// A mark of capitals stands before.
    Marked,
    /// The next byte stands for itself.
    Literal,
    /// `count` bytes of a code are there.
    Code { bytes: [u8; 3], count: usize },
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Capitals {
    #[default]
    None,
    First,
    All,
}

impl WordDecoder {
    /// Bytes of text that a byte of codes stands for, at most.
    pub const MOST_TEXT_BYTES: usize = LONGEST;

    /// Whether the codes so far are whole: their text is known to the end.
    pub fn is_whole(&self) -> bool {
        matches!(self.state, State::Free | State::High)
    }

    /// Whether codes can go on with `byte`.
    pub fn may_follow(&self, byte: u8) -> bool {
        match self.state {
            State::Free | State::High | State::Literal => true,
            State::Marked => byte.is_ascii_lowercase() || byte >= FIRST_CODE_BYTE,
            State::Code { mut bytes, count } => {
                bytes[count] = byte;
                // The lowest rank that begins so.
                bytes[count + 1..].fill(FIRST_CODE_BYTE);
                let rank = take_code(&mut &bytes[..]);
                rank.is_some_and(|rank| Lexicon::get().word(rank).is_some())
            }
        }
    }

    /// Goes on with `byte` and appends the text that is known now to `text`. `None`, and
    /// nothing else, if the byte may not follow.
    pub fn push(&mut self, byte: u8, text: &mut Vec<u8>) -> Option<()> {
        self.may_follow(byte).then_some(())?;
        match self.state {
            State::High if byte >= FIRST_CODE_BYTE => text.push(byte),
            State::Literal => {
                text.push(byte);
                self.state = if byte >= FIRST_CODE_BYTE { State::High } else { State::Free };
            }
            State::Code { bytes, count } => self.code(bytes, count, byte, text),
            State::Marked if byte < FIRST_CODE_BYTE => {
                self.state = State::Free;
                text.push(byte.to_ascii_uppercase());
                if self.capitals == Capitals::First {
                    self.capitals = Capitals::None;
                }
            }
            State::Marked => self.code([0; 3], 0, byte, text),
            State::Free | State::High => self.begin(byte, text),
        }
        Some(())
    }

    /// Goes on with `byte` where any token may begin.
    fn begin(&mut self, byte: u8, text: &mut Vec<u8>) {
        self.state = State::Free;
        if self.capitals == Capitals::All && byte.is_ascii_lowercase() {
            return text.push(byte.to_ascii_uppercase());
        }
        self.capitals = Capitals::None;
        match byte {
            FIRST_CODE_BYTE.. => self.code([0; 3], 0, byte, text),
            CAPITAL => (self.state, self.capitals) = (State::Marked, Capitals::First),
            ALL_CAPITALS => (self.state, self.capitals) = (State::Marked, Capitals::All),
            LITERAL => self.state = State::Literal,
            _ => text.push(byte),
        }
    }

    /// Goes on with `byte` behind the first `count` of `bytes`, which a code begins with.
    fn code(&mut self, mut bytes: [u8; 3], count: usize, byte: u8, text: &mut Vec<u8>) {
        bytes[count] = byte;
        let rank = take_code(&mut &bytes[..=count]);
        let Some(word) = rank.and_then(|rank| Lexicon::get().word(rank)) else {
            self.state = State::Code { bytes, count: count + 1 };
            return;
        };
        let start = text.len();
        text.extend_from_slice(word);
        let capitals = match self.capitals {
            Capitals::None => 0,
            Capitals::First => 1,
            Capitals::All => word.len(),
        };
        text[start..start + capitals].make_ascii_uppercase();
        (self.state, self.capitals) = (State::Free, Capitals::None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transform::{
        Words,
        words::{WordCoder, tests::texts},
    };
    use proptest::prelude::*;

    /// The text of `codes`, as far as they are codes, and whether that is whole.
    fn text_of(codes: &[u8]) -> (usize, Vec<u8>, bool) {
        let (mut decoder, mut text) = (WordDecoder::default(), Vec::new());
        let refused = codes.iter().position(|&byte| decoder.push(byte, &mut text).is_none());
        (refused.unwrap_or(codes.len()), text, decoder.is_whole())
    }

    #[test]
    fn no_byte_may_follow_that_leads_to_no_word() {
        let mut decoder = WordDecoder::default();
        let mut text = Vec::new();
        for byte in [CAPITAL, 0xFF] {
            assert!(!decoder.is_whole() || byte == CAPITAL);
            decoder.push(byte, &mut text).unwrap();
        }
        let following: Vec<u8> = (0..=255).filter(|&byte| decoder.may_follow(byte)).collect();
        assert_eq!((following[0], following.last()), (0x80, Some(&0x8A)));
        assert_eq!(decoder.push(0x8B, &mut text), None);
        assert_eq!(text, b"");
    }

    proptest! {
        #[test]
        fn any_text_comes_back_from_its_codes_byte_by_byte(text in texts()) {
            let mut codes = Vec::new();
            WordCoder::rewrite(&text, &mut codes);
            prop_assert_eq!(text_of(&codes), (codes.len(), text, true));
        }

        #[test]
        fn codes_are_taken_as_the_inverse_of_whole_ranges_takes_them(codes in texts()) {
            let (count, text, is_whole) = text_of(&codes);
            prop_assert!(text.len() <= count * WordDecoder::MOST_TEXT_BYTES);
            if is_whole && count == codes.len() {
                let words = Words::of_all(text.len());
                prop_assert_eq!(words.inverse(&codes, text.len()), Some(text));
            }
        }
    }
}
