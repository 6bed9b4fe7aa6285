//! Content → one frame, in any pieces.

use super::{Bill, Options, adapter::Coder, segment::SegmentEncoder};
use crate::{
    container::{ContentCheck, EndMark, SegmentHeader, SegmentSize, SegmentStart},
    error::Error,
};

/// Codes content that arrives in any pieces as one frame.
///
/// A full block is held back until more content arrives or the frame is finished, so
/// that the first block knows whether it is the only one.
pub(super) struct FrameEncoder {
    options: Options,
    /// The block being collected.
    pending: Vec<u8>,
    segment: Option<SegmentEncoder>,
    /// The segments that are complete.
    segments: Vec<SegmentSize>,
    check: ContentCheck,
    /// Bytes of content coded.
    raw_bytes: u64,
    coded_bytes: u64,
    /// What the code of the complete segments costs, if it is metered.
    bill: Bill,
    is_finished: bool,
}

impl FrameEncoder {
    pub(super) fn new(options: Options) -> Self {
        Self {
            options,
            pending: Vec::new(),
            segment: None,
            segments: Vec::new(),
            check: ContentCheck::default(),
            raw_bytes: 0,
            coded_bytes: 0,
            bill: Bill::default(),
            is_finished: false,
        }
    }

    /// An encoder that prices what it codes.
    pub(super) fn metered(options: Options) -> Self {
        Self::new(Options { is_metered: true, content_bytes: None, ..options })
    }

    /// What the code costs, once the frame is finished; the container is left out.
    pub(super) fn bill(&self) -> Bill {
        self.bill
    }

    fn end_segment(&mut self) {
        if let Some(segment) = self.segment.take() {
            self.bill += segment.bill();
            self.segments.push(segment.size());
        }
    }

    /// Bytes of content until the open segment is full.
    fn segment_room(&self) -> u64 {
        let taken = self.segment.as_ref().map_or(0, |segment| segment.size().raw_bytes);
        self.options.segment_bytes.map_or(u64::MAX, |bytes| bytes - taken)
    }

    /// Codes the collected block. `is_last` says that no content follows it.
    fn end_block(&mut self, is_last: bool, out: &mut Vec<u8>) {
        let fills_segment = self.pending.len() as u64 == self.segment_room();
        let start = self.next_start();
        let segment = self.segment.get_or_insert_with(|| SegmentEncoder::new(start));
        segment.add(&self.pending, is_last || fills_segment, &self.options, out);
        self.check.update(&self.pending);
        self.raw_bytes += self.pending.len() as u64;
        self.pending.clear();
        if is_last || fills_segment {
            self.end_segment();
        }
    }

    /// Where a segment that begins now would stand.
    fn next_start(&self) -> SegmentStart {
        if self.segments.is_empty() {
            SegmentStart::Frame { content_bytes: self.options.content_bytes }
        } else {
            let number = self.segments.len() as u64;
            SegmentStart::Later { number, raw_offset: self.raw_bytes }
        }
    }

    /// Ends the block being collected, so that all content so far can be decoded.
    pub(super) fn flush(&mut self, out: &mut Vec<u8>) {
        if !self.pending.is_empty() {
            self.counting(out, |this, out| this.end_block(false, out));
        }
    }

    fn end_frame(&mut self, out: &mut Vec<u8>) {
        if !self.pending.is_empty() {
            self.end_block(true, out);
        }
        self.end_segment();
        if self.segments.is_empty() {
            self.empty_segment(out);
        }
        let (raw_bytes, check) = (self.raw_bytes, self.check.digest());
        EndMark { raw_bytes, check, segments: std::mem::take(&mut self.segments) }.write(out);
        self.is_finished = true;
    }

    /// The header of a frame without content.
    fn empty_segment(&mut self, out: &mut Vec<u8>) {
        let before = out.len();
        SegmentHeader::new(self.next_start(), 0, Vec::new(), 0).write(out);
        self.segments.push(SegmentSize { raw_bytes: 0, coded_bytes: (out.len() - before) as u64 });
    }

    /// Runs `code` and counts what it appends.
    fn counting(&mut self, out: &mut Vec<u8>, code: impl FnOnce(&mut Self, &mut Vec<u8>)) {
        let before = out.len();
        code(self, out);
        self.coded_bytes += (out.len() - before) as u64;
    }
}

impl Coder for FrameEncoder {
    fn step(&mut self, input: &mut &[u8], out: &mut Vec<u8>) -> Result<(), Error> {
        let block_bytes = (self.options.block_bytes as u64).min(self.segment_room()) as usize;
        if self.pending.len() == block_bytes && !input.is_empty() {
            self.counting(out, |this, out| this.end_block(false, out));
            return Ok(());
        }
        let room = block_bytes - self.pending.len();
        let (taken, rest) = input.split_at(room.min(input.len()));
        self.pending.extend_from_slice(taken);
        *input = rest;
        Ok(())
    }

    fn finish(&mut self, out: &mut Vec<u8>) -> Result<(), Error> {
        if self.is_finished {
            return Ok(());
        }
        let written = self.total_in();
        match self.options.content_bytes {
            Some(announced) if announced != written => {
                Err(Error::ContentSize { announced, written })
            }
            _ => {
                self.counting(out, Self::end_frame);
                Ok(())
            }
        }
    }

    fn is_done(&self) -> bool {
        self.is_finished
    }

    fn total_in(&self) -> u64 {
        self.raw_bytes + self.pending.len() as u64
    }

    fn total_out(&self) -> u64 {
        self.coded_bytes
    }
}
