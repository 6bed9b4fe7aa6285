//! The one error type: what was refused, where, and the numbers.

use std::io;

/// Why something could not be compressed, decompressed or listed.
///
/// Offsets are bytes from the start of the compressed stream, over all its frames.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Reading or writing failed.
    #[error(transparent)]
    Io(io::Error),
    /// The stream does not begin with a foretell frame.
    #[error("no foretell frame at offset {offset}: the magic number is missing")]
    NotForetell {
        /// Where a frame was expected.
        offset: u64,
    },
    /// Something that is no frame follows a complete frame.
    #[error("trailing data at offset {offset} is no frame")]
    TrailingData {
        /// Where the next frame was expected.
        offset: u64,
    },
    /// The stream ends inside a frame.
    #[error("truncated: the stream ends at offset {offset}, inside a frame")]
    Truncated {
        /// Length of the stream.
        offset: u64,
    },
    /// The stream has no bytes at all, not even those of an empty frame.
    #[error("truncated: the stream is empty, not even an empty frame")]
    EmptyStream,
    /// The frame was written in a version of the format that is not known here.
    #[error("unsupported format version {version} at offset {offset}")]
    UnsupportedVersion {
        /// Where the version is.
        offset: u64,
        /// The version found.
        version: u8,
    },
    /// The header sets flags that are not known here.
    #[error("unsupported flags {flags:#04x} at offset {offset}")]
    UnsupportedFlags {
        /// Where the flags are.
        offset: u64,
        /// The unknown ones among the flags found.
        flags: u8,
    },
    /// The frame needs a model that has read something beforehand.
    #[error("the segment at offset {offset} needs {needed}, given is {given}")]
    PriorMissing {
        /// Where the header is.
        offset: u64,
        /// What it names.
        needed: String,
        /// What the caller has.
        given: String,
    },
    /// The file is no model file.
    #[error("no foretell model: the magic number is missing at offset 0")]
    NotAModel,
    /// A model file ends too early.
    #[error("truncated: the model file ends at offset {offset}, inside the model")]
    ModelTruncated {
        /// Length of the file.
        offset: u64,
    },
    /// A part of a model file does not match its check.
    #[error(
        "damaged model: the check of the part at offset {offset} is {stored:#x}, \
         its bytes give {computed:#x}"
    )]
    ModelDamaged {
        /// Where the part begins.
        offset: u64,
        /// The check in the file.
        stored: u64,
        /// The check of the bytes.
        computed: u64,
    },
    /// A model was trained by an engine that predicts otherwise than this one.
    #[error(
        "the model was trained by engine {stored:016x}, this is engine {computed:016x}: \
         train it anew"
    )]
    AnotherEngine {
        /// The fingerprint in the file.
        stored: u64,
        /// That of this program.
        computed: u64,
    },
    /// The header's model is not known here.
    #[error("unsupported model in the header at offset {offset}: {reason}")]
    UnsupportedModel {
        /// Where the header is.
        offset: u64,
        /// What is not known about it.
        reason: String,
    },
    /// A mark is neither a known kind of block nor a header nor an end mark.
    #[error("unsupported mark {tag:#04x} at offset {offset}")]
    UnsupportedMark {
        /// Where the mark is.
        offset: u64,
        /// Its first byte.
        tag: u8,
    },
    /// A block was transformed in a way that is not known here.
    #[error("unsupported transform {id} in the block at offset {offset}")]
    UnsupportedTransform {
        /// Where the block header is.
        offset: u64,
        /// The number of the transform.
        id: u8,
    },
    /// A header's check does not match its fields.
    #[error(
        "damaged header at offset {offset}: its check is {stored:#x}, its fields give {computed:#x}"
    )]
    HeaderDamaged {
        /// Where the header is.
        offset: u64,
        /// The check in the stream.
        stored: u32,
        /// The check of the fields.
        computed: u32,
    },
    /// A number is longer than it need be, or longer than 64 bits.
    #[error("a number at offset {offset} is not in its shortest form")]
    NumberNotCanonical {
        /// Where the number is.
        offset: u64,
    },
    /// A field is outside the range that the format allows.
    #[error("{field} at offset {offset} is {value}, allowed is {least} to {most}")]
    OutOfRange {
        /// Where the mark with the field is.
        offset: u64,
        /// Which field.
        field: &'static str,
        /// Its value.
        value: u64,
        /// Smallest value allowed.
        least: u64,
        /// Largest value allowed.
        most: u64,
    },
    /// A field contradicts what came before it.
    #[error("{field} at offset {offset} is {stored}, but the frame so far gives {computed}")]
    Inconsistent {
        /// Where the mark with the field is.
        offset: u64,
        /// Which field.
        field: &'static str,
        /// Its value.
        stored: u64,
        /// What it should be.
        computed: u64,
    },
    /// A block needs a model, but its segment has none.
    #[error("the block at offset {offset} needs a model, but its segment names none")]
    NoModel {
        /// Where the block header is.
        offset: u64,
    },
    /// The transform of a block cannot be undone.
    #[error("the block at offset {offset} is damaged: its transform {id} cannot be undone")]
    TransformDamaged {
        /// Where the block header is.
        offset: u64,
        /// The number of the transform.
        id: u8,
    },
    /// The content or the payload of a block does not match its check.
    #[error(
        "damaged block at offset {offset} (content from {raw_offset}, {raw_bytes} bytes): \
         its check is {stored:#010x}, its bytes give {computed:#010x}"
    )]
    BlockDamaged {
        /// Where the block header is.
        offset: u64,
        /// Where the block's content begins in the frame's content.
        raw_offset: u64,
        /// Bytes of content in the block.
        raw_bytes: u64,
        /// The check in the block header.
        stored: u32,
        /// The check of the bytes.
        computed: u32,
    },
    /// The whole content of a frame does not match its check.
    #[error(
        "damaged frame: the check at offset {offset} is {stored:#018x}, \
         the content gives {computed:#018x}"
    )]
    ContentDamaged {
        /// Where the end mark is.
        offset: u64,
        /// The check in the end mark.
        stored: u64,
        /// The check of the content.
        computed: u64,
    },
    /// Decoding needs more memory than the caller allows.
    #[error("this needs {needed} bytes of memory, the limit is {limit}")]
    MemoryLimit {
        /// Bytes that the frame needs.
        needed: u64,
        /// Bytes that the caller allows.
        limit: u64,
    },
    /// The system refuses the memory of a model.
    #[error("a model takes {needed} bytes of memory, which the system refuses")]
    OutOfMemory {
        /// Bytes that were asked for.
        needed: u64,
    },
    /// The blocks may be larger than the caller allows.
    #[error("blocks hold up to {needed} bytes, the limit is {limit}")]
    BlockLimit {
        /// Largest block that the header announces, bytes.
        needed: u64,
        /// Bytes that the caller allows.
        limit: u64,
    },
    /// The content ends before the range that was asked for.
    #[error("the range ends at {end}, the content at {content_bytes}")]
    RangeBeyondContent {
        /// End of the range.
        end: u64,
        /// Bytes of content.
        content_bytes: u64,
    },
    /// Another length was announced for the header than was then written.
    #[error("the content was announced as {announced} bytes, but {written} were written")]
    ContentSize {
        /// Bytes announced.
        announced: u64,
        /// Bytes written.
        written: u64,
    },
    /// Coding or decoding went on after an error.
    #[error("nothing can go on after an error")]
    AlreadyFailed,
}

