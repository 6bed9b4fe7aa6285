//! The work on one source: its bytes through a coder to its target.

use super::{
    partial,
    progress::Progress,
    settings::{Action, Settings},
    source::{Source, is_interruption},
    target::Target,
};
use crate::{
    cli::failure::{Failure, complain},
    codec::{read, write},
    container::ContentCheck,
    error::Error,
};
use std::io::{self, Read, Write};

/// Bytes read at once.
const BUFFER_BYTES: usize = 1 << 17;

/// What went through.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sizes {
    pub(super) raw_bytes: u64,
    pub(super) coded_bytes: u64,
    /// Parts of a damaged file that could not be recovered.
    pub(super) holes: usize,
}

/// Compresses or decompresses `source` into `target`.
pub(super) fn run(
    source: &mut Source<'_>,
    target: &mut Target,
    settings: &Settings,
) -> Result<Sizes, Failure> {
    if settings.action == Action::Recover {
        return partial::recover(source, target, settings);
    }
    if let Some(range) = &settings.range {
        let outcome = partial::decompress(range, source, target, settings);
        return outcome.map_err(|broken| broken.failure(source, target));
    }
    let mut progress = Progress::new(source, target, settings);
    let outcome = match settings.action {
        Action::Compress if settings.verify => compress_verified(&mut progress, target, settings),
        Action::Compress => compress(&mut progress, target, settings),
        _ => decompress(&mut progress, target, settings),
    };
    drop(progress);
    outcome.map_err(|broken| broken.failure(source, target))
}

/// Which end of a transfer failed.
pub(super) enum Broken {
    Reading(io::Error),
    Writing(io::Error),
    /// What was written does not decode to what was read.
    Proof(String),
}

fn compress(
    source: &mut Progress<'_, '_>,
    target: &mut Target,
    settings: &Settings,
) -> Result<Sizes, Broken> {
    let mut encoder = write::Encoder::new(&mut *target, settings.options.clone());
    pump(source, &mut encoder)?;
    encoder.finish().map_err(Broken::in_writing)?;
    Ok(Sizes { raw_bytes: source.bytes_read(), coded_bytes: target.bytes_written(), holes: 0 })
}

/// As [`compress`], and decodes all that is written, to be compared with what was read.
fn compress_verified(
    source: &mut Progress<'_, '_>,
    target: &mut Target,
    settings: &Settings,
) -> Result<Sizes, Broken> {
    let proof = Proof::new(&mut *target, settings);
    let mut encoder = Checked::new(write::Encoder::new(proof, settings.options.clone()));
    pump(source, &mut encoder)?;
    let check = encoder.check.digest();
    let proof = encoder.inner.finish().map_err(Broken::in_writing)?;
    let decoded = proof.decoder.finish().map_err(Broken::in_writing)?.check.digest();
    if decoded != check {
        let why =
            format!("the check of the source is {check:#018x}, decoded it is {decoded:#018x}");
        return Err(Broken::Proof(why));
    }
    Ok(Sizes { raw_bytes: source.bytes_read(), coded_bytes: target.bytes_written(), holes: 0 })
}

fn decompress(
    source: &mut Progress<'_, '_>,
    target: &mut Target,
    settings: &Settings,
) -> Result<Sizes, Broken> {
    let mut decoder = read::Decoder::with_limits(&mut *source, settings.limits.clone());
    pump(&mut decoder, target)?;
    if decoder.was_held_back() && !settings.quiet {
        complain(format_args!(
            "not all {} threads fitted into the memory at once (raise it with -M)",
            settings.threads
        ));
    }
    Ok(Sizes { raw_bytes: target.bytes_written(), coded_bytes: source.bytes_read(), holes: 0 })
}

/// Moves all bytes of `reader` to `writer`.
pub(super) fn pump(reader: &mut impl Read, writer: &mut impl Write) -> Result<(), Broken> {
    let mut buffer = vec![0; BUFFER_BYTES];
    loop {
        match reader.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(count) => writer.write_all(&buffer[..count]).map_err(Broken::in_writing)?,
            Err(error) if is_interruption(&error) => {}
            Err(error) => return Err(Broken::Reading(error)),
        }
    }
}

impl Broken {
    /// What the user hears of it.
    pub(super) fn failure(self, source: &Source<'_>, target: &Target) -> Failure {
        match self {
            Self::Reading(error) => source.failure(error),
            Self::Writing(error) => target.failure(&error),
            Self::Proof(why) => {
                Failure::at(source.path(), format_args!("verification failed: {why}"))
            }
        }
    }

    /// What `error` is that came from writing: the target's, the machine's, or that of the
    /// decoder behind it.
    fn in_writing(error: io::Error) -> Self {
        match Error::from(error) {
            Error::Io(error) => Self::Writing(error),
            error @ Error::OutOfMemory { .. } => Self::Reading(error.into()),
            error => Self::Proof(error.to_string()),
        }
    }
}

/// A writer that decodes what it hands on to its target.
struct Proof<'a> {
    target: &'a mut Target,
    decoder: write::Decoder<Checked<io::Sink>>,
}

impl<'a> Proof<'a> {
    fn new(target: &'a mut Target, settings: &Settings) -> Self {
        let limits = settings.limits.clone().memory_bytes(u64::MAX);
        let decoder = write::Decoder::with_limits(Checked::new(io::sink()), limits);
        Self { target, decoder }
    }
}

impl Write for Proof<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.target.write(bytes)?;
        self.decoder.write_all(&bytes[..count])?;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.target.flush()
    }
}

/// A writer that keeps the check of what it hands on.
struct Checked<W> {
    inner: W,
    check: ContentCheck,
}

impl<W> Checked<W> {
    fn new(inner: W) -> Self {
        Self { inner, check: ContentCheck::default() }
    }
}

impl<W: Write> Write for Checked<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.inner.write(bytes)?;
        self.check.update(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
