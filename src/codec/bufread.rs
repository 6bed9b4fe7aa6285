//! Readers over a [`BufRead`].

use super::{
    Limits, Options,
    adapter::{Coder, Reader},
    frame_decoder::FrameDecoder,
    frame_encoder::FrameEncoder,
};
use std::io::{self, BufRead, Read};

/// Compresses what is read: gives one frame of the content of `R`.
pub struct Encoder<R>(Reader<R, FrameEncoder>);

impl<R: BufRead> Encoder<R> {
    /// Compresses the content of `inner`, to its end.
    pub fn new(inner: R, options: Options) -> Self {
        Self(Reader::new(inner, FrameEncoder::new(options)))
    }
}

/// Decompresses what is read: gives the content of all frames of `R`.
///
/// Reading fails with an [`Error`](crate::Error) inside the [`io::Error`] if the frames
/// are damaged, cut short, unsupported or beyond the limits. Content is checked block by
/// block before it is given; only the end of the stream (`Ok(0)`) says that all of it
/// was there.
pub struct Decoder<R>(Reader<R, FrameDecoder>);

impl<R: BufRead> Decoder<R> {
    /// Decompresses all frames of `inner`, to its end, within [`Limits::default`].
    pub fn new(inner: R) -> Self {
        Self::with_limits(inner, Limits::default())
    }

    /// Decompresses all frames of `inner`, to its end.
    pub fn with_limits(inner: R, limits: Limits) -> Self {
        Self(Reader::new(inner, FrameDecoder::new(limits)))
    }

    /// Whether fewer threads worked than [`Limits::threads`] allows, because the memory
    /// would not have done for all of them.
    pub fn was_held_back(&self) -> bool {
        self.0.coder.was_held_back()
    }

    /// Stops after one frame, and takes no byte behind it from `inner`.
    #[must_use]
    pub fn single_frame(mut self) -> Self {
        self.0.coder.set_single_frame();
        self
    }
}

macro_rules! reader_methods {
    ($type:ident) => {
        impl<R> $type<R> {
            /// The reader inside.
            pub fn get_ref(&self) -> &R {
                &self.0.inner
            }

            /// The reader inside; bytes taken from it are missing here.
            pub fn get_mut(&mut self) -> &mut R {
                &mut self.0.inner
            }

            /// Gives the reader back.
            pub fn into_inner(self) -> R {
                self.0.inner
            }

            /// Bytes taken from the reader so far.
            pub fn total_in(&self) -> u64 {
                self.0.coder.total_in()
            }

            /// Bytes made of them so far, given to the caller or about to be.
            pub fn total_out(&self) -> u64 {
                self.0.coder.total_out()
            }
        }

        impl<R: BufRead> Read for $type<R> {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                self.0.read(buffer)
            }
        }
    };
}

reader_methods!(Encoder);
reader_methods!(Decoder);
