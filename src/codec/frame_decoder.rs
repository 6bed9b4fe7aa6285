//! Frames in any pieces → content.

use super::{
    Limits, Prior,
    adapter::Coder,
    block::BlockPlace,
    crew::{Crew, Event},
    segment::{Need, Payload, SegmentDecoder, model_and_prior},
};
use crate::{
    container::{
        BlockHeader, ContentCheck, EndMark, FrameReader, Mark, Resumption, SegmentHeader,
        SegmentSize, SegmentStart,
    },
    error::Error,
    models::ModelSpec,
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
    /// Who decodes the blocks.
    crew: Crew<SegmentDecoder, Note>,
    /// Bytes that may wait to be decoded or given.
    ahead_bytes: u64,
    /// Segments of the frame so far.
    segments: u64,
    /// Bytes of content of a segment at most, as far as the frame announces them.
    segment_bytes: Option<u64>,
    /// Whether a segment had to wait for the memory of another.
    was_held_back: bool,
    output: Output,
    state: State,
}

/// Bytes that the list of a frame's segments may take without being counted: no file made
/// in good faith should need more memory to decode for being long.
const FREE_LIST_BYTES: u64 = 1 << 20;

/// The model of a segment, and what it has read before.
type SegmentPrior = (Option<ModelSpec>, Option<Prior>);

/// What follows the blocks given to the crew.
enum Note {
    /// The end mark of a frame, at this offset.
    End(EndMark, u64),
    /// What is refused.
    Refusal(Error),
}

/// What has come out.
struct Output {
    /// Check of the content of the frame so far, unless its start was left out.
    check: Option<ContentCheck>,
    /// Bytes of content.
    bytes: u64,
}

enum State {
    Decoding,
    /// All is read, not all is given.
    Ending,
    /// What came before the error is given; the error is next.
    Refusing(Error),
    Done,
    Failed,
}

impl FrameDecoder {
    pub(super) fn new(limits: Limits) -> Self {
        Self::starting_at(0, limits)
    }

    /// A decoder that begins with the frame at `offset` of the stream.
    pub(super) fn starting_at(offset: u64, limits: Limits) -> Self {
        Self::with(FrameReader::starting_at(offset), Some(ContentCheck::default()), limits)
    }

    /// A decoder that begins inside a frame; the check of that frame's content cannot be
    /// verified.
    pub(super) fn resuming(at: Resumption, limits: Limits) -> Self {
        let segment_bytes = at.segment_bytes;
        let mut decoder = Self::with(FrameReader::resuming(at), None, limits);
        decoder.ahead_bytes = decoder.ahead_for(segment_bytes.unwrap_or(0));
        decoder.segment_bytes = segment_bytes;
        decoder
    }

    fn with(reader: FrameReader, check: Option<ContentCheck>, limits: Limits) -> Self {
        Self {
            is_single_frame: false,
            reader,
            block: None,
            crew: Crew::new(limits.thread_count()),
            limits,
            ahead_bytes: 0,
            segments: 0,
            segment_bytes: None,
            was_held_back: false,
            output: Output { check, bytes: 0 },
            state: State::Decoding,
        }
    }

    /// How far reading has come.
    pub(super) fn reader(&self) -> &FrameReader {
        &self.reader
    }

    pub(super) fn set_single_frame(&mut self) {
        self.is_single_frame = true;
    }

    /// Whether a segment had to wait for the memory of another, so that fewer threads worked
    /// than were allowed.
    pub(super) fn was_held_back(&self) -> bool {
        self.was_held_back
    }

    /// Does what the next mark says.
    fn mark(&mut self, input: &mut &[u8], out: &mut Vec<u8>) -> Result<(), Error> {
        let raw_offset = self.reader.raw_bytes();
        let mark = match self.reader.next(input) {
            Ok(Some(mark)) => mark,
            Ok(None) => return Ok(()),
            Err(error) => {
                self.refuse(error);
                return Ok(());
            }
        };
        let offset = self.reader.mark_offset();
        match mark {
            Mark::Segment(header) => match self.admitted(&header, offset) {
                Ok((model, need)) => self.begin_segment(&header, model, need, out)?,
                Err(error) => self.refuse(error),
            },
            Mark::Block(header) => self.block = Some((header, BlockPlace { offset, raw_offset })),
            Mark::End(end) => self.end_frame(end, offset),
        }
        Ok(())
    }

    /// The model of a segment within the limits, and the memory that it takes.
    fn admitted(
        &mut self,
        header: &SegmentHeader,
        offset: u64,
    ) -> Result<(SegmentPrior, Need), Error> {
        if let SegmentStart::Frame { content_bytes, segment_bytes } = header.start {
            self.segment_bytes = content_bytes.into_iter().chain(segment_bytes).min();
        }
        let (spec, prior) = model_and_prior(header, self.limits.known(), offset)?;
        let listed_bytes = self.segments * size_of::<SegmentSize>() as u64;
        let mut need = Need::new(header, spec.as_ref(), self.segment_bytes);
        need.at_once = need.at_once.saturating_add(listed_bytes.saturating_sub(FREE_LIST_BYTES));
        self.limits.admit(header, need.at_once)?;
        Ok(((spec, prior), need))
    }

