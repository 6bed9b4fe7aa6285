use crate::{
    baselines::Codec,
    codec::{Limits, Options, bufread, write},
    models::Level,
};
use std::io::{self, BufRead, Write};

/// foretell at one level.
pub(super) struct Foretell {
    pub(super) level: Level,
}

impl Codec for Foretell {
    fn name(&self) -> String {
        format!("foretell -{}", self.level.number())
    }

    fn implementation(&self) -> String {
        format!("foretell {}", env!("CARGO_PKG_VERSION"))
    }

    fn compress(
        &self,
        raw: &mut dyn BufRead,
        raw_bytes: u64,
        coded: &mut dyn Write,
    ) -> io::Result<()> {
        let options = Options::new(self.level).content_size(raw_bytes);
        let mut encoder = write::Encoder::new(coded, options);
        io::copy(raw, &mut encoder)?;
        encoder.finish().map(drop)
    }

    fn decompress(&self, coded: &mut dyn BufRead, raw: &mut dyn Write) -> io::Result<()> {
        let mut decoder = bufread::Decoder::with_limits(coded, Limits::default());
        io::copy(&mut decoder, raw).map(drop)
    }
}
