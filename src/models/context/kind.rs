//! The list of contexts.

use super::{
    Contexts,
    hash::{Address, address, combine},
};
use crate::models::history::History;

/// Defines [`ContextKind`] and the value of each kind: its number in file headers, its
/// name, what it is, and the formula over the past.
macro_rules! context_kinds {
    ($past:ident: $($number:literal $name:ident $what:literal => $value:expr;)*) => {
        /// One way to choose what of the past counts. The numbers stand in file headers.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum ContextKind {
            $(#[doc = $what] $name = $number,)*
        }

        impl ContextKind {
            /// The kind that a header calls `number`.
            pub fn from_number(number: u8) -> Option<Self> {
                match number {
                    $($number => Some(Self::$name),)*
                    _ => None,
                }
            }
        }

        impl Past<'_> {
            /// What context `kind` sees; equal values share statistics.
            #[inline(always)]
            fn value(&self, kind: ContextKind) -> u64 {
                let $past = self;
                match kind {
                    $(ContextKind::$name => $value,)*
                }
            }
        }
    };
}

context_kinds! { past:
    // The last bytes.
    1 Order1 "The last byte." => past.last(1);
    2 Order2 "The last two bytes." => past.last(2);
    3 Order3 "The last three bytes." => past.last(3);
    4 Order4 "The last four bytes." => past.last(4);
    5 Order5 "The last five bytes." => past.last(5);
    6 Order6 "The last six bytes." => past.last(6);
    7 Order7 "The last seven bytes." => past.last(7);
    8 Order8 "The last eight bytes." => past.last(8);
    9 Order11 "The last 11 bytes." => combine(past.last(8), past.older(3));
    90 Order16 "The last 16 bytes." => combine(past.last(8), past.older(8));
    91 Order24 "The last 24 bytes."
        => combine(combine(past.last(8), past.older(8)), past.contexts.older[1]);
    // Words and lines.
    10 Word "The letters of the current word, or the byte between words." => past.word_or_byte();
    11 WordPair "The word before and the current word's letters."
        => combine(past.text().previous_word, past.word_or_byte());
    12 WordTriple "The two words before and the current word's letters."
        => combine(combine(past.text().word_before, past.text().previous_word), past.word_or_byte());
    13 WordSkip "The word before the last one and the current word's letters."
        => combine(past.text().word_before, past.word_or_byte());
    14 WordOrder1 "The current word's letters and the last byte." => combine(past.text().word, past.last(1));
    15 WordOrder2 "The word before and the last two bytes." => combine(past.text().previous_word, past.last(2));
    16 WordShape "The kinds of the last twelve characters." => past.text().shape & 0xFFFF_FFFF_FFFF;
    17 WordShapeOrder1 "The kinds of the last six characters and the last byte."
        => past.text().shape << 8 & 0xFFFF_FF00 | past.last(1);
    18 Above "The byte above in the lines of a text and the last two bytes."
        => past.above() << 16 | past.last(2);
    19 AboveWord "The byte above and the current word's letters." => combine(past.above(), past.word_or_byte());
    20 Column "The column and the byte above." => past.column() << 8 | past.above();
    21 LineStart "The first bytes of the line and the current word's letters."
        => combine(past.text().line_head, past.word_or_byte());
    22 Tag "The innermost open markup tag and the last two bytes." => combine(past.text().tag, past.last(2));
    23 TagWord "The innermost open markup tag and the current word's letters."
        => combine(past.text().tag, past.word_or_byte());
    // Bytes left out, halves of bytes.
    30 Skip1 "The second last byte." => past.last(2) >> 8;
    31 Skip1Two "The second and third last bytes." => past.last(3) >> 8;
    32 Skip1Three "The second to fourth last bytes." => past.last(4) >> 8;
    33 Skip2 "The third and fourth last bytes." => past.last(4) >> 16;
    34 Skip2One "The third last byte." => past.last(3) >> 16;
    35 Skip3 "The fourth and fifth last bytes." => past.last(5) >> 24;
    36 Gap1 "The last and third last bytes." => past.last(3) & 0xFF_00FF;
    37 Gap2 "The last and fourth last bytes." => past.last(4) & 0xFF00_00FF;
    38 Alternate "The second and fourth last bytes, in their place among four."
        => past.last(4) & 0xFF00_FF00 | past.place(4);
    39 Quad "The fourth and eighth last bytes, in their place among four."
        => past.last(4) & 0xFF00_0000 | past.last(8) >> 56 << 8 | past.place(4);
    40 Order2Nibbles "The last two bytes and the high halves of the two before."
        => past.last(4) & 0xF0F0_FFFF;
    41 Nibbles "The high halves of the last six bytes." => past.last(6) & 0xF0F0_F0F0_F0F0;
    42 Order3Coarse "The last three bytes without their low three bits." => past.last(3) & 0xF8_F8F8;
    43 Order4Coarse "The last four bytes without their low three bits." => past.last(4) & 0xF8F8_F8F8;
    44 Opcodes "The last byte and what is left of the four before without their low three bits."
        => past.last(5) & 0xF8_F8F8_F8FF;
    // Records, samples and pixels.
    50 RecordColumn "The column of the record and the byte above." => past.record_column() | past.up(1) << 16;
    51 RecordAbove "The bytes one and two records above." => past.up(1) << 8 | past.up(2) << 16;
    52 RecordLeft "The byte one record above and the last byte." => past.up(1) << 8 | past.last(1);
    53 RecordCorner "The byte above, the one right of it and the last byte."
        => past.up(1) << 8 | past.last(1) | past.at(past.stride() - 1) << 16;
    54 RecordPlace "The column of the record and the last byte." => past.record_column() | past.last(1) << 16;
    55 Gradient "Left + above − above left, byte by byte, in a record." =>
        past.record_gradient() | (past.record_column() & 3) << 8;
    56 PixelGradient "Left + above − above left of samples in rows; among rests, how large those around are."
        => past.rests_around().unwrap_or_else(|| past.pixel_gradient() << 2 | past.place(past.sample()));
    57 PixelLeftAbove "The samples left and above." => past.west() | past.north() << 8 | past.place(past.sample()) << 16;
    58 PixelMean "The mean of the samples left and above, and the last byte."
        => (past.west() + past.north()) >> 1 | past.last(1) << 8 | past.place(past.sample()) << 16;
    59 PixelAbove "The samples above, above right and two above."
        => past.north() | past.at(past.row().wrapping_sub(past.sample())) << 8 | past.at(2 * past.row()) << 16;
    60 PixelGradientLast "The gradient of samples and the last byte."
        => past.pixel_gradient() << 8 | past.last(1) | past.place(past.sample()) << 18;
    61 SampleSlope "The samples one and two back and the last byte."
        => past.at(past.sample()) << 8 | past.at(2 * past.sample()) << 16 | past.last(1);
    // Instructions of x86 processors.
    80 Instruction "The instruction's opcode and ModR/M byte." => past.instruction().current();
    81 InstructionOperand "The instruction's opcode, ModR/M byte and operands."
        => past.instruction().with_operand();
    82 InstructionAfter1 "The instruction and the opcode of the one before."
        => past.instruction().with_opcodes(1);
    83 InstructionAfter2 "The instruction and the opcodes of the two before."
        => past.instruction().with_opcodes(2);
    84 InstructionAfter4 "The instruction and the opcodes of the four before."
        => past.instruction().with_opcodes(4);
    85 InstructionModRm1 "The instruction and the opcode and ModR/M byte of the one before."
        => past.instruction().with_modrms(1);
    86 InstructionModRm3 "The instruction and the opcodes and ModR/M bytes of the three before."
        => past.instruction().with_modrms(3);
    87 OperandAfter2 "The operands and the opcodes of the two instructions before."
        => past.instruction().operand_after();
    // Words and what surrounds them.
    100 WordBefore3 "The third last word and the current word's letters."
        => combine(past.prose().word_before(3), past.word_or_byte());
    101 WordsBefore23 "The third and second last words and the current word's letters."
        => past.after_words(&[3, 2]);
    102 WordQuad "The three words before and the current word's letters."
        => past.after_words(&[3, 2, 1]);
    103 Ending "The last three letters of the word before and the current word's letters."
        => combine(past.prose().previous_ending & 0xFF_FFFF, past.word_or_byte());
    104 EndingPair "The last two letters of the two words before and the current word's letters."
        => combine(past.prose().endings(), past.word_or_byte());
    105 EndingShape "The last two letters of the word before and the kinds of eight characters."
        => combine(past.text().shape & 0xFFFF_FFFF, past.prose().previous_ending & 0xFFFF);
    106 Sentence "The sentence's first word and the current word's letters."
        => combine(past.prose().sentence, past.word_or_byte());
    107 Gap "What stood between the last words and the current word's letters."
        => combine(past.prose().gap & 0xFF_FFFF, past.word_or_byte());
    108 CasedWord "The current word's letters in their case and what stood before the word."
        => combine(past.prose().cased_word, past.last(1) | past.prose().gap << 8 & 0xFF_FF00);
    109 Bracket "The open brackets and the current word's letters."
        => combine(past.prose().brackets & 0xFFF, past.word_or_byte());
    110 BracketOrder2 "The open brackets and the last two bytes."
        => combine(past.prose().brackets & 0xFF, past.last(2));
    111 Letters6 "The last six letters."
        => past.prose().letters & 0xFFFF_FFFF_FFFF | u64::from(past.prose().is_between_words()) << 60;
    112 Letters4 "The last four letters and the last byte."
        => past.prose().letters & 0xFFFF_FFFF | past.last(1) << 40;
    113 WordLengths "The lengths of the current word and of the one before, and the last byte."
        => past.prose().lengths() << 8 | past.last(1) | u64::from(past.prose().is_between_words()) << 16;
    114 LineStartOrder2 "The first bytes of the line and the last two bytes."
        => combine(past.text().line_head, past.last(2));
    115 WordPairOrder1 "The two words before and the last byte."
        => combine(combine(past.prose().word_before(2), past.prose().word_before(1)), past.last(1));
    // What followed before.
    70 Indirect1 "What twice followed the last byte, and the last byte."
        => past.last(1) << 16 | u64::from(past.contexts.after1[past.last(1) as usize] as u16);
    71 Indirect2 "What twice followed the last two bytes, and the last byte."
        => past.last(1) << 16 | u64::from(past.contexts.after2[past.last(2) as usize]);
    72 Indirect1Long "What three times followed the last byte."
        => u64::from(past.contexts.after1[past.last(1) as usize] & 0xFF_FFFF);
    73 Indirect2Two "What followed the last two bytes, and the last two bytes."
        => past.last(2) << 8 | u64::from(past.contexts.after2[past.last(2) as usize]) & 0xFF;
}

