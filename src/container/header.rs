//! The header that starts every segment; the first one starts the frame.

use super::{
    HEADER_TAG, MAX_BLOCK_BYTES, MAX_WINDOW_BYTES, VERSION,
    check::header_check,
    fields::{Fields, Stop, in_range},
    number,
};
use crate::error::Error;
use bytes::BufMut;

/// Bytes of the magic numbers that start headers.
const FIXED_MAGIC_BYTES: usize = 4;
/// What the magic numbers of all headers begin with.
pub const MAGIC_START: [u8; 3] = [HEADER_TAG, b'F', b'o'];

/// `\xF0For`: starts a frame.
const FRAME_MAGIC: [u8; FIXED_MAGIC_BYTES] = [HEADER_TAG, b'F', b'o', b'r'];
/// `\xF0Fos`: starts every later segment; what a recovery looks for.
const SEGMENT_MAGIC: [u8; FIXED_MAGIC_BYTES] = [HEADER_TAG, b'F', b'o', b's'];

const FLAG_CONTENT_SIZE: u8 = 1;
const FLAG_TRAINED: u8 = 2;
const FLAG_SEGMENT_SIZE: u8 = 4;
const FLAG_PRIMED: u8 = 8;
const FLAG_WINDOW: u8 = 16;

/// Flags that every header may set.
const SEGMENT_FLAGS: u8 = PRIOR_FLAGS | FLAG_WINDOW;
/// Flags of what a model has read before, of which one at most is set.
const PRIOR_FLAGS: u8 = FLAG_TRAINED | FLAG_PRIMED;
/// Flags that the header of a frame may set.
const FRAME_FLAGS: u8 = FLAG_CONTENT_SIZE | FLAG_SEGMENT_SIZE | SEGMENT_FLAGS;

/// Unit of the sizes of blocks and memory in a header, bytes.
const KIB: u64 = 1024;
/// Buffers of one block's size that a decoder holds at once: the coded block, its code
/// words, the model's output and the content.
const BLOCK_BUFFERS: u64 = 4;

/// Where a segment stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SegmentStart {
    /// The first: its header is the header of the frame.
    Frame {
        /// Bytes of content of the whole frame, if the writer was told.
        content_bytes: Option<u64>,
        /// Bytes of content that a segment of the frame holds at most, if the writer cut
        /// the content into segments that readers shall decode side by side.
        segment_bytes: Option<u64>,
    },
    /// A later one.
    Later {
        /// Segments before it in the frame, at least 1.
        number: u64,
        /// Bytes of content before it in the frame.
        raw_offset: u64,
    },
}

/// What a decoder must know before the first block of a segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SegmentHeader {
    /// Where the segment stands.
    pub start: SegmentStart,
    /// Bytes of content that a block of this segment holds at most, a multiple of 1024.
    pub block_bytes: u64,
    /// What the model has read before the segment, if anything.
    pub prior: Option<PriorId>,
    /// Bytes of content before a block that its references may reach, a multiple of 1024.
    pub window_bytes: u64,
    /// The model's parameters, at most 255 bytes; empty if no block is modelled or if they
    /// are those of a trained model.
    pub spec: Vec<u8>,
    /// Bytes of memory of the model, a multiple of 1024; 0 without a model.
    pub model_bytes: u64,
}

impl SegmentHeader {
    /// A header whose sizes are rounded up to what the format can say.
    pub fn new(start: SegmentStart, block_bytes: u64, spec: Vec<u8>, model_bytes: u64) -> Self {
        let model_bytes = if spec.is_empty() { 0 } else { model_bytes };
        let round = |bytes: u64| bytes.next_multiple_of(KIB);
        let (block_bytes, model_bytes) = (round(block_bytes), round(model_bytes));
        Self { start, block_bytes, prior: None, window_bytes: 0, spec, model_bytes }
    }

