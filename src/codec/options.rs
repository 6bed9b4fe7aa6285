//! What the caller chooses when compressing.

use super::Prior;
use crate::{
    container::{MAX_BLOCK_BYTES, MAX_WINDOW_BYTES, SegmentHeader, SegmentStart},
    models::{Level, ModelSpec},
    transform::{Finder, Window},
};

/// How to compress.
///
/// ```
/// use foretell::{Options, models::Level};
///
/// let options = Options::new(Level::MAX).segment_bytes(1 << 24);
/// let code = foretell::compress(b"to be or not to be", &options);
/// assert_eq!(foretell::decompress(&code, &foretell::Limits::default())?, b"to be or not to be");
/// # Ok::<(), foretell::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Options {
    pub(super) spec: ModelSpec,
    pub(super) block_bytes: usize,
    pub(super) window_bytes: u64,
    pub(super) segment_bytes: Option<u64>,
    pub(super) content_bytes: Option<u64>,
    pub(super) threads: usize,
    pub(super) prior: Option<Prior>,
    /// Whether what is coded is priced as well, for a [`Bill`](super::Bill).
    pub(super) is_metered: bool,
}

impl Options {
    /// Bytes of content after which the model starts afresh if nothing else is said: 1 GiB.
    /// What it has learnt by then fills any model, so that starting anew costs less than a
    /// thousandth, and damage spreads no further.
    pub const SOLID_BYTES: u64 = 1 << 30;

    /// Threads at most, however many are asked for: more than any machine has cores.
    pub const MOST_THREADS: usize = 1 << 12;

    /// The model and block size of `level`; segments of [`SOLID_BYTES`](Self::SOLID_BYTES),
    /// no announced length, one thread.
    pub fn new(level: Level) -> Self {
        Self {
            spec: level.spec(),
            block_bytes: level.block_bytes(),
            window_bytes: level.window_bytes(),
            segment_bytes: None,
            content_bytes: None,
            threads: 1,
            prior: None,
            is_metered: false,
        }
    }

    /// Another model than the level's.
    #[must_use]
    pub fn spec(mut self, spec: ModelSpec) -> Self {
        self.spec = spec;
        self
    }

    /// Begins every segment with what `prior` knows. The decoder needs the same
    /// ([`Limits::prior`](super::Limits::prior)); the header names it. A trained model takes
    /// the place of the level's.
    #[must_use]
    pub fn prior(mut self, prior: Prior) -> Self {
        self.prior = Some(prior);
        self
    }

    /// Bytes of content of a block at most, brought into `1 ..= 1 GiB`. Large blocks cost
    /// memory, small ones about ten bytes each.
    #[must_use]
    pub fn block_bytes(mut self, bytes: usize) -> Self {
        self.block_bytes = bytes.clamp(1, MAX_BLOCK_BYTES as usize);
        self
    }

    /// Bytes of content that references to earlier copies reach back at most, brought into
    /// `0 ..= 2 GiB`: memory of the decoder, as far as a segment is longer than its first
    /// block.
    #[must_use]
    pub fn window_bytes(mut self, bytes: u64) -> Self {
        self.window_bytes = bytes.min(MAX_WINDOW_BYTES);
        self
    }

    /// Bytes of content after which the model starts afresh, at least 1. Segments can be
    /// coded in parallel and read without those before them; each pays for learning anew.
    /// The header announces the size, so that decoders know how far to read ahead.
    #[must_use]
    pub fn segment_bytes(mut self, bytes: u64) -> Self {
        self.segment_bytes = Some(bytes.max(1));
        self
    }

    /// Announces the length of the whole content in the header, for readers that want to
    /// know it beforehand. Finishing with another length is an error.
    #[must_use]
    pub fn content_size(mut self, bytes: u64) -> Self {
        self.content_bytes = Some(bytes);
        self
    }

    /// Threads that code segments side by side, at least 1; the caller's own thread only
    /// splits and joins if there are several. They change neither the code nor which bytes
    /// are coded together: without [`segment_bytes`](Self::segment_bytes) there is little to
    /// code side by side, and nothing is read ahead.
    #[must_use]
    pub fn threads(mut self, threads: usize) -> Self {
        self.threads = threads.clamp(1, Self::MOST_THREADS);
        self
    }

    /// Threads that [`threads`](Self::threads) allows.
    pub fn thread_count(&self) -> usize {
        self.threads
    }

    /// Bytes of memory that decoding takes at most: the model, the buffers of one block and
    /// the window.
    pub fn decoder_bytes(&self) -> u64 {
        let start = SegmentStart::Frame { content_bytes: None, segment_bytes: None };
        let spec = self.segment_spec();
        let (spec, memory) = (spec.to_bytes(), spec.memory_bytes());
        let header = SegmentHeader::new(start, self.largest_block_bytes(), spec, memory);
        header.memory_bytes().saturating_add(Window::memory_bytes(self.segment_window()))
    }

    /// Bytes of memory that coding takes at most for each thread: as decoding, the index of
    /// the window, and a segment that waits if there are several threads.
    pub fn encoder_bytes(&self) -> u64 {
        let waiting = if self.threads > 1 { self.ahead_bytes() / self.threads as u64 } else { 0 };
        let index = Finder::memory_bytes(self.segment_window() + self.largest_block_bytes());
        self.decoder_bytes().saturating_add(index).saturating_add(waiting)
    }

    /// Bytes of content that may wait to be coded or written: a segment for each thread
    /// and one to come, so that all threads have work; little if segments are not announced.
    pub(super) fn ahead_bytes(&self) -> u64 {
        let segment = self.segment_bytes.unwrap_or(0).max(self.largest_block_bytes());
        segment.saturating_mul(self.threads as u64 + 1)
    }

    /// The model of a segment that is not the only one.
    pub(super) fn segment_spec(&self) -> ModelSpec {
        self.spec_for(self.segment_bytes)
    }

    /// The model of a segment of so many bytes of content, if that is known.
    pub(super) fn spec_for(&self, content_bytes: Option<u64>) -> ModelSpec {
        match &self.prior {
            Some(prior) => prior.spec(&self.spec, content_bytes),
            None => {
                content_bytes.map_or_else(|| self.spec.clone(), |bytes| self.spec.fitted(bytes))
            }
        }
    }

    /// The window of a segment that has several blocks: no more than it can fill.
    pub(super) fn segment_window(&self) -> u64 {
        let whole = self.segment_bytes.unwrap_or(Self::SOLID_BYTES);
        self.window_bytes.min(whole).min(self.content_bytes.unwrap_or(u64::MAX))
    }

    /// Bytes of content of the largest block of a segment that has several.
    pub(super) fn largest_block_bytes(&self) -> u64 {
        (self.block_bytes as u64).min(self.segment_bytes.unwrap_or(u64::MAX))
    }
}

impl Default for Options {
    /// [`Level::DEFAULT`].
    fn default() -> Self {
        Self::new(Level::DEFAULT)
    }
}
