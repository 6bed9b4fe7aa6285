//! Ranges and recovery of frames that were damaged, with an index that may lie.

#![no_main]

use foretell::{
    Limits, Options,
    codec::{RangeDecoder, recover},
    compress,
    container::{
        BlockHeader, BlockKind, EndMark, SegmentHeader, SegmentSize, SegmentStart, block_check,
    },
    models::ModelSpec,
};
use libfuzzer_sys::{
    arbitrary::{self, Arbitrary},
    fuzz_target,
};
use std::io::{Cursor, Read};

#[derive(Arbitrary, Debug)]
struct Case<'a> {
    content: &'a [u8],
    segment_bytes: u8,
    block_bytes: u8,
    damage: Vec<(u16, u8)>,
    cut: Option<(u16, u8)>,
    index: Option<Vec<(u64, u16)>>,
    stray: Option<(u64, u64, u8)>,
    tail: &'a [u8],
    range: (u16, u16),
}

fuzz_target!(|case: Case<'_>| {
    let options = Options::default()
        .spec(ModelSpec::Order { order: 1, log2_slots: 8 })
        .block_bytes(1 + usize::from(case.block_bytes))
        .segment_bytes(1 + u64::from(case.segment_bytes));
    let content = &case.content[..case.content.len().min(4096)];
    let mut code = compress(content, &options);
    let whole = code.clone();
    for &(at, byte) in &case.damage {
        let at = usize::from(at) % code.len();
        code[at] = byte;
    }
    if let Some((at, count)) = case.cut {
        let start = usize::from(at) % code.len();
        let end = (start + usize::from(count)).min(code.len());
        code.drain(start..end);
    }
    if let Some(stray) = case.stray {
        write_stray(stray, &mut code);
    }
    if let Some(sizes) = &case.index {
        let size = |&(raw_bytes, coded)| SegmentSize { raw_bytes, coded_bytes: u64::from(coded) };
        let segments = sizes.iter().map(size).collect();
        EndMark { raw_bytes: 0, check: Some(0), segments }.write(&mut code);
    }
    code.extend_from_slice(case.tail);

    let limits = Limits::default().memory_bytes(1 << 24);
    let mut saved = Vec::new();
    let recovery = recover(&mut Cursor::new(&code), &mut saved, &limits);
    if code == whole {
        assert!(recovery.is_ok_and(|recovery| recovery.holes.is_empty()));
        assert_eq!(saved, content);
    }
    let (start, end) = (u64::from(case.range.0), u64::from(case.range.1));
    let mut part = Vec::new();
    let outcome = RangeDecoder::new(Cursor::new(&code), start..end, limits)
        .map_err(std::io::Error::from)
        .and_then(|mut decoder| decoder.read_to_end(&mut part));
    if code == whole && start <= end && end as usize <= content.len() {
        assert!(outcome.is_ok());
        assert_eq!(part, content[start as usize..end as usize]);
    }
});

/// A segment of two blocks that no frame has, wherever it says to belong.
fn write_stray((number, raw_offset, count): (u64, u64, u8), code: &mut Vec<u8>) {
    for number in [number, number.wrapping_add(1)] {
        let start = SegmentStart::Later { number, raw_offset };
        SegmentHeader::new(start, 1 << 10, Vec::new(), 0).write(code);
        for _ in 0..2 {
            let payload = vec![b'x'; usize::from(count).max(1)];
            let bytes = payload.len() as u64;
            let check = block_check(BlockKind::Stored, &payload, &payload);
            let (kind, transforms) = (BlockKind::Stored, Vec::new());
            let header = BlockHeader {
                kind,
                raw_bytes: bytes,
                transforms,
                model_bytes: bytes,
                coded_bytes: bytes,
                check,
            };
            header.write(code);
            code.extend_from_slice(&payload);
        }
    }
}