    fn begin_segment(
        &mut self,
        header: &SegmentHeader,
        (spec, prior): SegmentPrior,
        need: Need,
        out: &mut Vec<u8>,
    ) -> Result<(), Error> {
        self.crew.end_lane();
        if let SegmentStart::Frame { segment_bytes, .. } = header.start {
            let segment_bytes = segment_bytes.unwrap_or(0).max(header.block_bytes);
            self.ahead_bytes = self.ahead_for(segment_bytes);
        }
        let needed = need.in_all().min(self.limits.memory());
        let for_all = self.crew.work_bytes().saturating_add(needed);
        self.was_held_back |= self.crew.threads() > 1 && for_all > self.limits.memory();
        self.make_room(needed, 0, out)?;
        self.segments += 1;
        let room = (need, self.limits.memory());
        let stop = self.crew.stop();
        self.crew.begin(SegmentDecoder::new(header, (spec, prior), room, stop), needed);
        Ok(())
    }

    /// Bytes of code and content that may wait: a segment for each thread and one to come,
    /// as far as the header announces how large segments are.
    fn ahead_for(&self, segment_bytes: u64) -> u64 {
        segment_bytes.saturating_mul(2 * (self.crew.threads() as u64 + 1))
    }

    fn end_frame(&mut self, end: EndMark, offset: u64) {
        self.segments = 0;
        self.crew.end(Note::End(end, offset));
        if self.is_single_frame {
            self.state = State::Ending;
        }
    }

    /// Gives all that came before, then `error`.
    fn refuse(&mut self, error: Error) {
        self.crew.end(Note::Refusal(error));
        self.state = State::Ending;
    }

    /// Gives the payload of `header` to the crew once it is all there.
    fn payload(&mut self, input: &mut &[u8], out: &mut Vec<u8>) -> Result<(), Error> {
        let Some(bytes) = self.reader.payload(input, <[u8]>::to_vec) else { return Ok(()) };
        if let Some((header, place)) = self.block.take() {
            let held_bytes = header.raw_bytes + header.coded_bytes;
            self.make_room(0, held_bytes, out)?;
            self.crew.give(Payload { header, place, bytes }, held_bytes);
        }
        if self.reader.is_mark_implied() {
            // The end of a compact frame, behind which there may be nothing.
            self.mark(&mut &[][..], out)?;
        }
        Ok(())
    }

    /// Waits until there is room for so many bytes more of work and jobs, or nothing that
    /// could be waited for.
    fn make_room(&mut self, work: u64, job: u64, out: &mut Vec<u8>) -> Result<(), Error> {
        let is_room = |crew: &Crew<_, _>| {
            let jobs = crew.jobs_bytes().saturating_add(job);
            let all = crew.work_bytes().saturating_add(work).saturating_add(jobs);
            jobs <= self.ahead_bytes && all <= self.limits.memory()
        };
        while !is_room(&self.crew) {
            let Some(event) = self.crew.wait() else { break };
            self.output.take(event, out)?;
        }
        Ok(())
    }

    /// Takes some of the input or, behind its end, waits for some of what is to come.
    fn decode(&mut self, input: &mut &[u8], out: &mut Vec<u8>) -> Result<(), Error> {
        match self.state {
            State::Decoding if self.block.is_some() => self.payload(input, out)?,
            State::Decoding => self.mark(input, out)?,
            State::Ending => match self.crew.wait() {
                Some(event) => self.output.take(event, out)?,
                None => self.state = State::Done,
            },
            State::Done => {}
            State::Refusing(_) | State::Failed => return Err(Error::AlreadyFailed),
        }
        while let Some(event) = self.crew.ready() {
            self.output.take(event, out)?;
        }
        Ok(())
    }

    /// As [`decode`](Self::decode); an error waits until what came before it is taken.
    fn advance(&mut self, input: &mut &[u8], out: &mut Vec<u8>) -> Result<(), Error> {
        if let State::Refusing(_) = self.state
            && let State::Refusing(error) = std::mem::replace(&mut self.state, State::Failed)
        {
            return Err(error);
        }
        let Err(error) = self.decode(input, out) else { return Ok(()) };
        if out.is_empty() {
            self.state = State::Failed;
            return Err(error);
        }
        self.state = State::Refusing(error);
        Ok(())
    }
}

impl Output {
    /// Appends the content that the crew gave, and holds a frame against its check.
    fn take(
        &mut self,
        event: Event<Result<Vec<u8>, Error>, Note>,
        out: &mut Vec<u8>,
    ) -> Result<(), Error> {
        match event {
            Event::Done(content) => {
                let mut content = content?;
                if let Some(check) = &mut self.check {
                    check.update(&content);
                }
                self.bytes += content.len() as u64;
                out.append(&mut content);
                Ok(())
            }
            Event::Note(Note::End(end, offset)) => {
                match self.check.replace(ContentCheck::default()).map(|check| check.digest()) {
                    Some(computed) if end.check.is_some_and(|stored| stored != computed) => {
                        let stored = end.check.unwrap_or_default();
                        Err(Error::ContentDamaged { offset, stored, computed })
                    }
                    _ => Ok(()),
                }
            }
            Event::Note(Note::Refusal(error)) => Err(error),
        }
    }
}

impl Coder for FrameDecoder {
    fn step(&mut self, input: &mut &[u8], out: &mut Vec<u8>) -> Result<(), Error> {
        self.advance(input, out)
    }

    fn finish(&mut self, out: &mut Vec<u8>) -> Result<(), Error> {
        if let State::Decoding = self.state {
            self.state = State::Ending;
            if let Err(error) = self.reader.end_of_input() {
                self.refuse(error);
            }
        }
        self.advance(&mut &[][..], out)
    }

    fn is_done(&self) -> bool {
        matches!(self.state, State::Done)
    }

    fn total_in(&self) -> u64 {
        self.reader.taken_bytes()
    }

    fn total_out(&self) -> u64 {
        self.output.bytes
    }
}
