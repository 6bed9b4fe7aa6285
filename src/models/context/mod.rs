//! Which past counts: history → context addresses, computed at byte boundaries.

pub(crate) mod hash;
mod instruction;
mod kind;
pub(crate) mod list;
mod prose;
mod record;
mod rests;
mod text;

pub use kind::ContextKind;
pub(crate) use kind::Past;
pub use rests::RestLayout;

use super::{
    history::History,
    state::{self, Journal, State, StateVisitor},
};
use instruction::InstructionContext;
use prose::ProseContext;
use record::RecordContext;
use rests::RestContext;
use text::TextContext;

/// What a list of contexts looks at beyond the last bytes.
#[derive(Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "each is a question of its own")]
pub(crate) struct Needs {
    /// Words, lines and markup.
    text: bool,
    /// Records, samples and rows.
    record: bool,
    /// What followed before.
    after: bool,
    /// Instructions of x86 processors.
    instruction: bool,
    /// Words' surroundings.
    prose: bool,
    /// Records while the data is text.
    record_in_text: bool,
    /// Whether the data is text.
    choice: bool,
}

impl Needs {
    /// What `kinds` look at.
    pub(crate) const fn of(kinds: &[ContextKind]) -> Self {
        let mut needs = Self {
            text: false,
            record: false,
            after: false,
            instruction: false,
            prose: false,
            record_in_text: false,
            choice: false,
        };
        let mut i = 0;
        while i < kinds.len() {
            match kinds[i] as u8 {
                10..30 => needs.text = true,
                50..70 => needs.record = true,
                70..80 => needs.after = true,
                80..90 => needs.instruction = true,
                100..120 => needs.prose = true,
                _ => {}
            }
            i += 1;
        }
        needs
    }

    /// What a list looks at that has `text` in the places of `data` while the data is text.
    pub(crate) const fn of_either(data: &[ContextKind], text: &[ContextKind]) -> Self {
        let (data_needs, text_needs) = (Self::of(data), Self::of(text));
        let (mut choice, mut i) = (false, 0);
        while i < data.len() {
            choice |= data[i] as u8 != text[i] as u8;
            i += 1;
        }
        Self {
            text: data_needs.text | text_needs.text,
            record: data_needs.record | text_needs.record,
            after: data_needs.after | text_needs.after,
            instruction: data_needs.instruction | text_needs.instruction,
            prose: data_needs.prose | text_needs.prose,
            record_in_text: text_needs.record,
            choice,
        }
    }
}

/// Everything that contexts are made of beyond the last bytes.
pub(crate) struct Contexts {
    text: TextContext,
    record: RecordContext,
    instruction: InstructionContext,
    prose: ProseContext,
    /// What is told of the block at hand.
    rests: Option<RestContext>,
    /// The sixteen bytes before the last eight, eight in a word, newest lowest.
    older: [u64; 2],
    /// The four bytes that followed each byte last, newest lowest.
    after1: Box<[u32; 1 << 8]>,
    /// The two bytes that followed each pair of bytes last.
    after2: Box<[u16; 1 << 16]>,
    undo: Journal<u16>,
}

impl Contexts {
    pub(crate) fn new() -> Self {
        Self {
            text: TextContext::default(),
            record: RecordContext::new(),
            instruction: InstructionContext::new(),
            prose: ProseContext::default(),
            rests: None,
            older: [0; 2],
            after1: Box::new([0; 1 << 8]),
            after2: vec![0; 1 << 16].try_into().expect("the sizes are the same"),
            undo: Journal::off(),
        }
    }

    /// Is told what the bytes that follow `history` are.
    pub(crate) fn expect(&mut self, layout: Option<RestLayout>, history: &History) {
        self.rests = layout.map(|layout| RestContext::new(layout, history));
    }

    /// Learns the byte just pushed to `history`, as far as there are `needs`.
    #[inline(always)]
    pub(crate) fn end_of_byte(&mut self, byte: u8, history: &History, needs: Needs) {
        if needs.text {
            self.text.end_of_byte(byte, history);
        }
        if needs.record && (needs.record_in_text || !self.prose.is_prevailing()) {
            self.record.end_of_byte(history);
        }
        if needs.after {
            self.follow(byte, history);
        }
        if needs.choice {
            self.prose.weigh(byte);
        }
        if needs.prose {
            self.prose.end_of_byte(byte);
        }
        if needs.instruction {
            self.instruction.end_of_byte(byte);
        }
        self.older[1] = self.older[1] << 8 | self.older[0] >> 56;
        self.older[0] = self.older[0] << 8 | u64::from(history.back(9));
    }

    /// Notes what `byte` followed.
    #[inline(always)]
    fn follow(&mut self, byte: u8, history: &History) {
        let after1 = &mut self.after1[history.byte(2) as usize];
        *after1 = *after1 << 8 | u32::from(byte);
        let pair = (history.recent >> 8) as usize & 0xFFFF;
        let after2 = &mut self.after2[pair];
        self.undo.note_cell(pair, *after2);
        *after2 = *after2 << 8 | u16::from(byte);
    }

    /// The kinds of the last two characters, `0..256`, for choosing weights.
    #[inline(always)]
    pub(crate) fn shape_class(&self) -> usize {
        (self.text.shape & 0xFF) as usize
    }

    /// The column of the record, `0..256`, for choosing weights.
    #[inline(always)]
    pub(crate) fn record_class(&self, history: &History) -> usize {
        (history.position % self.record.stride) & 255
    }

    /// The place in an instruction and what opcode came before, `0..256`, for choosing
    /// weights.
    #[inline(always)]
    pub(crate) fn instruction_class(&self) -> usize {
        self.instruction.class()
    }

    /// Hash of the current word.
    #[inline(always)]
    pub(crate) fn word_hash(&self) -> u64 {
        self.text.word
    }

    /// The past that contexts are computed from.
    #[inline(always)]
    pub(crate) fn past<'a>(&'a self, history: &'a History) -> Past<'a> {
        Past { contexts: self, history }
    }
}

impl State for Contexts {
    fn visit(&mut self, visitor: &mut dyn StateVisitor) {
        self.text.visit(visitor);
        self.record.visit(visitor);
        self.instruction.visit(visitor);
        self.prose.visit(visitor);
        state::words(visitor, "older bytes", &mut self.older);
        state::words(visitor, "after one byte", &mut self.after1[..]);
        state::table::<u16, _>(visitor, "after two bytes", &mut self.after2[..], &mut self.undo);
    }

    fn settle(&mut self) {
        self.record.settle();
        self.instruction.settle();
        self.prose.settle();
    }
}
