//! One block: content ⇄ header and payload, through the transforms and the model of its
//! segment.

use super::{Bill, Prior, crew::Stop, prior};
use crate::{
    coding::{BitDecoder, BitEncoder, BitSink, CostMeter, Cumulative, Probability},
    container::{BlockHeader, BlockKind, TransformStep, block_check},
    error::Error,
    models::{Model, ModelSpec, RestLayout},
    transform::{self, Block, Reference, Rests, Rewritten, Transform, TransformError},
};
use std::borrow::Cow;

/// The model of a segment, built when the first block needs it.
pub(super) struct SegmentModel {
    spec: ModelSpec,
    /// What it has read before the segment.
    prior: Option<Prior>,
    model: Option<Model>,
    /// Bytes that a block may hold, before and after each transform.
    block_bytes: usize,
    /// Whether what is coded is priced as well.
    is_metered: bool,
    /// Asked before every piece.
    stop: Stop,
}

impl SegmentModel {
    /// Bytes that are coded between two questions whether anybody still waits for them:
    /// some tenths of a second at the strongest level.
    const PIECE_BYTES: usize = 1 << 16;

    /// The model that `spec` describes, having seen nothing but what `prior` knows, for
    /// blocks of at most `block_bytes`.
    pub(super) fn new(spec: ModelSpec, prior: Option<Prior>, block_bytes: u64, stop: Stop) -> Self {
        let block_bytes = block_bytes as usize;
        Self { spec, prior, model: None, block_bytes, is_metered: false, stop }
    }

    /// Bytes that the model takes at once: blocks that are sorted are taken whole.
    fn piece_bytes(&self) -> usize {
        if matches!(self.spec, ModelSpec::Bwt(_)) { usize::MAX } else { Self::PIECE_BYTES }
    }

    /// Codes `bytes` into `sink`, unless the work is stopped.
    fn feed(&mut self, bytes: &[u8], sink: &mut impl BitSink) -> Result<(), Error> {
        for piece in bytes.chunks(self.piece_bytes()) {
            self.stop.check()?;
            self.at_work()?.encode(piece, sink);
        }
        Ok(())
    }

    /// The `count` bytes of which `payload` is the code, unless the work is stopped: the mirror
    /// of [`feed`](Self::feed).
    fn decode(&mut self, payload: &[u8], count: usize) -> Result<Vec<u8>, Error> {
        let (mut source, mut bytes) = (BitDecoder::new(payload), Vec::new());
        while bytes.len() < count {
            self.stop.check()?;
            let piece_bytes = (count - bytes.len()).min(self.piece_bytes());
            self.at_work()?.decode(&mut source, piece_bytes, &mut bytes);
        }
        Ok(bytes)
    }

    /// The same, which also prices what is coded if `is_metered`.
    pub(super) fn metered(self, is_metered: bool) -> Self {
        Self { is_metered, ..self }
    }

    /// The code of `bytes`, and its ideal length in bits; 0 if that is not metered.
    fn encode(&mut self, bytes: &[u8]) -> Result<(Vec<u8>, f64), Error> {
        let mut encoder = BitEncoder::new();
        if !self.is_metered {
            self.feed(bytes, &mut encoder)?;
            return Ok((encoder.finish(), 0.0));
        }
        let mut sink = Metered { encoder, meter: CostMeter::new() };
        self.feed(bytes, &mut sink)?;
        Ok(sink.finish())
    }

    /// What `bytes` would cost a model of the same kind that had seen nothing, in bits.
    fn price(&self, bytes: &[u8]) -> u64 {
        let mut meter = CostMeter::new();
        let model = Model::try_new(&self.spec.fitted(bytes.len() as u64));
        model.map_or(0, |mut model| {
            model.encode(bytes, &mut meter);
            meter.bits() as u64
        })
    }

    fn at_work(&mut self) -> Result<&mut Model, Error> {
        let model = match self.model.take() {
            Some(model) => model,
            None => match &self.prior {
                Some(prior) => prior.model(&self.spec)?,
                None => prior::fresh(&self.spec)?,
            },
        };
        Ok(self.model.insert(model))
    }
}

/// Codes bits and adds up their ideal code lengths.
pub(super) struct Metered {
    pub(super) encoder: BitEncoder,
    pub(super) meter: CostMeter,
}

