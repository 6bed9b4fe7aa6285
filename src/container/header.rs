//! The header that starts every segment; the first one starts the frame.

use super::{
    HEADER_TAG, MAX_BLOCK_BYTES, VERSION,
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
const FLAG_PRIME: u8 = 2;
const FLAG_SEGMENT_SIZE: u8 = 4;

/// Flags that the header of a frame may set.
const FRAME_FLAGS: u8 = FLAG_CONTENT_SIZE | FLAG_PRIME | FLAG_SEGMENT_SIZE;

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
    /// The model's parameters, at most 255 bytes; empty if no block is modelled.
    pub spec: Vec<u8>,
    /// Bytes of memory of the model, a multiple of 1024; 0 without a model.
    pub model_bytes: u64,
}

impl SegmentHeader {
    /// A header whose sizes are rounded up to what the format can say.
    pub fn new(start: SegmentStart, block_bytes: u64, spec: Vec<u8>, model_bytes: u64) -> Self {
        let model_bytes = if spec.is_empty() { 0 } else { model_bytes };
        let round = |bytes: u64| bytes.next_multiple_of(KIB);
        Self { start, block_bytes: round(block_bytes), spec, model_bytes: round(model_bytes) }
    }

    /// Bytes of memory of the buffers that decoding a block takes.
    pub fn buffer_bytes(&self) -> u64 {
        BLOCK_BUFFERS * self.block_bytes
    }

    /// Bytes of memory that decoding the segment takes: model and buffers.
    pub fn memory_bytes(&self) -> u64 {
        self.model_bytes.saturating_add(self.buffer_bytes())
    }

    /// Appends the header.
    pub fn write(&self, out: &mut Vec<u8>) {
        let start = out.len();
        self.write_start(out);
        number::write(self.block_bytes / KIB, out);
        out.put_u8(self.spec.len() as u8);
        out.put_slice(&self.spec);
        if !self.spec.is_empty() {
            number::write(self.model_bytes / KIB, out);
        }
        let check = header_check(&out[start..]);
        out.put_u32_le(check);
    }

    fn write_start(&self, out: &mut Vec<u8>) {
        match self.start {
            SegmentStart::Frame { content_bytes, segment_bytes } => {
                let flag = |field: Option<u64>, flag| if field.is_some() { flag } else { 0 };
                out.put_slice(&FRAME_MAGIC);
                out.put_u8(VERSION);
                out.put_u8(
                    flag(content_bytes, FLAG_CONTENT_SIZE) | flag(segment_bytes, FLAG_SEGMENT_SIZE),
                );
                for bytes in [content_bytes, segment_bytes].into_iter().flatten() {
                    number::write(bytes, out);
                }
            }
            SegmentStart::Later { number, raw_offset } => {
                out.put_slice(&SEGMENT_MAGIC);
                out.put_u8(VERSION);
                out.put_u8(0);
                number::write(number, out);
                number::write(raw_offset, out);
            }
        }
    }

    /// Bytes of the longest header.
    pub const MAX_BYTES: usize = 6 + 4 * number::MAX_NUMBER_BYTES + 8 + 1 + 255 + 4;

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
        let (start, prime) = read_start(fields, is_first)?;
        let block_kib = fields.number()?;
        let spec_bytes = usize::from(fields.u8()?);
        let spec = fields.bytes(spec_bytes)?.to_vec();
        let model_kib = if spec.is_empty() { 0 } else { fields.number()? };
        let computed = header_check(fields.taken());
        let stored = fields.u32()?;
        if stored != computed {
            return Err(Error::HeaderDamaged { offset, stored, computed }.into());
        }
        if let Some(id) = prime {
            return Err(Error::UnsupportedPrime { offset, id }.into());
        }
        in_range(("block size in KiB", block_kib), (0, MAX_BLOCK_BYTES / KIB), offset)?;
        in_range(("model memory in KiB", model_kib), (0, u64::MAX / KIB), offset)?;
        Ok(Self { start, block_bytes: block_kib * KIB, spec, model_bytes: model_kib * KIB })
    }
}

/// The fields that tell the first header from a later one, and the identity of the
/// trained model that a frame needs.
fn read_start(
    fields: &mut Fields<'_>,
    is_first: bool,
) -> Result<(SegmentStart, Option<u64>), Stop> {
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
    let known = if is_first { FRAME_FLAGS } else { 0 };
    if flags & !known != 0 {
        return Err(Error::UnsupportedFlags { offset, flags: flags & !known }.into());
    }
    if !is_first {
        let (number, raw_offset) = (fields.number()?, fields.number()?);
        return Ok((SegmentStart::Later { number, raw_offset }, None));
    }
    let has = |flag: u8| flags & flag != 0;
    let content_bytes = has(FLAG_CONTENT_SIZE).then(|| fields.number()).transpose()?;
    let segment_bytes = has(FLAG_SEGMENT_SIZE).then(|| fields.number()).transpose()?;
    let prime = has(FLAG_PRIME).then(|| fields.u64()).transpose()?;
    Ok((SegmentStart::Frame { content_bytes, segment_bytes }, prime))
}
