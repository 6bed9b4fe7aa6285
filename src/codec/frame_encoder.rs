//! Content → one frame, in any pieces.

use super::{
    Bill, Options,
    adapter::Coder,
    crew::{Crew, Event},
    segment::{CodedPiece, Piece, SegmentEncoder},
};
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
    /// Who codes the blocks.
    crew: Crew<SegmentEncoder, EndOfSegment>,
    /// Bytes of content given to the open segment, if one is open.
    open_bytes: Option<u64>,
    /// Segments that were begun.
    begun_segments: u64,
    /// Bytes of content given to the crew.
    raw_bytes: u64,
    check: ContentCheck,
    output: Output,
    state: State,
}

/// A note to the crew: what comes next is of another segment.
struct EndOfSegment;

/// What has come out.
#[derive(Default)]
struct Output {
    /// The segment whose code comes out.
    segment: SegmentSize,
    /// The segments that are complete.
    segments: Vec<SegmentSize>,
    /// Bytes of code.
    coded_bytes: u64,
    /// What the code costs, if it is metered.
    bill: Bill,
    /// Whether what came out is a whole frame without an end mark.
    is_frame: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Coding,
    Finished,
    Failed,
}

impl FrameEncoder {
    pub(super) fn new(options: Options) -> Self {
        Self {
            crew: Crew::new(options.threads),
            options,
            pending: Vec::new(),
            open_bytes: None,
            begun_segments: 0,
            raw_bytes: 0,
            check: ContentCheck::default(),
            output: Output::default(),
            state: State::Coding,
        }
    }

    /// An encoder that prices what it codes.
    pub(super) fn metered(options: Options) -> Self {
        Self::new(Options { is_metered: true, content_bytes: None, ..options })
    }

    /// What the code costs, once the frame is finished; the container is left out.
    pub(super) fn bill(&self) -> Bill {
        self.output.bill
    }

    /// Bytes of content until the open segment is full.
    fn segment_room(&self) -> u64 {
        let whole = self.options.segment_bytes.unwrap_or(Options::SOLID_BYTES);
        whole - self.open_bytes.unwrap_or(0)
    }

    /// Bytes of content until the block being collected is full.
    fn block_room(&self) -> usize {
        let whole = (self.options.block_bytes as u64).min(self.segment_room()) as usize;
        whole - self.pending.len()
    }

    /// Gives the collected block to the crew. `is_last` says that no content follows it.
    fn end_block(&mut self, is_last: bool, out: &mut Vec<u8>) -> Result<(), Error> {
        let content = std::mem::take(&mut self.pending);
        let bytes = content.len() as u64;
        while self.crew.jobs_bytes().saturating_add(bytes) > self.options.ahead_bytes() {
            let Some(event) = self.crew.wait() else { break };
            self.output.take(event, out)?;
        }
        let is_last = is_last || bytes == self.segment_room();
        if self.open_bytes.is_none() {
            let segment =
                SegmentEncoder::new(self.next_start(), self.options.clone(), self.crew.stop());
            self.crew.begin(segment, 0);
            self.begun_segments += 1;
        }
        self.check.update(&content);
        self.raw_bytes += bytes;
        self.open_bytes = Some(self.open_bytes.unwrap_or(0) + bytes);
        self.crew.give(Piece { content, is_last }, bytes);
        if is_last {
            self.end_segment();
        }
        Ok(())
    }

    fn end_segment(&mut self) {
        if self.open_bytes.take().is_some() {
            self.crew.end(EndOfSegment);
        }
    }

    /// Where a segment that begins now stands.
    fn next_start(&self) -> SegmentStart {
        if self.begun_segments == 0 {
            let Options { content_bytes, segment_bytes, .. } = self.options;
            SegmentStart::Frame { content_bytes, segment_bytes }
        } else {
            SegmentStart::Later { number: self.begun_segments, raw_offset: self.raw_bytes }
        }
    }

    /// Appends what is ready.
    fn collect(&mut self, out: &mut Vec<u8>) -> Result<(), Error> {
        while let Some(event) = self.crew.ready() {
            self.output.take(event, out)?;
        }
        Ok(())
    }