impl Metered {
    /// The code and its ideal length in bits.
    pub(super) fn finish(self) -> (Vec<u8>, f64) {
        (self.encoder.finish(), self.meter.bits())
    }
}

impl BitSink for Metered {
    #[inline]
    fn put(&mut self, bit: bool, p: Probability) {
        self.encoder.put(bit, p);
        self.meter.put(bit, p);
    }

    #[inline]
    fn put_symbol(&mut self, symbol: usize, cumulative: &Cumulative) {
        self.encoder.put_symbol(symbol, cumulative);
        self.meter.put_symbol(symbol, cumulative);
    }
}

/// Takes bits and keeps nothing: for a model that shall only learn.
struct NoCode;

impl BitSink for NoCode {
    #[inline]
    fn put(&mut self, _: bool, _: Probability) {}

    #[inline]
    fn put_symbol(&mut self, _: usize, _: &Cumulative) {}
}

/// Content that becomes a block.
pub(super) struct Source<'a> {
    pub(super) content: &'a [u8],
    /// Where it begins in its segment.
    pub(super) offset: u64,
    /// Copies in it that the model need not see.
    pub(super) copies: Vec<Reference>,
}

/// A block on its way to the stream.
pub(super) struct CodedBlock<'a> {
    kind: BlockKind,
    content: &'a [u8],
    transforms: Vec<TransformStep>,
    /// The content, transformed.
    model_input: Cow<'a, [u8]>,
    /// What the model made of it; empty if that was of no use.
    code: Vec<u8>,
    /// Ideal length of the code in bits, if the model meters.
    ideal_bits: f64,
}

impl<'a> Source<'a> {
    /// The block: stored if it `is_noise`, else transformed where that pays and coded by
    /// `model`, which learns it.
    pub(super) fn encode(
        self,
        is_noise: bool,
        model: &mut SegmentModel,
    ) -> Result<CodedBlock<'a>, Error> {
        let content = self.content;
        if is_noise {
            return Ok(CodedBlock::stored(content));
        }
        let (transforms, model_input) = self.transformed(model);
        model.at_work()?.expect(rests(&transforms));
        let (code, ideal_bits) = model.encode(&model_input)?;
        let (kind, code) = if code.len() < model_input.len() {
            (BlockKind::Modelled, code)
        } else {
            (BlockKind::Learnt, Vec::new())
        };
        let transforms = transforms.iter().map(step).collect();
        Ok(CodedBlock { kind, content, transforms, model_input, code, ideal_bits })
    }

    /// The copies taken out, then the transforms that pay, and what they make of the
    /// content, which is at most as long as a block may be. Behind a prior it is what that has
    /// seen of its content.
    fn transformed(self, model: &SegmentModel) -> (Vec<Transform>, Cow<'a, [u8]>) {
        let (bytes, limit) = (self.content, model.block_bytes);
        let Rewritten { transforms, bytes } = if let Some(prior) = &model.prior {
            transform::rewrite_by(prior.transform(bytes.len()), bytes, limit)
        } else {
            let block = Block { bytes, offset: self.offset, copies: self.copies };
            transform::rewrite(block, limit, &|bytes| model.price(bytes))
        };
        (transforms, bytes)
    }
}

/// `transform` as it stands in a header.
fn step(transform: &Transform) -> TransformStep {
    TransformStep { id: transform.id(), parameters: transform.parameters() }
}

/// Where rests of samples are in a block that went through `transforms`: most of them, as far
/// as the transforms behind leave them in their places.
fn rests(transforms: &[Transform]) -> Option<RestLayout> {
    let Rests { start, width, frame, row } = transforms.iter().find_map(|transform| {
        let Transform::Samples(samples) = transform else { return None };
        samples.largest()
    })?;
    Some(RestLayout { start, width, frame, row })
}

impl<'a> CodedBlock<'a> {
    /// `content` as it is; no model sees it.
    pub(super) fn stored(content: &'a [u8]) -> Self {
        Self {
            kind: BlockKind::Stored,
            content,
            transforms: Vec::new(),
            model_input: Cow::Borrowed(content),
            code: Vec::new(),
            ideal_bits: 0.0,
        }
    }

