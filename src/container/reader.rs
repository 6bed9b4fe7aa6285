//! The marks of a stream of frames, in order, from bytes that arrive in any pieces.

use super::{
    HEADER_TAG,
    block::BlockHeader,
    compact::CompactHeader,
    end::{EndMark, SegmentSize},
    fields::{Fields, Stop, consistent, in_range},
    header::{SegmentHeader, SegmentStart},
};
use crate::error::Error;

/// One mark of a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mark {
    /// A segment begins; the first of a frame begins the frame.
    Segment(SegmentHeader),
    /// A block begins; its payload follows.
    Block(BlockHeader),
    /// A frame ends; the stream may end here or go on with another frame.
    End(EndMark),
}

/// The frame being read.
#[derive(Default)]
struct OpenFrame {
    /// Bytes of content that the header announces.
    content_bytes: Option<u64>,
    /// Bytes of content of a segment at most, if the header announces that.
    segment_bytes: Option<u64>,
    /// Largest block of the segment being read.
    block_bytes: u64,
    /// Segments before those listed.
    unlisted_segments: u64,
    /// The other segments, the one being read last.
    segments: Vec<SegmentSize>,
    /// Bytes of content in all segments.
    raw_bytes: u64,
    /// The only block of a compact frame, until it was given as a mark.
    only_block: Option<BlockHeader>,
    is_compact: bool,
}

/// Where a stream is taken up in the middle of a frame: at the header of a later segment.
#[derive(Clone, Debug)]
pub struct Resumption {
    /// Where the header is in the stream.
    pub offset: u64,
    /// Bytes of content of the frame before it.
    pub raw_offset: u64,
    /// Segments of the frame before it.
    pub number: u64,
    /// What these segments take up, one after the other, if that is known.
    pub segments: Option<Vec<SegmentSize>>,
    /// Bytes of content of a segment at most, if that is known.
    pub segment_bytes: Option<u64>,
}

/// Reads marks and payloads from input that is handed over in any pieces, and takes no
/// byte beyond the mark or payload that was asked for.
///
/// Holds at most one mark or payload; it grows with the bytes that arrive, never by a
/// length that was only announced.
#[derive(Default)]
pub struct FrameReader {
    /// The first bytes of a mark or payload whose end has not arrived.
    held: Vec<u8>,
    /// Bytes of the mark needed before it is worth trying to read it.
    needed: usize,
    /// Where the mark or payload begins in the stream.
    offset: u64,
    /// Where the mark before begins.
    mark_offset: u64,
    /// Bytes of payload left to take; not yet read as a mark.
    payload_bytes: u64,
    frame: Option<OpenFrame>,
    frames: u64,
}

impl FrameReader {
    /// A reader at the start of a stream.
    pub fn new() -> Self {
        Self::default()
    }

    /// A reader at the start of a frame, at `offset` of the stream.
    pub fn starting_at(offset: u64) -> Self {
        Self { offset, ..Self::default() }
    }

    /// A reader in the middle of a frame.
    pub fn resuming(at: Resumption) -> Self {
        let frame = OpenFrame {
            segment_bytes: at.segment_bytes,
            unlisted_segments: if at.segments.is_some() { 0 } else { at.number },
            segments: at.segments.unwrap_or_default(),
            raw_bytes: at.raw_offset,
            ..OpenFrame::default()
        };
        Self { offset: at.offset, frame: Some(frame), ..Self::default() }
    }

    /// Segments of the frame being read that have begun; none if no frame is being read.
    pub fn begun_segments(&self) -> Option<u64> {
        self.frame.as_ref().map(OpenFrame::segment_count)
    }

    /// Frames that were read to their end.
    pub fn frames(&self) -> u64 {
        self.frames
    }

    /// Where the mark begins of which not all, with its payload, was taken.
    pub fn open_offset(&self) -> u64 {
        if self.payload_bytes > 0 { self.mark_offset } else { self.offset }
    }

    /// Where the mark that [`next`](Self::next) gave last begins in the stream.
    pub fn mark_offset(&self) -> u64 {
        self.mark_offset
    }

    /// Bytes taken from the input so far.
    pub fn taken_bytes(&self) -> u64 {
        self.offset + self.held.len() as u64
    }

    /// Bytes of content announced by the blocks of the frame being read.
    pub fn raw_bytes(&self) -> u64 {
        self.frame.as_ref().map_or(0, |frame| frame.raw_bytes)
    }

