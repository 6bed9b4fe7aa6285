//! Reversible rewritings of a block that make it cheaper to predict.
//!
//! [`rewrite`] applies the [`Transform`]s that samples of a block say pay on it; their ids
//! and parameters travel in the block's header. `inverse(forward(bytes)) == bytes` for any
//! bytes, and an inverse never panics nor outgrows its limit, whatever it is given.

mod code;
mod duplicates;
mod lines;
mod price;
mod ranges;
mod samples;
mod wire;
mod words;

pub use code::{Arm64, Code, X86};
pub use duplicates::{Duplicates, Finder, NoRoom, Reference, Thresholds, Window};
pub use lines::Lines;
pub use samples::{Rests, Samples};
pub use words::Words;

use std::{borrow::Cow, ops::Range};

const X86_ID: u8 = 1;
const DUPLICATES_ID: u8 = 4;
const ARM64_ID: u8 = 5;

/// One reversible rewriting, with every parameter that its inverse needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Transform {
    /// Relative addresses in x86 code made absolute.
    X86(Code<X86>),
    /// Line ends as LF, breaks that wrapping explains as spaces.
    Lines(Lines),
    /// Words as codes, capitals as marks.
    Words(Words),
    /// Relative addresses in 64-bit ARM code made absolute.
    Arm64(Code<Arm64>),
    /// Copies of earlier content as references.
    Duplicates(Duplicates),
    /// Samples of sound and pictures as what prediction leaves of them.
    Samples(Samples),
}

/// Why a transform's parameters, or the bytes to invert, were refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransformError {
    /// This version of foretell has no such transform.
    #[error("unknown transform {0}")]
    UnknownId(u8),
    /// The parameters do not describe that transform of a block of that length.
    #[error("parameters of transform {0} out of range")]
    BadParameters(u8),
}

impl Transform {
    /// The transform's number in a block's header.
    pub const fn id(&self) -> u8 {
        match self {
            Self::X86(_) => X86_ID,
            Self::Lines(_) => Lines::ID,
            Self::Words(_) => Words::ID,
            Self::Duplicates(_) => DUPLICATES_ID,
            Self::Arm64(_) => ARM64_ID,
            Self::Samples(_) => Samples::ID,
        }
    }

    /// The parameters as bytes: the mirror of [`from_parts`](Self::from_parts).
    pub fn parameters(&self) -> Vec<u8> {
        match self {
            Self::X86(x86) => x86.to_bytes(),
            Self::Lines(lines) => lines.to_bytes(),
            Self::Words(words) => words.to_bytes(),
            Self::Arm64(arm64) => arm64.to_bytes(),
            Self::Duplicates(duplicates) => duplicates.to_bytes(),
            Self::Samples(samples) => samples.to_bytes(),
        }
    }

    /// The transform with number `id` and these parameters.
    ///
    /// # Errors
    /// [`TransformError`] if there is no such transform, or not with these parameters.
    pub fn from_parts(id: u8, parameters: &[u8]) -> Result<Self, TransformError> {
        match id {
            X86_ID => Code::from_bytes(parameters).map(Self::X86),
            Lines::ID => Lines::from_bytes(parameters).map(Self::Lines),
            Words::ID => Words::from_bytes(parameters).map(Self::Words),
            DUPLICATES_ID => Duplicates::from_bytes(parameters).map(Self::Duplicates),
            ARM64_ID => Code::from_bytes(parameters).map(Self::Arm64),
            Samples::ID => Samples::from_bytes(parameters).map(Self::Samples),
            _ => return Err(TransformError::UnknownId(id)),
        }
        .ok_or(TransformError::BadParameters(id))
    }

    /// Rewrites a block.
    pub fn forward(&self, bytes: &[u8]) -> Vec<u8> {
        match self {
            Self::X86(x86) => x86.forward(bytes),
            Self::Lines(lines) => lines.forward(bytes),
            Self::Words(words) => words.forward(bytes),
            Self::Arm64(arm64) => arm64.forward(bytes),
            Self::Duplicates(duplicates) => duplicates.forward(bytes),
            Self::Samples(samples) => samples.forward(bytes),
        }
    }

