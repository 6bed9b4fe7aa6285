//! Words ⇄ short codes, capitals ⇄ marks.
//!
//! A frequent English word becomes one to three bytes ([`lexicon`]), so that a context of
//! few bytes sees several words, and a model need not learn how words are spelt. A word
//! with a capital becomes a mark and the word in lower case, which has been seen before.
//!
//! ```text
//! 80…FF        code of a word
//! 0E           the next word, or the letters up to the next other byte, begins with a capital
//! 0F           … is all capitals
//! 10 b         the byte b itself; if b ≥ 80, so are the bytes ≥ 80 that follow
//! any other    itself
//! ```
//!
//! A word is a run of ASCII letters. One that touches a byte ≥ 80 is part of a longer word
//! in UTF-8 or an older code and stays as it is, as does one that mixes capitals.

mod decoder;
mod forward;
mod lexicon;
mod pieces;
mod window;

pub use decoder::WordDecoder;
pub use pieces::{Token, WordCoder};

use super::{
    price::pays,
    ranges::{self, Ranges},
};
use forward::forward_each;
use lexicon::{Lexicon, take_code};
use std::ops::Range;

/// The rewriting of chosen ranges of a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// Where text is, before the rewriting.
    text: Ranges,
}

/// The first of the bytes that codes are made of; they end at FF.
const FIRST_CODE_BYTE: u8 = 0x80;
/// The next word begins with a capital.
const CAPITAL: u8 = 0x0E;
/// The next word is all capitals.
const ALL_CAPITALS: u8 = 0x0F;
/// The next byte, and those of its kind after it, stand for themselves.
const LITERAL: u8 = 0x10;

/// Bytes of a block that are judged together.
const PART_BYTES: usize = 64 << 10;
/// Bytes in the middle of a part that stand for it.
const SAMPLE_BYTES: usize = 2 << 10;

impl Words {
    /// The number in a block's header.
    pub(super) const ID: u8 = 2;

    /// All of a block of `bytes`, whatever it is.
    pub fn of_all(bytes: usize) -> Self {
        Self { text: Ranges::of_chosen(std::iter::once(0..bytes)) }
    }

    /// Whether words as codes pay on most of `sample`.
    pub fn pay_on(sample: &[u8]) -> bool {
        let chosen = Self::detect(sample);
        chosen.is_some_and(|words| {
            words.text.iter().map(Range::len).sum::<usize>() * 2 > sample.len()
        })
    }

    /// The parts of `block` that are text, if their samples get clearly shorter and a model
    /// finds them cheaper.
    ///
    /// Text that gains nothing is rewritten too, and so is a part between two of text whose
    /// sample may be an odd spot, so that equal text is written in one way: 5 MB of markup
    /// grew by 1.7 % at level 1 when parts were chosen one by one, and shrinks by 5.6 %. Words
    /// between bytes that no text has stay: as codes they would be taken for those.
    pub(super) fn detect(block: &[u8]) -> Option<Self> {
        let (mut samples, mut rewritten, mut rewritten_bytes) = (Vec::new(), Vec::new(), 0);
        let parts = || ranges::parts(block.len(), PART_BYTES);
        let mut kind_of = |part: Range<usize>| {
            let sample = sample_of(&block[part]);
            rewritten.clear();
            forward(sample, &mut rewritten);
            let kind = Kind::of(sample, rewritten.len());
            if kind == Kind::Text {
                samples.push(sample);
                rewritten_bytes += rewritten.len();
            }
            kind
        };
        let kinds: Vec<Kind> = parts().map(&mut kind_of).collect();
        let plain_bytes: usize = samples.iter().map(|sample| sample.len()).sum();
        let is_shorter = rewritten_bytes * 16 < plain_bytes * 15;
        let is_much_shorter = rewritten_bytes * 4 < plain_bytes * 3;
        if !is_shorter || !is_much_shorter && !pays(block.len(), &samples, forward) {
            return None;
        }
        let is_chosen = |at: usize| match kinds[at] {
            Kind::Text => true,
            Kind::Unclear => [at.wrapping_sub(1), at + 1]
                .iter()
                .all(|&beside| kinds.get(beside).is_none_or(|&kind| kind == Kind::Text)),
            Kind::Other => false,
        };
        let text = parts().enumerate().filter(|&(at, _)| is_chosen(at)).map(|(_, part)| part);
        Some(Self { text: Ranges::of_chosen(text) })
    }

    pub(super) fn forward(&self, bytes: &[u8]) -> Vec<u8> {
        self.text.forward(bytes, forward)
    }

    /// The mirror of [`forward`](Self::forward); `None` if a code or mark is not one, or
    /// the block would be longer than `limit` or shorter than the ranges say.
    pub(super) fn inverse(&self, bytes: &[u8], limit: usize) -> Option<Vec<u8>> {
        self.text.inverse(bytes, limit, inverse)
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.text.write(&mut bytes);
        bytes
    }

