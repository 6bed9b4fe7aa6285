//! One segment: blocks that share a model, which starts afresh.

use super::{
    Bill, Options, Prior,
    block::{BlockPlace, CodedBlock, SegmentModel, Source, decode_block},
    compact,
    copies::{Copies, out_of_memory},
    crew::{Stop, Work},
    noise::{self, Part},
    prior,
};
use crate::{
    container::{BlockHeader, SegmentHeader, SegmentStart},
    error::Error,
    models::ModelSpec,
    transform::{Reference, Window},
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
    copies: Copies,
    stop: Stop,
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
    /// A segment at `start` without content so far; `stop` ends the work on it early.
    pub(super) fn new(start: SegmentStart, options: Options, stop: Stop) -> Self {
        let copies = Copies::new(&options);
        Self { options, start, model: None, copies, stop, raw_bytes: 0 }
    }

    /// The blocks of `content`. `is_last` says that nothing follows it in the segment.
    fn add(&mut self, content: &[u8], is_last: bool) -> Result<CodedPiece, Error> {
        let copies = self.copies.find(content);
        let parts = noise::parts(content, &copies);
        let mut piece = CodedPiece { raw_bytes: content.len() as u64, ..CodedPiece::default() };
        if self.model.is_none() && is_last && parts.len() == 1 {
            self.only_block((content, copies), &parts[0], &mut piece)?;
        } else {
            self.blocks((content, &copies), parts, is_last, &mut piece)?;
        }
        self.raw_bytes += piece.raw_bytes;
        Ok(piece)
    }

    /// Appends a block for each of `parts`, behind the header if they are the first.
    fn blocks(
        &mut self,
        (content, copies): (&[u8], &[Reference]),
        parts: Vec<Part>,
        is_last: bool,
        piece: &mut CodedPiece,
    ) -> Result<(), Error> {
        if self.model.is_none() {
            self.begin(content, is_last, &mut piece.code);
        }
        if let Some(model) = &mut self.model {
            for part in parts {
                let offset = self.raw_bytes + part.range.start as u64;
                let copies = self.copies.within(copies, &part.range);
                let source = Source { content: &content[part.range], offset, copies };
                piece.add(&source.encode(part.is_noise, model)?);
            }
        }
        if is_last { Ok(()) } else { self.copies.keep(content) }
    }

    /// Appends the header of a segment of several blocks that begins with `content`.
    fn begin(&mut self, content: &[u8], is_last: bool, out: &mut Vec<u8>) {
        let options = &self.options;
        let window = options.segment_window();
        let (spec, block_bytes, window) = if is_last {
            let whole = content.len() as u64;
            (options.spec_for(Some(whole)), whole, window.min(whole))
        } else {
            (options.segment_spec(), options.largest_block_bytes(), window)
        };
        let prior = options.prior.clone();
        let header = header(self.start, block_bytes, Some(&spec), prior.as_ref()).window(window);
        header.write(out);
        let model = SegmentModel::new(spec, prior, header.block_bytes, self.stop.clone());
        self.model = Some(model.metered(options.is_metered));
    }

    /// The only block of a whole segment, with the model only if that makes it shorter.
    fn only_block(
        &self,
        (content, copies): (&[u8], Vec<Reference>),
        part: &Part,
        piece: &mut CodedPiece,
    ) -> Result<(), Error> {
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
        let model = SegmentModel::new(spec, prior, header.block_bytes, self.stop.clone());
        let mut modelled = CodedPiece { raw_bytes: piece.raw_bytes, ..CodedPiece::default() };
        header.write(&mut modelled.code);
        let mut model = model.metered(self.options.is_metered);
        modelled.add(&Source { content, offset: 0, copies }.encode(false, &mut model)?);
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
    window: Window,
    /// Bytes of memory needed without the window, and allowed with it.
    room: (u64, u64),
    /// Bytes of memory that the next block would need, if that is too much.
    refused: Option<u64>,
    has_failed: bool,
}

/// A block as it is in the stream.
pub(super) struct Payload {
    pub(super) header: BlockHeader,
    pub(super) place: BlockPlace,
    pub(super) bytes: Vec<u8>,
}

impl SegmentDecoder {
    /// The segment of `header`, whose model is `spec` and has read `prior`, and what it
    /// needs of the memory allowed; `stop` ends the work on it early.
    pub(super) fn new(
        header: &SegmentHeader,
        (spec, prior): (Option<ModelSpec>, Option<Prior>),
        (need, allowed): (Need, u64),
        stop: Stop,
    ) -> Self {
        let compact = prior.clone().filter(|_| compact::is(header));
        let model = spec.map(|spec| SegmentModel::new(spec, prior, header.block_bytes, stop));
        let window = Window::new(header.window_bytes as usize);
        let room = (need.at_once, allowed);
        Self { model, compact, window, room, refused: None, has_failed: false }
    }

    fn decode(&mut self, payload: &Payload) -> Result<Vec<u8>, Error> {
        let Payload { header, place, bytes } = payload;
        if let Some(prior) = &self.compact {
            return compact::decode(prior, (header, *place), bytes);
        }
        let (without_window, allowed) = self.room;
        if let Some(needed) = self.refused {
            return Err(Error::MemoryLimit { needed, limit: allowed });
        }
        let past = self.window.bytes();
        let content = decode_block((header, *place), bytes, (self.model.as_mut(), past))?;
        let needed = without_window + self.window.bytes_with(content.len()) as u64;
        if needed > allowed {
            self.refused = Some(needed);
        } else {
            self.window.push(&content).map_err(out_of_memory)?;
        }
        Ok(content)
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
        let decoded = self.decode(&payload);
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

/// Bytes of memory that decoding a segment takes.
#[derive(Clone, Copy)]
pub(super) struct Need {
    /// Model and buffers: what the header says, but never less than the model takes here.
    pub(super) at_once: u64,
    /// The window, which grows with the content.
    window: u64,
}

impl Need {
    /// What the segment of `header` with the model `spec` needs if it has at most
    /// `content_bytes`.
    pub(super) fn new(
        header: &SegmentHeader,
        spec: Option<&ModelSpec>,
        content_bytes: Option<u64>,
    ) -> Self {
        let model_bytes = spec.map_or(0, ModelSpec::memory_bytes);
        let here = model_bytes.saturating_add(header.buffer_bytes());
        let window = Window::memory_bytes(header.window_bytes);
        Self {
            at_once: header.memory_bytes().max(here),
            window: content_bytes.map_or(window, |bytes| window.min(bytes)),
        }
    }

    /// With the window full.
    pub(super) fn in_all(&self) -> u64 {
        self.at_once.saturating_add(self.window)
    }
}
