//! x86: `call rel32`, `jmp rel32`, and loads, stores and `lea` relative to the instruction.
//!
//! ```text
//! E8 d d d d    E9 d d d d                   call, jmp
//! 48|4C 89|8B|8D 05|0D|…|3D d d d d          mov, lea with [rip + d]
//! ```
//!
//! An operand counts if its top byte is 00 or FF, as that of any target within ±16 MiB:
//!
//! ```text
//! target = displacement + position of the next instruction   (mod 2²⁵, sign-extended)
//! ```
//!
//! Exact on any bytes: a step keeps its opcode and the class of its top byte, steps go
//! from the end to the start, and the inverse undoes them from the start to the end.
//! Conditional jumps stay as they are: they are short, and their displacements repeat as
//! often.

use super::Instructions;
use std::ops::Range;

/// x86, 32 or 64 bits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct X86;

/// Targets are sums modulo 2²⁵: the 24 bits below the top byte, and the sign.
const TARGET_MASK: u32 = (1 << 25) - 1;
const OPERAND_BYTES: usize = 4;

impl Instructions for X86 {
    const POSITION_MASK: u32 = TARGET_MASK;

    fn show(block: &[u8], part: Range<usize>, origin: u32, mut see: impl FnMut(u32, u32)) {
        let (code, position) = (&block[part.clone()], origin.wrapping_add(part.start as u32));
        let mut at = 0;
        while let Some(operand) = next_operand(code, at) {
            at = operand + OPERAND_BYTES;
            let displacement = value_of(&code[operand..at]);
            let next = position.wrapping_add(at as u32);
            see(displacement, sign_extend(displacement.wrapping_add(next)));
        }
    }

    fn make_absolute(code: &mut [u8], position: u32) {
        for at in (0..code.len()).rev() {
            if let Some(operand) = operand_at(code, at) {
                move_target(code, operand, position, u32::wrapping_add);
            }
        }
    }

    fn make_relative(code: &mut [u8], position: u32) {
        for at in 0..code.len() {
            if let Some(operand) = operand_at(code, at) {
                move_target(code, operand, position, u32::wrapping_sub);
            }
        }
    }
}

/// Bytes with which an instruction that counts may begin.
const MAY_BEGIN: [bool; 256] = {
    let mut may_begin = [false; 256];
    let mut starts: &[u8] = &[0x48, 0x4C, 0xE8, 0xE9];
    while let [start, others @ ..] = starts {
        may_begin[*start as usize] = true;
        starts = others;
    }
    may_begin
};

/// Where the operand of the instruction at `at` begins, if it is one that counts, whole
/// and near.
#[inline]
fn operand_at(code: &[u8], at: usize) -> Option<usize> {
    let operand = match code[at] {
        0xE8 | 0xE9 => at + 1,
        0x48 | 0x4C if is_relative(code.get(at + 1..at + 3)?) => at + 3,
        _ => return None,
    };
    is_near(*code.get(operand + OPERAND_BYTES - 1)?).then_some(operand)
}

/// The first operand of an instruction at or after `at`.
#[inline]
fn next_operand(code: &[u8], at: usize) -> Option<usize> {
    let mut at = at;
    loop {
        at += code.get(at..)?.iter().position(|&byte| MAY_BEGIN[usize::from(byte)])?;
        match operand_at(code, at) {
            None => at += 1,
            operand => return operand,
        }
    }
}

/// Whether these two bytes behind a prefix are `mov` or `lea` and an operand relative to
/// the next instruction.
#[inline]
const fn is_relative(bytes: &[u8]) -> bool {
    matches!(bytes[0], 0x89 | 0x8B | 0x8D) && bytes[1] & 0xC7 == 0x05
}

/// Whether an operand with this top byte points within ±16 MiB.
#[inline]
const fn is_near(top_byte: u8) -> bool {
    matches!(top_byte, 0x00 | 0xFF)
}

