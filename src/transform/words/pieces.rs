//! Text that comes in pieces → codes.

use super::{FIRST_CODE_BYTE, forward, forward_each};

/// What became of a word, of a run of bytes ≥ 80 or of another byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// Bytes of text.
    pub text_bytes: usize,
    /// Bytes that they are rewritten to.
    pub code_bytes: usize,
}

/// Rewrites text that comes in pieces as if it were one: a word at the end of a piece waits
/// for the next. Words longer than 64 KiB may be cut where pieces are.
#[derive(Debug, Default)]
pub struct WordCoder {
    held: Vec<u8>,
}

/// Bytes that wait at most.
const MOST_HELD: usize = 1 << 16;

impl WordCoder {
    /// Appends all of `text`, rewritten.
    pub fn rewrite(text: &[u8], codes: &mut Vec<u8>) {
        forward(text, codes);
    }

    /// Goes on with `text`: appends what no later text can change to `codes`, rewritten, and
    /// tells of `each` token what became of it.
    pub fn push(&mut self, text: &[u8], codes: &mut Vec<u8>, each: impl FnMut(Token)) {
        let ends_token = |byte: &u8| *byte < FIRST_CODE_BYTE && !byte.is_ascii_alphabetic();
        let end = text.iter().rposition(ends_token).map_or(0, |last| last + 1);
        let is_cut = end == 0 && self.held.len() + text.len() > MOST_HELD;
        let end = if is_cut { text.len() } else { end };
        if end > 0 {
            self.held.extend_from_slice(&text[..end]);
            forward_each(&self.held, codes, each);
            self.held.clear();
        }
        self.held.extend_from_slice(&text[end..]);
    }

    /// The text that waits for more.
    pub fn held(&self) -> &[u8] {
        &self.held
    }

    /// Appends what still waits: nothing follows.
    pub fn finish(&mut self, codes: &mut Vec<u8>, each: impl FnMut(Token)) {
        forward_each(&self.held, codes, each);
        self.held.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transform::words::tests::texts;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn pieces_are_rewritten_as_the_whole_is(text in texts(), bytes in 1usize..40) {
            let (mut coder, mut codes, mut tokens) = (WordCoder::default(), Vec::new(), Vec::new());
            for piece in text.chunks(bytes) {
                coder.push(piece, &mut codes, |token| tokens.push(token));
            }
            coder.finish(&mut codes, |token| tokens.push(token));
            let mut whole = Vec::new();
            WordCoder::rewrite(&text, &mut whole);
            prop_assert_eq!(&codes, &whole);
            prop_assert_eq!(tokens.iter().map(|token| token.text_bytes).sum::<usize>(), text.len());
            prop_assert_eq!(tokens.iter().map(|token| token.code_bytes).sum::<usize>(), codes.len());
        }
    }

    #[test]
    fn a_text_without_words_does_not_wait_for_ever() {
        let (mut coder, mut out) = (WordCoder::default(), Vec::new());
        for _ in 0..20 {
            coder.push(&[b'A'; 10_000], &mut out, |_| {});
            assert!(coder.held.len() <= MOST_HELD);
        }
        assert!(out.len() >= 130_000);
    }
}
