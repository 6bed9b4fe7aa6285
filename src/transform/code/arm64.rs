//! ARM64: `bl` to a function and `adrp` to a page of data.
//!
//! Instructions are words of 32 bits, least significant byte first, at positions that are
//! multiples of 4:
//!
//! ```text
//! bl    100101 offset:26            target = offset + position / 4      (mod 2²⁶)
//! adrp  1 low:2 10000 high:19 rd:5  page = high:low + position / 4096   (mod 2²¹)
//! ```
//!
//! A word keeps the bits that tell which it is, so any bytes come back. `b` stays as it
//! is: it jumps within its function, where displacements repeat as often.

use super::Instructions;
use std::ops::Range;

/// 64-bit ARM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arm64;

/// Bytes of an instruction.
const WORD_BYTES: usize = 4;
const BL: u32 = 0b10_0101 << 26;
const BL_MASK: u32 = 0b11_1111 << 26;
const ADRP: u32 = 0x9000_0000;
const ADRP_MASK: u32 = 0x9F00_0000;
const LOG2_PAGE_BYTES: u32 = 12;
/// The register that the address of the page goes to.
const REGISTER_MASK: u32 = (1 << 5) - 1;

impl Instructions for Arm64 {
    const POSITION_MASK: u32 = u32::MAX;

    fn show(block: &[u8], part: Range<usize>, origin: u32, mut see: impl FnMut(u32, u32)) {
        let mut position = origin.wrapping_add(part.start as u32);
        let before = bytes_before_word(position).min(part.len());
        position = position.wrapping_add(before as u32);
        let mut see_all = |words: &[[u8; WORD_BYTES]], mut position: u32| {
            for bytes in words {
                let word = u32::from_le_bytes(*bytes);
                if let Some(moved) = moved(word, position, u32::wrapping_add) {
                    // The register that an address goes to makes it no other one.
                    let mask = if word & BL_MASK == BL { 0 } else { REGISTER_MASK };
                    see(word & !mask, moved & !mask);
                }
                position = position.wrapping_add(WORD_BYTES as u32);
            }
        };
        let (groups, rest) = block[part][before..].as_chunks().0.as_chunks::<GROUP>();
        for group in groups {
            if group.iter().fold(false, |any, word| any | is_moved(u32::from_le_bytes(*word))) {
                see_all(group, position);
            }
            position = position.wrapping_add((GROUP * WORD_BYTES) as u32);
        }
        see_all(rest, position);
    }

    fn make_absolute(code: &mut [u8], position: u32) {
        move_all(code, position, u32::wrapping_add);
    }

    fn make_relative(code: &mut [u8], position: u32) {
        move_all(code, position, u32::wrapping_sub);
    }
}

/// Words that are looked at together.
const GROUP: usize = 8;

/// Whether an instruction has an address.
const fn is_moved(word: u32) -> bool {
    word & BL_MASK == BL || word & ADRP_MASK == ADRP
}

/// Adds to each address, or takes from it, what its position gives.
fn move_all(code: &mut [u8], mut position: u32, add: impl Fn(u32, u32) -> u32) {
    let before = bytes_before_word(position).min(code.len());
    position = position.wrapping_add(before as u32);
    for bytes in code[before..].chunks_exact_mut(WORD_BYTES) {
        if let Some(moved) = moved(word_of(bytes), position, &add) {
            bytes.copy_from_slice(&moved.to_le_bytes());
        }
        position = position.wrapping_add(WORD_BYTES as u32);
    }
}

/// The instruction `word` at `position` with its address moved, if it has one.
#[inline]
fn moved(word: u32, position: u32, add: impl Fn(u32, u32) -> u32) -> Option<u32> {
    if word & BL_MASK == BL {
        let target = add(word, position / WORD_BYTES as u32);
        return Some(BL | target & !BL_MASK);
    }
    (word & ADRP_MASK == ADRP).then(|| {
        let relative = (word >> 5 & 0x7_FFFF) << 2 | word >> 29 & 3;
        let page = add(relative, position >> LOG2_PAGE_BYTES);
        ADRP | word & REGISTER_MASK | (page >> 2 & 0x7_FFFF) << 5 | (page & 3) << 29
    })
}

/// Bytes from `position` to the first instruction.
const fn bytes_before_word(position: u32) -> usize {
    position.wrapping_neg() as usize % WORD_BYTES
}

fn word_of(bytes: &[u8]) -> u32 {
    u32::from_le_bytes(bytes.try_into().expect("a word has 4 bytes"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transform::code::Code;

    /// Calls of the function at 0x10000 and addresses of the page at 0x40000, in turn.
    fn code(words: u32) -> Vec<u8> {
        let word = |at: u32| match at % 3 {
            0 => BL | (0x4000 - at) & !BL_MASK,
            1 => {
                let page = (0x40_u32.wrapping_sub((at * 4) >> 12)) & 0x1F_FFFF;
                ADRP | page >> 2 << 5 | (page & 3) << 29 | (at % 32)
            }
            _ => 0xD503_201F,
        };
        (0..words).flat_map(|at| word(at).to_le_bytes()).collect()
    }

    #[test]
    fn calls_and_pages_become_absolute() {
        let code = code(3000);
        let arm64 = Code::<Arm64>::detect(&code, 0).expect("its targets repeat");
        let rewritten = arm64.forward(&code);
        for (at, bytes) in rewritten.chunks_exact(4).enumerate() {
            let expected = match at % 3 {
                0 => BL | 0x4000,
                1 => ADRP | 0x40 >> 2 << 5 | (at as u32 % 32),
                _ => 0xD503_201F,
            };
            assert_eq!(word_of(bytes), expected, "{at}");
        }
        assert_eq!(arm64.inverse(&rewritten), Some(code));
    }

    #[test]
    fn instructions_are_where_positions_are_multiples_of_four() {
        let code = code(3000);
        let later = Code::<Arm64>::detect(&code[6..], 6).expect("its targets repeat");
        let whole = Code::<Arm64>::detect(&code, 0).expect("its targets repeat");
        assert_eq!(later.forward(&code[6..])[2..], whole.forward(&code)[8..]);
    }

    #[test]
    fn repeated_words_are_left_alone() {
        let words: Vec<u8> = (0..9000u32).flat_map(|at| (BL | (at % 7)).to_le_bytes()).collect();
        assert_eq!(Code::<Arm64>::detect(&words, 0), None);
    }
}
