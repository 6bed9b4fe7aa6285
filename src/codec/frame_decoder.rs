//! Frames in any pieces → content.

use super::{
    Limits,
    adapter::Coder,
    block::{BlockPlace, SegmentModel, decode_block},
    segment::{memory_bytes, model_spec},
};
use crate::{
    container::{BlockHeader, ContentCheck, EndMark, FrameReader, Mark, SegmentHeader},
    error::Error,
};

/// Decodes concatenated frames that arrive in any pieces: the mirror of
/// [`FrameEncoder`](super::frame_encoder::FrameEncoder).
pub(super) struct FrameDecoder {
    limits: Limits,
    /// Whether to stop after one frame instead of expecting another or the end.
    is_single_frame: bool,
    reader: FrameReader,
    /// The block whose payload comes next.
    block: Option<(BlockHeader, BlockPlace)>,
    /// The model of the segment, if it has one.
    model: Option<SegmentModel>,
    /// Check of the content of the frame so far.
    check: ContentCheck,
    total_out: u64,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Decoding,
    Done,
    Failed,
}

impl FrameDecoder {
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            limits,
            is_single_frame: false,
            reader: FrameReader::new(),
            block: None,
            model: None,
            check: ContentCheck::default(),
            total_out: 0,
            state: State::Decoding,
        }
    }

    pub(super) fn set_single_frame(&mut self) {
        self.is_single_frame = true;
    }

    fn mark(&mut self, input: &mut &[u8]) -> Result<(), Error> {
        let raw_offset = self.reader.raw_bytes();
        let Some(mark) = self.reader.next(input)? else { return Ok(()) };
        let offset = self.reader.mark_offset();
        match mark {
            Mark::Segment(header) => self.begin_segment(&header, offset),
            Mark::Block(header) => {
                self.block = Some((header, BlockPlace { offset, raw_offset }));
                Ok(())
            }
            Mark::End(end) => self.end_frame(&end, offset),
        }
    }

    fn begin_segment(&mut self, header: &SegmentHeader, offset: u64) -> Result<(), Error> {
        let spec = model_spec(header, offset)?;
        self.limits.admit(header, memory_bytes(header, spec.as_ref()))?;
        self.model = spec.map(|spec| SegmentModel::new(spec, header.block_bytes));
        Ok(())
    }

    fn payload(&mut self, input: &mut &[u8], out: &mut Vec<u8>) -> Result<(), Error> {
        let Some((header, place)) = &self.block else { return Ok(()) };
        let start = out.len();
        let decoded = self.reader.payload(input, |payload| {
            decode_block((header, *place), payload, self.model.as_mut(), out)
        });
        if let Some(decoded) = decoded {
            decoded?;
            self.block = None;
            self.check.update(&out[start..]);
            self.total_out += (out.len() - start) as u64;
        }
        Ok(())
    }

    fn end_frame(&mut self, end: &EndMark, offset: u64) -> Result<(), Error> {
        self.model = None;
        let computed = std::mem::take(&mut self.check).digest();
        if end.check != computed {
            return Err(Error::ContentDamaged { offset, stored: end.check, computed });
        }
        if self.is_single_frame {
            self.state = State::Done;
        }
        Ok(())
    }
}

impl Coder for FrameDecoder {
    fn step(&mut self, input: &mut &[u8], out: &mut Vec<u8>) -> Result<(), Error> {
        let step = match self.state {
            State::Done => Ok(()),
            State::Failed => Err(Error::AlreadyFailed),
            State::Decoding if self.block.is_some() => self.payload(input, out),
            State::Decoding => self.mark(input),
        };
        if step.is_err() {
            self.state = State::Failed;
        }
        step
    }

    fn finish(&mut self, _: &mut Vec<u8>) -> Result<(), Error> {
        match self.state {
            State::Decoding => self.reader.end_of_input()?,
            State::Done => {}
            State::Failed => return Err(Error::AlreadyFailed),
        }
        self.state = State::Done;
        Ok(())
    }

    fn is_done(&self) -> bool {
        self.state == State::Done
    }

    fn total_in(&self) -> u64 {
        self.reader.taken_bytes()
    }

    fn total_out(&self) -> u64 {
        self.total_out
    }
}
