//! The end mark of a frame: totals and, after several segments, their index.

use super::{
    HEADER_TAG,
    check::header_check,
    fields::{Fields, Stop, consistent, in_range},
    number,
};
use crate::error::Error;
use bytes::BufMut;

const TAG_END: u8 = 0x0E;
const TAG_END_WITH_INDEX: u8 = 0x0F;
/// `\xF0Foe`: the last bytes of an end mark with an index.
const INDEX_MAGIC: [u8; 4] = [HEADER_TAG, b'F', b'o', b'e'];
/// Bytes of an index at most: check, length and magic are not among them.
const MAX_INDEX_BYTES: u64 = u32::MAX as u64 >> 1;

/// What one segment takes up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SegmentSize {
    /// Bytes of content.
    pub raw_bytes: u64,
    /// Bytes in the stream, header included.
    pub coded_bytes: u64,
}

/// The last mark of a frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndMark {
    /// Bytes of content of the frame.
    pub raw_bytes: u64,
    /// [`ContentCheck`](super::ContentCheck) of the frame.
    pub check: u64,
    /// The segments in their order.
    pub segments: Vec<SegmentSize>,
}

impl EndMark {
    /// Bytes of the whole frame, this mark included.
    pub fn frame_bytes(&self) -> u64 {
        let mut mark = Vec::new();
        self.write(&mut mark);
        let segments: u64 = self.segments.iter().map(|segment| segment.coded_bytes).sum();
        segments + mark.len() as u64
    }

    /// Appends the mark; the index only if there are several segments.
    pub fn write(&self, out: &mut Vec<u8>) {
        let start = out.len();
        let has_index = self.segments.len() > 1;
        out.put_u8(if has_index { TAG_END_WITH_INDEX } else { TAG_END });
        number::write(self.raw_bytes, out);
        out.put_u64_le(self.check);
        if has_index {
            self.write_index(start, out);
        }
    }

    fn write_index(&self, start: usize, out: &mut Vec<u8>) {
        let index = index_bytes(&self.segments);
        number::write(index.len() as u64, out);
        out.put_slice(&index);
        let check = header_check(&out[start..]);
        out.put_u32_le(check);
        let mark_bytes = out.len() - start + 4 + INDEX_MAGIC.len();
        out.put_u32_le(mark_bytes as u32);
        out.put_slice(&INDEX_MAGIC);
    }

    /// Whether a mark that starts with `tag` is an end mark.
    pub(super) const fn has_tag(tag: u8) -> bool {
        tag == TAG_END || tag == TAG_END_WITH_INDEX
    }

    /// Reads the end mark of a frame of `segments`: the mirror of [`write`](Self::write).
    pub(super) fn read(fields: &mut Fields<'_>, segments: &[SegmentSize]) -> Result<Self, Stop> {
        let offset = fields.offset;
        let tag = fields.u8()?;
        let has_index = u64::from(tag == TAG_END_WITH_INDEX);
        consistent("presence of an index", (has_index, u64::from(segments.len() > 1)), offset)?;
        let raw_bytes = fields.number()?;
        let total = segments.iter().map(|segment| segment.raw_bytes).sum();
        let check = fields.u64()?;
        if has_index == 1 {
            read_index(fields, segments)?;
        }
        consistent("content length", (raw_bytes, total), offset)?;
        Ok(Self { raw_bytes, check, segments: segments.to_vec() })
    }
}

fn index_bytes(segments: &[SegmentSize]) -> Vec<u8> {
    let mut index = Vec::new();
    for segment in segments {
        number::write(segment.raw_bytes, &mut index);
        number::write(segment.coded_bytes, &mut index);
    }
    index
}

/// Reads the index and all behind it, and refuses any but that of `segments`.
fn read_index(fields: &mut Fields<'_>, segments: &[SegmentSize]) -> Result<(), Stop> {
    let offset = fields.offset;
    let expected = index_bytes(segments);
    let count = in_range(("index length", fields.number()?), (1, MAX_INDEX_BYTES), offset)?;
    consistent("index length", (count, expected.len() as u64), offset)?;
    let index = fields.bytes(expected.len())?;
    let computed = header_check(fields.taken());
    let stored = fields.u32()?;
    if stored != computed {
        return Err(Error::HeaderDamaged { offset, stored, computed }.into());
    }
    consistent("index", (u64::from(index != expected), 0), offset)?;
    let mark_bytes = fields.taken().len() + 4 + INDEX_MAGIC.len();
    consistent("end mark length", (fields.u32()?.into(), mark_bytes as u64), offset)?;
    let magic = fields.u32()?;
    consistent("end magic", (magic.into(), u32::from_le_bytes(INDEX_MAGIC).into()), offset)?;
    Ok(())
}