    /// What the payload costs. Stored bytes cost their 8 bits each.
    pub(super) fn bill(&self) -> Bill {
        let code_bytes = self.payload().len() as u64;
        let is_modelled = self.kind == BlockKind::Modelled;
        let ideal_bits = if is_modelled { self.ideal_bits } else { code_bytes as f64 * 8.0 };
        Bill { ideal_bits, code_bytes, container_bytes: 0 }
    }

    fn payload(&self) -> &[u8] {
        if self.kind == BlockKind::Modelled { &self.code } else { &self.model_input }
    }

    /// Appends header and payload.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        let header = BlockHeader {
            kind: self.kind,
            raw_bytes: self.content.len() as u64,
            transforms: self.transforms.clone(),
            model_bytes: self.model_input.len() as u64,
            coded_bytes: self.payload().len() as u64,
            check: block_check(self.kind, self.content, self.payload()),
        };
        header.write(out);
        out.extend_from_slice(self.payload());
    }
}

/// The mirror of [`step`].
fn transform_of(step: &TransformStep) -> Result<Transform, TransformError> {
    Transform::from_parts(step.id, &step.parameters)
}

/// Undoes `transforms`, last one first, behind the content `past`: the mirror of
/// [`Source::transformed`].
fn restored(
    transforms: &[Transform],
    bytes: Vec<u8>,
    past: &[u8],
    limit: usize,
) -> Result<Vec<u8>, TransformError> {
    let undo = |bytes: Vec<u8>, transform: &Transform| transform.inverse(&bytes, past, limit);
    transforms.iter().rev().try_fold(bytes, undo)
}

/// Where a block stands: its header in the stream, its content in the frame.
#[derive(Clone, Copy)]
pub(super) struct BlockPlace {
    pub(super) offset: u64,
    pub(super) raw_offset: u64,
}

/// The content of the block of `header` and `payload`, with what came before it in its
/// segment: the mirror of [`Source::encode`] and [`CodedBlock::write`].
pub(super) fn decode_block(
    (header, place): (&BlockHeader, BlockPlace),
    payload: &[u8],
    (model, past): (Option<&mut SegmentModel>, &[u8]),
) -> Result<Vec<u8>, Error> {
    let content = if header.kind == BlockKind::Stored {
        payload.to_vec()
    } else {
        let model = model.ok_or(Error::NoModel { offset: place.offset })?;
        decode_seen(header, place.offset, payload, (model, past))?
    };
    admit_block((header, place), content, payload)
}

/// `content` of the block of `header` and `payload`, if its check holds.
pub(super) fn admit_block(
    (header, place): (&BlockHeader, BlockPlace),
    content: Vec<u8>,
    payload: &[u8],
) -> Result<Vec<u8>, Error> {
    let computed = block_check(header.kind, &content, payload);
    let stored = header.check;
    if stored == computed {
        return Ok(content);
    }
    let BlockPlace { offset, raw_offset } = place;
    Err(Error::BlockDamaged { offset, raw_offset, raw_bytes: header.raw_bytes, stored, computed })
}

/// The content of a block that the model has seen.
fn decode_seen(
    header: &BlockHeader,
    offset: u64,
    payload: &[u8],
    (model, past): (&mut SegmentModel, &[u8]),
) -> Result<Vec<u8>, Error> {
    let refused = |error| match error {
        TransformError::UnknownId(id) => Error::UnsupportedTransform { offset, id },
        TransformError::BadParameters(id) => Error::TransformDamaged { offset, id },
    };
    let transforms = header.transforms.iter().map(transform_of);
    let transforms: Vec<Transform> = transforms.collect::<Result<_, _>>().map_err(refused)?;
    model.at_work()?.expect(rests(&transforms));
    let model_input = decode_modelled(header, payload, model)?;
    let Some(first) = transforms.first() else { return Ok(model_input) };
    let restored = restored(&transforms, model_input, past, model.block_bytes).map_err(refused)?;
    if restored.len() as u64 != header.raw_bytes {
        return Err(refused(TransformError::BadParameters(first.id())));
    }
    Ok(restored)
}

/// What the model was given when the block was coded.
fn decode_modelled(
    header: &BlockHeader,
    payload: &[u8],
    model: &mut SegmentModel,
) -> Result<Vec<u8>, Error> {
    if header.kind == BlockKind::Modelled {
        return model.decode(payload, header.model_bytes as usize);
    }
    model.feed(payload, &mut NoCode)?;
    Ok(payload.to_vec())
}
