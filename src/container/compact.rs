//! The compact frame: small content behind a trained model, one block without marks of its
//! own.

use super::{
    HEADER_TAG, VERSION,
    block::{BlockHeader, BlockKind},
    fields::{Fields, Stop, in_range},
    header::{PriorId, SegmentHeader, SegmentStart},
    number,
};
use crate::error::Error;
use bytes::BufMut;

/// `\xF0Fot`: starts a compact frame.
const MAGIC: [u8; 4] = [HEADER_TAG, b'F', b'o', b't'];

/// The header of a compact frame; the payload follows and ends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompactHeader {
    /// The low half of the identity of the trained model.
    pub model: u32,
    /// Bytes of content, at least 1.
    pub raw_bytes: u64,
    /// Bytes of payload, fewer.
    pub coded_bytes: u64,
    /// [`block_check`](super::block_check) of content and payload.
    pub check: u32,
}

impl CompactHeader {
    /// Bytes of content that a compact frame holds at most.
    pub const MAX_RAW_BYTES: u64 = 1 << 20;

    /// Whether `mark` begins as a compact frame does, as far as it goes.
    pub(super) fn begins(mark: &[u8]) -> bool {
        mark.get(3) == Some(&MAGIC[3]) && mark.starts_with(&MAGIC)
    }

    /// Appends the header.
    pub fn write(&self, out: &mut Vec<u8>) {
        out.put_slice(&MAGIC);
        out.put_u8(VERSION);
        out.put_u32_le(self.model);
        number::write(self.raw_bytes, out);
        number::write(self.coded_bytes, out);
        out.put_u32_le(self.check);
    }

    /// The mirror of [`write`](Self::write), behind the magic number.
    pub(super) fn read(fields: &mut Fields<'_>) -> Result<Self, Stop> {
        let start = fields.offset;
        fields.bytes(MAGIC.len())?;
        let offset = fields.here();
        let version = fields.u8()?;
        if version != VERSION {
            return Err(Error::UnsupportedVersion { offset, version }.into());
        }
        let model = fields.u32()?;
        let (raw_bytes, coded_bytes) = (fields.number()?, fields.number()?);
        let check = fields.u32()?;
        in_range(("content length", raw_bytes), (1, Self::MAX_RAW_BYTES), start)?;
        in_range(("coded length", coded_bytes), (0, raw_bytes - 1), start)?;
        Ok(Self { model, raw_bytes, coded_bytes, check })
    }

    /// What an ordinary frame would say of its only segment and block.
    pub(super) fn as_marks(&self) -> (SegmentHeader, BlockHeader) {
        let start =
            SegmentStart::Frame { content_bytes: Some(self.raw_bytes), segment_bytes: None };
        let segment = SegmentHeader::new(start, self.raw_bytes, Vec::new(), 0)
            .with_prior(PriorId::TrainedLow(self.model));
        let block = BlockHeader {
            kind: BlockKind::Modelled,
            raw_bytes: self.raw_bytes,
            transforms: Vec::new(),
            model_bytes: self.raw_bytes,
            coded_bytes: self.coded_bytes,
            check: self.check,
        };
        (segment, block)
    }
}
