//! Line ends: CR LF ⇄ LF, and breaks that wrapping explains ⇄ spaces.
//!
//! Text that was wrapped at a width breaks its lines where the next word would not fit:
//!
//! ```text
//! column + 1 + bytes of the next word > width
//! ```
//!
//! A break there is written as the space it was, and costs nothing. What the rule says
//! wrongly is marked:
//!
//! ```text
//! 11      a space where the rule says break
//! 12 b    the byte b itself: 11, 12, or LF alone where lines end with CR LF
//! ```
//!
//! A *word* here is a run of bytes that are no [`is_separator`]. The rule speaks only of a
//! space, or of one break, between two words; the column is that behind the first of them.

use super::{
    price::pays,
    ranges::{self, Ranges},
    wire::{put_number, take_number},
};
use std::ops::Range;

/// The rewriting of chosen ranges of a block, each of which ends with a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lines {
    style: Style,
    text: Ranges,
}

/// How a text breaks its lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Style {
    /// Whether lines end with CR LF.
    has_cr: bool,
    /// Whether a line that was wrapped keeps the space at which it was.
    keeps_space: bool,
    /// Most bytes of a line, that space not counted; more than any line has if lines are
    /// not wrapped.
    width: u32,
}

/// A space where the rule says break.
const NO_BREAK: u8 = 0x11;
/// The next byte stands for itself.
const LITERAL: u8 = 0x12;

const fn is_separator(byte: u8) -> bool {
    IS_SEPARATOR[byte as usize]
}

static IS_SEPARATOR: [bool; 256] = {
    let mut is_separator = [false; 256];
    let mut separators: &[u8] = &[b' ', b'\n', b'\r', NO_BREAK, LITERAL];
    while let [separator, others @ ..] = separators {
        is_separator[*separator as usize] = true;
        separators = others;
    }
    is_separator
};

/// Bytes of a block that are judged together.
const PART_BYTES: usize = 64 << 10;
/// Bytes at the start of a part that stand for it.
const SAMPLE_BYTES: usize = 4 << 10;
/// Breaks that a wrongly foretold one must be made good by: a mark costs two to three
/// times what a break does.
const BREAKS_A_MARK: i32 = 4;
/// Breaks that the samples of a block must show to be foretold, marks paid.
const MIN_GAIN: i32 = 16;

impl Lines {
    /// The number in a block's header.
    pub(super) const ID: u8 = 3;

    /// The parts of `block` whose samples wrapping at one width explains, and no other
    /// width much better: text of several widths is for several of these transforms.
    pub(super) fn detect(block: &[u8]) -> Option<Self> {
        let starts = line_starts(block);
        let parts = || starts.windows(2).map(|pair| pair[0]..pair[1]);
        let sample =
            |part: &Range<usize>| &block[part.start..part.end.min(part.start + SAMPLE_BYTES)];
        let style = Style::of_breaks(parts().map(|part| sample(&part)));
        let gaps: Vec<_> = parts().map(|part| Gaps::of(style, sample(&part))).collect();
        let style = Style { width: Gaps::common_width(&gaps)?, ..style };
        let wrapped: Vec<Range<usize>> = parts()
            .zip(gaps)
            .filter_map(|(part, gaps)| gaps.are_made_by(style.width).then_some(part))
            .collect();
        let samples: Vec<&[u8]> = wrapped.iter().map(sample).collect();
        let pays = pays(block.len(), &samples, |sample, out| style.forward(sample, out));
        pays.then(|| Self { style, text: Ranges::of_chosen(wrapped.into_iter()) })
    }

    pub(super) fn forward(&self, bytes: &[u8]) -> Vec<u8> {
        self.text.forward(bytes, |text, out| self.style.forward(text, out))
    }

    /// The mirror of [`forward`](Self::forward); `None` if these are no rewritten lines, or
    /// the block would be longer than `limit` or shorter than the ranges say.
    pub(super) fn inverse(&self, bytes: &[u8], limit: usize) -> Option<Vec<u8>> {
        self.text.inverse(bytes, limit, |bytes, out, end| self.style.inverse(bytes, out, end))
    }

    /// Bit 0: CR LF, bit 1: the space is kept; the width; then the ranges.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let Style { has_cr, keeps_space, width } = self.style;
        let mut bytes = vec![u8::from(has_cr) | u8::from(keeps_space) << 1];
        put_number(&mut bytes, width);
        self.text.write(&mut bytes);
        bytes
    }

    /// The mirror of [`to_bytes`](Self::to_bytes).
    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (&flags, mut bytes) = bytes.split_first()?;
        let width = take_number(&mut bytes)?;
        let text = Ranges::read(&mut bytes)?;
        let style = Style { has_cr: flags & 1 != 0, keeps_space: flags & 2 != 0, width };
        (flags < 4 && bytes.is_empty()).then_some(Self { style, text })
    }
}

