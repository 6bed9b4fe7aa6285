use super::Codec;
use liblzma::{bufread::XzDecoder, stream::PRESET_EXTREME, write::XzEncoder};
use std::io::{self, BufRead, Write};

/// LZMA2 in an .xz file.
pub(super) struct Xz {
    /// `0..=9`.
    pub(super) level: u32,
    /// Slower and a little smaller.
    pub(super) is_extreme: bool,
}

impl Codec for Xz {
    fn name(&self) -> String {
        format!("xz -{}{}", self.level, if self.is_extreme { "e" } else { "" })
    }

    fn implementation(&self) -> String {
        "liblzma".to_owned()
    }

    fn compress(&self, raw: &mut dyn BufRead, _: u64, coded: &mut dyn Write) -> io::Result<()> {
        let extreme = if self.is_extreme { PRESET_EXTREME } else { 0 };
        let mut encoder = XzEncoder::new(coded, self.level | extreme);
        io::copy(raw, &mut encoder)?;
        encoder.finish().map(drop)
    }

    fn decompress(&self, coded: &mut dyn BufRead, raw: &mut dyn Write) -> io::Result<()> {
        io::copy(&mut XzDecoder::new_multi_decoder(coded), raw).map(drop)
    }
}