    /// Ends the block being collected, so that all content so far can be decoded.
    pub(super) fn flush(&mut self, out: &mut Vec<u8>) -> Result<(), Error> {
        self.trying(|this| {
            if !this.pending.is_empty() {
                this.end_block(false, out)?;
            }
            while let Some(event) = this.crew.wait() {
                this.output.take(event, out)?;
            }
            Ok(())
        })
    }

    /// Gives the last block away, then appends something each time until the end mark.
    fn end_frame(&mut self, out: &mut Vec<u8>) -> Result<(), Error> {
        if !self.pending.is_empty() {
            self.end_block(true, out)?;
        }
        self.end_segment();
        if let Some(event) = self.crew.wait() {
            return self.output.take(event, out);
        }
        if self.output.segments.is_empty() {
            let start = self.next_start();
            self.output.empty_segment(start, out);
        }
        if !self.output.is_frame {
            self.output.end_mark(self.raw_bytes, self.check.digest(), out);
        }
        self.state = State::Finished;
        Ok(())
    }

    /// Does `work`; once it has failed, a block is missing and nothing may follow.
    fn trying(&mut self, work: impl FnOnce(&mut Self) -> Result<(), Error>) -> Result<(), Error> {
        if self.state == State::Failed {
            return Err(Error::AlreadyFailed);
        }
        let outcome = work(self);
        if outcome.is_err() {
            self.state = State::Failed;
        }
        outcome
    }
}

impl Output {
    /// Appends what the crew gave.
    fn take(
        &mut self,
        event: Event<Result<CodedPiece, Error>, EndOfSegment>,
        out: &mut Vec<u8>,
    ) -> Result<(), Error> {
        match event {
            Event::Done(piece) => {
                let CodedPiece { mut code, raw_bytes, bill, is_frame } = piece?;
                self.is_frame |= is_frame;
                self.segment.raw_bytes += raw_bytes;
                self.segment.coded_bytes += code.len() as u64;
                self.coded_bytes += code.len() as u64;
                self.bill += bill;
                out.append(&mut code);
            }
            Event::Note(EndOfSegment) => self.segments.push(std::mem::take(&mut self.segment)),
        }
        Ok(())
    }

    /// Appends the header of a frame without content.
    fn empty_segment(&mut self, start: SegmentStart, out: &mut Vec<u8>) {
        let before = out.len();
        SegmentHeader::new(start, 0, Vec::new(), 0).write(out);
        let coded_bytes = (out.len() - before) as u64;
        self.coded_bytes += coded_bytes;
        self.segments.push(SegmentSize { raw_bytes: 0, coded_bytes });
    }

    /// Appends the end mark.
    fn end_mark(&mut self, raw_bytes: u64, check: u64, out: &mut Vec<u8>) {
        let before = out.len();
        let segments = std::mem::take(&mut self.segments);
        EndMark { raw_bytes, check: Some(check), segments }.write(out);
        self.coded_bytes += (out.len() - before) as u64;
    }
}

impl Coder for FrameEncoder {
    fn step(&mut self, input: &mut &[u8], out: &mut Vec<u8>) -> Result<(), Error> {
        self.trying(|this| {
            if this.block_room() == 0 && !input.is_empty() {
                this.end_block(false, out)?;
                return this.collect(out);
            }
            let (taken, rest) = input.split_at(this.block_room().min(input.len()));
            this.pending.extend_from_slice(taken);
            *input = rest;
            Ok(())
        })
    }

    fn finish(&mut self, out: &mut Vec<u8>) -> Result<(), Error> {
        if self.is_done() {
            return Ok(());
        }
        let written = self.total_in();
        match self.options.content_bytes {
            Some(announced) if announced != written => {
                Err(Error::ContentSize { announced, written })
            }
            _ => self.trying(|this| this.end_frame(out)),
        }
    }

    fn is_done(&self) -> bool {
        self.state == State::Finished
    }

    fn total_in(&self) -> u64 {
        self.raw_bytes + self.pending.len() as u64
    }

    fn total_out(&self) -> u64 {
        self.output.coded_bytes
    }
}
