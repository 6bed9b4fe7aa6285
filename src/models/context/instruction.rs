//! Instructions of x86 processors.

use super::hash::combine;
use crate::models::state::{self, State, StateVisitor};

/// What the next byte is of an instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Opcode,
    /// The second byte of an opcode that begins with 0F.
    LongOpcode,
    ModRm,
    Sib,
    Displacement,
    Immediate,
}

const PARTS: [Part; 6] =
    [Part::Opcode, Part::LongOpcode, Part::ModRm, Part::Sib, Part::Displacement, Part::Immediate];

/// The instruction that the next byte stands in, and those before it.
///
/// Everything is read as 32-bit code. In 64-bit code a REX prefix then is an instruction
/// of its own, and nearly all lengths are the same; after a wrong length, or data among
/// the code, reading falls into step again within a few instructions.
pub(crate) struct InstructionContext {
    part: Part,
    /// Bytes of the current displacement or immediate that are still to come.
    left: usize,
    /// Bytes of immediate that come after the displacement.
    immediate: usize,
    /// Prefixes of the current instruction.
    prefixes: u64,
    /// The current instruction's opcode with its prefixes, 0 before it is known.
    opcode: u64,
    /// The current instruction's ModR/M byte, 0 if there is none yet.
    modrm: u64,
    /// Bytes after the ModR/M byte, newest lowest, behind a leading 1.
    operand: u64,
    /// Opcodes of the instructions before, eleven bits each, newest lowest.
    opcodes: u64,
    /// ModR/M bytes of the instructions before, newest lowest.
    modrms: u64,
}

/// Bits of `prefixes` and `opcode` above the byte.
const LONG: u64 = 1 << 8;
const OPERAND_SIZE: u64 = 1 << 9;
const REPEAT: u64 = 1 << 10;
const OPCODE_BITS: u32 = 11;

/// Whether a ModR/M byte follows `opcode`.
const fn has_modrm(opcode: u8) -> bool {
    match opcode {
        0x00..=0x3F => opcode & 7 < 4,
        0x62
        | 0x63
        | 0x69
        | 0x6B
        | 0x80..=0x8F
        | 0xC0
        | 0xC1
        | 0xC4..=0xC7
        | 0xD0..=0xD3
        | 0xD8..=0xDF
        | 0xF6
        | 0xF7
        | 0xFE
        | 0xFF => true,
        _ => false,
    }
}

/// Bytes of immediate after `opcode`, where a machine word has `word` bytes.
const fn immediate(opcode: u8, word: usize) -> usize {
    match opcode {
        0x00..=0x3F if opcode & 7 == 4 => 1,
        0x00..=0x3F if opcode & 7 == 5 => word,
        0x68 | 0x69 | 0x81 | 0xA9 | 0xB8..=0xBF | 0xC7 => word,
        0x6A
        | 0x6B
        | 0x70..=0x80
        | 0x82
        | 0x83
        | 0xA8
        | 0xB0..=0xB7
        | 0xC0
        | 0xC1
        | 0xC6
        | 0xCD
        | 0xD4
        | 0xD5
        | 0xE0..=0xE7
        | 0xEB => 1,
        0xC2 | 0xCA => 2,
        0xC8 => 3,
        0xA0..=0xA3 | 0xE8 | 0xE9 => 4,
        0x9A | 0xEA => 6,
        _ => 0,
    }
}

/// Whether a ModR/M byte follows 0F and `opcode`.
const fn long_has_modrm(opcode: u8) -> bool {
    !matches!(opcode, 0x05..=0x0B | 0x30..=0x37 | 0x77 | 0x80..=0x8F)
        && !matches!(opcode, 0xA0..=0xA2 | 0xA8..=0xAA | 0xC8..=0xCF)
}

