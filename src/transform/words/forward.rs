//! Text → codes, marks and what stays.

use super::{
    ALL_CAPITALS, CAPITAL, FIRST_CODE_BYTE, LITERAL, Token,
    lexicon::{Lexicon, packed},
    run_of,
    window::{Bytes, GROUP, LOWER, Piece, Window, padded},
};

/// Bytes that a window gives at least if it pays to classify the next one soon.
const FEW: usize = 16;
/// Tokens that are rewritten one by one after fewer: bytes as in programs have few pieces.
const MANY_TOKENS: usize = 8;

/// Appends `text`, rewritten; tells of `each` token what became of it.
pub(super) fn forward_each(text: &[u8], out: &mut Vec<u8>, mut each: impl FnMut(Token)) {
    let lexicon = Lexicon::get();
    let mut rest = text;
    while !rest.is_empty() {
        let (taken, is_cut) = match rest.first_chunk() {
            Some(bytes) => put_window(bytes, lexicon, out, &mut each),
            None => (put_window(&padded(rest), lexicon, out, &mut each).0, false),
        };
        rest = &rest[taken..];
        // A word that the window's end cuts is whole in the next one.
        if !is_cut {
            let tokens = if taken < FEW { MANY_TOKENS } else { 1 };
            for _ in 0..tokens {
                rest = put_token(rest, lexicon, out, &mut each);
            }
        }
    }
}

/// Appends the pieces that `bytes` begin with, and returns how long they are and whether the
/// window's end may have cut the next.
#[inline(always)]
fn put_window(
    bytes: &Bytes,
    lexicon: &Lexicon,
    out: &mut Vec<u8>,
    each: &mut impl FnMut(Token),
) -> (usize, bool) {
    let mut window = Window::of(bytes);
    while let Some(piece) = window.piece() {
        let start = out.len();
        put_piece(&window, piece, lexicon, out);
        if piece.letters > 0 {
            let code_bytes = out.len() - start - piece.plain;
            each(Token { text_bytes: piece.letters, code_bytes });
        }
        (0..piece.plain).for_each(|_| each(Token { text_bytes: 1, code_bytes: 1 }));
        window.take(piece);
    }
    (window.taken(), window.is_cut())
}

/// Appends a word if there is one, as mark and code where there are, and the bytes after it.
#[inline(always)]
fn put_piece(window: &Window<'_>, piece: Piece, lexicon: &Lexicon, out: &mut Vec<u8>) {
    let Piece { letters, plain } = piece;
    let after = window.group(letters);
    if letters == 0 {
        return put_some(after, plain, out);
    }
    if letters > GROUP {
        put_long_word(window, letters, lexicon, out);
        return put_some(after, plain, out);
    }
    let word = window.group(0) & u64::MAX >> (64 - 8 * letters);
    let capitals = !word & LOWER & word >> 1;
    if capitals > 0x20 && word & LOWER > 0 {
        put_some(word, letters, out);
        return put_some(after, plain, out);
    }
    let mark = mark(capitals == 0x20);
    if let Some(code) = lexicon.code_of(word | capitals, 0) {
        let marked = u64::from(code.bytes) << 8 | mark;
        let bytes = if capitals > 0 { marked } else { marked >> 8 };
        let count = code.len() + usize::from(capitals > 0);
        put_some(bytes | after << (8 * count), count + plain, out);
    } else {
        put_some(mark, usize::from(capitals > 0), out);
        put_some(word | capitals, letters, out);
        put_some(after, plain, out);
    }
}

/// Appends a word of more than eight letters.
#[inline(never)]
fn put_long_word(window: &Window<'_>, letters: usize, lexicon: &Lexicon, out: &mut Vec<u8>) {
    if letters > 2 * GROUP {
        return put_word(window.next(letters), lexicon, out);
    }
    // They have letters in common.
    let (head, tail) = (window.group(0), window.group(letters - GROUP));
    let capitals = (!head & LOWER, !tail & LOWER);
    let (is_lower, is_name) = (capitals == (0, 0), capitals == (0x20, 0));
    if !is_lower && !is_name && capitals != (LOWER, LOWER) {
        return out.extend_from_slice(window.next(letters));
    }
    let (head, tail) = (head | LOWER, tail | LOWER);
    put_some(mark(is_name), usize::from(!is_lower), out);
    if let Some(code) = lexicon.code_of(head, packed(tail >> (8 * (2 * GROUP - letters)))) {
        put_some(code.bytes.into(), code.len(), out);
    } else {
        put_some(head, letters - GROUP, out);
        put_some(tail, GROUP, out);
    }
}

/// What stands before a word of capitals, or one that `is_name`: its first letter is one.
#[inline(always)]
fn mark(is_name: bool) -> u64 {
    u64::from(if is_name { CAPITAL } else { ALL_CAPITALS })
}

/// Appends the first `count` bytes of a group. All are written first: how many does not
/// decide where the machine goes on.
#[inline(always)]
fn put_some(group: u64, count: usize, out: &mut Vec<u8>) {
    let end = out.len() + count;
    out.extend_from_slice(&group.to_le_bytes());
    out.truncate(end);
}

/// Appends the token that `text` begins with, if any, and returns the text after it: the plain
/// twin of pieces, which also knows what is in none.
#[inline(never)]
fn put_token<'a>(
    text: &'a [u8],
    lexicon: &Lexicon,
    out: &mut Vec<u8>,
    each: &mut impl FnMut(Token),
) -> &'a [u8] {
    if text.is_empty() {
        return text;
    }
    let start = out.len();
    let high = run_of(text, |b| b >= FIRST_CODE_BYTE);
    let letters = run_of(&text[high..], |b| b.is_ascii_alphabetic());
    let (token, rest) = text.split_at((high + letters).max(1));
    let is_part = high > 0 || rest.first().is_some_and(|&next| next >= FIRST_CODE_BYTE);
    if letters > 0 && !is_part {
        put_word(token, lexicon, out);
    } else {
        if high > 0 || matches!(token[0], CAPITAL | ALL_CAPITALS | LITERAL) {
            out.push(LITERAL);
        }
        out.extend_from_slice(token);
    }
    each(Token { text_bytes: token.len(), code_bytes: out.len() - start });
    rest
}

/// Appends a word of `letters`, as mark and code where there are.
fn put_word(letters: &[u8], lexicon: &Lexicon, out: &mut Vec<u8>) {
    let capitals = letters.iter().filter(|letter| letter.is_ascii_uppercase()).count();
    if capitals == 1 && letters[0].is_ascii_uppercase() {
        out.push(CAPITAL);
    } else if capitals == letters.len() {
        out.push(ALL_CAPITALS);
    } else if capitals > 0 {
        return out.extend_from_slice(letters);
    }
    match lexicon.code(letters) {
        Some(code) => put_some(code.bytes.into(), code.len(), out),
        None => out.extend(letters.iter().map(u8::to_ascii_lowercase)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transform::words::tests::texts;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn pieces_are_rewritten_as_their_tokens_are(text in texts()) {
            let (mut plain, mut told, mut rest) = (Vec::new(), Vec::new(), &text[..]);
            while !rest.is_empty() {
                rest = put_token(rest, Lexicon::get(), &mut plain, &mut |token| told.push(token));
            }
            let (mut quick, mut tokens) = (Vec::new(), Vec::new());
            forward_each(&text, &mut quick, |token| tokens.push(token));
            prop_assert_eq!(quick, plain);
            prop_assert_eq!(tokens, told);
        }
    }
}