    /// The mirror of [`to_bytes`](Self::to_bytes).
    pub(super) fn from_bytes(mut bytes: &[u8]) -> Option<Self> {
        let text = Ranges::read(&mut bytes)?;
        bytes.is_empty().then_some(Self { text })
    }
}

/// What a sample says about its part.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Shorter when rewritten, or by 1/32 longer at most.
    Text,
    /// Longer, but by 1/4 at most; or with bytes in it that text has none of.
    Unclear,
    /// Longer still: not text.
    Other,
}

impl Kind {
    fn of(sample: &[u8], rewritten_bytes: usize) -> Self {
        if rewritten_bytes * 4 > sample.len() * 5 {
            Self::Other
        } else if rewritten_bytes * 32 > sample.len() * 33 || has_controls(sample) {
            Self::Unclear
        } else {
            Self::Text
        }
    }
}

/// Whether bytes that text has none of are as frequent as between names in a table; a run of
/// them, as padding is, counts once.
fn has_controls(sample: &[u8]) -> bool {
    let is_control = |byte: u8| matches!(byte, 0..=8 | 20..=26 | 28..=31);
    let begins = |pair: &&[u8]| !is_control(pair[0]) && is_control(pair[1]);
    sample.windows(2).filter(begins).count() * CONTROL_SHARE > sample.len()
}

/// Bytes of text to a run of them, at least.
const CONTROL_SHARE: usize = 64;

/// The bytes in the middle of `part`.
fn sample_of(part: &[u8]) -> &[u8] {
    let start = part.len().saturating_sub(SAMPLE_BYTES) / 2;
    &part[start..part.len().min(start + SAMPLE_BYTES)]
}

/// Appends `text`, rewritten.
fn forward(text: &[u8], out: &mut Vec<u8>) {
    forward_each(text, out, |_| {});
}

/// Length of the run of bytes at the start of `bytes` that are `of_kind`.
fn run_of(bytes: &[u8], of_kind: impl Fn(u8) -> bool) -> usize {
    bytes.iter().position(|&byte| !of_kind(byte)).unwrap_or(bytes.len())
}

/// Takes rewritten text off the front of `bytes` until `out` is `end` long: the mirror of
/// [`forward`]. `None` if it is none.
fn inverse(bytes: &mut &[u8], out: &mut Vec<u8>, end: usize) -> Option<()> {
    let lexicon = Lexicon::get();
    while out.len() < end {
        let first = *bytes.first()?;
        match first {
            FIRST_CODE_BYTE.. => out.extend_from_slice(lexicon.word(take_code(bytes)?)?),
            CAPITAL | ALL_CAPITALS => {
                *bytes = &bytes[1..];
                let start = out.len();
                take_word(lexicon, bytes, out, end)?;
                let capitals = if first == CAPITAL { 1 } else { out.len() - start };
                out[start..start + capitals].make_ascii_uppercase();
            }
            LITERAL => {
                *bytes = &bytes[1..];
                let high = run_of(bytes, |b| b >= FIRST_CODE_BYTE).max(1);
                take_plain(high, bytes, out, end)?;
            }
            _ => {
                let plain = run_of(bytes, |b| {
                    b < FIRST_CODE_BYTE && !matches!(b, CAPITAL | ALL_CAPITALS | LITERAL)
                });
                take_plain(plain, bytes, out, end)?;
            }
        }
    }
    (out.len() == end).then_some(())
}

/// Takes what a mark of capitals is for: a code, or letters.
fn take_word(lexicon: &Lexicon, bytes: &mut &[u8], out: &mut Vec<u8>, end: usize) -> Option<()> {
    if *bytes.first()? >= FIRST_CODE_BYTE {
        out.extend_from_slice(lexicon.word(take_code(bytes)?)?);
        return Some(());
    }
    let letters = run_of(bytes, |b| b.is_ascii_lowercase());
    (letters > 0).then_some(())?;
    take_plain(letters, bytes, out, end)
}