impl ContextKind {
    /// Whether the context's values are few, so that every half byte may follow each. Their
    /// statistics stay in the caches anyway.
    pub(crate) const fn is_few(self) -> bool {
        matches!(
            self,
            Self::Order1
                | Self::Order2
                | Self::Skip1
                | Self::Skip1Two
                | Self::Skip2
                | Self::Skip2One
                | Self::PixelGradient
        )
    }
}

/// The past as contexts see it at a byte boundary.
#[derive(Clone, Copy)]
pub(crate) struct Past<'a> {
    pub(super) contexts: &'a Contexts,
    pub(super) history: &'a History,
}

impl Past<'_> {
    /// Where the statistics of context `kind` are.
    #[inline(always)]
    pub(crate) fn address(&self, kind: ContextKind) -> Address {
        address(kind as u32, self.value(kind))
    }

    #[inline(always)]
    fn text(&self) -> &super::text::TextContext {
        &self.contexts.text
    }

    /// The last `bytes` bytes, newest lowest.
    #[inline(always)]
    fn last(&self, bytes: u32) -> u64 {
        self.history.recent & (u64::MAX >> (64 - 8 * bytes))
    }

    /// The `bytes` bytes before the last eight, newest lowest.
    #[inline(always)]
    fn older(&self, bytes: u32) -> u64 {
        self.contexts.older[0] & (u64::MAX >> (64 - 8 * bytes))
    }

    #[inline(always)]
    fn instruction(&self) -> &super::instruction::InstructionContext {
        &self.contexts.instruction
    }

    #[inline(always)]
    fn prose(&self) -> &super::prose::ProseContext {
        &self.contexts.prose
    }

    /// Whether the data is mostly text.
    #[inline(always)]
    pub(super) fn is_text(&self) -> bool {
        self.prose().is_prevailing()
    }

    /// The words `back` words before the current one, and its letters.
    #[inline(always)]
    fn after_words(&self, back: &[usize]) -> u64 {
        let words = back.iter().map(|&back| self.prose().word_before(back));
        combine(words.fold(0, combine), self.word_or_byte())
    }

    /// The byte `distance` bytes back.
    #[inline(always)]
    fn at(&self, distance: usize) -> u64 {
        u64::from(self.history.back(distance))
    }

    /// The position modulo `period`.
    #[inline(always)]
    fn place(&self, period: usize) -> u64 {
        (self.history.position % period) as u64
    }

    #[inline(always)]
    fn word_or_byte(&self) -> u64 {
        if self.text().word == 0 { self.last(1) } else { self.text().word }
    }

    #[inline(always)]
    fn above(&self) -> u64 {
        u64::from(self.text().above(self.history))
    }

    #[inline(always)]
    fn column(&self) -> u64 {
        self.text().column(self.history).min(255) as u64
    }

    #[inline(always)]
    fn stride(&self) -> usize {
        self.contexts.record.stride
    }

    /// The byte `records` records above.
    #[inline(always)]
    fn up(&self, records: usize) -> u64 {
        self.at(records * self.stride())
    }

    #[inline(always)]
    fn record_column(&self) -> u64 {
        self.place(self.stride())
    }

    /// Left + above − above left in a record, modulo 256.
    #[inline(always)]
    fn record_gradient(&self) -> u64 {
        (self.last(1) + self.up(1) + 256 - self.at(self.stride() + 1)) & 0xFF
    }

    /// Bytes of a sample.
    #[inline(always)]
    fn sample(&self) -> usize {
        self.contexts.record.sample
    }

    /// Bytes of a row of samples.
    #[inline(always)]
    fn row(&self) -> usize {
        self.contexts.record.row
    }

    #[inline(always)]
    fn west(&self) -> u64 {
        self.at(self.sample())
    }

    #[inline(always)]
    fn north(&self) -> u64 {
        self.at(self.row())
    }

    /// What surrounds the next byte, if it belongs to what prediction left of samples.
    #[inline(always)]
    fn rests_around(&self) -> Option<u64> {
        self.contexts.rests.as_ref().map(|rests| rests.value(self.history))
    }

    /// Left + above − above left, `0..1024`, 256 more than the sum.
    #[inline(always)]
    fn pixel_gradient(&self) -> u64 {
        self.west() + self.north() + 256 - self.at(self.row() + self.sample())
    }
}
