//! Where the segments of a file are: told by the indexes behind its frames, or else by all
//! its marks.

use super::{
    Limits,
    inspect::{FrameSummary, survey},
};
use crate::{
    container::{EndMark, Resumption, SegmentSize},
    error::Error,
};
use std::io::{BufReader, Read, Seek, SeekFrom};

/// A frame and its segments.
pub(super) struct FramePlace {
    /// Where the frame begins in the file.
    pub(super) offset: u64,
    pub(super) segments: Vec<SegmentSize>,
}

impl FramePlace {
    /// Bytes of content.
    pub(super) fn raw_bytes(&self) -> u64 {
        self.segments.iter().map(|segment| segment.raw_bytes).sum()
    }

    /// The last segment that begins at or before `raw_offset`, if it is not the first.
    pub(super) fn later_segment(&self, raw_offset: u64) -> Option<Resumption> {
        let mut at = Resumption {
            offset: self.offset,
            raw_offset: 0,
            number: 0,
            segments: None,
            segment_bytes: self.segments.iter().map(|segment| segment.raw_bytes).max(),
        };
        for size in self.segments.iter().take(self.segments.len().saturating_sub(1)) {
            if at.raw_offset + size.raw_bytes > raw_offset {
                break;
            }
            at.offset += size.coded_bytes;
            at.raw_offset += size.raw_bytes;
            at.number += 1;
        }
        at.segments = Some(self.segments[..at.number as usize].to_vec());
        (at.number > 0).then_some(at)
    }

    /// Where the segments begin in the file.
    pub(super) fn offsets(&self) -> impl Iterator<Item = u64> {
        let mut end = self.offset;
        self.segments.iter().map(move |segment| {
            let offset = end;
            end += segment.coded_bytes;
            offset
        })
    }
}

/// The frames of a file, as far as its marks can be read.
pub(super) struct Places {
    /// In their order.
    pub(super) frames: Vec<FramePlace>,
    /// Why there may be more than these, if so.
    pub(super) stop: Option<Error>,
}

/// Where the frames of `file` are, and their segments.
pub(super) fn locate(file: &mut (impl Read + Seek), limits: &Limits) -> Result<Places, Error> {
    let (frames, start) = indexed(file, limits)?;
    if start == 0 && !frames.is_empty() {
        return Ok(Places { frames, stop: None });
    }
    file.rewind()?;
    let mut frames = Vec::new();
    let stop = match survey(BufReader::new(file), limits, &mut frames) {
        Err(error) if !error.is_data_error() => return Err(error),
        outcome => outcome.err(),
    };
    let place = |frame: FrameSummary| {
        let ends = frame.segments.iter().skip(1).map(|next| Some(next.offset)).chain([None]);
        let sizes = frame.segments.iter().zip(ends).map(|(segment, end)| SegmentSize {
            raw_bytes: segment.raw_bytes,
            // Nothing is looked for behind the last one.
            coded_bytes: end.map_or(segment.coded_bytes, |end| end - segment.offset),
        });
        FramePlace { offset: frame.offset, segments: sizes.collect() }
    };
    Ok(Places { frames: frames.into_iter().map(place).collect(), stop })
}

/// The last frames of `file` that have sound indexes, and where the first of them begins.
pub(super) fn indexed(
    file: &mut (impl Read + Seek),
    limits: &Limits,
) -> Result<(Vec<FramePlace>, u64), Error> {
    let mut end = file.seek(SeekFrom::End(0))?;
    let (mut frames, mut room) = (Vec::new(), limits.memory());
    while let Some(frame) = frame_before(file, end, &mut room)? {
        end = frame.offset;
        frames.push(frame);
    }
    frames.reverse();
    Ok((frames, end))
}

/// Bytes of memory that each byte of an index may take: itself, and half of the size and
/// the place of a segment, which two bytes can list.
const INDEX_MEMORY: u64 = 1 + (size_of::<SegmentSize>() + size_of::<u64>()) as u64 / 2;

/// The frame that ends at `end` of `file`, if it has a sound index for which there is
/// `room`, in bytes of memory; takes that.
fn frame_before(
    file: &mut (impl Read + Seek),
    end: u64,
    room: &mut u64,
) -> Result<Option<FramePlace>, Error> {
    let Some(start) = end.checked_sub(EndMark::TAIL_BYTES as u64) else { return Ok(None) };
    let mut tail = [0; EndMark::TAIL_BYTES];
    file.seek(SeekFrom::Start(start))?;
    file.read_exact(&mut tail)?;
    let is_allowed = |&length: &u64| length * INDEX_MEMORY <= *room;
    let length = EndMark::length_before(tail).filter(is_allowed);
    let Some((start, length)) = length.and_then(|length| Some((end.checked_sub(length)?, length)))
    else {
        return Ok(None);
    };
    *room -= length * INDEX_MEMORY;
    let mut mark = Vec::new();
    file.seek(SeekFrom::Start(start))?;
    file.take(length).read_to_end(&mut mark)?;
    let Some(segments) = EndMark::with_index(&mark).map(|end| end.segments) else {
        return Ok(None);
    };
    let coded = segments.iter().try_fold(0u64, |sum, size| sum.checked_add(size.coded_bytes));
    let offset = coded.and_then(|coded| start.checked_sub(coded));
    Ok(offset.map(|offset| FramePlace { offset, segments }))
}