    /// Whether a frame has begun and not ended.
    pub fn is_inside_a_frame(&self) -> bool {
        self.frame.is_some() || !self.held.is_empty()
    }

    /// The next mark, or `None` if `input` was used up before the mark was complete. The
    /// payload of the mark before must have been taken.
    ///
    /// # Errors
    /// Whatever the format forbids, named as in `FORMAT.md`.
    pub fn next(&mut self, input: &mut &[u8]) -> Result<Option<Mark>, Error> {
        debug_assert_eq!(self.payload_bytes, 0, "a payload comes before the next mark");
        if let Some(mark) = self.implied_mark() {
            return Ok(Some(mark));
        }
        while self.hold(input, self.needed.max(1)) {
            let mut fields = Fields::new(&self.held, self.offset);
            let is_compact = self.frame.is_none() && CompactHeader::begins(&self.held);
            let read = if is_compact {
                CompactHeader::read(&mut fields).map(|header| self.begin_compact(&header))
            } else {
                read_mark(&mut fields, self.frame.as_ref(), self.frames)
            };
            match read {
                Ok(mark) => {
                    self.advance(&mark);
                    return Ok(Some(mark));
                }
                Err(Stop::Incomplete { needed }) => self.needed = needed,
                Err(Stop::Refused(error)) => return Err(error),
            }
        }
        Ok(None)
    }

    /// The segment of a compact frame; its block and its end follow of themselves.
    fn begin_compact(&mut self, header: &CompactHeader) -> Mark {
        let (segment, block) = header.as_marks();
        let only_block = Some(block);
        self.frame = Some(OpenFrame { only_block, is_compact: true, ..OpenFrame::default() });
        Mark::Segment(segment)
    }

    /// Whether the next mark needs no more input.
    pub fn is_mark_implied(&self) -> bool {
        self.payload_bytes == 0 && self.frame.as_ref().is_some_and(|frame| frame.is_compact)
    }

    /// The next mark of a compact frame.
    fn implied_mark(&mut self) -> Option<Mark> {
        let frame = self.frame.as_mut().filter(|frame| frame.is_compact)?;
        let mark = match frame.only_block.take() {
            Some(block) => Mark::Block(block),
            None => Mark::End(EndMark {
                raw_bytes: frame.raw_bytes,
                check: None,
                segments: std::mem::take(&mut frame.segments),
            }),
        };
        let (mark_offset, offset) = (self.mark_offset, self.offset);
        self.advance(&mark);
        (self.mark_offset, self.offset) = (mark_offset, offset);
        Some(mark)
    }

    /// Hands the payload of the block just begun to `take`, or gives `None` if `input`
    /// was used up before the payload was complete.
    pub fn payload<T>(&mut self, input: &mut &[u8], take: impl FnOnce(&[u8]) -> T) -> Option<T> {
        let count = self.payload_bytes as usize;
        let taken = match input.split_at_checked(count) {
            Some((payload, rest)) if self.held.is_empty() => {
                *input = rest;
                take(payload)
            }
            _ if self.hold(input, count) => take(&self.held),
            _ => return None,
        };
        self.held.clear();
        self.offset += self.payload_bytes;
        self.payload_bytes = 0;
        Some(taken)
    }

    /// Passes over the payload of the block just begun; `false` if `input` was used up
    /// before its end.
    pub fn skip_payload(&mut self, input: &mut &[u8]) -> bool {
        let count = self.payload_bytes.min(input.len() as u64);
        *input = &input[count as usize..];
        self.offset += count;
        self.payload_bytes -= count;
        self.payload_bytes == 0
    }

    /// Says that the input ends here.
    ///
    /// # Errors
    /// [`Error::EmptyStream`] or [`Error::Truncated`] unless the last frame is complete.
    pub fn end_of_input(&self) -> Result<(), Error> {
        if self.taken_bytes() == 0 {
            Err(Error::EmptyStream)
        } else if self.is_inside_a_frame() {
            Err(Error::Truncated { offset: self.taken_bytes() })
        } else {
            Ok(())
        }
    }

    /// Moves bytes from `input` until `count` are held; `false` if there are too few.
    fn hold(&mut self, input: &mut &[u8], count: usize) -> bool {
        let missing = count.saturating_sub(self.held.len());
        let (taken, rest) = input.split_at(missing.min(input.len()));
        if self.held.capacity() - self.held.len() < taken.len() {
            // Doubles, but never beyond what is asked for.
            self.held.reserve_exact(missing.min(taken.len().max(self.held.len())));
        }
        self.held.extend_from_slice(taken);
        *input = rest;
        taken.len() == missing
    }

