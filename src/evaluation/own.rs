use crate::{
    baselines::Codec,
    codec::{Limits, Options, bill, bufread, write},
    models::Level,
};
use std::io::{self, BufRead, Write};

/// foretell at one level.
pub(super) struct Foretell {
    pub(super) level: Level,
}

/// This program and its version.
pub(super) fn implementation() -> String {
    format!("foretell {}", env!("CARGO_PKG_VERSION"))
}

impl Codec for Foretell {
    fn name(&self) -> String {
        format!("foretell -{}", self.level.number())
    }

    fn implementation(&self) -> String {
        implementation()
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

/// What the model of `level` pays for `bytes`, Σ −log₂ P(bit), without coder and frame:
/// bytes of code, rounded up.
pub fn ideal_bytes(level: Level, bytes: &[u8]) -> u64 {
    (bill(bytes, &Options::new(level)).ideal_bits / 8.0).ceil() as u64
}