/// Where the lines begin with which the parts of `block` begin, and its end.
fn line_starts(block: &[u8]) -> Vec<usize> {
    let later = ranges::parts(block.len(), PART_BYTES).skip(1);
    let after_break =
        |part: Range<usize>| Some(part.start + memchr::memchr(b'\n', &block[part])? + 1);
    let mut starts = vec![0];
    starts.extend(later.filter_map(after_break));
    starts.push(block.len());
    starts.dedup();
    starts
}

impl Style {
    /// How most breaks between two words of `samples` are made; no width.
    fn of_breaks<'a>(samples: impl Iterator<Item = &'a [u8]>) -> Self {
        let (mut breaks, mut with_cr, mut with_space) = (0, 0, 0);
        let is_word = |byte: Option<&u8>| byte.is_some_and(|&byte| !is_separator(byte));
        for sample in samples {
            for end in memchr::memchr_iter(b'\n', sample) {
                let line = &sample[..end];
                let without_cr = line.strip_suffix(b"\r").unwrap_or(line);
                let words = without_cr.strip_suffix(b" ").unwrap_or(without_cr);
                if is_word(words.last()) && is_word(sample.get(end + 1)) {
                    breaks += 1;
                    with_cr += usize::from(without_cr.len() < line.len());
                    with_space += usize::from(words.len() < without_cr.len());
                }
            }
        }
        let is_most = |count| count * 2 > breaks;
        Self { has_cr: is_most(with_cr), keeps_space: is_most(with_space), width: u32::MAX }
    }

    /// What stands between two words where a line was wrapped.
    const fn soft_break(self) -> &'static [u8] {
        match (self.keeps_space, self.has_cr) {
            (false, false) => b"\n",
            (false, true) => b"\r\n",
            (true, false) => b" \n",
            (true, true) => b" \r\n",
        }
    }

    /// Whether `rest` starts with a word which does not fit on the line, one byte behind a
    /// word that ends in `column`.
    #[inline]
    fn says_break(self, column: usize, rest: &[u8]) -> bool {
        let room = (self.width as usize).saturating_sub(column);
        let fits = rest.get(..room).is_none_or(|line| line.iter().any(|&b| is_separator(b)));
        !fits && rest.first().is_some_and(|&next| !is_separator(next))
    }

    /// Appends `text`, rewritten.
    fn forward(self, text: &[u8], out: &mut Vec<u8>) {
        let mut rest = text;
        let mut column = 0;
        while !rest.is_empty() {
            let (word, separator) = rest.split_at(word_length(rest));
            out.extend_from_slice(word);
            column += word.len();
            let says_break = |gap: &[u8]| {
                let behind = separator.strip_prefix(gap).filter(|_| !word.is_empty());
                behind.is_some_and(|behind| self.says_break(column, behind))
            };
            let taken = if says_break(self.soft_break()) {
                out.push(b' ');
                self.soft_break().len()
            } else if says_break(b" ") {
                out.push(NO_BREAK);
                1
            } else {
                self.put_separator(separator, out)
            };
            let (gap, behind) = separator.split_at(taken);
            column = if gap.ends_with(b"\n") { 0 } else { column + taken };
            rest = behind;
        }
    }

    /// Appends the separator at the start of `rest`, if there is one, and gives its length.
    fn put_separator(self, rest: &[u8], out: &mut Vec<u8>) -> usize {
        match *rest {
            [] => return 0,
            [b'\r', b'\n', ..] if self.has_cr => {
                out.push(b'\n');
                return 2;
            }
            [b'\n', ..] if self.has_cr => out.extend([LITERAL, b'\n']),
            [mark @ (NO_BREAK | LITERAL), ..] => out.extend([LITERAL, mark]),
            [other, ..] => out.push(other),
        }
        1
    }

    /// Takes rewritten text off the front of `bytes` until `out` is `end` long: the mirror
    /// of [`forward`](Self::forward). `None` if it is none.
    fn inverse(self, bytes: &mut &[u8], out: &mut Vec<u8>, end: usize) -> Option<()> {
        let mut column = 0;
        while out.len() < end {
            let (word, separator) = bytes.split_at(word_length(bytes).min(end - out.len()));
            out.extend_from_slice(word);
            column += word.len();
            *bytes = separator;
            if out.len() == end {
                break;
            }
            let says_break = !word.is_empty()
                && separator
                    .strip_prefix(b" ")
                    .is_some_and(|behind| self.says_break(column, behind));
            let (gap, taken) = match *separator {
                [b' ', ..] if says_break => (self.soft_break(), 1),
                [NO_BREAK, ..] => (&b" "[..], 1),
                [LITERAL, _, ..] => (&separator[1..2], 2),
                [b'\n', ..] if self.has_cr => (&b"\r\n"[..], 1),
                [LITERAL] | [] => return None,
                _ => (&separator[..1], 1),
            };
            out.extend_from_slice(gap);
            *bytes = &separator[taken..];
            column = if gap.ends_with(b"\n") { 0 } else { column + gap.len() };
        }
        (out.len() == end).then_some(())
    }
}

