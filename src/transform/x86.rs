//! x86 `call rel32` and `jmp rel32`: relative targets ⇄ absolute targets.
//!
//! A function called from ten places is ten different displacements but one address. An
//! operand counts if its top byte is 00 or FF, as that of any target within ±16 MiB:
//!
//! ```text
//! target = displacement + position of the next instruction   (mod 2²⁵, sign-extended)
//! ```
//!
//! Exact on any bytes: a step keeps its opcode and the class of its top byte, steps go
//! from the end to the start, and the inverse undoes them from the start to the end.

use super::{
    ranges::{self, Ranges},
    wire::{put_number, take_number},
};
use std::ops::Range;

/// The rewriting of chosen ranges of a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct X86 {
    /// Position of the block's first byte in its segment, modulo 2²⁵.
    origin: u32,
    /// Where the code is.
    code: Ranges,
}

/// Targets are sums modulo 2²⁵: the 24 bits below the top byte, and the sign.
const TARGET_MASK: u32 = (1 << 25) - 1;
/// An opcode and its operand.
const CALL_BYTES: usize = 5;
/// Bytes of a block that are judged together. Shorter follows the edges of code in an
/// archive better, longer judges on more calls; 16 and 64 KiB differ by 0.01 %.
const PART_BYTES: usize = 32 << 10;
/// Repeated targets that a block must gain to be worth a transform; about 2 bytes each.
const MIN_GAIN: i32 = 16;

impl X86 {
    /// The number in a block's header.
    pub(super) const ID: u8 = 1;

    /// The ranges of `block` where absolute targets repeat more often than displacements
    /// do, if that gains enough.
    pub(super) fn detect(block: &[u8], offset: u64) -> Option<Self> {
        let origin = offset as u32 & TARGET_MASK;
        let seen = Repeats::in_block(block, origin);
        let mut total_gain = 0;
        let parts = ranges::parts(block.len(), PART_BYTES).filter(|part| {
            let gain = seen.gain(block, origin, part.clone());
            total_gain += gain.max(0);
            gain > 0
        });
        let code = Ranges::of_chosen(parts);
        (total_gain >= MIN_GAIN).then_some(Self { origin, code })
    }

    pub(super) fn forward(&self, bytes: &[u8]) -> Vec<u8> {
        let mut rewritten = bytes.to_vec();
        for code in self.code.iter() {
            let mut end = code.end;
            while let Some(call) = last_call(&rewritten[code.start..code.end], end - code.start) {
                end = code.start + call;
                self.move_target(&mut rewritten, end, u32::wrapping_add);
            }
        }
        rewritten
    }

    /// The mirror of [`forward`](Self::forward); `None` if a range leaves the block.
    pub(super) fn inverse(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        if self.code.end() > bytes.len() {
            return None;
        }
        let mut original = bytes.to_vec();
        for code in self.code.iter() {
            let mut at = code.start;
            while let Some(call) = next_call(&original[..code.end], at) {
                self.move_target(&mut original, call, u32::wrapping_sub);
                at = call + 1;
            }
        }
        Some(original)
    }

    fn move_target(&self, bytes: &mut [u8], call: usize, move_by: impl Fn(u32, u32) -> u32) {
        let next = self.origin.wrapping_add((call + CALL_BYTES) as u32);
        let operand = &mut bytes[call + 1..call + CALL_BYTES];
        let moved = sign_extend(move_by(operand_of(operand), next));
        operand.copy_from_slice(&moved.to_le_bytes());
    }

    /// `origin`, then the ranges.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        put_number(&mut bytes, self.origin);
        self.code.write(&mut bytes);
        bytes
    }

    /// The mirror of [`to_bytes`](Self::to_bytes).
    pub(super) fn from_bytes(mut bytes: &[u8]) -> Option<Self> {
        let bytes = &mut bytes;
        let origin = take_number(bytes).filter(|&origin| origin <= TARGET_MASK)?;
        let code = Ranges::read(bytes)?;
        bytes.is_empty().then_some(Self { origin, code })
    }
}

/// The first call or jump at or after `at` whose operand is whole and near.
#[inline]
fn next_call(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at += memchr::memchr2(0xE8, 0xE9, bytes.get(at..)?)?;
        if is_near(*bytes.get(at + CALL_BYTES - 1)?) {
            return Some(at);
        }
        at += 1;
    }
}

/// The last call or jump before `end` whose operand is whole and near.
#[inline]
fn last_call(bytes: &[u8], mut end: usize) -> Option<usize> {
    loop {
        end = memchr::memrchr2(0xE8, 0xE9, &bytes[..end])?;
        if bytes.get(end + CALL_BYTES - 1).copied().is_some_and(is_near) {
            return Some(end);
        }
    }
}

/// Whether an operand with this top byte points within ±16 MiB.
#[inline]
const fn is_near(top_byte: u8) -> bool {
    matches!(top_byte, 0x00 | 0xFF)
}