impl Error {
    /// Whether the compressed data is at fault (damaged, cut short, not ours or newer
    /// than this version), not the machine or the limits.
    pub fn is_data_error(&self) -> bool {
        !matches!(
            self,
            Self::Io(_)
                | Self::MemoryLimit { .. }
                | Self::OutOfMemory { .. }
                | Self::BlockLimit { .. }
                | Self::RangeBeyondContent { .. }
                | Self::PriorMissing { .. }
                | Self::ContentSize { .. }
                | Self::AlreadyFailed
        )
    }

    /// Whether the data ends too early.
    fn is_truncation(&self) -> bool {
        matches!(self, Self::Truncated { .. } | Self::EmptyStream)
    }
}

impl From<io::Error> for Error {
    /// An [`io::Error`] that carries an [`Error`] gives it back; any other is
    /// [`Error::Io`].
    fn from(error: io::Error) -> Self {
        error.downcast::<Self>().unwrap_or_else(Self::Io)
    }
}

impl From<Error> for io::Error {
    fn from(error: Error) -> Self {
        match error {
            Error::Io(error) => error,
            error if error.is_truncation() => Self::new(io::ErrorKind::UnexpectedEof, error),
            error if error.is_data_error() => Self::new(io::ErrorKind::InvalidData, error),
            error => Self::other(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_survives_the_way_through_io() {
        let there = io::Error::from(Error::Truncated { offset: 7 });
        assert_eq!(there.kind(), io::ErrorKind::UnexpectedEof);
        let back = Error::from(there);
        assert!(matches!(back, Error::Truncated { offset: 7 }), "{back}");
        assert!(back.is_data_error());
        assert!(!Error::from(io::Error::other("disk")).is_data_error());
    }
}
