//! The header of a block.

use super::{
    check::block_header_check,
    fields::{Fields, Stop, in_range},
    number,
};
use crate::error::Error;
use bytes::BufMut;

/// What the payload of a block is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockKind {
    /// The content itself; the model never sees it.
    Stored,
    /// The code of what the model was given.
    Modelled,
    /// What the model was given, which it would not have made smaller; the model learns
    /// it.
    Learnt,
}

impl BlockKind {
    const fn tag(self) -> u8 {
        match self {
            Self::Stored => 1,
            Self::Modelled => 2,
            Self::Learnt => 3,
        }
    }

    /// The kind that starts with byte `tag`: the mirror of [`tag`](Self::tag).
    pub(super) const fn from_tag(tag: u8) -> Option<Self> {
        match tag & TAG_KIND {
            1 if tag < 1 << TAG_STEPS_SHIFT => Some(Self::Stored),
            2 => Some(Self::Modelled),
            3 => Some(Self::Learnt),
            _ => None,
        }
    }
}

/// Bits of a tag that hold the kind; the others count the transform steps.
const TAG_KIND: u8 = 0x0F;
const TAG_STEPS_SHIFT: u32 = 4;

/// One reversible transform that was applied to a block before the model saw it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransformStep {
    /// Which transform.
    pub id: u8,
    /// What its inverse must know, at most 255 bytes.
    pub parameters: Vec<u8>,
}

/// What a decoder must know before the payload of a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockHeader {
    /// What the payload is.
    pub kind: BlockKind,
    /// Bytes of content, at least 1.
    pub raw_bytes: u64,
    /// The transforms in the order in which they were applied, at most 15; none if the
    /// block is stored.
    pub transforms: Vec<TransformStep>,
    /// Bytes given to the model: `raw_bytes` if there are no transforms.
    pub model_bytes: u64,
    /// Bytes of payload: those given to the model, fewer if the block is modelled.
    pub coded_bytes: u64,
    /// [`block_check`](super::block_check) of content and payload.
    pub check: u32,
}

impl BlockHeader {
    /// Transform steps that a block has at most.
    pub const MAX_STEPS: usize = 15;

    /// Appends the header.
    pub fn write(&self, out: &mut Vec<u8>) {
        let start = out.len();
        out.put_u8(self.kind.tag() | (self.transforms.len() as u8) << TAG_STEPS_SHIFT);
        number::write(self.raw_bytes, out);
        for step in &self.transforms {
            out.put_u8(step.id);
            out.put_u8(step.parameters.len() as u8);
            out.put_slice(&step.parameters);
        }
        if !self.transforms.is_empty() {
            number::write(self.model_bytes, out);
        }
        if self.kind == BlockKind::Modelled {
            number::write(self.coded_bytes, out);
        }
        out.put_u32_le(self.check);
        let check = block_header_check(&out[start..]);
        out.put_u16_le(check);
    }

    /// Reads the header of a block of at most `bound` bytes: the mirror of
    /// [`write`](Self::write).
    pub(super) fn read(fields: &mut Fields<'_>, bound: u64) -> Result<Self, Stop> {
        let offset = fields.offset;
        let tag = fields.u8()?;
        let kind = BlockKind::from_tag(tag).ok_or(Error::UnsupportedMark { offset, tag })?;
        let raw_bytes = fields.number()?;
        let transforms = (0..tag >> TAG_STEPS_SHIFT)
            .map(|_| read_step(fields))
            .collect::<Result<Vec<_>, _>>()?;
        let model_bytes = if transforms.is_empty() { raw_bytes } else { fields.number()? };
        let is_coded = kind == BlockKind::Modelled;
        let coded_bytes = if is_coded { fields.number()? } else { model_bytes };
        let check = fields.u32()?;
        let computed = block_header_check(fields.taken());
        let stored = fields.u16()?;
        if stored != computed {
            let (stored, computed) = (stored.into(), computed.into());
            return Err(Error::HeaderDamaged { offset, stored, computed }.into());
        }
        in_range(("block length", raw_bytes), (1, bound), offset)?;
        in_range(("transformed length", model_bytes), (1, bound), offset)?;
        let most = model_bytes - u64::from(is_coded);
        in_range(("coded length", coded_bytes), (0, most), offset)?;
        Ok(Self { kind, raw_bytes, transforms, model_bytes, coded_bytes, check })
    }
}

fn read_step(fields: &mut Fields<'_>) -> Result<TransformStep, Stop> {
    let id = fields.u8()?;
    let count = usize::from(fields.u8()?);
    Ok(TransformStep { id, parameters: fields.bytes(count)?.to_vec() })
}
