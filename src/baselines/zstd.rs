use super::Codec;
use std::io::{self, BufRead, Write};
use zstd::{
    stream::{read::Decoder, write::Encoder},
    zstd_safe::version_string,
};

/// Zstandard (RFC 8878).
pub(super) struct Zstd {
    /// `1..=22`.
    pub(super) level: i32,
}

/// log₂ of the largest window that any level uses, in bytes.
const LOG2_LARGEST_WINDOW: u32 = 27;

impl Codec for Zstd {
    fn name(&self) -> String {
        let ultra = if self.level > 19 { "--ultra " } else { "" };
        format!("zstd {ultra}-{}", self.level)
    }

    fn implementation(&self) -> String {
        format!("zstd {}", version_string())
    }

    fn compress(
        &self,
        raw: &mut dyn BufRead,
        raw_bytes: u64,
        coded: &mut dyn Write,
    ) -> io::Result<()> {
        let mut encoder = Encoder::new(coded, self.level)?;
        encoder.set_pledged_src_size(Some(raw_bytes))?;
        encoder.include_checksum(true)?;
        io::copy(raw, &mut encoder)?;
        encoder.finish().map(drop)
    }

    fn decompress(&self, coded: &mut dyn BufRead, raw: &mut dyn Write) -> io::Result<()> {
        let mut decoder = Decoder::with_buffer(coded)?;
        decoder.window_log_max(LOG2_LARGEST_WINDOW)?;
        io::copy(&mut decoder, raw).map(drop)
    }
}
