use super::Codec;
use lz4_flex::frame::{FrameDecoder, FrameEncoder};
use std::io::{self, BufRead, Write};

/// LZ4 frames, fast mode.
pub(super) struct Lz4;

impl Codec for Lz4 {
    fn name(&self) -> String {
        "lz4 -1".to_owned()
    }

    fn implementation(&self) -> String {
        "lz4_flex".to_owned()
    }

    fn compress(&self, raw: &mut dyn BufRead, _: u64, coded: &mut dyn Write) -> io::Result<()> {
        let mut encoder = FrameEncoder::new(coded);
        io::copy(raw, &mut encoder)?;
        encoder.finish()?;
        Ok(())
    }

    fn decompress(&self, coded: &mut dyn BufRead, raw: &mut dyn Write) -> io::Result<()> {
        io::copy(&mut FrameDecoder::new(coded), raw).map(drop)
    }
}
