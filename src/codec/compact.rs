//! Small content behind a trained model, as a compact frame.

use super::{
    Bill, Options, Prior,
    block::{BlockPlace, admit_block},
    segment::CodedPiece,
};
use crate::{
    container::{
        BlockHeader, BlockKind, CompactHeader, PriorId, SegmentHeader, SegmentStart, block_check,
    },
    error::Error,
};

/// The compact frame of `content`, all of a frame that begins at `start`, if it has one.
pub(super) fn encode(options: &Options, start: SegmentStart, content: &[u8]) -> Option<CodedPiece> {
    let SegmentStart::Frame { content_bytes: _, segment_bytes: None } = start else { return None };
    let raw_bytes = content.len() as u64;
    let prior = options.prior.as_ref().filter(|_| raw_bytes <= CompactHeader::MAX_RAW_BYTES)?;
    let PriorId::Trained(id) = prior.id() else { return None };
    let (payload, ideal_bits) = prior.encode(content, options.is_metered)?;
    if payload.len() >= content.len() {
        return None;
    }
    let header = CompactHeader {
        model: id as u32,
        raw_bytes,
        coded_bytes: payload.len() as u64,
        check: block_check(BlockKind::Modelled, content, &payload),
    };
    let mut code = Vec::new();
    header.write(&mut code);
    code.extend_from_slice(&payload);
    let code_bytes = payload.len() as u64;
    let bill = Bill { ideal_bits, code_bytes, container_bytes: 0 };
    Some(CodedPiece { code, raw_bytes, bill, is_frame: true })
}

/// Whether `header` is what a compact frame says of its segment.
pub(super) fn is(header: &SegmentHeader) -> bool {
    matches!(header.prior, Some(PriorId::TrainedLow(_)))
}

/// The content of the only block of a compact frame: the mirror of [`encode`].
pub(super) fn decode(
    prior: &Prior,
    (header, place): (&BlockHeader, BlockPlace),
    payload: &[u8],
) -> Result<Vec<u8>, Error> {
    let content = prior.decode(payload, header.raw_bytes as usize);
    let content = content.ok_or(Error::NoModel { offset: place.offset })?;
    admit_block((header, place), content, payload)
}
