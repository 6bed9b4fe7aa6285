use super::Codec;
use ppmd_rust::{Error, Ppmd7Decoder, Ppmd7Encoder};
use std::io::{self, BufRead, Write};

/// `PPMd` variant H as in 7-Zip: order 6, 256 MiB, without a container and ended by a mark.
pub(super) struct Ppmd;

/// Longest context, bytes.
const ORDER: u32 = 6;
/// Memory of the model, bytes.
const MEMORY_BYTES: u32 = 256 << 20;

impl Codec for Ppmd {
    fn name(&self) -> String {
        "ppmd -o6".to_owned()
    }

    fn implementation(&self) -> String {
        "ppmd-rust variant H, 256 MiB".to_owned()
    }

    fn compress(&self, raw: &mut dyn BufRead, _: u64, coded: &mut dyn Write) -> io::Result<()> {
        let mut encoder = Ppmd7Encoder::new(coded, ORDER, MEMORY_BYTES).map_err(io_error)?;
        io::copy(raw, &mut encoder)?;
        encoder.finish(true)?.flush()
    }

    fn decompress(&self, coded: &mut dyn BufRead, raw: &mut dyn Write) -> io::Result<()> {
        let mut decoder = Ppmd7Decoder::new(coded, ORDER, MEMORY_BYTES).map_err(io_error)?;
        io::copy(&mut decoder, raw).map(drop)
    }
}

fn io_error(error: Error) -> io::Error {
    match error {
        Error::IoError(error) => error,
        other => io::Error::other(other),
    }
}
