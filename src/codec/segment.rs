//! One segment: blocks that share a model, which starts afresh.

use super::{
    Bill, Options, Prior,
    block::{BlockPlace, CodedBlock, SegmentModel, decode_block},
    compact,
    crew::Work,
    noise::{self, Part},
    prior,
};
use crate::{
    container::{BlockHeader, SegmentHeader, SegmentStart},
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
    options: Options,
    start: SegmentStart,
    model: Option<SegmentModel>,
    /// Bytes of content so far.
    raw_bytes: u64,
}

/// Content of a segment that goes on where the piece before ended.
pub(super) struct Piece {
    pub(super) content: Vec<u8>,
    /// Whether nothing follows it in the segment.
    pub(super) is_last: bool,
}

/// What became of a [`Piece`].
#[derive(Default)]
pub(super) struct CodedPiece {
    /// Its blocks, behind the segment's header if it is the first.
    pub(super) code: Vec<u8>,
    /// Bytes of its content.
    pub(super) raw_bytes: u64,
    /// What its payloads cost.
    pub(super) bill: Bill,
    /// Whether the code is all of the frame, which needs no end mark.
    pub(super) is_frame: bool,
}

impl CodedPiece {
    fn add(&mut self, block: &CodedBlock<'_>) {
        self.bill += block.bill();
        block.write(&mut self.code);
    }
}

impl Work for SegmentEncoder {
    type Job = Piece;
    type Done = Result<CodedPiece, Error>;

    fn work(&mut self, piece: Piece) -> Self::Done {
        self.add(&piece.content, piece.is_last)
    }
}

impl SegmentEncoder {
    /// A segment at `start` without content so far.
    pub(super) fn new(start: SegmentStart, options: Options) -> Self {
        Self { options, start, model: None, raw_bytes: 0 }
    }

    /// The blocks of `content`. `is_last` says that nothing follows it in the segment.
    fn add(&mut self, content: &[u8], is_last: bool) -> Result<CodedPiece, Error> {
        let parts = noise::parts(content);
        let mut piece = CodedPiece { raw_bytes: content.len() as u64, ..CodedPiece::default() };
        match &mut self.model {
            None if is_last && parts.len() == 1 => {
                self.only_block(content, &parts[0], &mut piece)?;
            }
            None => self.begin(content, is_last, &mut piece.code),
            Some(_) => {}
        }
        if let Some(model) = &mut self.model {
            for part in parts {
                let offset = self.raw_bytes + part.range.start as u64;
                let block = encode_part(&content[part.range.clone()], part.is_noise, offset, model);
                piece.add(&block?);
            }
        }
        self.raw_bytes += piece.raw_bytes;
        Ok(piece)
    }

    /// Appends the header of a segment of several blocks that begins with `content`.
    fn begin(&mut self, content: &[u8], is_last: bool, out: &mut Vec<u8>) {
        let options = &self.options;
        let (spec, block_bytes) = if is_last {
            (options.spec_for(Some(content.len() as u64)), content.len() as u64)
        } else {
            (options.segment_spec(), options.largest_block_bytes())
        };
        let prior = options.prior.clone();
        let header = header(self.start, block_bytes, Some(&spec), prior.as_ref());
        header.write(out);
        let model = SegmentModel::new(spec, prior, header.block_bytes);
        self.model = Some(model.metered(options.is_metered));
    }

    /// The only block of a whole segment, with the model only if that makes it shorter.
    fn only_block(&self, content: &[u8], part: &Part, piece: &mut CodedPiece) -> Result<(), Error> {
        header(self.start, piece.raw_bytes, None, None).write(&mut piece.code);
        piece.add(&CodedBlock::stored(content));
        if part.is_noise {
            return Ok(());
        }
        let prior = self.options.prior.clone();
        if let Some(frame) = compact::encode(&self.options, self.start, content) {
            if frame.code.len() < piece.code.len() {
                *piece = frame;
            }
            return Ok(());
        }
        let spec = self.options.spec_for(Some(piece.raw_bytes));
        let header = header(self.start, piece.raw_bytes, Some(&spec), prior.as_ref());
        let model = SegmentModel::new(spec, prior, header.block_bytes);
        let mut modelled = CodedPiece { raw_bytes: piece.raw_bytes, ..CodedPiece::default() };
        header.write(&mut modelled.code);
        let mut model = model.metered(self.options.is_metered);
        modelled.add(&CodedBlock::encode(content, 0, &mut model)?);
        if modelled.code.len() < piece.code.len() {
            *piece = modelled;
        }
        Ok(())
    }
}