/// Bytes of the word at the start of `bytes`, 0 if there is none.
#[inline]
fn word_length(bytes: &[u8]) -> usize {
    bytes.iter().position(|&byte| is_separator(byte)).unwrap_or(bytes.len())
}

/// Spaces and breaks between two words, by the width from which on the second would fit
/// on the line of the first; at least that width, once they are added up.
struct Gaps {
    breaks: [i32; WIDTHS],
    spaces: [i32; WIDTHS],
    /// What the best width gains, and that width.
    best: (i32, u32),
}

/// Widths that are told apart; the last stands for all above.
const WIDTHS: usize = 256;

impl Gaps {
    /// Those of `text`.
    fn of(style: Style, text: &[u8]) -> Self {
        let mut gaps = Self { breaks: [0; WIDTHS], spaces: [0; WIDTHS], best: (0, 0) };
        gaps.count(style, text);
        gaps.add_up();
        let widths = (1..WIDTHS as u32 - 1).map(|width| (gaps.gain(width), width));
        gaps.best = widths.max().expect("there are widths");
        gaps
    }

    /// Counts gaps at each width with all above.
    fn add_up(&mut self) {
        for width in (0..WIDTHS - 1).rev() {
            self.breaks[width] += self.breaks[width + 1];
            self.spaces[width] += self.spaces[width + 1];
        }
    }

    fn count(&mut self, style: Style, text: &[u8]) {
        let soft_break = style.soft_break();
        let (mut rest, mut column, mut length) = (text, 0, word_length(text));
        while !rest.is_empty() {
            let (word, separator) = rest.split_at(length);
            column += length;
            let behind = |gap: &[u8]| separator.strip_prefix(gap).filter(|_| !word.is_empty());
            let next = |behind: &[u8]| Some(word_length(behind)).filter(|&length| length > 0);
            let width = |next: usize| (column + next + 1).min(WIDTHS - 1);
            let taken = if let Some(next) = behind(soft_break).and_then(next) {
                self.breaks[width(next)] += 1;
                length = next;
                soft_break.len()
            } else {
                let taken = separator.len().min(1);
                length = word_length(&separator[taken..]);
                if length > 0 && behind(b" ").is_some() {
                    self.spaces[width(length)] += 1;
                }
                taken
            };
            let (gap, behind) = separator.split_at(taken);
            column = if gap.ends_with(b"\n") { 0 } else { column + taken };
            rest = behind;
        }
    }

    /// Breaks that the rule foretells at `width`, marks paid.
    fn gain(&self, width: u32) -> i32 {
        let above = width as usize + 1;
        self.breaks[above] - BREAKS_A_MARK * self.spaces[above]
    }

    /// Whether `width` gains about as much as any.
    fn are_made_by(&self, width: u32) -> bool {
        self.best.0 > 0 && self.gain(width) * 8 >= self.best.0 * 7
    }

