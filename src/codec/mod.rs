//! Content ⇄ frames: joins models, coder and container.
//!
//! A frame encoder and a frame decoder take bytes in any pieces; the readers and writers
//! of [`read`], [`bufread`] and [`write`](mod@write) and the one-shot functions all sit on
//! them.

mod adapter;
mod bill;
mod block;
pub mod bufread;
mod compact;
mod copies;
mod crew;
mod frame_decoder;
mod frame_encoder;
mod input;
mod inspect;
mod limits;
mod locate;
mod model_file;
mod noise;
mod options;
mod prior;
mod range;
pub mod read;
mod recover;
mod segment;
pub mod write;

pub use bill::{Bill, bill};
pub use input::Input;
pub use inspect::{BlockTotals, FrameSummary, SegmentSummary, inspect};
pub use limits::Limits;
pub use model_file::ModelSummary;
pub use options::Options;
pub use prior::Prior;
pub use range::RangeDecoder;
pub use recover::{Hole, Recovery, recover};

use crate::error::Error;
use adapter::Coder;
use frame_decoder::FrameDecoder;
use frame_encoder::FrameEncoder;

/// Compresses `content` as one frame. A length announced in `options` gives way to the
/// true one.
///
/// ```
/// use foretell::{Limits, Options};
///
/// let code = foretell::compress(b"to be or not to be", &Options::default());
/// assert_eq!(foretell::decompress(&code, &Limits::default())?, b"to be or not to be");
/// # Ok::<(), foretell::Error>(())
/// ```
/// # Panics
/// If the system refuses the memory of the model; the encoders of [`read`], [`bufread`]
/// and [`write`](mod@write) give an error then.
pub fn compress(content: &[u8], options: &Options) -> Vec<u8> {
    let mut options = options.clone();
    options.content_bytes = options.content_bytes.map(|_| content.len() as u64);
    run(&mut FrameEncoder::new(options), content)
        .expect("the length is right, a Vec never fails, and the model has its memory")
}

/// Decompresses all frames of `code`.
///
/// # Errors
/// [`Error`] if the frames are damaged, cut short, unsupported or beyond `limits`.
pub fn decompress(code: &[u8], limits: &Limits) -> Result<Vec<u8>, Error> {
    run(&mut FrameDecoder::new(limits.clone()), code)
}

/// All that `coder` makes of `input`.
fn run(coder: &mut impl Coder, mut input: &[u8]) -> Result<Vec<u8>, Error> {
    let mut out = Vec::new();
    while !input.is_empty() && !coder.is_done() {
        coder.step(&mut input, &mut out)?;
    }
    while !coder.is_done() {
        coder.finish(&mut out)?;
    }
    Ok(out)
}
