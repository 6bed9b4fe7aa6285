//! Reversible rewritings of a block that make it cheaper to predict.
//!
//! [`rewrite`] applies the [`Transform`]s that samples of a block say pay on it; their ids
//! and parameters travel in the block's header. `inverse(forward(bytes)) == bytes` for any
//! bytes, and an inverse never panics nor outgrows its limit, whatever it is given.

mod lines;
mod price;
mod ranges;
mod wire;
mod words;
mod x86;

pub use lines::Lines;
pub use words::Words;
pub use x86::X86;

use std::borrow::Cow;

/// One reversible rewriting, with every parameter that its inverse needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Transform {
    /// Relative call and jump targets of x86 code made absolute.
    X86(X86),
    /// Line ends as LF, breaks that wrapping explains as spaces.
    Lines(Lines),
    /// Words as codes, capitals as marks.
    Words(Words),
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
            Self::X86(_) => X86::ID,
            Self::Lines(_) => Lines::ID,
            Self::Words(_) => Words::ID,
        }
    }

    /// The parameters as bytes: the mirror of [`from_parts`](Self::from_parts).
    pub fn parameters(&self) -> Vec<u8> {
        match self {
            Self::X86(x86) => x86.to_bytes(),
            Self::Lines(lines) => lines.to_bytes(),
            Self::Words(words) => words.to_bytes(),
        }
    }

    /// The transform with number `id` and these parameters.
    ///
    /// # Errors
    /// [`TransformError`] if there is no such transform, or not with these parameters.
    pub fn from_parts(id: u8, parameters: &[u8]) -> Result<Self, TransformError> {
        match id {
            X86::ID => X86::from_bytes(parameters).map(Self::X86),
            Lines::ID => Lines::from_bytes(parameters).map(Self::Lines),
            Words::ID => Words::from_bytes(parameters).map(Self::Words),
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
        }
    }

    /// The mirror of [`forward`](Self::forward): gives the block back.
    ///
    /// # Errors
    /// [`TransformError::BadParameters`] if no block of at most `limit` bytes was ever
    /// rewritten to `bytes`.
    pub fn inverse(&self, bytes: &[u8], limit: usize) -> Result<Vec<u8>, TransformError> {
        match self {
            Self::X86(x86) => x86.inverse(bytes),
            Self::Lines(lines) => lines.inverse(bytes, limit),
            Self::Words(words) => words.inverse(bytes, limit),
        }
        .filter(|original| original.len() <= limit)
        .ok_or(TransformError::BadParameters(self.id()))
    }
}

/// Finds a transform that pays on a block at an offset of its segment.
type Detector = fn(&[u8], u64) -> Option<Transform>;

/// In the order in which they are applied; each sees what the ones before have made. A
/// collection of texts may be wrapped at several widths.
const DETECTORS: [Detector; 5] = [
    |block, offset| X86::detect(block, offset).map(Transform::X86),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_transforms_are_refused_by_number() {
        assert_eq!(Transform::from_parts(200, &[]), Err(TransformError::UnknownId(200)));
        assert_eq!(
            Transform::from_parts(X86::ID, &[1]),
            Err(TransformError::BadParameters(X86::ID))
        );
    }

    #[test]
    fn nothing_is_chosen_for_nothing() {
        assert_eq!(rewrite(&[], 0, 100), (Vec::new(), Cow::Borrowed(&[][..])));
    }
}