/// Decodes the blocks of one segment: the mirror of [`SegmentEncoder`].
pub(super) struct SegmentDecoder {
    /// The model, if the segment has one.
    model: Option<SegmentModel>,
    /// What a compact frame's only block is decoded with, instead.
    compact: Option<Prior>,
    has_failed: bool,
}

/// A block as it is in the stream.
pub(super) struct Payload {
    pub(super) header: BlockHeader,
    pub(super) place: BlockPlace,
    pub(super) bytes: Vec<u8>,
}

impl SegmentDecoder {
    /// The segment of `header`, whose model is `spec` and has read `prior`.
    pub(super) fn new(
        header: &SegmentHeader,
        spec: Option<ModelSpec>,
        prior: Option<Prior>,
    ) -> Self {
        let compact = prior.clone().filter(|_| compact::is(header));
        let model = spec.map(|spec| SegmentModel::new(spec, prior, header.block_bytes));
        Self { model, compact, has_failed: false }
    }
}

impl Work for SegmentDecoder {
    type Job = Payload;
    /// The content of the block.
    type Done = Result<Vec<u8>, Error>;

    fn work(&mut self, payload: Payload) -> Self::Done {
        if self.has_failed {
            return Err(Error::AlreadyFailed);
        }
        let Payload { header, place, bytes } = payload;
        let decoded = match &self.compact {
            Some(prior) => compact::decode(prior, (&header, place), &bytes),
            None => decode_block((&header, place), &bytes, self.model.as_mut()),
        };
        self.has_failed = decoded.is_err();
        decoded
    }
}

/// The header of a segment at `start` whose model, if any, is `spec` and has read `prior`.
fn header(
    start: SegmentStart,
    block_bytes: u64,
    spec: Option<&ModelSpec>,
    prior: Option<&Prior>,
) -> SegmentHeader {
    let (bytes, memory) =
        spec.map_or((Vec::new(), 0), |spec| (spec.to_bytes(), spec.memory_bytes()));
    let header = SegmentHeader::new(start, block_bytes, bytes, memory);
    match prior {
        Some(prior) => header.with_prior(prior.id()),
        None => header,
    }
}

/// One block of `content` at `offset` of its segment.
fn encode_part<'a>(
    content: &'a [u8],
    is_noise: bool,
    offset: u64,
    model: &mut SegmentModel,
) -> Result<CodedBlock<'a>, Error> {
    if is_noise {
        return Ok(CodedBlock::stored(content));
    }
    CodedBlock::encode(content, offset, model)
}

/// The model that the header at `offset` describes, if it does; that of a trained model is
/// not described.
pub(super) fn model_spec(header: &SegmentHeader, offset: u64) -> Result<Option<ModelSpec>, Error> {
    if header.spec.is_empty() {
        return Ok(None);
    }
    ModelSpec::from_bytes(&header.spec)
        .map(Some)
        .map_err(|error| Error::UnsupportedModel { offset, reason: error.to_string() })
}

/// The model of the segment of the header at `offset`, and what it has read: that must be
/// what is `given`, if it is anything.
pub(super) fn model_and_prior(
    header: &SegmentHeader,
    given: Option<&Prior>,
    offset: u64,
) -> Result<(Option<ModelSpec>, Option<Prior>), Error> {
    let prior = prior::admitted(header.prior, given, offset)?;
    let spec = match prior.as_ref().and_then(Prior::trained_model) {
        Some(model) => Some(model.spec().clone()),
        None => model_spec(header, offset)?,
    };
    Ok((spec, prior))
}

/// Bytes of memory that decoding a segment takes: what its header says, but never less
/// than what its model takes here.
pub(super) fn memory_bytes(header: &SegmentHeader, spec: Option<&ModelSpec>) -> u64 {
    let model_bytes = spec.map_or(0, ModelSpec::memory_bytes);
    header.memory_bytes().max(model_bytes.saturating_add(header.buffer_bytes()))
}
