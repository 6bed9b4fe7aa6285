//! What a damaged file still holds.

use super::{
    Limits,
    adapter::Coder,
    frame_decoder::FrameDecoder,
    locate::{FramePlace, indexed},
};
use crate::{
    container::{FrameReader, MAGIC_START, Resumption, SegmentHeader, SegmentStart},
    error::Error,
};
use memchr::memmem;
use std::io::{BufRead, BufReader, ErrorKind, Read, Seek, SeekFrom, Write};

/// A part of a file from which nothing could be recovered.
#[derive(Debug)]
pub struct Hole {
    /// Where it begins in the file.
    pub offset: u64,
    /// Where it ends in the file.
    pub end: u64,
    /// Bytes of content recovered before it.
    pub content_before: u64,
    /// Bytes of content missing, if what follows tells.
    pub missing_bytes: Option<u64>,
    /// What is wrong there.
    pub error: Error,
}

/// What [`recover`] brought back and what it did not.
#[derive(Debug, Default)]
pub struct Recovery {
    /// Bytes of content that were intact.
    pub content_bytes: u64,
    /// The parts left out, in their order; none if the file is whole.
    pub holes: Vec<Hole>,
}

/// Writes all intact content of `file` to `out`, one part behind the other: every block
/// whose check holds and that has no damage before it in its segment.
///
/// Behind damage, segments are looked for by their headers and checks. Where the index at
/// the end of the frame is intact, only the segments that it lists are taken; without it,
/// a compressed file inside the damaged one could be mistaken for a part of it.
///
/// # Errors
/// Only what is no damage: if reading or writing fails, or a segment needs more than
/// `limits` allow.
pub fn recover(
    file: &mut (impl Read + Seek),
    out: &mut impl Write,
    limits: &Limits,
) -> Result<Recovery, Error> {
    let known = Known::of(&indexed(file, limits)?.0);
    let mut recovery = Recovery::default();
    let mut next = Some(Start::Frame { offset: 0 });
    while let Some(start) = next {
        file.seek(SeekFrom::Start(start.offset()))?;
        let Some(stop) = salvage(file, &start, limits.clone().threads(1), out, &mut recovery)?
        else {
            break;
        };
        let from = stop.offset.max(start.offset() + 1);
        next = find_start(file, from, &stop, &known)?;
        let end = match &next {
            Some(found) => found.offset(),
            None => file.seek(SeekFrom::End(0))?,
        };
        recovery.add(stop, end, next.as_ref());
    }
    Ok(recovery)
}

/// Where a decoder can begin.
enum Start {
    Frame { offset: u64 },
    Segment(Resumption),
}

impl Start {
    fn offset(&self) -> u64 {
        match self {
            Self::Frame { offset } | Self::Segment(Resumption { offset, .. }) => *offset,
        }
    }
}

/// Where and why decoding stopped.
struct Stop {
    /// Where the mark is, or what should be one.
    offset: u64,
    /// Segments begun and bytes of content decoded in the frame; none if its start is
    /// damaged.
    progress: (u64, u64),
    error: Error,
}

impl Stop {
    fn new(reader: &FrameReader, content_bytes: u64, error: Error) -> Self {
        let offset = match error {
            // The mark was read; what it says or what follows it is refused.
            Error::UnsupportedModel { offset, .. }
            | Error::UnsupportedTransform { offset, .. }
            | Error::NoModel { offset }
            | Error::TransformDamaged { offset, .. }
            | Error::BlockDamaged { offset, .. }
            | Error::ContentDamaged { offset, .. } => offset,
            _ => reader.open_offset(),
        };
        let progress = reader.begun_segments().map_or((0, 0), |begun| (begun, content_bytes));
        Self { offset, progress, error }
    }

    /// Whether a segment at `start` can be of the same frame, behind the damage.
    fn allows(&self, start: SegmentStart) -> bool {
        let (begun, content_bytes) = self.progress;
        match start {
            SegmentStart::Frame { .. } => true,
            SegmentStart::Later { number, raw_offset } => {
                number >= begun && raw_offset >= content_bytes
            }
        }
    }
}

