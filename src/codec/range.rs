//! A part of the content of a file that can be read from any place.

use super::{Limits, adapter::Reader, frame_decoder::FrameDecoder, locate::locate};
use crate::error::Error;
use std::{
    io::{self, BufReader, Read, Seek, SeekFrom},
    ops::{Bound, RangeBounds},
};

/// Reads a range of the content, and decodes only the segments that hold some of it.
///
/// What is given is checked block by block; the checks of whole frames are not.
///
/// ```
/// use foretell::{Limits, Options, codec::RangeDecoder};
/// use std::io::{Cursor, Read};
///
/// let code = foretell::compress(&[b'a'; 999], &Options::default().segment_bytes(100));
/// let mut part = String::new();
/// RangeDecoder::new(Cursor::new(code), 498..501, Limits::default())?.read_to_string(&mut part)?;
/// assert_eq!(part, "aaa");
/// # Ok::<(), std::io::Error>(())
/// ```
pub struct RangeDecoder<R> {
    decoder: Reader<BufReader<R>, FrameDecoder>,
    /// Bytes of content to pass over first.
    skip_bytes: u64,
    /// Bytes of content still to be given.
    left_bytes: u64,
    end: u64,
}

/// Bytes of content passed over at once.
const SKIP_BYTES: usize = 1 << 16;

impl<R: Read + Seek> RangeDecoder<R> {
    /// The bytes `range` of the content of `file`.
    ///
    /// The place of the segments comes from the index of the file; where it has none, from
    /// all its marks, or those before damage or before its end if it is cut short.
    ///
    /// # Errors
    /// [`Error`] if `file` cannot be read, or if `range` goes beyond the content or beyond
    /// damage of the marks.
    pub fn new(mut file: R, range: impl RangeBounds<u64>, limits: Limits) -> Result<Self, Error> {
        let start = match range.start_bound() {
            Bound::Included(&start) => start,
            Bound::Excluded(&before) => before.saturating_add(1),
            Bound::Unbounded => 0,
        };
        let mut first = (0, None, 0);
        let mut content_bytes = 0u64;
        let places = locate(&mut file, &limits)?;
        for frame in places.frames {
            let raw_bytes = frame.raw_bytes();
            if content_bytes <= start {
                let later = frame.later_segment(start - content_bytes);
                first = (frame.offset, later, content_bytes);
            }
            content_bytes = content_bytes.saturating_add(raw_bytes);
        }
        let end = match range.end_bound() {
            Bound::Included(&last) => last.saturating_add(1),
            Bound::Excluded(&end) => end,
            Bound::Unbounded => content_bytes.max(start),
        };
        let is_open = range.end_bound() == Bound::Unbounded;
        match places.stop {
            Some(error) if is_open || end > content_bytes => return Err(error),
            None if end > content_bytes => {
                return Err(Error::RangeBeyondContent { end, content_bytes });
            }
            _ => {}
        }
        let (frame_offset, later, content_before) = first;
        let skip_bytes = start - content_before;
        let (offset, skip_bytes, decoder) = match later {
            None => (frame_offset, skip_bytes, FrameDecoder::starting_at(frame_offset, limits)),
            Some(at) => {
                let skip_bytes = skip_bytes - at.raw_offset;
                (at.offset, skip_bytes, FrameDecoder::resuming(at, limits))
            }
        };
        file.seek(SeekFrom::Start(offset))?;
        let left_bytes = end.saturating_sub(start);
        let decoder = Reader::new(BufReader::new(file), decoder);
        Ok(Self { decoder, skip_bytes, left_bytes, end })
    }
}

impl<R: Read> RangeDecoder<R> {
    /// At most `count` bytes of content into `buffer`, none only if `count` is 0.
    fn content(&mut self, buffer: &mut [u8], count: u64) -> io::Result<usize> {
        let count = usize::try_from(count).unwrap_or(usize::MAX).min(buffer.len());
        let read = self.decoder.read(&mut buffer[..count])?;
        if read == 0 && count > 0 {
            // The file told otherwise when it was opened.
            let content_bytes = self.end - self.left_bytes;
            return Err(Error::RangeBeyondContent { end: self.end, content_bytes }.into());
        }
        Ok(read)
    }
}

impl<R: Read> Read for RangeDecoder<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut skipped = vec![0; SKIP_BYTES.min(self.skip_bytes as usize)];
        while self.skip_bytes > 0 && self.left_bytes > 0 {
            self.skip_bytes -= self.content(&mut skipped, self.skip_bytes)? as u64;
        }
        let read = self.content(buffer, self.left_bytes)?;
        self.left_bytes -= read as u64;
        Ok(read)
    }
}
