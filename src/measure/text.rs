/// Sizes of a text in the units that code lengths are divided by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TextSize {
    /// Bytes.
    pub bytes: u64,
    /// Unicode scalar values, if the bytes are valid UTF-8: bytes that begin one. In other
    /// data it counts the bytes that are not of the form `10xxxxxx`.
    pub characters: u64,
    /// Maximal runs of bytes other than ASCII white space, as `wc -w` in the C locale.
    pub words: u64,
    /// Line feeds, and one more if the last line has none.
    pub lines: u64,
    /// Whether all of it is valid UTF-8.
    pub is_utf8: bool,
}

impl TextSize {
    /// Sizes of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        let is_space = |byte: u8| byte.is_ascii_whitespace() || byte == 0x0B;
        let mut size = Self { bytes: bytes.len() as u64, ..Self::default() };
        let mut after_space = true;
        for &byte in bytes {
            let space = is_space(byte);
            size.words += u64::from(after_space && !space);
            after_space = space;
            size.characters += u64::from(byte & 0xC0 != 0x80);
            size.lines += u64::from(byte == b'\n');
        }
        size.lines += u64::from(bytes.last().is_some_and(|&byte| byte != b'\n'));
        size.is_utf8 = std::str::from_utf8(bytes).is_ok();
        size
    }
}

impl std::iter::Sum for TextSize {
    fn sum<I: Iterator<Item = Self>>(sizes: I) -> Self {
        sizes.fold(Self { is_utf8: true, ..Self::default() }, |total, size| Self {
            bytes: total.bytes + size.bytes,
            characters: total.characters + size.characters,
            words: total.words + size.words,
            lines: total.lines + size.lines,
            is_utf8: total.is_utf8 && size.is_utf8,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::TextSize;

    #[test]
    fn characters_words_and_lines_are_counted() {
        let size = TextSize::of("Käse  und\tBrot\nja".as_bytes());
        let expected = TextSize { bytes: 18, characters: 17, words: 4, lines: 2, is_utf8: true };
        assert_eq!(size, expected);
        assert_eq!(TextSize::of(b"a\n").lines, 1);
        assert!(!TextSize::of(&[0xFF]).is_utf8);
        assert_eq!(TextSize::of(b"").words, 0);
    }
}
