//! Frames: the bytes around the code, normative in `FORMAT.md`. Knows no model.
//!
//! A frame is headers, blocks and an end mark. Each `write` has its `read` beside it;
//! [`FrameReader`] reads them in the order that a frame has them and holds each against
//! what came before it.

mod block;
mod check;
mod compact;
mod end;
mod fields;
mod header;
mod model;
mod number;
mod reader;

pub use block::{BlockHeader, BlockKind, TransformStep};
pub use check::{ContentCheck, block_check};
pub use compact::CompactHeader;
pub use end::{EndMark, SegmentSize};
pub use header::{MAGIC_START, PriorId, SegmentHeader, SegmentStart};
pub use model::{MAX_MODEL_HEADER_BYTES, ModelHeader, StateLayout, is_model};
pub use reader::{FrameReader, Mark, Resumption};

/// Version of the format that is written and the only one that is read.
pub const VERSION: u8 = 1;

/// Bytes of content that a block holds at most, whatever its header says: 1 GiB.
pub const MAX_BLOCK_BYTES: u64 = 1 << 30;

/// Bytes of content before a block that its references reach at most: 2 GiB.
pub const MAX_WINDOW_BYTES: u64 = 2 << 30;

/// First byte of every header; no block and no end mark starts with it.
const HEADER_TAG: u8 = 0xF0;
