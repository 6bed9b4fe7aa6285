use super::Codec;
use flate2::{Compression, bufread::MultiGzDecoder, write::GzEncoder};
use std::io::{self, BufRead, Write};

/// gzip (RFC 1952).
pub(super) struct Gzip {
    /// `1..=9`.
    pub(super) level: u32,
}

impl Codec for Gzip {
    fn name(&self) -> String {
        format!("gzip -{}", self.level)
    }

    fn implementation(&self) -> String {
        "flate2 with zlib-rs".to_owned()
    }

    fn compress(&self, raw: &mut dyn BufRead, _: u64, coded: &mut dyn Write) -> io::Result<()> {
        let mut encoder = GzEncoder::new(coded, Compression::new(self.level));
        io::copy(raw, &mut encoder)?;
        encoder.finish().map(drop)
    }

    fn decompress(&self, coded: &mut dyn BufRead, raw: &mut dyn Write) -> io::Result<()> {
        io::copy(&mut MultiGzDecoder::new(coded), raw).map(drop)
    }
}
