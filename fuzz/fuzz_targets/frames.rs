//! Frames whose checks are right and whose fields, parameters and payloads are arbitrary:
//! they reach the models, the transforms and the coder, which must not panic.

#![no_main]

use foretell::{
    Limits,
    container::{
        BlockHeader, BlockKind, EndMark, SegmentHeader, SegmentStart, TransformStep, block_check,
    },
    decompress,
    models::Level,
};
use libfuzzer_sys::{
    arbitrary::{self, Arbitrary},
    fuzz_target,
};

#[derive(Arbitrary, Debug)]
struct Frame<'a> {
    content_bytes: Option<u64>,
    segment_bytes: Option<u32>,
    block_kib: u8,
    spec: Spec<'a>,
    blocks: Vec<Block<'a>>,
    threads: bool,
}

/// The parameters of a model: those of a level for some input, one byte of them perhaps
/// another, or arbitrary bytes.
#[derive(Arbitrary, Debug)]
enum Spec<'a> {
    None,
    Level { number: u8, log2_input: u8, patch: Option<(u8, u8)> },
    Bytes(&'a [u8]),
}

impl Spec<'_> {
    fn to_bytes(&self) -> Vec<u8> {
        match *self {
            Self::None => Vec::new(),
            Self::Level { number, log2_input, patch } => {
                let level = Level::new(1 + number % 9).expect("a level");
                let mut bytes = level.spec().fitted(1 << (log2_input % 14)).to_bytes();
                if let Some((at, byte)) = patch {
                    let at = usize::from(at) % bytes.len();
                    bytes[at] = byte;
                }
                bytes
            }
            Self::Bytes(bytes) => bytes[..bytes.len().min(255)].to_vec(),
        }
    }
}

#[derive(Arbitrary, Debug)]
struct Block<'a> {
    kind: u8,
    raw_bytes: u16,
    steps: Vec<(u8, &'a [u8])>,
    payload: &'a [u8],
    begins_segment: bool,
}

impl Block<'_> {
    fn write(&self, out: &mut Vec<u8>) {
        let kind = match self.kind % 3 {
            0 => BlockKind::Stored,
            1 => BlockKind::Modelled,
            _ => BlockKind::Learnt,
        };
        let payload = &self.payload[..self.payload.len().min(4000)];
        let coded_bytes = payload.len() as u64;
        let raw_bytes = if self.raw_bytes == 0 { coded_bytes } else { self.raw_bytes.into() };
        let steps = self.steps.iter().take(BlockHeader::MAX_STEPS);
        let transforms: Vec<_> = match kind {
            BlockKind::Stored => Vec::new(),
            _ => steps
                .map(|&(id, bytes)| TransformStep {
                    id: id % 32,
                    parameters: bytes[..bytes.len().min(255)].to_vec(),
                })
                .collect(),
        };
        let model_bytes = match kind {
            BlockKind::Modelled if transforms.is_empty() => raw_bytes,
            BlockKind::Modelled => coded_bytes + u64::from(self.raw_bytes >> 4) + 1,
            _ => coded_bytes,
        };
        let raw_bytes = if transforms.is_empty() { model_bytes } else { raw_bytes };
        let check = block_check(kind, payload, payload);
        BlockHeader { kind, raw_bytes, transforms, model_bytes, coded_bytes, check }.write(out);
        out.extend_from_slice(payload);
    }
}

fuzz_target!(|frame: Frame<'_>| {
    let spec = frame.spec.to_bytes();
    let block_bytes = u64::from(frame.block_kib) << 10;
    let header = |start| SegmentHeader::new(start, block_bytes, spec.clone(), 0);
    let segment_bytes = frame.segment_bytes.map(u64::from);
    let mut code = Vec::new();
    header(SegmentStart::Frame { content_bytes: frame.content_bytes, segment_bytes })
        .write(&mut code);
    let (mut number, mut raw_offset) = (0, 0);
    for block in &frame.blocks {
        if block.begins_segment {
            number += 1;
            header(SegmentStart::Later { number, raw_offset }).write(&mut code);
        }
        block.write(&mut code);
        raw_offset += u64::from(block.raw_bytes);
    }
    EndMark { raw_bytes: raw_offset, check: Some(0), segments: Vec::new() }.write(&mut code);
    let limits = Limits::default().memory_bytes(32 << 20).threads(1 + usize::from(frame.threads));
    let _ = decompress(&code, &limits);
});
