//! Texts as sequences of characters, words or lines, and counts of them.

use super::{OrderCounts, Spectrum};
use std::collections::HashMap;

/// What a text is a sequence of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Symbols {
    /// A byte and the UTF-8 continuation bytes behind it.
    Characters,
    /// Maximal runs of anything but ASCII white space.
    Words,
    /// Lines without their line feeds.
    Lines,
}

impl Symbols {
    /// The symbols of `text`, in their order.
    pub fn of(self, text: &[u8]) -> Box<dyn Iterator<Item = &[u8]> + '_> {
        match self {
            Self::Characters => Box::new(text.chunk_by(|_, &next| next & 0xC0 == 0x80)),
            Self::Words => {
                let is_space = |byte: &u8| byte.is_ascii_whitespace() || *byte == 0x0B;
                Box::new(text.split(is_space).filter(|word| !word.is_empty()))
            }
            Self::Lines => {
                let whole = text.strip_suffix(b"\n").unwrap_or(text);
                let lines = whole.split(|&byte| byte == b'\n');
                Box::new(lines.filter(|_| !text.is_empty()))
            }
        }
    }

    /// What one is called: `word`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Characters => "char",
            Self::Words => "word",
            Self::Lines => "line",
        }
    }

    /// Counts of single symbols and of neighbours in `text`: orders 0 and 1. Memory grows
    /// with what is different, about 100 bytes each.
    pub fn count(self, text: &[u8]) -> [OrderCounts; 2] {
        let mut numbers: HashMap<&[u8], u32> = HashMap::new();
        let (mut singles, mut pairs) = (Vec::new(), HashMap::<(u32, u32), u64>::new());
        let (mut samples, mut before) = (0_u64, None);
        for symbol in self.of(text) {
            let next = numbers.len() as u32;
            let number = *numbers.entry(symbol).or_insert(next);
            if number == next {
                singles.push(0_u64);
            }
            singles[number as usize] += 1;
            samples += 1;
            if let Some(before) = before.replace(number) {
                *pairs.entry((before, number)).or_insert(0) += 1;
            }
        }
        // The last symbol is followed by nothing: it is no context.
        let mut contexts = singles.clone();
        if let Some(last) = before {
            contexts[last as usize] -= 1;
        }
        [
            OrderCounts {
                transitions: Spectrum::of_counts(singles),
                contexts: Spectrum::of_counts([samples]),
            },
            OrderCounts {
                transitions: Spectrum::of_counts(pairs.into_values()),
                contexts: Spectrum::of_counts(contexts),
            },
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::{TextSize, count_orders};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn there_are_as_many_symbols_as_a_text_size_says(text in "[aé €\n\t]{0,60}") {
            let (text, size) = (text.as_bytes(), TextSize::of(text.as_bytes()));
            prop_assert_eq!(Symbols::Characters.of(text).count() as u64, size.characters);
            prop_assert_eq!(Symbols::Words.of(text).count() as u64, size.words);
            prop_assert_eq!(Symbols::Lines.of(text).count() as u64, size.lines);
        }

        #[test]
        fn characters_of_ascii_are_bytes(text in "[abc\n]{0,80}") {
            let expected = count_orders(&[text.as_bytes()], 1);
            prop_assert_eq!(&Symbols::Characters.count(text.as_bytes())[..], &expected[..]);
        }
    }

    #[test]
    fn words_and_lines_are_counted_whole() {
        let text = b"to be or not to be\nto be\n";
        let [singles, pairs] = Symbols::Words.count(text);
        assert_eq!((singles.transitions.samples(), singles.transitions.classes()), (8, 4));
        assert_eq!(pairs.transitions.entries(), [(1, 4), (3, 1)]);
        assert_eq!(Symbols::Lines.count(text)[0].transitions.classes(), 2);
    }
}
