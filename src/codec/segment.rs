//! One segment: blocks that share a model which starts afresh.

use super::{
    Options,
    block::{CodedBlock, SegmentModel},
};
use crate::container::{SegmentHeader, SegmentSize, SegmentStart};

/// Codes the blocks of one segment.
///
/// The header is written with the first block, when it is known whether more follow: a
/// segment of one block gets a model no larger than that block can fill, or none if it
/// is stored. So the code depends on the content and the options, not on how the content
/// arrived.
pub(super) struct SegmentEncoder {
    start: SegmentStart,
    model: Option<SegmentModel>,
    size: SegmentSize,
}

impl SegmentEncoder {
    /// A segment at `start` without blocks so far.
    pub(super) fn new(start: SegmentStart) -> Self {
        Self { start, model: None, size: SegmentSize { raw_bytes: 0, coded_bytes: 0 } }
    }

    /// Appends the block of `content`, behind the segment's header if it is the first.
    pub(super) fn block(
        &mut self,
        content: &[u8],
        is_last: bool,
        options: &Options,
        out: &mut Vec<u8>,
    ) {
        let start = out.len();
        match &mut self.model {
            Some(model) => CodedBlock::encode(content, model).write(out),
            None if is_last => self.only_block(content, options, out),
            None => self.first_block(content, options, out),
        }
        self.size.raw_bytes += content.len() as u64;
        self.size.coded_bytes += (out.len() - start) as u64;
    }

    fn first_block(&mut self, content: &[u8], options: &Options, out: &mut Vec<u8>) {
        let spec = options.segment_bytes.map_or(options.spec.clone(), |n| options.spec.fitted(n));
        let (bytes, memory) = (spec.to_bytes(), spec.memory_bytes());
        let block_bytes = options.largest_block_bytes();
        SegmentHeader::new(self.start, block_bytes, bytes, memory).write(out);
        let model = self.model.insert(SegmentModel::new(spec));
        CodedBlock::encode(content, model).write(out);
    }

    fn only_block(&self, content: &[u8], options: &Options, out: &mut Vec<u8>) {
        let raw_bytes = content.len() as u64;
        let spec = options.spec.fitted(raw_bytes);
        let header = |spec, memory| SegmentHeader::new(self.start, raw_bytes, spec, memory);
        let mut modelled_header = Vec::new();
        header(spec.to_bytes(), spec.memory_bytes()).write(&mut modelled_header);
        let mut stored_header = Vec::new();
        header(Vec::new(), 0).write(&mut stored_header);

        let modelled = CodedBlock::encode(content, &mut SegmentModel::new(spec));
        let cost = modelled_header.len() - stored_header.len() + MAX_LENGTH_FIELD_BYTES;
        if modelled.is_seen_by_model() && modelled.saved_bytes() > cost {
            out.extend_from_slice(&modelled_header);
            modelled.write(out);
        } else {
            out.extend_from_slice(&stored_header);
            CodedBlock::stored(content).write(out);
        }
    }

    /// What the segment takes up.
    pub(super) fn size(&self) -> SegmentSize {
        self.size
    }
}

/// Bytes of the field that a modelled block has and a stored one has not, its coded
/// length, at most.
const MAX_LENGTH_FIELD_BYTES: usize = 5;