    /// The width that is best for the parts that gain most, if that is enough.
    fn common_width(parts: &[Self]) -> Option<u32> {
        let mut votes = [0; WIDTHS];
        for &Self { best: (gain, width), .. } in parts {
            votes[width as usize] += gain.max(0);
        }
        let best = votes.iter().zip(0..).max();
        best.filter(|&(&gain, _)| gain >= MIN_GAIN).map(|(_, width)| width)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const WIDE: Style = Style { has_cr: false, keeps_space: false, width: 10 };

    /// Rewrites all of `text`.
    fn rewritten(style: Style, text: &[u8]) -> Vec<u8> {
        let lines = Lines { style, text: std::iter::once(0..text.len()).collect() };
        let rewritten = lines.forward(text);
        assert_eq!(lines.inverse(&rewritten, text.len()).as_deref(), Some(text));
        rewritten
    }

    #[test]
    fn breaks_where_the_next_word_does_not_fit_become_spaces() {
        assert_eq!(rewritten(WIDE, b"to be, or\nnot to be\n"), b"to be, or not to be\n");
        assert_eq!(rewritten(WIDE, b"to be\nor not to be\n"), b"to be\nor not to\x11be\n");
        let kept = Style { has_cr: true, keeps_space: true, width: 10 };
        assert_eq!(rewritten(kept, b"to be, or \r\nnot\r\n\r\n"), b"to be, or not\n\n");
        assert_eq!(rewritten(kept, b"\n\r\x11\x12"), b"\x12\n\r\x12\x11\x12\x12");
    }

    #[test]
    fn a_wrapped_text_gives_away_its_width() {
        let words: Vec<&str> =
            "It was the best of times, it was the worst of times".split(' ').collect();
        let (mut text, mut column) = (String::new(), 0);
        for pick in 0..20_000u32 {
            let word = words[(pick.wrapping_mul(0x9E37_79B1) >> 20) as usize % words.len()];
            if column + 1 + word.len() > 61 {
                text.push_str("\r\n");
                column = 0;
            } else if column > 0 {
                text.push(' ');
                column += 1;
            }
            text.push_str(word);
            column += word.len();
        }
        let lines = Lines::detect(text.as_bytes()).expect("the lines are wrapped");
        assert_eq!(lines.style, Style { has_cr: true, keeps_space: false, width: 61 });
        let rewritten = lines.forward(text.as_bytes());
        assert!(!rewritten.iter().any(|byte| b"\r\n\x11\x12".contains(byte)));
        assert_eq!(lines.inverse(&rewritten, text.len()), Some(text.into_bytes()));
        assert_eq!(Lines::detect(&b"int x;\nint y;\n".repeat(3000)), None);
    }

    #[test]
    fn what_is_no_rewritten_text_is_refused() {
        let lines = Lines { style: WIDE, text: std::iter::once(0..5).collect() };
        for bytes in [&b"to"[..], b"", b"to \x12"] {
            assert_eq!(lines.inverse(bytes, 100), None, "{bytes:x?}");
        }
        assert_eq!(lines.inverse(b"to be", 4), None);
        let crossed = Style { has_cr: true, keeps_space: true, width: 0 };
        let lines = Lines { style: crossed, ..lines };
        assert_eq!(lines.inverse(b"two to", 100), None);
    }

    fn styles() -> impl Strategy<Value = Style> {
        let parts = (any::<bool>(), any::<bool>(), prop_oneof![0u32..12, Just(u32::MAX)]);
        parts.prop_map(|(has_cr, keeps_space, width)| Style { has_cr, keeps_space, width })
    }

    fn texts() -> impl Strategy<Value = Vec<u8>> {
        let piece = prop_oneof![
            "[a-c]{1,5}".prop_map(String::into_bytes),
            "( | |\r\n| \r\n|\n|\r)".prop_map(String::into_bytes),
            prop::collection::vec(prop_oneof![Just(0x11), Just(0x12), any::<u8>()], 0..2),
        ];
        prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn any_text_comes_back(
            style in styles(),
            texts in prop::array::uniform3(texts()),
        ) {
            let [before, mut text, after] = texts;
            text.push(b'\n');
            let first = before.len()..before.len() + text.len();
            let second = first.end..first.end + after.len();
            let block = [before, text, after].concat();
            let lines = Lines { style, text: [first, second].into_iter().collect() };
            prop_assert_eq!(lines.inverse(&lines.forward(&block), block.len()), Some(block));
            prop_assert_eq!(Lines::from_bytes(&lines.to_bytes()), Some(lines));
        }

        #[test]
        fn any_bytes_are_inverted_within_the_limit_or_refused(
            style in styles(),
            bytes in texts(),
            (end, limit) in (0usize..200, 0usize..200),
        ) {
            let lines = Lines { style, text: std::iter::once(0..end).collect() };
            let original = lines.inverse(&bytes, limit);
            prop_assert!(original.is_none_or(|original| original.len() <= limit));
        }

        #[test]
        fn any_parameters_are_read_or_refused(parameters in prop::collection::vec(any::<u8>(), 0..20)) {
            if let Some(lines) = Lines::from_bytes(&parameters) {
                prop_assert_eq!(lines.to_bytes(), parameters);
                let _ = lines.inverse(&[b' '; 100], 1000);
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn what_is_detected_comes_back(texts in prop::collection::vec(texts(), 0..300)) {
            let block = texts.concat().repeat(3);
            if let Some(lines) = Lines::detect(&block) {
                prop_assert_eq!(lines.inverse(&lines.forward(&block), block.len()), Some(block));
            }
        }
    }
}