/// Bytes of immediate after 0F and `opcode`.
const fn long_immediate(opcode: u8, word: usize) -> usize {
    match opcode {
        0x70..=0x73 | 0xA4 | 0xAC | 0xBA | 0xC2 | 0xC4..=0xC6 => 1,
        0x80..=0x8F => word,
        _ => 0,
    }
}

impl InstructionContext {
    pub(crate) fn new() -> Self {
        Self {
            part: Part::Opcode,
            left: 0,
            immediate: 0,
            prefixes: 0,
            opcode: 0,
            modrm: 0,
            operand: 1,
            opcodes: 0,
            modrms: 0,
        }
    }

    /// Learns the next byte.
    #[inline(always)]
    pub(crate) fn end_of_byte(&mut self, byte: u8) {
        match self.part {
            Part::Opcode => self.take_opcode(byte),
            Part::LongOpcode => {
                self.opcode = self.prefixes | LONG | u64::from(byte);
                self.begin(long_has_modrm(byte), long_immediate(byte, self.word_bytes()));
            }
            Part::ModRm => self.take_modrm(byte),
            Part::Sib => {
                self.operand = self.operand << 8 | u64::from(byte);
                if self.modrm < 0x40 && byte & 7 == 5 {
                    self.left = 4;
                }
                self.begin_displacement();
            }
            Part::Displacement | Part::Immediate => self.take_operand(byte),
        }
    }

    fn word_bytes(&self) -> usize {
        if self.prefixes & OPERAND_SIZE == 0 { 4 } else { 2 }
    }

    fn take_opcode(&mut self, byte: u8) {
        match byte {
            0x66 => self.prefixes |= OPERAND_SIZE,
            0xF2 | 0xF3 => self.prefixes |= REPEAT,
            0x26 | 0x2E | 0x36 | 0x3E | 0x64 | 0x65 | 0x67 | 0xF0 => {}
            0x0F => self.part = Part::LongOpcode,
            _ => {
                self.opcode = self.prefixes | u64::from(byte);
                self.begin(has_modrm(byte), immediate(byte, self.word_bytes()));
            }
        }
    }

    /// Goes on after the opcode.
    fn begin(&mut self, has_modrm: bool, immediate: usize) {
        self.immediate = immediate;
        if has_modrm {
            self.part = Part::ModRm;
        } else {
            self.begin_immediate();
        }
    }

    fn take_modrm(&mut self, byte: u8) {
        self.modrm = u64::from(byte);
        if matches!(self.opcode & 0x1FF, 0xF6 | 0xF7) && byte >> 3 & 7 < 2 {
            self.immediate = if self.opcode & 1 == 0 { 1 } else { self.word_bytes() };
        }
        self.left = match (byte >> 6, byte & 7) {
            (0, 5) | (2, _) => 4,
            (1, _) => 1,
            _ => 0,
        };
        if byte < 0xC0 && byte & 7 == 4 {
            self.part = Part::Sib;
        } else {
            self.begin_displacement();
        }
    }

    fn take_operand(&mut self, byte: u8) {
        self.operand = self.operand << 8 | u64::from(byte);
        self.left -= 1;
        if self.left > 0 {
            return;
        }
        if self.part == Part::Displacement {
            self.begin_immediate();
        } else {
            self.end();
        }
    }

    fn begin_displacement(&mut self) {
        self.part = Part::Displacement;
        if self.left == 0 {
            self.begin_immediate();
        }
    }

    fn begin_immediate(&mut self) {
        self.part = Part::Immediate;
        self.left = self.immediate;
        if self.left == 0 {
            self.end();
        }
    }

    fn end(&mut self) {
        let opcodes = self.opcodes << OPCODE_BITS | self.opcode;
        let modrms = self.modrms << 8 | self.modrm;
        *self = Self { opcodes, modrms, ..Self::new() };
    }

    /// Which byte of an instruction the next one is, `0..64`.
    #[inline(always)]
    pub(crate) fn place(&self) -> u64 {
        (self.part as u64) << 3 | self.left as u64
    }