    /// The mirror of [`forward`](Self::forward): gives the block back. `past` is the
    /// content of the segment before the block, as far as references may reach.
    ///
    /// # Errors
    /// [`TransformError::BadParameters`] if no block of at most `limit` bytes was ever
    /// rewritten to `bytes`.
    pub fn inverse(
        &self,
        bytes: &[u8],
        past: &[u8],
        limit: usize,
    ) -> Result<Vec<u8>, TransformError> {
        match self {
            Self::X86(x86) => x86.inverse(bytes),
            Self::Lines(lines) => lines.inverse(bytes, limit),
            Self::Words(words) => words.inverse(bytes, limit),
            Self::Arm64(arm64) => arm64.inverse(bytes),
            Self::Duplicates(duplicates) => duplicates.inverse(bytes, limit, past),
            Self::Samples(samples) => samples.inverse(bytes),
        }
        .filter(|original| original.len() <= limit)
        .ok_or(TransformError::BadParameters(self.id()))
    }
}

/// Finds a transform that pays on a block at an offset of its segment.
type Detector = fn(&[u8], u64) -> Option<Transform>;

/// In the order in which they are applied; each sees what the ones before have made. A
/// collection of texts may be wrapped at several widths.
const DETECTORS: [Detector; 7] = [
    |block, _| Samples::detect(block).map(Transform::Samples),
    |block, offset| Code::detect(block, offset).map(Transform::X86),
    |block, offset| Code::detect(block, offset).map(Transform::Arm64),
    |block, _| Lines::detect(block).map(Transform::Lines),
    |block, _| Lines::detect(block).map(Transform::Lines),
    |block, _| Lines::detect(block).map(Transform::Lines),
    |block, _| Words::detect(block).map(Transform::Words),
];

/// `block` rewritten by the transforms that pay on it, and these in the order in which
/// they were applied; none that would leave nothing or more than `limit` bytes.
///
/// `offset` is the position of the block's first byte in its segment, so that equal
/// targets stay equal across the blocks that share a model.
pub fn rewrite(block: &[u8], offset: u64, limit: usize) -> (Vec<Transform>, Cow<'_, [u8]>) {
    let mut applied = Vec::new();
    let mut bytes = Cow::Borrowed(block);
    for transform in DETECTORS {
        let Some(transform) = transform(&bytes, offset) else { continue };
        let rewritten = transform.forward(&bytes);
        if (1..=limit).contains(&rewritten.len()) {
            applied.push(transform);
            bytes = Cow::Owned(rewritten);
        }
    }
    (applied, bytes)
}

/// Those of `copies` in `block` that may be taken out of it. What is taken out of code
/// moves all that follows, so that addresses made absolute no longer repeat: only a
/// long copy is worth that.
pub fn removable(block: &[u8], offset: u64, mut copies: Vec<Reference>) -> Vec<Reference> {
    if copies.iter().all(|copy| copy.length >= LEAST_IN_CODE) {
        return copies;
    }
    let mut code: Vec<Range<usize>> = Vec::new();
    code.extend(Code::<X86>::detect(block, offset).iter().flat_map(Code::ranges).cloned());
    code.extend(Code::<Arm64>::detect(block, offset).iter().flat_map(Code::ranges).cloned());
    copies.retain(|copy| {
        let is_in = |code: &Range<usize>| copy.start < code.end && code.start < copy.end();
        copy.length >= LEAST_IN_CODE || !code.iter().any(is_in)
    });
    copies
}

/// Least bytes of a copy that is taken out of code.
const LEAST_IN_CODE: usize = 16 << 10;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_transforms_are_refused_by_number() {
        assert_eq!(Transform::from_parts(200, &[]), Err(TransformError::UnknownId(200)));
        assert_eq!(Transform::from_parts(X86_ID, &[1]), Err(TransformError::BadParameters(X86_ID)));
    }

    #[test]
    fn nothing_is_chosen_for_nothing() {
        assert_eq!(rewrite(&[], 0, 100), (Vec::new(), Cow::Borrowed(&[][..])));
    }
}
