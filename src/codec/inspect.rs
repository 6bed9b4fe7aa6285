//! What a stream of frames holds, without decoding it.

use super::{
    Limits,
    segment::{Need, model_spec},
};
use crate::{
    container::{
        BlockHeader, BlockKind, FrameReader, Mark, PriorId, SegmentHeader, SegmentSize,
        SegmentStart,
    },
    error::Error,
    models::ModelSpec,
    transform::Window,
};
use std::io::{BufRead, ErrorKind};

/// One frame of a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrameSummary {
    /// Where the frame begins in the stream.
    pub offset: u64,
    /// Bytes of the whole frame in the stream.
    pub coded_bytes: u64,
    /// Bytes of content.
    pub raw_bytes: u64,
    /// Bytes of content that the header announces, if it does.
    pub announced_bytes: Option<u64>,
    /// XXH3-64 of the content, as the end mark has it; a compact frame has none.
    pub check: Option<u64>,
    /// The segments, at least one.
    pub segments: Vec<SegmentSummary>,
}

/// One segment of a frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SegmentSummary {
    /// Where the segment's header begins in the stream.
    pub offset: u64,
    /// Bytes of the segment in the stream, header included.
    pub coded_bytes: u64,
    /// Where the segment's content begins in the frame's content.
    pub raw_offset: u64,
    /// Bytes of content.
    pub raw_bytes: u64,
    /// Bytes of content that a block holds at most.
    pub block_bytes: u64,
    /// Bytes of content before a block that its references may reach.
    pub window_bytes: u64,
    /// Bytes of memory that a decoder needs: model, buffers, and the content that
    /// references may reach.
    pub memory_bytes: u64,
    /// What the model has read before the segment, if anything.
    pub prior: Option<PriorId>,
    /// The model, unless no block has one or it is a trained one.
    pub spec: Option<ModelSpec>,
    /// Blocks whose payload is their content, unseen by the model.
    pub stored: BlockTotals,
    /// Blocks whose payload is code.
    pub modelled: BlockTotals,
    /// Blocks whose payload is what the model was given.
    pub learnt: BlockTotals,
}

/// The blocks of one kind in a segment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BlockTotals {
    /// How many.
    pub blocks: u64,
    /// How many of them were transformed before the model saw them.
    pub transformed_blocks: u64,
    /// Bytes of content.
    pub raw_bytes: u64,
    /// Bytes of payload, headers not counted.
    pub payload_bytes: u64,
}

/// Reads the marks of a stream of frames, passes over the payloads, and gives what the
/// frames hold. The checks of headers are verified, those of contents are not.
///
/// Takes about a kilobyte of memory for each segment, of which a small file may have many;
/// the memory of `limits` bounds it.
///
/// # Errors
/// [`Error`] if reading fails, the marks are damaged, cut short or unsupported, or the list
/// grows beyond `limits`.
///
/// ```
/// let code = foretell::compress(b"to be or not to be", &Default::default());
/// let frames = foretell::inspect(&code[..], &foretell::Limits::default())?;
/// assert_eq!((frames.len(), frames[0].raw_bytes), (1, 18));
/// # Ok::<(), foretell::Error>(())
/// ```
pub fn inspect(stream: impl BufRead, limits: &Limits) -> Result<Vec<FrameSummary>, Error> {
    let mut frames = Vec::new();
    survey(stream, limits, &mut frames)?;
    Ok(frames)
}

/// Bytes of memory that a frame may take in a list, which may have room for twice as many.
const FRAME_BYTES: u64 = 2 * size_of::<FrameSummary>() as u64;

/// Bytes of memory that a segment may take: in a list, its model's contexts, its size among
/// those of the frame, and its entry in an index that is read, expected and listed.
const SEGMENT_BYTES: u64 =
    2 * (size_of::<SegmentSummary>() + size_of::<SegmentSize>()) as u64 + 512;

