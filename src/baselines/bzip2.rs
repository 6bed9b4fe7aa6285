use super::Codec;
use bzip2::{Compression, bufread::MultiBzDecoder, write::BzEncoder};
use std::io::{self, BufRead, Write};

/// bzip2 with its largest block, 900 kB.
pub(super) struct Bzip2;

impl Codec for Bzip2 {
    fn name(&self) -> String {
        "bzip2 -9".to_owned()
    }

    fn implementation(&self) -> String {
        "libbz2-rs".to_owned()
    }

    fn compress(&self, raw: &mut dyn BufRead, _: u64, coded: &mut dyn Write) -> io::Result<()> {
        let mut encoder = BzEncoder::new(coded, Compression::best());
        io::copy(raw, &mut encoder)?;
        encoder.finish().map(drop)
    }

    fn decompress(&self, coded: &mut dyn BufRead, raw: &mut dyn Write) -> io::Result<()> {
        io::copy(&mut MultiBzDecoder::new(coded), raw).map(drop)
    }
}
