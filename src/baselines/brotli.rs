use super::Codec;
use brotli::{BrotliCompress, BrotliDecompress, enc::BrotliEncoderParams};
use std::io::{self, BufRead, Write};

/// Brotli (RFC 7932) with its largest standard window, 16 MiB.
pub(super) struct Brotli {
    /// `0..=11`.
    pub(super) quality: i32,
}

impl Codec for Brotli {
    fn name(&self) -> String {
        format!("brotli -{}", self.quality)
    }

    fn implementation(&self) -> String {
        "brotli in Rust, window 2^24".to_owned()
    }

    fn compress(
        &self,
        mut raw: &mut dyn BufRead,
        raw_bytes: u64,
        mut coded: &mut dyn Write,
    ) -> io::Result<()> {
        let params = BrotliEncoderParams {
            quality: self.quality,
            lgwin: 24,
            size_hint: usize::try_from(raw_bytes).unwrap_or(usize::MAX),
            ..BrotliEncoderParams::default()
        };
        BrotliCompress(&mut raw, &mut coded, &params).map(drop)
    }

    fn decompress(&self, mut coded: &mut dyn BufRead, mut raw: &mut dyn Write) -> io::Result<()> {
        BrotliDecompress(&mut coded, &mut raw)
    }
}