    /// Puts `mark`, all of what is held, behind.
    fn advance(&mut self, mark: &Mark) {
        let mark_bytes = self.held.len() as u64;
        self.mark_offset = self.offset;
        self.offset += mark_bytes;
        self.held.clear();
        self.needed = 0;
        match mark {
            Mark::Segment(header) => {
                self.frame.get_or_insert_default().begin_segment(header, mark_bytes);
            }
            Mark::Block(header) => {
                self.payload_bytes = header.coded_bytes;
                let frame = self.frame.as_mut().expect("a block is inside a frame");
                frame.add_block(header, mark_bytes);
            }
            Mark::End(_) => {
                self.frame = None;
                self.frames += 1;
            }
        }
    }
}

impl OpenFrame {
    /// A stream that is taken up in its middle says itself how many came before.
    fn segment_count(&self) -> u64 {
        self.unlisted_segments.saturating_add(self.segments.len() as u64)
    }

    /// All segments, unless some are not listed.
    fn all_segments(&self) -> Option<&[SegmentSize]> {
        (self.unlisted_segments == 0).then_some(&self.segments)
    }

    fn begin_segment(&mut self, header: &SegmentHeader, mark_bytes: u64) {
        if let SegmentStart::Frame { content_bytes, segment_bytes } = header.start {
            (self.content_bytes, self.segment_bytes) = (content_bytes, segment_bytes);
        }
        self.block_bytes = header.block_bytes;
        self.segments.push(SegmentSize { raw_bytes: 0, coded_bytes: mark_bytes });
    }

    fn add_block(&mut self, header: &BlockHeader, mark_bytes: u64) {
        self.raw_bytes += header.raw_bytes;
        let segment = self.segments.last_mut().expect("a frame begins with a segment");
        segment.raw_bytes += header.raw_bytes;
        segment.coded_bytes += mark_bytes + header.coded_bytes;
    }

    /// Holds a later segment's header against what came before it.
    fn admit_segment(&self, header: &SegmentHeader, offset: u64) -> Result<(), Error> {
        let SegmentStart::Later { number, raw_offset } = header.start else { return Ok(()) };
        consistent("segment number", (number, self.segment_count()), offset)?;
        consistent("segment start", (raw_offset, self.raw_bytes), offset)
    }

    /// Refuses a block that goes beyond the announced length of the content or the
    /// segment, or beyond what 64 bits count.
    fn admit_block(&self, header: &BlockHeader, offset: u64) -> Result<(), Error> {
        let segment = self.segments.last().map_or(0, |segment| segment.raw_bytes);
        let in_content = self.content_bytes.unwrap_or(u64::MAX) - self.raw_bytes;
        let in_segment = self.segment_bytes.unwrap_or(u64::MAX) - segment;
        let most = in_content.min(in_segment);
        in_range(("block length", header.raw_bytes), (1, most), offset).map(drop)
    }

    /// Holds the end mark against the announced length of the content.
    fn admit_end(&self, end: &EndMark, offset: u64) -> Result<(), Error> {
        consistent("content length", (end.raw_bytes, self.raw_bytes), offset)?;
        let announced = self.content_bytes.unwrap_or(end.raw_bytes);
        consistent("content length in the header", (announced, end.raw_bytes), offset)
    }
}

/// Reads the mark at `fields`, inside `frame` or at the start of the stream's next frame
/// after `frames` complete ones.
fn read_mark(
    fields: &mut Fields<'_>,
    frame: Option<&OpenFrame>,
    frames: u64,
) -> Result<Mark, Stop> {
    let offset = fields.offset;
    let Some(frame) = frame else {
        return SegmentHeader::read(fields, true).map(Mark::Segment).map_err(|stop| match stop {
            Stop::Refused(Error::NotForetell { offset }) if frames > 0 => {
                Error::TrailingData { offset }.into()
            }
            stop => stop,
        });
    };
    let tag = fields.peek()?;
    if tag == HEADER_TAG {
        let header = SegmentHeader::read(fields, false)?;
        frame.admit_segment(&header, offset)?;
        Ok(Mark::Segment(header))
    } else if EndMark::has_tag(tag) {
        let end = EndMark::read(fields, frame.all_segments())?;
        frame.admit_end(&end, offset)?;
        Ok(Mark::End(end))
    } else {
        let header = BlockHeader::read(fields, frame.block_bytes)?;
        frame.admit_block(&header, offset)?;
        Ok(Mark::Block(header))
    }
}
