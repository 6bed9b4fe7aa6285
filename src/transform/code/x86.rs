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
        let mut free_from = 0;
        starts(code).for_each(|at| {
            let operand = (at >= free_from).then(|| operand_at(code, at)).flatten();
            if let Some(operand) = operand {
                free_from = operand + OPERAND_BYTES;
                let displacement = value_of(&code[operand..free_from]);
                let next = position.wrapping_add(free_from as u32);
                see(displacement, sign_extend(displacement.wrapping_add(next)));
            }
        });
    }

    fn make_absolute(code: &mut [u8], position: u32) {
        let (head, words) = code.as_rchunks::<8>();
        let (head_bytes, words) = (head.len(), words.len());
        for start in (0..words).rev().map(|word| head_bytes + 8 * word) {
            let bytes = code[start..start + 8].try_into().expect("8 bytes");
            // A step changes only what is behind its opcode.
            let mut starts = starts_in(u64::from_le_bytes(bytes));
            while let Some(bit) = starts.checked_ilog2() {
                step(code, start + bit as usize / 8, position, u32::wrapping_add);
                starts ^= 1 << bit;
            }
        }
        for at in (0..head_bytes).rev() {
            step(code, at, position, u32::wrapping_add);
        }
    }

    fn make_relative(code: &mut [u8], position: u32) {
        let mut at = 0;
        while let Some(start) = next_start(code, at) {
            step(code, start, position, u32::wrapping_sub);
            at = start + 1;
        }
    }
}

/// Whether an instruction that counts may begin with `byte`.
const fn is_start(byte: u8) -> bool {
    matches!(byte, 0x48 | 0x4C | 0xE8 | 0xE9)
}

/// The highest bit of each byte of `word` that [`is_start`].
const fn starts_in(word: u64) -> u64 {
    const EACH: u64 = 0x0101_0101_0101_0101;
    // The bits in which the bytes differ from E8 or E9, and from 48 or 4C.
    zeros_in((word & (0xFE * EACH)) ^ (0xE8 * EACH))
        | zeros_in((word & (0xFB * EACH)) ^ (0x48 * EACH))
}

/// The highest bit of each byte of `word` that is 0.
const fn zeros_in(word: u64) -> u64 {
    const LOW: u64 = 0x7F7F_7F7F_7F7F_7F7F;
    !(((word & LOW) + LOW) | word | LOW)
}

/// The bytes of `code` that [`is_start`].
fn starts(code: &[u8]) -> impl Iterator<Item = usize> {
    let (words, tail) = code.as_chunks::<8>();
    let in_words = (0..).step_by(8).zip(words).flat_map(|(start, word)| {
        let mut starts = starts_in(u64::from_le_bytes(*word));
        std::iter::from_fn(move || {
            let offset = (starts != 0).then(|| starts.trailing_zeros() as usize / 8)?;
            starts &= starts - 1;
            Some(start + offset)
        })
    });
    let in_tail = (8 * words.len()..).zip(tail).filter(|(_, byte)| is_start(**byte));
    in_words.chain(in_tail.map(|(at, _)| at))
}

/// The first byte of `code` from `at` on that [`is_start`].
#[inline]
fn next_start(code: &[u8], at: usize) -> Option<usize> {
    Some(at + starts(code.get(at..)?).next()?)
}

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

/// Moves the target of the instruction at `at` of `code`, which begins at `position`, if it is
/// one that counts.
#[inline]
fn step(code: &mut [u8], at: usize, position: u32, by: impl Fn(u32, u32) -> u32) {
    let Some(operand) = operand_at(code, at) else { return };
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
    use proptest::prelude::*;

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

    proptest! {
        #[test]
        fn starts_are_found_by_words_as_byte_by_byte(
            code in prop::collection::vec(
                prop_oneof![prop::sample::select(vec![0x48, 0x4C, 0x49, 0x08, 0xE8, 0xE9, 0xEA]), any::<u8>()],
                0..40,
            ),
        ) {
            let mut found = Vec::new();
            while let Some(start) = next_start(&code, found.last().map_or(0, |last| last + 1)) {
                found.push(start);
            }
            let each: Vec<usize> = (0..code.len()).filter(|&at| is_start(code[at])).collect();
            prop_assert_eq!(&found, &each);
            prop_assert_eq!(starts(&code).collect::<Vec<_>>(), each);
        }

        #[test]
        fn steps_by_words_are_those_from_the_end_byte_by_byte(
            code in prop::collection::vec(
                prop_oneof![prop::sample::select(vec![0x48, 0x8D, 0x05, 0xE8, 0xE9, 0, 0xFF]), any::<u8>()],
                0..60,
            ),
            position in any::<u32>(),
        ) {
            let (mut by_words, mut by_bytes) = (code.clone(), code);
            X86::make_absolute(&mut by_words, position);
            for at in (0..by_bytes.len()).rev() {
                step(&mut by_bytes, at, position, u32::wrapping_add);
            }
            prop_assert_eq!(by_words, by_bytes);
        }
    }
}