/// Moves `count` bytes from the front of `bytes`, fewer if `out` is `end` long before.
fn take_plain(count: usize, bytes: &mut &[u8], out: &mut Vec<u8>, end: usize) -> Option<()> {
    let (plain, rest) = bytes.split_at_checked(count.min(end - out.len()))?;
    out.extend_from_slice(plain);
    *bytes = rest;
    Some(())
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Rewrites all of `text`.
    fn rewritten(text: &[u8]) -> Vec<u8> {
        let words = Words { text: std::iter::once(0..text.len()).collect() };
        let rewritten = words.forward(text);
        assert_eq!(words.inverse(&rewritten, text.len()).as_deref(), Some(text));
        rewritten
    }

    #[test]
    fn frequent_words_are_one_byte_and_capitals_marks() {
        assert_eq!(rewritten(b"the The THE tHe"), b"\x80 \x0E\x80 \x0F\x80 tHe");
        assert_eq!(rewritten(b"Xqz XQZ I xqz7"), b"\x0Exqz \x0Fxqz \x0Ei xqz7");
    }

    #[test]
    fn words_of_other_scripts_stay_whole() {
        assert_eq!(rewritten("café".as_bytes()), b"caf\x10\xC3\xA9");
        assert_eq!(rewritten("éthe the".as_bytes()), b"\x10\xC3\xA9the \x80");
        assert_eq!(rewritten("да и".as_bytes()), b"\x10\xD0\xB4\xD0\xB0 \x10\xD0\xB8");
        assert_eq!(rewritten(b"\x0E\x0F\x10\x10"), b"\x10\x0E\x10\x0F\x10\x10\x10\x10");
    }

    #[test]
    fn text_among_binary_data_is_found() {
        let binary: Vec<u8> = (0..PART_BYTES).map(|i| (i * i / 7) as u8).collect();
        let mut text = b"It was the best of times, it was the worst of times. ".repeat(3 << 10);
        text.truncate(2 * PART_BYTES);
        let block = [&binary[..], &text, &binary].concat();
        let words = Words::detect(&block).expect("there is text");
        assert_eq!(words.text, std::iter::once(PART_BYTES..3 * PART_BYTES).collect());
        let rewritten = words.forward(&block);
        assert!(rewritten.len() < block.len() - text.len() / 3);
        assert_eq!(words.inverse(&rewritten, block.len()), Some(block));
    }

    #[test]
    fn names_between_zeros_are_no_text() {
        let names = b"the\0nation\0of\0internet\0".repeat(4 << 10);
        assert_eq!(Words::detect(&names), None);
        let records = [&b"the nation of the internet ".repeat(20)[..], &[0; 300]].concat();
        assert!(Words::detect(&records.repeat(200)).is_some());
    }

    #[test]
    fn what_is_no_rewritten_text_is_refused() {
        let words = Words { text: std::iter::once(0..4).collect() };
        let refused: [&[u8]; 7] =
            [b"\x0E the", b"\x0F\x0Eabc", b"the\x10", b"the", b"ab\x80", b"\xFF\xFF\xFF", b"\xD0"];
        for bytes in refused {
            assert_eq!(words.inverse(bytes, 100), None, "{bytes:x?}");
        }
        assert_eq!(words.inverse(b"the next", 4), None);
        assert_eq!(words.inverse(b"the next", 3), None);
    }

    /// Bytes as text has them, and those that have a meaning.
    pub(super) fn texts() -> impl Strategy<Value = Vec<u8>> {
        let piece = prop_oneof![
            4 => "[ -~]{0,6}".prop_map(String::into_bytes),
            4 => "(the|The|THE|tHE|nation|Internet|a|I|x)".prop_map(String::into_bytes),
            1 => "(Characteristically|UNCOMFORTABLENESS|disinterrestedness|consequently)"
                .prop_map(String::into_bytes),
            1 => "([a-z]{5,9}|[A-Z]{50,80}|[-.]{3,9})".prop_map(String::into_bytes),
            2 => "(é|да|漢字|\r\n|\n| )".prop_map(String::into_bytes),
            2 => prop::collection::vec(prop_oneof![0x0Du8..0x12, any::<u8>()], 0..4),
        ];
        prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn any_text_comes_back(text in texts(), cuts in prop::array::uniform3(0usize..200)) {
            let mut cuts = cuts.map(|cut| cut.min(text.len()));
            cuts.sort_unstable();
            let words = Words { text: [cuts[0]..cuts[1], cuts[1]..cuts[2]].into_iter().collect() };
            let rewritten = words.forward(&text);
            prop_assert_eq!(words.inverse(&rewritten, text.len()), Some(text));
            prop_assert_eq!(Words::from_bytes(&words.to_bytes()), Some(words));
        }

        #[test]
        fn any_bytes_are_inverted_within_the_limit_or_refused(
            bytes in texts(),
            end in 0usize..300,
            limit in 0usize..300,
        ) {
            let words = Words { text: std::iter::once(0..end).collect() };
            let original = words.inverse(&bytes, limit);
            prop_assert!(original.is_none_or(|original| original.len() <= limit));
        }

        #[test]
        fn any_parameters_are_read_or_refused(parameters in prop::collection::vec(any::<u8>(), 0..20)) {
            if let Some(words) = Words::from_bytes(&parameters) {
                prop_assert_eq!(words.to_bytes(), parameters);
                let _ = words.inverse(&[0x80; 100], 1000);
            }
        }
    }
}
