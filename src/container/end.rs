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
    /// [`ContentCheck`](super::ContentCheck) of the frame; none of a compact frame, whose
    /// block has a check and which has no such mark.
    pub check: Option<u64>,
    /// The segments in their order.
    pub segments: Vec<SegmentSize>,
}

impl EndMark {
    /// Bytes at the end of a mark with an index that tell how long it is.
    pub const TAIL_BYTES: usize = 8;

    /// Bytes of the whole frame, this mark included.
    pub fn frame_bytes(&self) -> u64 {
        let mut mark = Vec::new();
        if self.check.is_some() {
            self.write(&mut mark);
        }
        let segments: u64 = self.segments.iter().map(|segment| segment.coded_bytes).sum();
        segments + mark.len() as u64
    }

    /// Appends the mark; the index only if there are several segments.
    pub fn write(&self, out: &mut Vec<u8>) {
        let start = out.len();
        let has_index = self.segments.len() > 1;
        out.put_u8(if has_index { TAG_END_WITH_INDEX } else { TAG_END });
        number::write(self.raw_bytes, out);
        out.put_u64_le(self.check.unwrap_or(0));
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
        let mark_bytes = out.len() - start + Self::TAIL_BYTES;
        out.put_u32_le(mark_bytes as u32);
        out.put_slice(&INDEX_MAGIC);
    }

    /// Whether a mark that starts with `tag` is an end mark.
    pub(super) const fn has_tag(tag: u8) -> bool {
        tag == TAG_END || tag == TAG_END_WITH_INDEX
    }

    /// The end mark with an index that ends with `tail`: its length in bytes.
    pub fn length_before(tail: [u8; Self::TAIL_BYTES]) -> Option<u64> {
        let [length, magic] = [0, 4].map(|at| [tail[at], tail[at + 1], tail[at + 2], tail[at + 3]]);
        (magic == INDEX_MAGIC).then(|| u32::from_le_bytes(length).into())
    }

    /// The end mark with an index that is all of `mark`, if it is sound in itself.
    pub fn with_index(mark: &[u8]) -> Option<Self> {
        let mut fields = Fields::new(mark, 0);
        let end = Self::read(&mut fields, None).ok()?;
        (fields.taken().len() == mark.len() && end.segments.len() > 1).then_some(end)
    }

    /// Reads the end mark of a frame, of `segments` if they are known: the mirror of
    /// [`write`](Self::write).
    pub(super) fn read(
        fields: &mut Fields<'_>,
        segments: Option<&[SegmentSize]>,
    ) -> Result<Self, Stop> {
        let offset = fields.offset;
        let has_index = fields.u8()? == TAG_END_WITH_INDEX;
        if let Some(segments) = segments {
            let presence = (u64::from(has_index), u64::from(segments.len() > 1));
            consistent("presence of an index", presence, offset)?;
        }
        let raw_bytes = fields.number()?;
        let check = Some(fields.u64()?);
        let listed = if has_index { Some(read_index(fields, segments)?) } else { None };
        let segments = listed.or(segments.map(<[_]>::to_vec));
        if let Some(segments) = &segments {
            // A sum beyond 64 bits is that of no frame, whatever the field says.
            let total = segments.iter().try_fold(0u64, |sum, size| sum.checked_add(size.raw_bytes));
            let computed = total.unwrap_or(!raw_bytes);
            consistent("content length", (raw_bytes, computed), offset)?;
        }
        Ok(Self { raw_bytes, check, segments: segments.unwrap_or_default() })
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

/// Reads the index and all behind it, and refuses any but that of `segments` if they are
/// known.
fn read_index(
    fields: &mut Fields<'_>,
    segments: Option<&[SegmentSize]>,
) -> Result<Vec<SegmentSize>, Stop> {
    let offset = fields.offset;
    let expected = segments.map(index_bytes);
    let count = in_range(("index length", fields.number()?), (1, MAX_INDEX_BYTES), offset)?;
    if let Some(expected) = &expected {
        consistent("index length", (count, expected.len() as u64), offset)?;
    }
    let index = fields.bytes(count as usize)?;
    let computed = header_check(fields.taken());
    let stored = fields.u32()?;
    if stored != computed {
        return Err(Error::HeaderDamaged { offset, stored, computed }.into());
    }
    let differs = expected.is_some_and(|expected| index != expected);
    consistent("index", (u64::from(differs), 0), offset)?;
    let mark_bytes = fields.taken().len() + EndMark::TAIL_BYTES;
    consistent("end mark length", (fields.u32()?.into(), mark_bytes as u64), offset)?;
    let magic = fields.u32()?;
    consistent("end magic", (magic.into(), u32::from_le_bytes(INDEX_MAGIC).into()), offset)?;
    sizes(index).map_err(|_| Error::NumberNotCanonical { offset }.into())
}

/// The sizes listed in `index`: the mirror of [`index_bytes`].
fn sizes(index: &[u8]) -> Result<Vec<SegmentSize>, Stop> {
    let mut fields = Fields::new(index, 0);
    let mut sizes = Vec::new();
    while fields.peek().is_ok() {
        let (raw_bytes, coded_bytes) = (fields.number()?, fields.number()?);
        sizes.push(SegmentSize { raw_bytes, coded_bytes });
    }
    Ok(sizes)
}