    /// The place, the opcode and the ModR/M byte.
    #[inline(always)]
    pub(crate) fn current(&self) -> u64 {
        self.place() | self.opcode << 8 | self.prefixes << 12 | self.modrm << 24
    }

    /// As `current`, with the bytes of the operands.
    #[inline(always)]
    pub(crate) fn with_operand(&self) -> u64 {
        combine(self.current(), self.operand)
    }

    /// As `current`, with the opcodes of the last `count` instructions, at most 5.
    #[inline(always)]
    pub(crate) fn with_opcodes(&self, count: u32) -> u64 {
        combine(self.current(), self.opcodes & ((1 << (OPCODE_BITS * count)) - 1))
    }

    /// As `current`, with the opcodes and ModR/M bytes of the last `count` instructions.
    #[inline(always)]
    pub(crate) fn with_modrms(&self, count: u32) -> u64 {
        combine(self.with_opcodes(count), self.modrms & ((1 << (8 * count)) - 1))
    }

    /// The place, the operand's bytes and the last two opcodes.
    #[inline(always)]
    pub(crate) fn operand_after(&self) -> u64 {
        combine(self.place() | (self.opcodes & 0x3F_FFFF) << 8, self.operand)
    }

    /// The place and a little of the last opcode, for choosing weights, `0..256`.
    #[inline(always)]
    pub(crate) fn class(&self) -> usize {
        (self.place() << 2 | self.opcodes & 3) as usize
    }
}

impl State for InstructionContext {
    fn visit(&mut self, visitor: &mut dyn StateVisitor) {
        let mut part = self.part as u64;
        state::scalars(
            visitor,
            "instruction",
            [
                &mut part,
                &mut self.left,
                &mut self.immediate,
                &mut self.prefixes,
                &mut self.opcode,
                &mut self.modrm,
                &mut self.operand,
                &mut self.opcodes,
                &mut self.modrms,
            ],
        );
        self.part = PARTS[part.min(5) as usize];
    }

    fn settle(&mut self) {
        let is_within = matches!(self.part, Part::Displacement | Part::Immediate);
        self.left = self.left.clamp(usize::from(is_within), 7);
        self.immediate = self.immediate.min(7);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lengths of the instructions of `code`.
    fn lengths(code: &[u8]) -> Vec<usize> {
        let (mut context, mut lengths, mut length) = (InstructionContext::new(), Vec::new(), 0);
        for &byte in code {
            context.end_of_byte(byte);
            length += 1;
            if context.part == Part::Opcode && context.prefixes == 0 {
                lengths.push(length);
                length = 0;
            }
        }
        lengths
    }

    #[test]
    fn instructions_end_where_they_do() {
        #[rustfmt::skip]
        let code = [
            0x55,                                       // push ebp
            0x8B, 0xEC,                                 // mov ebp, esp
            0x8B, 0x45, 0x08,                           // mov eax, [ebp+8]
            0x8B, 0x44, 0x24, 0x04,                     // mov eax, [esp+4]
            0xC7, 0x05, 1, 2, 3, 4, 5, 6, 7, 8,         // mov dword [disp32], imm32
            0x66, 0x81, 0x7D, 0xFC, 0x34, 0x12,         // cmp word [ebp-4], imm16
            0x0F, 0x84, 1, 0, 0, 0,                     // jz rel32
            0x0F, 0xB6, 0xC0,                           // movzx eax, al
            0xF7, 0xC1, 1, 0, 0, 0,                     // test ecx, imm32
            0xF7, 0xD9,                                 // neg ecx
            0xE8, 1, 2, 3, 4,                           // call rel32
            0x83, 0xC4, 0x0C,                           // add esp, 12
            0xC3,                                       // ret
        ];
        assert_eq!(lengths(&code), [1, 2, 3, 4, 10, 6, 6, 3, 6, 2, 5, 3, 1]);
    }
}
