//! A coder between a reader or a writer and the caller: what encoders and decoders have
//! in common.

use crate::error::Error;
use std::io::{self, BufRead, ErrorKind, Read, Write};

/// Turns bytes that arrive in any pieces into other bytes.
pub(super) trait Coder {
    /// Takes some of `input` or appends some bytes to `out`, or does so at the next call
    /// at the latest unless it is [done](Self::is_done).
    fn step(&mut self, input: &mut &[u8], out: &mut Vec<u8>) -> Result<(), Error>;

    /// Says that the input ends here; appends some of what is still to come. Is to be
    /// called until all is [done](Self::is_done).
    fn finish(&mut self, out: &mut Vec<u8>) -> Result<(), Error>;

    /// Whether it takes and gives nothing more.
    fn is_done(&self) -> bool;

    /// Bytes taken so far.
    fn total_in(&self) -> u64;

    /// Bytes given so far.
    fn total_out(&self) -> u64;
}

/// Bytes that the coder gave and nobody took yet.
#[derive(Default)]
struct Outbox {
    bytes: Vec<u8>,
    sent: usize,
}

impl Outbox {
    fn waiting(&self) -> &[u8] {
        &self.bytes[self.sent..]
    }

    /// The emptied buffer, to be filled again.
    fn refill(&mut self) -> &mut Vec<u8> {
        debug_assert!(self.waiting().is_empty(), "unsent bytes would be lost");
        self.bytes.clear();
        self.sent = 0;
        &mut self.bytes
    }

    /// Writes all to `writer`; after an error, the next call goes on where this one
    /// stopped.
    fn send(&mut self, writer: &mut impl Write) -> io::Result<()> {
        while !self.waiting().is_empty() {
            match writer.write(self.waiting()) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(count) => self.sent += count,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

/// Reads from `inner` through a coder.
pub(super) struct Reader<R, C> {
    pub(super) inner: R,
    pub(super) coder: C,
    outbox: Outbox,
}

impl<R: BufRead, C: Coder> Reader<R, C> {
    pub(super) fn new(inner: R, coder: C) -> Self {
        Self { inner, coder, outbox: Outbox::default() }
    }

    /// Fills the empty outbox, unless the coder is done.
    fn fill(&mut self) -> io::Result<()> {
        let out = self.outbox.refill();
        while out.is_empty() && !self.coder.is_done() {
            let input = self.inner.fill_buf()?;
            if input.is_empty() {
                self.coder.finish(out)?;
                continue;
            }
            let mut rest = input;
            let step = self.coder.step(&mut rest, out);
            let taken = input.len() - rest.len();
            self.inner.consume(taken);
            step?;
        }
        Ok(())
    }
}

impl<R: BufRead, C: Coder> Read for Reader<R, C> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.outbox.waiting().is_empty() && !buffer.is_empty() {
            self.fill()?;
        }
        let count = self.outbox.waiting().read(buffer)?;
        self.outbox.sent += count;
        Ok(count)
    }
}

/// Writes to `inner` through a coder.
pub(super) struct Writer<W, C> {
    pub(super) inner: W,
    pub(super) coder: C,
    outbox: Outbox,
}

impl<W: Write, C: Coder> Writer<W, C> {
    pub(super) fn new(inner: W, coder: C) -> Self {
        Self { inner, coder, outbox: Outbox::default() }
    }

    /// Lets the coder append something, then writes all of it to `inner`.
    pub(super) fn emit(
        &mut self,
        code: impl FnOnce(&mut C, &mut Vec<u8>) -> Result<(), Error>,
    ) -> io::Result<()> {
        self.outbox.send(&mut self.inner)?;
        code(&mut self.coder, self.outbox.refill())?;
        self.outbox.send(&mut self.inner)
    }

    /// Ends the stream; harmless a second time.
    pub(super) fn finish(&mut self) -> io::Result<()> {
        while !self.coder.is_done() {
            self.emit(Coder::finish)?;
        }
        self.outbox.send(&mut self.inner)
    }
}

impl<W: Write, C: Coder> Write for Writer<W, C> {
    /// Takes some of `bytes`; what the coder gives for them is written at the latest by
    /// the next call.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut rest = bytes;
        while rest.len() == bytes.len() && !bytes.is_empty() && !self.coder.is_done() {
            self.outbox.send(&mut self.inner)?;
            self.coder.step(&mut rest, self.outbox.refill())?;
        }
        Ok(bytes.len() - rest.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.outbox.send(&mut self.inner)?;
        self.inner.flush()
    }
}