    /// The same for a model that has read `prior`; of a trained one only the memory that it
    /// takes is kept.
    #[must_use]
    pub fn with_prior(self, prior: PriorId) -> Self {
        let spec = if prior.is_trained() { Vec::new() } else { self.spec };
        Self { prior: Some(prior), spec, ..self }
    }

    /// The same, with references that may reach `bytes` back.
    #[must_use]
    pub fn window(self, bytes: u64) -> Self {
        Self { window_bytes: bytes.next_multiple_of(KIB), ..self }
    }

    /// Bytes of memory of the buffers that decoding a block takes.
    pub fn buffer_bytes(&self) -> u64 {
        BLOCK_BUFFERS * self.block_bytes
    }

    /// Bytes of memory of model and buffers; a window comes on top.
    pub fn memory_bytes(&self) -> u64 {
        self.model_bytes.saturating_add(self.buffer_bytes())
    }

    /// Appends the header.
    pub fn write(&self, out: &mut Vec<u8>) {
        let start = out.len();
        self.write_start(out);
        number::write(self.block_bytes / KIB, out);
        if self.window_bytes > 0 {
            number::write(self.window_bytes / KIB, out);
        }
        if !self.is_trained() {
            out.put_u8(self.spec.len() as u8);
            out.put_slice(&self.spec);
        }
        if self.has_model() {
            number::write(self.model_bytes / KIB, out);
        }
        let check = header_check(&out[start..]);
        out.put_u32_le(check);
    }

    fn is_trained(&self) -> bool {
        self.prior.is_some_and(PriorId::is_trained)
    }

    fn has_model(&self) -> bool {
        self.is_trained() || !self.spec.is_empty()
    }

    fn write_start(&self, out: &mut Vec<u8>) {
        let window_flag = if self.window_bytes > 0 { FLAG_WINDOW } else { 0 };
        let flags = window_flag | self.prior.map_or(0, PriorId::flag);
        match self.start {
            SegmentStart::Frame { content_bytes, segment_bytes } => {
                let flag = |field: Option<u64>, flag| if field.is_some() { flag } else { 0 };
                out.put_slice(&FRAME_MAGIC);
                out.put_u8(VERSION);
                out.put_u8(
                    flags
                        | flag(content_bytes, FLAG_CONTENT_SIZE)
                        | flag(segment_bytes, FLAG_SEGMENT_SIZE),
                );
                for bytes in [content_bytes, segment_bytes].into_iter().flatten() {
                    number::write(bytes, out);
                }
            }
            SegmentStart::Later { number, raw_offset } => {
                out.put_slice(&SEGMENT_MAGIC);
                out.put_u8(VERSION);
                out.put_u8(flags);
                number::write(number, out);
                number::write(raw_offset, out);
            }
        }
        match self.prior {
            Some(PriorId::Trained(id) | PriorId::Primed(id)) => out.put_u64_le(id),
            Some(PriorId::TrainedLow(_)) | None => {}
        }
    }

    /// Bytes of the longest header.
    pub const MAX_BYTES: usize = 6 + 5 * number::MAX_NUMBER_BYTES + 8 + 1 + 255 + 4;

    /// The header of a frame or of a later segment at the start of `bytes`, at `offset` of
    /// the stream, if there is a sound one.
    pub fn at_start(bytes: &[u8], offset: u64) -> Option<Self> {
        let mut either = [true, false].into_iter();
        either.find_map(|is_first| Self::read(&mut Fields::new(bytes, offset), is_first).ok())
    }

