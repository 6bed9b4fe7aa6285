//! One block: content ⇄ header and payload, through the model of its segment.

use crate::{
    coding::{BitDecoder, BitEncoder, BitSink, Probability},
    container::{BlockHeader, BlockKind, block_check},
    error::Error,
    models::{Model, ModelSpec},
};

/// The model of a segment, built when the first block needs it.
pub(super) struct SegmentModel {
    spec: ModelSpec,
    model: Option<Model>,
}

impl SegmentModel {
    /// The model that `spec` describes, having seen nothing.
    pub(super) fn new(spec: ModelSpec) -> Self {
        Self { spec, model: None }
    }

    fn at_work(&mut self) -> &mut Model {
        self.model.get_or_insert_with(|| Model::new(&self.spec))
    }
}

/// Takes bits and keeps nothing: for a model that shall only learn.
struct NoCode;

impl BitSink for NoCode {
    #[inline]
    fn put(&mut self, _: bool, _: Probability) {}
}

/// A block on its way to the stream.
pub(super) struct CodedBlock<'a> {
    kind: BlockKind,
    content: &'a [u8],
    /// The payload unless that is the content itself.
    code: Vec<u8>,
}

impl<'a> CodedBlock<'a> {
    /// `content` as it is; no model sees it.
    pub(super) fn stored(content: &'a [u8]) -> Self {
        Self { kind: BlockKind::Stored, content, code: Vec::new() }
    }

    /// `content` coded by `model`, which learns it, or as it is if that is not longer.
    pub(super) fn encode(content: &'a [u8], model: &mut SegmentModel) -> Self {
        let mut encoder = BitEncoder::new();
        model.at_work().encode(content, &mut encoder);
        let code = encoder.finish();
        if code.len() < content.len() {
            Self { kind: BlockKind::Modelled, content, code }
        } else {
            Self { kind: BlockKind::Learnt, content, code: Vec::new() }
        }
    }

    /// Whether a decoder needs the model for this block or a later one.
    pub(super) fn is_seen_by_model(&self) -> bool {
        self.kind != BlockKind::Stored
    }

    /// Bytes that this block saves against storing it.
    pub(super) fn saved_bytes(&self) -> usize {
        self.content.len() - self.payload().len()
    }

    fn payload(&self) -> &[u8] {
        if self.kind == BlockKind::Modelled { &self.code } else { self.content }
    }

    /// Appends header and payload.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        let raw_bytes = self.content.len() as u64;
        let header = BlockHeader {
            kind: self.kind,
            raw_bytes,
            transforms: Vec::new(),
            model_bytes: raw_bytes,
            coded_bytes: self.payload().len() as u64,
            check: block_check(self.content),
        };
        header.write(out);
        out.extend_from_slice(self.payload());
    }
}

/// Where a block stands: its header in the stream, its content in the frame.
#[derive(Clone, Copy)]
pub(super) struct BlockPlace {
    pub(super) offset: u64,
    pub(super) raw_offset: u64,
}

/// Appends the content of the block of `header` and `payload` to `content`: the mirror of
/// [`CodedBlock::encode`] and [`CodedBlock::write`].
pub(super) fn decode_block(
    (header, place): (&BlockHeader, BlockPlace),
    payload: &[u8],
    model: Option<&mut SegmentModel>,
    content: &mut Vec<u8>,
) -> Result<(), Error> {
    let offset = place.offset;
    if let Some(step) = header.transforms.first() {
        return Err(Error::UnsupportedTransform { offset, id: step.id });
    }
    let start = content.len();
    if header.kind == BlockKind::Stored {
        content.extend_from_slice(payload);
    } else {
        let model = model.ok_or(Error::NoModel { offset })?.at_work();
        decode_modelled(header, payload, model, content);
    }
    let (stored, computed) = (header.check, block_check(&content[start..]));
    if stored == computed {
        return Ok(());
    }
    content.truncate(start);
    let BlockPlace { offset, raw_offset } = place;
    Err(Error::BlockDamaged { offset, raw_offset, raw_bytes: header.raw_bytes, stored, computed })
}

/// Appends what the model was given when the block was coded.
fn decode_modelled(header: &BlockHeader, payload: &[u8], model: &mut Model, out: &mut Vec<u8>) {
    if header.kind == BlockKind::Modelled {
        model.decode(&mut BitDecoder::new(payload), header.model_bytes as usize, out);
    } else {
        model.encode(payload, &mut NoCode);
        out.extend_from_slice(payload);
    }
}
