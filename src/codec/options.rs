//! What the caller chooses when compressing.

use crate::{
    container::{MAX_BLOCK_BYTES, SegmentHeader, SegmentStart},
    models::{Level, ModelSpec},
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
    pub(super) segment_bytes: Option<u64>,
    pub(super) content_bytes: Option<u64>,
    /// Whether what is coded is priced as well, for a [`Bill`](super::Bill).
    pub(super) is_metered: bool,
}

impl Options {
    /// The model and block size of `level`; one segment, no announced length.
    pub fn new(level: Level) -> Self {
        Self {
            spec: level.spec(),
            block_bytes: level.block_bytes(),
            segment_bytes: None,
            content_bytes: None,
            is_metered: false,
        }
    }

    /// Another model than the level's.
    #[must_use]
    pub fn spec(mut self, spec: ModelSpec) -> Self {
        self.spec = spec;
        self
    }

    /// Bytes of content of a block at most, brought into `1 ..= 1 GiB`. Large blocks cost
    /// memory, small ones about ten bytes each.
    #[must_use]
    pub fn block_bytes(mut self, bytes: usize) -> Self {
        self.block_bytes = bytes.clamp(1, MAX_BLOCK_BYTES as usize);
        self
    }

    /// Bytes of content after which the model starts afresh, at least 1. Segments can be
    /// coded in parallel and read without those before them; each pays for learning anew.
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

    /// Bytes of memory that decoding takes at most: the model and the buffers of one block.
    pub fn decoder_bytes(&self) -> u64 {
        let start = SegmentStart::Frame { content_bytes: None };
        let (spec, memory) = (self.spec.to_bytes(), self.spec.memory_bytes());
        SegmentHeader::new(start, self.largest_block_bytes(), spec, memory).memory_bytes()
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