/// Decodes from `start`, where `file` stands, to its end or to the next damage.
fn salvage(
    file: &mut impl Read,
    start: &Start,
    limits: Limits,
    out: &mut impl Write,
    recovery: &mut Recovery,
) -> Result<Option<Stop>, Error> {
    let (mut decoder, mut frame_content) = match start {
        Start::Frame { offset } => (FrameDecoder::starting_at(*offset, limits), 0),
        Start::Segment(at) => (FrameDecoder::resuming(at.clone(), limits), at.raw_offset),
    };
    let mut file = BufReader::new(file);
    let (mut content, mut frames) = (Vec::new(), 0);
    while !decoder.is_done() {
        let input = match file.fill_buf() {
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            input => input?,
        };
        let mut rest = input;
        let step = if input.is_empty() {
            decoder.finish(&mut content)
        } else {
            decoder.step(&mut rest, &mut content)
        };
        let taken = input.len() - rest.len();
        file.consume(taken);
        if decoder.reader().frames() > frames {
            (frames, frame_content) = (decoder.reader().frames(), 0);
        }
        frame_content += content.len() as u64;
        recovery.content_bytes += content.len() as u64;
        out.write_all(&content)?;
        content.clear();
        match step {
            Err(error) if error.is_data_error() => {
                return Ok(Some(Stop::new(decoder.reader(), frame_content, error)));
            }
            step => step?,
        }
    }
    Ok(None)
}

/// Bytes of a file that are searched at once: first few, as there may be many places where
/// a decoder begins in vain, then twice as many each time.
const SEARCH_BYTES: (u64, u64) = (1 << 12, 1 << 20);

/// The first place from `from` on where a decoder can begin after `stop`; in the frames
/// that are `known`, only where they have a segment.
fn find_start(
    file: &mut (impl Read + Seek),
    from: u64,
    stop: &Stop,
    known: &Known,
) -> Result<Option<Start>, Error> {
    let (mut offset, mut window) = (from, Vec::new());
    let (mut bytes, most_bytes) = SEARCH_BYTES;
    loop {
        window.clear();
        file.seek(SeekFrom::Start(offset))?;
        let most = bytes + SegmentHeader::MAX_BYTES as u64;
        file.by_ref().take(most).read_to_end(&mut window)?;
        for at in memmem::find_iter(&window, &MAGIC_START) {
            let place = offset + at as u64;
            let header = SegmentHeader::at_start(&window[at..], place);
            let header = header.filter(|header| stop.allows(header.start));
            if let Some(header) = header.filter(|_| known.allows(place)) {
                return Ok(Some(Start::at(place, &header)));
            }
        }
        if (window.len() as u64) < most {
            return Ok(None);
        }
        offset += bytes;
        bytes = most_bytes.min(2 * bytes);
    }
}

/// Where segments begin in the frames at the end of the file whose indexes are sound.
struct Known {
    /// In ascending order.
    offsets: Vec<u64>,
}

impl Known {
    fn of(frames: &[FramePlace]) -> Self {
        Self { offsets: frames.iter().flat_map(FramePlace::offsets).collect() }
    }

    /// Whether a segment can begin at `offset`: it must, from the first known frame on.
    fn allows(&self, offset: u64) -> bool {
        self.offsets.first().is_none_or(|&first| offset < first)
            || self.offsets.binary_search(&offset).is_ok()
    }
}

impl Start {
    fn at(offset: u64, header: &SegmentHeader) -> Self {
        match header.start {
            SegmentStart::Frame { .. } => Self::Frame { offset },
            SegmentStart::Later { number, raw_offset } => Self::Segment(Resumption {
                offset,
                raw_offset,
                number,
                segments: None,
                segment_bytes: None,
            }),
        }
    }
}

impl Recovery {
    /// Adds the hole from `stop` to `end` of the file, where `next` begins. Damage in what
    /// was only just found makes the hole before it larger.
    fn add(&mut self, stop: Stop, end: u64, next: Option<&Start>) {
        let missing_bytes = match next {
            Some(Start::Segment(at)) => at.raw_offset.checked_sub(stop.progress.1),
            _ => None,
        };
        let content_before = self.content_bytes;
        match self.holes.last_mut() {
            Some(last) if last.content_before == content_before && last.end == stop.offset => {
                (last.end, last.missing_bytes) = (end, None);
            }
            _ => {
                let Stop { offset, error, .. } = stop;
                self.holes.push(Hole { offset, end, content_before, missing_bytes, error });
            }
        }
    }
}
