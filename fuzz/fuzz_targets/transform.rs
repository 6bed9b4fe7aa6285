//! Transforms: any inverse takes any parameters and bytes within its limit, what was chosen
//! for a block is undone exactly, and so are the copies found in it and in what came before.

#![no_main]

use foretell::transform::{
    Block, Duplicates, Finder, Rewritten, Thresholds, Transform, Window, rewrite,
};
use libfuzzer_sys::{
    arbitrary::{self, Arbitrary},
    fuzz_target,
};

/// Bytes of a block at most, rewritten or not.
const LIMIT: usize = 1 << 20;

#[derive(Arbitrary, Debug)]
struct Case<'a> {
    id: u8,
    parameters: &'a [u8],
    limit: u16,
    offset: u64,
    repeats: u8,
    past: &'a [u8],
    reach: u16,
    damage: (u16, u8, u16, u8),
    bytes: &'a [u8],
}

fuzz_target!(|case: Case<'_>| {
    let parameters = &case.parameters[..case.parameters.len().min(255)];
    if let Ok(transform) = Transform::from_parts(case.id % 32, parameters) {
        let again = Transform::from_parts(transform.id(), &transform.parameters());
        assert_eq!(again.as_ref(), Ok(&transform));
        if let Ok(original) = transform.inverse(case.bytes, case.past, case.limit.into()) {
            assert!(original.len() <= case.limit.into());
        }
    }
    let mut block = case.bytes.repeat(1 + usize::from(case.repeats));
    block.truncate(1 << 17);
    let source = Block { bytes: &block, offset: case.offset, copies: Vec::new() };
    let Rewritten { transforms, bytes } = rewrite(source, LIMIT, &price);
    let mut restored = bytes.into_owned();
    for transform in transforms.iter().rev() {
        inverse_of_damaged(transform, (&restored, case.past), case.damage);
        let read = Transform::from_parts(transform.id(), &transform.parameters());
        let original = read.expect("its own parameters").inverse(&restored, case.past, LIMIT);
        restored = original.expect("its own bytes");
    }
    assert!(restored == block);
    copies_come_back(&block, &case);
});

/// Cheap where numbers are small, so that differences are chosen often.
fn price(bytes: &[u8]) -> u64 {
    bytes.iter().map(|&byte| u64::from(byte.min(!byte))).sum()
}

/// Copies taken out of the block, behind the content before it, and put back.
fn copies_come_back(block: &[u8], case: &Case<'_>) {
    let reach = usize::from(case.reach);
    let thresholds = Thresholds { remembered: None, known: 40, forgotten: 32 };
    let (mut finder, mut window) = (Finder::new(thresholds, reach), Window::new(reach));
    let _ = finder.find(window.bytes(), case.past);
    window.push(case.past).expect("little memory");
    let copies = finder.find(window.bytes(), block);
    let duplicates = Transform::Duplicates(Duplicates::new(block.len(), copies));
    let left = duplicates.forward(block);
    inverse_of_damaged(&duplicates, (&left, window.bytes()), case.damage);
    let read = Transform::from_parts(duplicates.id(), &duplicates.parameters());
    let original = read.expect("its own parameters").inverse(&left, window.bytes(), LIMIT);
    assert!(original.expect("its own bytes") == block);
}

/// What was rewritten is undone once more with a byte of it and of the parameters changed.
fn inverse_of_damaged(
    transform: &Transform,
    (block, past): (&[u8], &[u8]),
    (in_parameters, byte, in_block, other): (u16, u8, u16, u8),
) {
    let (mut parameters, mut block) = (transform.parameters(), block.to_vec());
    let change = |bytes: &mut [u8], at: u16, byte: u8| {
        if !bytes.is_empty() {
            bytes[usize::from(at) % bytes.len()] ^= byte;
        }
    };
    change(&mut parameters, in_parameters, byte);
    change(&mut block, in_block, other);
    if let Ok(damaged) = Transform::from_parts(transform.id(), &parameters) {
        if let Ok(original) = damaged.inverse(&block, past, LIMIT) {
            assert!(original.len() <= LIMIT);
        }
    }
}