/// As [`inspect`], but `frames` hold what was found before an error, the last frame without
/// what its end mark says.
pub(super) fn survey(
    mut stream: impl BufRead,
    limits: &Limits,
    frames: &mut Vec<FrameSummary>,
) -> Result<(), Error> {
    let (mut reader, mut needed) = (FrameReader::new(), 0_u64);
    let mut is_payload_next = false;
    loop {
        let is_implied = reader.is_mark_implied() && !is_payload_next;
        let input = match stream.fill_buf() {
            _ if is_implied => &[][..],
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            input => input?,
        };
        let mut rest = input;
        if input.is_empty() && !is_implied {
            return reader.end_of_input();
        }
        if is_payload_next {
            is_payload_next = !reader.skip_payload(&mut rest);
        } else {
            let raw_offset = reader.raw_bytes();
            if let Some(mark) = reader.next(&mut rest)? {
                is_payload_next = matches!(mark, Mark::Block(_));
                needed += memory_for(&mark);
                limits.admit_memory(needed)?;
                add_mark(frames, mark, (reader.mark_offset(), raw_offset))?;
            }
        }
        let taken = input.len() - rest.len();
        stream.consume(taken);
    }
}

/// Bytes of memory that the summary of a stream grows by for `mark`.
fn memory_for(mark: &Mark) -> u64 {
    match mark {
        Mark::Segment(header) if matches!(header.start, SegmentStart::Frame { .. }) => {
            FRAME_BYTES + SEGMENT_BYTES
        }
        Mark::Segment(_) => SEGMENT_BYTES,
        Mark::Block(_) | Mark::End(_) => 0,
    }
}

/// Adds `mark` at `offset`, where the frame has `raw_offset` bytes of content so far.
fn add_mark(
    frames: &mut Vec<FrameSummary>,
    mark: Mark,
    (offset, raw_offset): (u64, u64),
) -> Result<(), Error> {
    match mark {
        Mark::Segment(header) => {
            if let SegmentStart::Frame { content_bytes, .. } = header.start {
                frames.push(FrameSummary::new(offset, content_bytes));
            }
            let segment = SegmentSummary::new(&header, offset, raw_offset)?;
            open(frames).segments.push(segment);
        }
        Mark::Block(header) => {
            let segment = open(frames).segments.last_mut();
            segment.expect("a frame begins with a segment").add(&header);
        }
        Mark::End(end) => {
            let frame = open(frames);
            frame.coded_bytes = end.frame_bytes();
            frame.raw_bytes = end.raw_bytes;
            frame.check = end.check;
            for (segment, size) in frame.segments.iter_mut().zip(end.segments) {
                segment.coded_bytes = size.coded_bytes;
                let window = Window::memory_bytes(segment.window_bytes);
                let past = window.min(segment.raw_bytes);
                segment.memory_bytes = segment.memory_bytes.saturating_add(past);
            }
        }
    }
    Ok(())
}

/// The frame whose marks are being read.
fn open(frames: &mut [FrameSummary]) -> &mut FrameSummary {
    frames.last_mut().expect("every mark belongs to a frame that began")
}

impl FrameSummary {
    /// A frame at `offset` of which only the start is known.
    fn new(offset: u64, announced_bytes: Option<u64>) -> Self {
        // Most frames have one.
        let segments = Vec::with_capacity(1);
        Self { offset, coded_bytes: 0, raw_bytes: 0, announced_bytes, check: None, segments }
    }

    /// Bytes of memory that a decoder needs for the most demanding segment.
    pub fn memory_bytes(&self) -> u64 {
        self.segments.iter().map(|segment| segment.memory_bytes).max().unwrap_or(0)
    }
}

impl SegmentSummary {
    /// A segment whose blocks are still to come.
    fn new(header: &SegmentHeader, offset: u64, raw_offset: u64) -> Result<Self, Error> {
        let spec = model_spec(header, offset)?;
        Ok(Self {
            offset,
            coded_bytes: 0,
            raw_offset,
            raw_bytes: 0,
            block_bytes: header.block_bytes,
            window_bytes: header.window_bytes,
            memory_bytes: Need::new(header, spec.as_ref(), None).at_once,
            prior: header.prior,
            spec,
            stored: BlockTotals::default(),
            modelled: BlockTotals::default(),
            learnt: BlockTotals::default(),
        })
    }

    fn add(&mut self, header: &BlockHeader) {
        self.raw_bytes += header.raw_bytes;
        let totals = match header.kind {
            BlockKind::Stored => &mut self.stored,
            BlockKind::Modelled => &mut self.modelled,
            BlockKind::Learnt => &mut self.learnt,
        };
        totals.blocks += 1;
        totals.transformed_blocks += u64::from(!header.transforms.is_empty());
        totals.raw_bytes += header.raw_bytes;
        totals.payload_bytes += header.coded_bytes;
    }
}