/// Moves the target at `operand` of `code`, which begins at `position`.
#[inline]
fn move_target(code: &mut [u8], operand: usize, position: u32, by: impl Fn(u32, u32) -> u32) {
    let end = operand + OPERAND_BYTES;
    let next = position.wrapping_add(end as u32);
    let operand = &mut code[operand..end];
    let moved = sign_extend(by(value_of(operand), next));
    operand.copy_from_slice(&moved.to_le_bytes());
}

/// A 4-byte operand as a number.
#[inline]
fn value_of(operand: &[u8]) -> u32 {
    u32::from_le_bytes(operand.try_into().expect("an operand has 4 bytes"))
}

/// The low 25 bits as a signed number: the top byte becomes 00 or FF.
#[inline]
const fn sign_extend(target: u32) -> u32 {
    ((target << 7) as i32 >> 7) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transform::code::{Code, PART_BYTES};

    const CALL_BYTES: usize = 5;

    /// `count` calls of the same function, with filler between them.
    fn calls_of_one_function(count: usize) -> Vec<u8> {
        let mut code = Vec::new();
        add_calls(&mut code, count);
        code
    }

    fn add_calls(code: &mut Vec<u8>, count: usize) {
        for _ in 0..count {
            let displacement = 40_000u32.wrapping_sub((code.len() + CALL_BYTES) as u32);
            code.push(0xE8);
            code.extend(displacement.to_le_bytes());
            code.extend_from_slice(&[0x90; 7][..code.len() % 8]);
        }
    }

    #[test]
    fn calls_of_one_function_become_one_operand() {
        let code = calls_of_one_function(100);
        let x86 = Code::<X86>::detect(&code, 0).expect("its targets repeat");
        let rewritten = x86.forward(&code);
        assert_eq!(rewritten[..5], [0xE8, 0x40, 0x9C, 0x00, 0x00]);
        let is_call = |window: &&[u8]| *window == [0xE8, 0x40, 0x9C, 0x00, 0x00];
        assert_eq!(rewritten.windows(5).filter(is_call).count(), 100);
    }

    #[test]
    fn a_later_block_of_a_segment_keeps_its_targets() {
        let code = calls_of_one_function(100);
        let (first, second) = code.split_at(code.len() / 2);
        let whole = Code::<X86>::detect(&code, 0).expect("code").forward(&code);
        let later = Code::<X86>::detect(second, first.len() as u64).expect("code");
        let tail = later.forward(second);
        assert_eq!(tail[16..], whole[whole.len() - tail.len() + 16..]);
    }

    #[test]
    fn parameters_of_scattered_code_fit_a_header() {
        let mut block = Vec::new();
        for _ in 0..100 {
            add_calls(&mut block, 50);
            block.resize(block.len().next_multiple_of(PART_BYTES) + PART_BYTES, 0x20);
        }
        let x86 = Code::<X86>::detect(&block, u64::MAX).expect("its targets repeat");
        assert!(x86.ranges().count() < 100);
        assert!(x86.to_bytes().len() <= 255);
        assert_eq!(x86.inverse(&x86.forward(&block)), Some(block));
    }

    #[test]
    fn repeated_displacements_are_left_alone() {
        let records: Vec<u8> = (0..1000u32).flat_map(|i| [0xE8, 1, 2, 3, 0, i as u8]).collect();
        assert_eq!(Code::<X86>::detect(&records, 0), None);
    }

    #[test]
    fn addresses_relative_to_the_instruction_become_absolute() {
        let mut code = Vec::new();
        for at in 0..100u32 {
            let opcode = [[0x48, 0x8D, 0x05], [0x4C, 0x8B, 0x3D], [0x48, 0x89, 0x0D]];
            code.extend_from_slice(&opcode[at as usize % 3]);
            code.extend((9000 - 7 * (at + 1)).to_le_bytes());
        }
        let x86 = Code::<X86>::detect(&code, 0).expect("its targets repeat");
        for instruction in x86.forward(&code).chunks_exact(7) {
            assert_eq!(value_of(&instruction[3..]), 9000);
        }
    }
}