    /// Reads a header: the mirror of [`write`](Self::write). `is_first` asks for the
    /// header of a frame, else for that of a later segment.
    pub(super) fn read(fields: &mut Fields<'_>, is_first: bool) -> Result<Self, Stop> {
        let offset = fields.offset;
        let (start, prior, has_window) = read_start(fields, is_first)?;
        let block_kib = fields.number()?;
        let window_kib = if has_window { fields.number()? } else { 0 };
        let is_trained = prior.is_some_and(PriorId::is_trained);
        let spec_bytes = if is_trained { 0 } else { fields.u8()? };
        let spec = fields.bytes(spec_bytes.into())?.to_vec();
        let model_kib = if spec.is_empty() && !is_trained { 0 } else { fields.number()? };
        let computed = header_check(fields.taken());
        let stored = fields.u32()?;
        if stored != computed {
            return Err(Error::HeaderDamaged { offset, stored, computed }.into());
        }
        in_range(("block size in KiB", block_kib), (0, MAX_BLOCK_BYTES / KIB), offset)?;
        let least = u64::from(has_window);
        in_range(("window in KiB", window_kib), (least, MAX_WINDOW_BYTES / KIB), offset)?;
        in_range(("model memory in KiB", model_kib), (0, u64::MAX / KIB), offset)?;
        let (block_bytes, model_bytes) = (block_kib * KIB, model_kib * KIB);
        Ok(Self { start, block_bytes, prior, window_bytes: window_kib * KIB, spec, model_bytes })
    }
}

/// The fields that tell the first header from a later one, what the model has read before,
/// and whether the size of a window follows.
fn read_start(
    fields: &mut Fields<'_>,
    is_first: bool,
) -> Result<(SegmentStart, Option<PriorId>, bool), Stop> {
    let magic = if is_first { FRAME_MAGIC } else { SEGMENT_MAGIC };
    let offset = fields.offset;
    for expected in magic {
        if fields.u8()? != expected {
            return Err(Error::NotForetell { offset }.into());
        }
    }
    let offset = fields.here();
    let version = fields.u8()?;
    if version != VERSION {
        return Err(Error::UnsupportedVersion { offset, version }.into());
    }
    let offset = fields.here();
    let flags = fields.u8()?;
    let known = if is_first { FRAME_FLAGS } else { SEGMENT_FLAGS };
    let both = flags & PRIOR_FLAGS == PRIOR_FLAGS;
    let unknown = flags & !known | if both { FLAG_PRIMED } else { 0 };
    if unknown != 0 {
        return Err(Error::UnsupportedFlags { offset, flags: unknown }.into());
    }
    let has = |flag: u8| flags & flag != 0;
    let start = if is_first {
        let content_bytes = has(FLAG_CONTENT_SIZE).then(|| fields.number()).transpose()?;
        let segment_bytes = has(FLAG_SEGMENT_SIZE).then(|| fields.number()).transpose()?;
        SegmentStart::Frame { content_bytes, segment_bytes }
    } else {
        let (number, raw_offset) = (fields.number()?, fields.number()?);
        SegmentStart::Later { number, raw_offset }
    };
    let prior = match flags & PRIOR_FLAGS {
        0 => None,
        FLAG_TRAINED => Some(PriorId::Trained(fields.u64()?)),
        _ => Some(PriorId::Primed(fields.u64()?)),
    };
    Ok((start, prior, has(FLAG_WINDOW)))
}

/// What a model has read before a segment, by its identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PriorId {
    /// What a trained model has read.
    Trained(u64),
    /// The same; only the low half of the identity is known.
    TrainedLow(u32),
    /// Content whose XXH3-64 this is.
    Primed(u64),
}

impl PriorId {
    /// Whether it names a trained model.
    pub fn is_trained(self) -> bool {
        !matches!(self, Self::Primed(_))
    }

    /// Whether what is `given` is what this names.
    pub fn is(self, given: Self) -> bool {
        match (self, given) {
            (Self::TrainedLow(low), Self::Trained(id)) => low == id as u32,
            _ => self == given,
        }
    }

    fn flag(self) -> u8 {
        if self.is_trained() { FLAG_TRAINED } else { FLAG_PRIMED }
    }
}

impl std::fmt::Display for PriorId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Trained(id) => write!(f, "the trained model {id:016x}"),
            Self::TrainedLow(id) => write!(f, "the trained model …{id:08x}"),
            Self::Primed(id) => write!(f, "the prime with XXH3 {id:016x}"),
        }
    }
}
