//! Codecs behind one trait: other people's, and each level of ours.
//!
//! All of them stream, so that what a trial sees of one's memory is the codec's own need
//! and not the size of the file.

mod brotli;
mod bzip2;
mod command;
mod gzip;
mod lz4;
mod ppmd;
mod xz;
mod zstd;

pub use command::{ExternalCodec, Malformed};

use std::io::{self, BufRead, Write};

/// A lossless codec at one setting.
pub trait Codec: Sync {
    /// Name and setting, as people type them: `zstd -19`.
    fn name(&self) -> String;

    /// Whose code runs here, where several implement the same format.
    fn implementation(&self) -> String;

    /// Codes `raw`, which is known to hold `raw_bytes` bytes.
    ///
    /// # Errors
    /// What reading `raw` or writing `coded` gives.
    fn compress(
        &self,
        raw: &mut dyn BufRead,
        raw_bytes: u64,
        coded: &mut dyn Write,
    ) -> io::Result<()>;

    /// The mirror of [`compress`](Self::compress).
    ///
    /// # Errors
    /// What reading `coded` or writing `raw` gives, and a refusal of damaged code.
    fn decompress(&self, coded: &mut dyn BufRead, raw: &mut dyn Write) -> io::Result<()>;
}

/// Every setting of other people's codecs, weakest family first.
pub fn peers() -> Vec<Box<dyn Codec>> {
    vec![
        Box::new(lz4::Lz4),
        Box::new(gzip::Gzip { level: 6 }),
        Box::new(gzip::Gzip { level: 9 }),
        Box::new(zstd::Zstd { level: 3 }),
        Box::new(zstd::Zstd { level: 19 }),
        Box::new(zstd::Zstd { level: 22 }),
        Box::new(brotli::Brotli { quality: 5 }),
        Box::new(brotli::Brotli { quality: 11 }),
        Box::new(bzip2::Bzip2),
        Box::new(xz::Xz { level: 6, is_extreme: false }),
        Box::new(xz::Xz { level: 9, is_extreme: true }),
        Box::new(ppmd::Ppmd),
    ]
}

/// Bytes that `codec` makes of `raw`.
///
/// # Panics
/// If `codec` fails on memory, which none does.
pub fn coded_bytes(codec: &dyn Codec, raw: &[u8]) -> u64 {
    let mut length = Length(0);
    let outcome = codec.compress(&mut &raw[..], raw.len() as u64, &mut length);
    outcome.expect("memory is read and counted without errors");
    length.0
}

/// A writer that only counts.
struct Length(u64);

impl Write for Length {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests;
