//! One segment: blocks that share a model, which starts afresh.

use super::{
    Bill, Options,
    block::{CodedBlock, SegmentModel},
    noise::{self, Part},
};
use crate::{
    container::{SegmentHeader, SegmentSize, SegmentStart},
    error::Error,
    models::ModelSpec,
};

/// Codes the content of one segment.
///
/// The header is written with the first content, when it is known whether more follows:
/// a segment that is known whole gets a model no larger than it can fill, or none if it
/// is stored. So the code depends on the content and the options, not on how the content
/// arrived.
pub(super) struct SegmentEncoder {
    start: SegmentStart,
    model: Option<SegmentModel>,
    size: SegmentSize,
    bill: Bill,
}

impl SegmentEncoder {
    /// A segment at `start` without content so far.
    pub(super) fn new(start: SegmentStart) -> Self {
        let size = SegmentSize { raw_bytes: 0, coded_bytes: 0 };
        Self { start, model: None, size, bill: Bill::default() }
    }

    /// Appends blocks of `content`, behind the segment's header if it is the first.
    /// `is_last` says that nothing follows it in the segment.
    pub(super) fn add(
        &mut self,
        content: &[u8],
        is_last: bool,
        options: &Options,
        out: &mut Vec<u8>,
    ) {
        let start = out.len();
        let parts = noise::parts(content);
        match &mut self.model {
            None if is_last && parts.len() == 1 => {
                self.only_block(content, &parts[0], options, out);
            }
            None => self.begin(content, is_last, options, out),
            Some(_) => {}
        }
        if let Some(model) = &mut self.model {
            for part in parts {
                let offset = self.size.raw_bytes + part.range.start as u64;
                let block = encode_part(&content[part.range.clone()], part.is_noise, offset, model);
                self.bill += block.bill();
                block.write(out);
            }
        }
        self.size.raw_bytes += content.len() as u64;
        self.size.coded_bytes += (out.len() - start) as u64;
    }

    /// Appends the header of a segment of several blocks that begins with `content`.
    fn begin(&mut self, content: &[u8], is_last: bool, options: &Options, out: &mut Vec<u8>) {
        let whole_bytes = if is_last { Some(content.len() as u64) } else { options.segment_bytes };
        let spec = whole_bytes.map_or(options.spec.clone(), |bytes| options.spec.fitted(bytes));
        let block_bytes =
            if is_last { content.len() as u64 } else { options.largest_block_bytes() };
        let header = header(self.start, block_bytes, Some(&spec));
        header.write(out);
        self.model = Some(SegmentModel::new(spec, header.block_bytes).metered(options.is_metered));
    }

    /// Appends a whole segment of one block, with the model only if that makes it
    /// shorter.
    fn only_block(&mut self, content: &[u8], part: &Part, options: &Options, out: &mut Vec<u8>) {
        let raw_bytes = content.len() as u64;
        let mut stored = Vec::new();
        header(self.start, raw_bytes, None).write(&mut stored);
        let block = CodedBlock::stored(content);
        block.write(&mut stored);
        self.bill = block.bill();
        if !part.is_noise {
            let spec = options.spec.fitted(raw_bytes);
            let header = header(self.start, raw_bytes, Some(&spec));
            let mut modelled = Vec::new();
            header.write(&mut modelled);
            let mut model = SegmentModel::new(spec, header.block_bytes).metered(options.is_metered);
            let block = CodedBlock::encode(content, 0, &mut model);
            block.write(&mut modelled);
            if modelled.len() < stored.len() {
                (self.bill, stored) = (block.bill(), modelled);
            }
        }
        out.append(&mut stored);
    }

    /// What its payloads cost.
    pub(super) fn bill(&self) -> Bill {
        self.bill
    }

    /// What the segment takes up.
    pub(super) fn size(&self) -> SegmentSize {
        self.size
    }
}

/// The header of a segment at `start`.
fn header(start: SegmentStart, block_bytes: u64, spec: Option<&ModelSpec>) -> SegmentHeader {
    let (bytes, memory) =
        spec.map_or((Vec::new(), 0), |spec| (spec.to_bytes(), spec.memory_bytes()));
    SegmentHeader::new(start, block_bytes, bytes, memory)
}

/// One block of `content` at `offset` of its segment.
fn encode_part<'a>(
    content: &'a [u8],
    is_noise: bool,
    offset: u64,
    model: &mut SegmentModel,
) -> CodedBlock<'a> {
    if is_noise { CodedBlock::stored(content) } else { CodedBlock::encode(content, offset, model) }
}

/// The model that the header at `offset` names, if it names one.
pub(super) fn model_spec(header: &SegmentHeader, offset: u64) -> Result<Option<ModelSpec>, Error> {
    if header.spec.is_empty() {
        return Ok(None);
    }
    ModelSpec::from_bytes(&header.spec)
        .map(Some)
        .map_err(|error| Error::UnsupportedModel { offset, reason: error.to_string() })
}

/// Bytes of memory that decoding a segment takes: what its header says, but never less
/// than what its model takes here.
pub(super) fn memory_bytes(header: &SegmentHeader, spec: Option<&ModelSpec>) -> u64 {
    let model_bytes = spec.map_or(0, ModelSpec::memory_bytes);
    header.memory_bytes().max(model_bytes.saturating_add(header.buffer_bytes()))
}
