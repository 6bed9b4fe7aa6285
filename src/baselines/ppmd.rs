use super::Codec;
use ppmd_rust::{Error, Ppmd7Decoder, Ppmd7Encoder};
use std::io::{self, BufRead, Write};

/// `PPMd` variant H as 7-Zip runs it at order 6 and 256 MiB: the coder's five bytes of
/// properties, then the code up to an end mark instead of a container.
pub(super) struct Ppmd;

/// Longest context, bytes.
const ORDER: u32 = 6;
/// Memory of the model at most, bytes.
const MEMORY_BYTES: u32 = 256 << 20;

/// Memory of the model for an input: a power of two, at least 16 times as large.
fn memory_bytes(raw_bytes: u64) -> u32 {
    let ample = raw_bytes.saturating_mul(16).clamp(1 << 16, u64::from(MEMORY_BYTES));
    (ample as u32).next_power_of_two()
}

impl Codec for Ppmd {
    fn name(&self) -> String {
        "ppmd -o6".to_owned()
    }

    fn implementation(&self) -> String {
        "ppmd-rust variant H, 256 MiB".to_owned()
    }

    fn compress(
        &self,
        raw: &mut dyn BufRead,
        raw_bytes: u64,
        coded: &mut dyn Write,
    ) -> io::Result<()> {
        let memory_bytes = memory_bytes(raw_bytes);
        coded.write_all(&[ORDER as u8])?;
        coded.write_all(&memory_bytes.to_le_bytes())?;
        let mut encoder = Ppmd7Encoder::new(coded, ORDER, memory_bytes).map_err(io_error)?;
        io::copy(raw, &mut encoder)?;
        encoder.finish(true)?.flush()
    }

    fn decompress(&self, coded: &mut dyn BufRead, raw: &mut dyn Write) -> io::Result<()> {
        let (mut order, mut memory_bytes) = ([0], [0; 4]);
        coded.read_exact(&mut order)?;
        coded.read_exact(&mut memory_bytes)?;
        let memory_bytes = u32::from_le_bytes(memory_bytes).min(MEMORY_BYTES);
        let decoder = Ppmd7Decoder::new(coded, u32::from(order[0]), memory_bytes);
        io::copy(&mut decoder.map_err(io_error)?, raw).map(drop)
    }
}

fn io_error(error: Error) -> io::Error {
    match error {
        Error::IoError(error) => error,
        other => io::Error::other(other),
    }
}
