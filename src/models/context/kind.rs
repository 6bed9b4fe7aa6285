//! The list of contexts.

use super::{
    hash::{Address, address, combine},
    record::RecordContext,
    text::TextContext,
};
use crate::models::history::History;

/// One way to choose what of the past counts. The numbers stand in file headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
#[expect(missing_docs, reason = "the lines of `value` say what each one is")]
pub enum ContextKind {
    Order1 = 1,
    Order2 = 2,
    Order3 = 3,
    Order4 = 4,
    Order5 = 5,
    Order6 = 6,
    Order8 = 7,
    Word = 8,
    WordPair = 9,
    WordOrder1 = 10,
    Skip1 = 11,
    Skip2 = 12,
    Skip1Two = 13,
    Order2Nibbles = 14,
    Nibbles = 15,
    Above = 16,
    RecordColumn = 17,
    RecordAbove = 18,
    RecordLeft = 19,
    Gradient = 20,
    Indirect1 = 21,
    Indirect2 = 22,
    SkipPosition = 23,
    WordSkip = 24,
}

impl ContextKind {
    const ALL: [Self; 24] = [
        Self::Order1,
        Self::Order2,
        Self::Order3,
        Self::Order4,
        Self::Order5,
        Self::Order6,
        Self::Order8,
        Self::Word,
        Self::WordPair,
        Self::WordOrder1,
        Self::Skip1,
        Self::Skip2,
        Self::Skip1Two,
        Self::Order2Nibbles,
        Self::Nibbles,
        Self::Above,
        Self::RecordColumn,
        Self::RecordAbove,
        Self::RecordLeft,
        Self::Gradient,
        Self::Indirect1,
        Self::Indirect2,
        Self::SkipPosition,
        Self::WordSkip,
    ];

    /// The kind that a header calls `number`.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number).checked_sub(1)?).copied()
    }
}

/// Everything that contexts are made of beyond the last bytes.
pub(crate) struct Contexts {
    text: TextContext,
    record: RecordContext,
    /// The two bytes that followed each byte last time, newest lowest.
    after1: Vec<u16>,
    /// The two bytes that followed each pair of bytes last time.
    after2: Vec<u16>,
}

impl Contexts {
    pub(crate) fn new() -> Self {
        Self {
            text: TextContext::default(),
            record: RecordContext::new(),
            after1: vec![0; 1 << 8],
            after2: vec![0; 1 << 16],
        }
    }

    /// Learns the byte just pushed to `history`.
    #[inline(always)]
    pub(crate) fn end_of_byte(&mut self, byte: u8, history: &History) {
        self.text.end_of_byte(byte, history);
        self.record.end_of_byte(history);
        let follow = |slot: &mut u16| *slot = *slot << 8 | u16::from(byte);
        follow(&mut self.after1[history.byte(2) as usize]);
        follow(&mut self.after2[(history.recent >> 8) as usize & 0xFFFF]);
    }

    /// Where the statistics of context `kind` are.
    #[inline(always)]
    pub(crate) fn address(&self, kind: ContextKind, history: &History) -> Address {
        address(kind as u32, self.value(kind, history))
    }

    #[inline(always)]
    fn value(&self, kind: ContextKind, history: &History) -> u64 {
        use ContextKind as K;
        let recent = history.recent;
        let last = |bytes: u32| recent & (u64::MAX >> (64 - 8 * bytes));
        let stride = self.record.stride;
        let up = |rows: usize| u64::from(history.back(rows * stride));
        match kind {
            K::Order1 => last(1),
            K::Order2 => last(2),
            K::Order3 => last(3),
            K::Order4 => last(4),
            K::Order5 => last(5),
            K::Order6 => last(6),
            K::Order8 => last(8),
            K::Word => combine(self.text.word, if self.text.word == 0 { last(1) } else { 0 }),
            K::WordPair => combine(self.text.previous_word, self.text.word),
            K::WordOrder1 => combine(self.text.word, last(1)),
            K::Skip1 => last(2) >> 8,
            K::Skip2 => last(4) >> 16,
            K::Skip1Two => last(3) >> 8,
            K::Order2Nibbles => last(4) & 0xF0F0_FFFF,
            K::Nibbles => last(6) & 0xF0F0_F0F0_F0F0,
            K::Above => u64::from(self.text.above(history)) << 16 | last(2),
            K::RecordColumn => (history.position % stride) as u64 | up(1) << 16,
            K::RecordAbove => up(1) << 8 | up(2) << 16 | stride as u64 & 0xFF,
            K::RecordLeft => up(1) << 8 | last(1),
            K::Gradient => {
                last(1).wrapping_add(up(1)).wrapping_sub(u64::from(history.back(stride + 1)))
            }
            K::Indirect1 => last(1) << 16 | u64::from(self.after1[last(1) as usize]),
            K::Indirect2 => last(1) << 16 | u64::from(self.after2[last(2) as usize]),
            K::SkipPosition => last(4) & 0xFF00_FF00 | history.position as u64 & 3,
            K::WordSkip => combine(self.text.word_before, self.text.word),
        }
    }
}
