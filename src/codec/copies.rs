//! Which copies of earlier content a segment's model need not see.

use super::Options;
use crate::{
    error::Error,
    models::ModelSpec,
    transform::{Finder, NoRoom, Reference, Thresholds, Window},
};
use std::ops::Range;

/// Finds the copies in the content of a segment, piece by piece.
pub(super) struct Copies {
    finder: Finder,
    window: Window,
    /// Bytes that references reach back beyond the start of their block.
    reach: usize,
}

impl Copies {
    /// For a segment without content so far.
    pub(super) fn new(options: &Options) -> Self {
        let reach = options.segment_window() as usize;
        let finder = Finder::new(thresholds(&options.spec), reach);
        Self { finder, window: Window::new(reach), reach }
    }

    /// The copies in `piece`, the content that comes next.
    pub(super) fn find(&mut self, piece: &[u8]) -> Vec<Reference> {
        self.finder.find(self.window.bytes(), piece)
    }

    /// Keeps `piece` for the pieces to come.
    pub(super) fn keep(&mut self, piece: &[u8]) -> Result<(), Error> {
        self.window.push(piece).map_err(out_of_memory)
    }

    /// Those of `copies` that the block `part` of their piece can hold, seen from its start.
    pub(super) fn within(&self, copies: &[Reference], part: &Range<usize>) -> Vec<Reference> {
        let clipped = copies.iter().filter_map(|copy| {
            let start = copy.start.max(part.start);
            let end = (copy.start + copy.length).min(part.end);
            let length = end.checked_sub(start)?;
            let start = start - part.start;
            let is_reached = copy.distance <= start + self.reach;
            (length >= LEAST_CLIPPED && is_reached).then_some(Reference {
                start,
                length,
                distance: copy.distance,
            })
        });
        clipped.collect()
    }
}

/// Least bytes of a copy that the end of a block cuts short.
const LEAST_CLIPPED: usize = 32;

/// The error of a window without memory.
pub(super) fn out_of_memory(NoRoom { bytes }: NoRoom) -> Error {
    Error::OutOfMemory { needed: bytes }
}

/// How long copies must be for the model of `spec`, which foretells what it remembers well:
/// there they save time, a long one more than its reference costs in bytes.
///
/// Sorted blocks: 512 within a block, nci −1.6 %, samba −2.0 %, xml +0.6 %; 256: xml +2.6 %.
/// Mixed models: 1024, at most +0.1 %.
fn thresholds(spec: &ModelSpec) -> Thresholds {
    match spec {
        ModelSpec::Bwt(_) => Thresholds { remembered: None, known: 512, forgotten: 64 },
        ModelSpec::Mix(mix) => {
            let remembered = Some(1 << mix.log2_history);
            Thresholds { remembered, known: 1024, forgotten: 64 }
        }
        ModelSpec::Order { .. } => Thresholds { remembered: Some(0), known: 64, forgotten: 64 },
    }
}