/// A 4-byte operand as a number.
#[inline]
fn operand_of(operand: &[u8]) -> u32 {
    u32::from_le_bytes(operand.try_into().expect("an operand has 4 bytes"))
}

/// The low 25 bits as a signed number: the top byte becomes 00 or FF.
#[inline]
const fn sign_extend(target: u32) -> u32 {
    ((target << 7) as i32 >> 7) as u32
}

/// How often each target and each displacement occurs in a block, hashed.
struct Repeats {
    targets: Vec<u8>,
    displacements: Vec<u8>,
}

impl Repeats {
    const LOG2_SLOTS: u32 = 18;

    fn in_block(block: &[u8], origin: u32) -> Self {
        let empty = vec![0; 1 << Self::LOG2_SLOTS];
        let mut seen = Self { targets: empty.clone(), displacements: empty };
        for_each_call(block, origin, 0..block.len(), |displacement, target| {
            let of_target = &mut seen.targets[Self::slot(target)];
            *of_target = of_target.saturating_add(1);
            let of_displacement = &mut seen.displacements[Self::slot(displacement)];
            *of_displacement = of_displacement.saturating_add(1);
        });
        seen
    }

    /// Calls of `part` whose target occurs elsewhere, less those whose displacement does.
    fn gain(&self, block: &[u8], origin: u32, part: Range<usize>) -> i32 {
        let mut gain = 0;
        for_each_call(block, origin, part, |displacement, target| {
            gain += i32::from(self.targets[Self::slot(target)] > 1);
            gain -= i32::from(self.displacements[Self::slot(displacement)] > 1);
        });
        gain
    }

    const fn slot(value: u32) -> usize {
        (value.wrapping_mul(0x9E37_79B1) >> (32 - Self::LOG2_SLOTS)) as usize
    }
}

/// Shows each call's displacement and target.
fn for_each_call(block: &[u8], origin: u32, part: Range<usize>, mut show: impl FnMut(u32, u32)) {
    let mut at = part.start;
    while let Some(call) = next_call(&block[..part.end], at) {
        at = call + CALL_BYTES;
        let displacement = operand_of(&block[call + 1..at]);
        show(displacement, sign_extend(displacement.wrapping_add(origin).wrapping_add(at as u32)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

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
        let x86 = X86::detect(&code, 0).expect("its targets repeat");
        let rewritten = x86.forward(&code);
        assert_eq!(rewritten[..5], [0xE8, 0x40, 0x9C, 0x00, 0x00]);
        let is_call = |window: &&[u8]| *window == [0xE8, 0x40, 0x9C, 0x00, 0x00];
        assert_eq!(rewritten.windows(5).filter(is_call).count(), 100);
    }

    #[test]
    fn a_later_block_of_a_segment_keeps_its_targets() {
        let code = calls_of_one_function(100);
        let (first, second) = code.split_at(code.len() / 2);
        let whole = X86::detect(&code, 0).expect("code").forward(&code);
        let later = X86::detect(second, first.len() as u64).expect("code");
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
        let x86 = X86::detect(&block, u64::MAX).expect("its targets repeat");
        assert!(x86.code.iter().count() < 100);
        assert!(x86.to_bytes().len() <= 255);
        assert_eq!(x86.inverse(&x86.forward(&block)), Some(block));
    }

    #[test]
    fn repeated_displacements_are_left_alone() {
        let records: Vec<u8> = (0..1000u32).flat_map(|i| [0xE8, 1, 2, 3, 0, i as u8]).collect();
        assert_eq!(X86::detect(&records, 0), None);
    }

    #[test]
    fn a_range_beyond_the_block_is_refused() {
        let x86 = X86 { origin: 0, code: std::iter::once(0..10).collect() };
        assert_eq!(x86.inverse(&[0; 9]), None);
    }

    proptest! {
        #[test]
        fn any_bytes_come_back(
            bytes in prop::collection::vec(prop_oneof![Just(0xE8), Just(0), Just(0xFF), any::<u8>()], 0..300),
            origin in 0..=TARGET_MASK,
            cut in 0usize..300,
        ) {
            let cut = cut.min(bytes.len());
            let x86 = X86 { origin, code: [0..cut, cut..bytes.len()].into_iter().collect() };
            prop_assert_eq!(x86.inverse(&x86.forward(&bytes)), Some(bytes));
            prop_assert_eq!(X86::from_bytes(&x86.to_bytes()), Some(x86));
        }

        #[test]
        fn any_parameters_are_read_or_refused(parameters in prop::collection::vec(any::<u8>(), 0..20)) {
            if let Some(x86) = X86::from_bytes(&parameters) {
                prop_assert_eq!(x86.to_bytes(), parameters);
                let _ = x86.inverse(&[0xE8; 100]);
            }
        }
    }
}
