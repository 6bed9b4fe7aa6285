//! Readers over any [`Read`].

use super::{Limits, Options, bufread};
use std::io::{self, BufReader, Read};

/// Compresses what is read: gives one frame of the content of `R`.
///
/// ```
/// use std::io::Read;
///
/// let mut code = Vec::new();
/// foretell::read::Encoder::new(&b"content"[..], Default::default()).read_to_end(&mut code)?;
/// let mut content = String::new();
/// foretell::read::Decoder::new(&code[..]).read_to_string(&mut content)?;
/// assert_eq!(content, "content");
/// # Ok::<(), std::io::Error>(())
/// ```
pub struct Encoder<R>(bufread::Encoder<BufReader<R>>);

impl<R: Read> Encoder<R> {
    /// Compresses the content of `inner`, to its end.
    pub fn new(inner: R, options: Options) -> Self {
        Self(bufread::Encoder::new(BufReader::with_capacity(BUFFER_BYTES, inner), options))
    }
}

/// Decompresses what is read: gives the content of all frames of `R`.
///
/// As [`bufread::Decoder`], but takes bytes from `R` ahead of the frames' end.
pub struct Decoder<R>(bufread::Decoder<BufReader<R>>);

impl<R: Read> Decoder<R> {
    /// Decompresses all frames of `inner`, to its end, within [`Limits::default`].
    pub fn new(inner: R) -> Self {
        Self::with_limits(inner, Limits::default())
    }

    /// Decompresses all frames of `inner`, to its end.
    pub fn with_limits(inner: R, limits: Limits) -> Self {
        let inner = BufReader::with_capacity(BUFFER_BYTES, inner);
        Self(bufread::Decoder::with_limits(inner, limits))
    }

    /// Whether fewer threads worked than [`Limits::threads`] allows, because the memory
    /// would not have done for all of them.
    pub fn was_held_back(&self) -> bool {
        self.0.was_held_back()
    }

    /// Stops after one frame.
    #[must_use]
    pub fn single_frame(self) -> Self {
        Self(self.0.single_frame())
    }
}

/// Bytes taken from the reader at once.
const BUFFER_BYTES: usize = 1 << 16;

macro_rules! reader_methods {
    ($type:ident) => {
        impl<R> $type<R> {
            /// The reader inside.
            pub fn get_ref(&self) -> &R {
                self.0.get_ref().get_ref()
            }

            /// The reader inside; bytes taken from it are missing here.
            pub fn get_mut(&mut self) -> &mut R {
                self.0.get_mut().get_mut()
            }

            /// Gives the reader back; what was taken from it ahead is lost.
            pub fn into_inner(self) -> R {
                self.0.into_inner().into_inner()
            }

            /// Bytes compressed or decompressed so far.
            pub fn total_in(&self) -> u64 {
                self.0.total_in()
            }

            /// Bytes made of them so far, given to the caller or about to be.
            pub fn total_out(&self) -> u64 {
                self.0.total_out()
            }
        }

        impl<R: Read> Read for $type<R> {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                self.0.read(buffer)
            }
        }
    };
}

reader_methods!(Encoder);
reader_methods!(Decoder);
