//! Writers.

use super::{
    Limits, Options,
    adapter::{Coder, Writer},
    frame_decoder::FrameDecoder,
    frame_encoder::FrameEncoder,
};
use std::io::{self, Write};

/// Compresses what is written, as one frame.
///
/// The frame is complete only after [`finish`](Self::finish) or
/// [`try_finish`](Self::try_finish); dropping the encoder leaves it cut short.
/// [`flush`](Write::flush) ends a block, so that a decoder of what was written so far
/// gives everything up to here; each flush costs some compression.
///
/// ```
/// use std::io::Write;
///
/// let mut encoder = foretell::write::Encoder::new(Vec::new(), Default::default());
/// encoder.write_all(b"so ")?;
/// encoder.write_all(b"far")?;
/// let code = encoder.finish()?;
///
/// let mut decoder = foretell::write::Decoder::new(Vec::new());
/// decoder.write_all(&code)?;
/// assert_eq!(decoder.finish()?, b"so far");
/// # Ok::<(), std::io::Error>(())
/// ```
#[must_use = "without `finish` the frame is cut short"]
pub struct Encoder<W: Write>(Writer<W, FrameEncoder>);

impl<W: Write> Encoder<W> {
    /// Compresses into `inner`.
    pub fn new(inner: W, options: Options) -> Self {
        Self(Writer::new(inner, FrameEncoder::new(options)))
    }

    /// Finishes when it is dropped, and ignores errors there: only for writers that
    /// cannot fail.
    pub fn auto_finish(self) -> AutoFinish<W> {
        AutoFinish(self)
    }
}

impl<W: Write> Write for Encoder<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.emit(FrameEncoder::flush)?;
        self.0.flush()
    }
}

/// An [`Encoder`] that finishes its frame when it is dropped.
pub struct AutoFinish<W: Write>(Encoder<W>);

impl<W: Write> Write for AutoFinish<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl<W: Write> Drop for AutoFinish<W> {
    fn drop(&mut self) {
        // The caller chose not to hear of errors.
        let _ = self.0.0.finish();
    }
}

/// Decompresses what is written: all frames, one after the other.
///
/// Writing fails with an [`Error`](crate::Error) inside the [`io::Error`] if the frames
/// are damaged, unsupported or beyond the limits. Only [`finish`](Self::finish) tells
/// that the last frame was complete.
#[must_use = "only `finish` tells whether the frames were complete"]
pub struct Decoder<W: Write>(Writer<W, FrameDecoder>);

impl<W: Write> Decoder<W> {
    /// Decompresses all frames into `inner` within [`Limits::default`].
    pub fn new(inner: W) -> Self {
        Self::with_limits(inner, Limits::default())
    }

    /// Decompresses all frames into `inner`.
    pub fn with_limits(inner: W, limits: Limits) -> Self {
        Self(Writer::new(inner, FrameDecoder::new(limits)))
    }

    /// Stops after one frame: writing takes no byte behind it and then gives `Ok(0)`.
    pub fn single_frame(mut self) -> Self {
        self.0.coder.set_single_frame();
        self
    }
}

impl<W: Write> Write for Decoder<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

macro_rules! writer_methods {
    ($type:ident) => {
        impl<W: Write> $type<W> {
            /// Ends the stream and gives the writer back.
            ///
            /// # Errors
            /// What the writer says, or an [`Error`](crate::Error) about the stream.
            #[must_use = "an error here means that the stream is incomplete"]
            pub fn finish(mut self) -> io::Result<W> {
                self.0.finish()?;
                Ok(self.0.inner)
            }

            /// Ends the stream and keeps the writer; after an error of the writer, the next
            /// call goes on where this one stopped. Nothing may be written behind it.
            ///
            /// # Errors
            /// As [`finish`](Self::finish).
            pub fn try_finish(&mut self) -> io::Result<()> {
                self.0.finish()
            }

            /// The writer inside.
            pub fn get_ref(&self) -> &W {
                &self.0.inner
            }

            /// The writer inside; bytes written to it directly end up inside the stream.
            pub fn get_mut(&mut self) -> &mut W {
                &mut self.0.inner
            }

            /// Bytes taken so far.
            pub fn total_in(&self) -> u64 {
                self.0.coder.total_in()
            }

            /// Bytes made of them so far, written or about to be.
            pub fn total_out(&self) -> u64 {
                self.0.coder.total_out()
            }
        }
    };
}

writer_methods!(Encoder);
writer_methods!(Decoder);
