//! Reversible rewritings of a block that make it cheaper to predict.
//!
//! [`rewrite`] applies the [`Transform`]s that samples of a block say pay on it; their ids
//! and parameters travel in the block's header. `inverse(forward(bytes)) == bytes` for any
//! bytes, and an inverse never panics nor outgrows its limit, whatever it is given.

mod code;
mod duplicates;
mod lines;
mod numbers;
mod price;
mod ranges;
mod samples;
mod texture;
mod wire;
mod words;

pub use code::{Arm64, Code, X86};
pub use duplicates::{Duplicates, Finder, NoRoom, Reference, Thresholds, Window};
pub use lines::Lines;
pub use numbers::Numbers;
pub use samples::{Rests, Samples};
pub use words::{Token, WordCoder, WordDecoder, Words};

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
    /// Numbers as differences, and column by column.
    Numbers(Numbers),
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
            Self::Numbers(_) => Numbers::ID,
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
            Self::Numbers(numbers) => numbers.to_bytes(),
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
            Numbers::ID => Numbers::from_bytes(parameters).map(Self::Numbers),
            _ => return Err(TransformError::UnknownId(id)),
        }
        .ok_or(TransformError::BadParameters(id))
    }

    /// Where samples or other numbers are, which stand below each other.
    fn arrays(&self) -> impl Iterator<Item = &Range<usize>> {
        let (samples, numbers) = match self {
            Self::Samples(samples) => (Some(samples), None),
            Self::Numbers(numbers) => (None, Some(numbers)),
            _ => (None, None),
        };
        let samples = samples.into_iter().flat_map(Samples::ranges);
        samples.chain(numbers.into_iter().flat_map(Numbers::ranges))
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
            Self::Numbers(numbers) => numbers.forward(bytes),
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
            Self::Numbers(numbers) => numbers.inverse(bytes),
        }
        .filter(|original| original.len() <= limit)
        .ok_or(TransformError::BadParameters(self.id()))
    }
}

/// What bytes cost the model that will code a block, in bits.
pub type Price<'a> = &'a dyn Fn(&[u8]) -> u64;

/// A block, and where it stands.
pub struct Block<'a> {
    /// Its content.
    pub bytes: &'a [u8],
    /// The position of its first byte in its segment, so that equal targets stay equal
    /// across the blocks that share a model.
    pub offset: u64,
    /// Copies in it that a model need not see: in their order, not overlapping.
    pub copies: Vec<Reference>,
}

/// What was done to a block.
pub struct Rewritten<'a> {
    /// What pays on it, in the order in which it was applied.
    pub transforms: Vec<Transform>,
    /// What became of its bytes.
    pub bytes: Cow<'a, [u8]>,
}

/// Finds a transform that pays on a block at an offset of its segment.
type Detector = fn(&[u8], u64) -> Option<Transform>;

const CODE: [Detector; 2] = [
    |block, offset| Code::detect(block, offset).map(Transform::X86),
    |block, offset| Code::detect(block, offset).map(Transform::Arm64),
];

const LINES: Detector = |block, _| Lines::detect(block).map(Transform::Lines);
/// Widths at which a collection of texts may be wrapped, each found among what is left.
const MOST_WIDTHS: usize = 3;
const WORDS: Detector = |block, _| Words::detect(block).map(Transform::Words);

/// `block` without its copies and rewritten by the transforms that pay on it, `price` being
/// what bytes cost; no transform that would leave nothing or more than `limit` bytes.
pub fn rewrite<'a>(block: Block<'a>, limit: usize, price: Price<'_>) -> Rewritten<'a> {
    let Block { bytes, offset, copies } = block;
    let mut rewritten = Rewritten::of(bytes);
    let is_mostly_copied = are_most(&copies, bytes.len());
    let numbers = if is_mostly_copied { None } else { numbers_in(bytes, price) };
    let may_hold_numbers = is_mostly_copied || numbers.is_some();
    if let Some(numbers) = numbers.filter(|numbers| !is_copied(numbers, &copies, bytes)) {
        rewritten.apply(numbers, limit);
    }
    let mut code: Vec<Detector> = CODE.to_vec();
    if copies.is_empty() || copies.iter().any(|copy| copy.length < LEAST_IN_CODE) {
        code.retain(|detect| rewritten.apply_if_it_pays(*detect, offset, limit));
    }
    let copies = removable(copies, &rewritten.transforms);
    if !copies.is_empty() {
        let duplicates = Duplicates::new(bytes.len(), copies);
        rewritten = Rewritten::of(bytes);
        rewritten.apply(Transform::Duplicates(duplicates), limit);
        // What is in no part of a block is in no part of what is left of it.
        if may_hold_numbers && let Some(numbers) = numbers_in(&rewritten.bytes, price) {
            rewritten.apply(numbers, limit);
        }
        for detect in code {
            rewritten.apply_if_it_pays(detect, offset, limit);
        }
    }
    for _ in 0..MOST_WIDTHS {
        if !rewritten.apply_if_it_pays(LINES, offset, limit) {
            break;
        }
    }
    rewritten.apply_if_it_pays(WORDS, offset, limit);
    rewritten
}

/// `block` rewritten by `transform`, if there is one and it leaves at most `limit` bytes.
pub fn rewrite_by(transform: Option<Transform>, block: &[u8], limit: usize) -> Rewritten<'_> {
    let mut rewritten = Rewritten::of(block);
    if let Some(transform) = transform {
        rewritten.apply(transform, limit);
    }
    rewritten
}

impl<'a> Rewritten<'a> {
    const fn of(block: &'a [u8]) -> Self {
        Self { transforms: Vec::new(), bytes: Cow::Borrowed(block) }
    }

    /// Applies what `detect` finds; whether it found something.
    fn apply_if_it_pays(&mut self, detect: Detector, offset: u64, limit: usize) -> bool {
        let Some(transform) = detect(&self.bytes, offset) else { return false };
        self.apply(transform, limit);
        true
    }

    fn apply(&mut self, transform: Transform, limit: usize) {
        let bytes = transform.forward(&self.bytes);
        if (1..=limit).contains(&bytes.len()) {
            self.transforms.push(transform);
            self.bytes = Cow::Owned(bytes);
        }
    }
}

/// What pays on the samples or other numbers in `block`.
fn numbers_in(block: &[u8], price: Price<'_>) -> Option<Transform> {
    let samples = Samples::detect(block);
    let numbers = Numbers::detect(block, price);
    let is_cheaper = |numbers: &Numbers| {
        samples.as_ref().is_none_or(|samples| is_cheaper(numbers, samples, block, price))
    };
    match numbers.filter(is_cheaper) {
        Some(numbers) => Some(Transform::Numbers(numbers)),
        None => samples.map(Transform::Samples),
    }
}

/// Whether most of `samples` are `numbers` that become cheaper than samples do.
fn is_cheaper(numbers: &Numbers, samples: &Samples, block: &[u8], price: Price<'_>) -> bool {
    let Some(most) = samples.ranges().max_by_key(|range| range.len()) else { return true };
    let Some((range, as_numbers)) = numbers.stretch(block, most) else { return false };
    let before = range.start.saturating_sub(SETTLING).max(most.start);
    let as_samples = samples.within(before..range.end).forward(&block[before..range.end]);
    price(&as_numbers) < price(&as_samples[range.start - before..])
}

/// Bytes of samples after which their prediction has settled.
const SETTLING: usize = 64 << 10;

/// Whether `copies` are most of a block.
fn are_most(copies: &[Reference], block_bytes: usize) -> bool {
    copies.iter().map(|copy| copy.length).sum::<usize>() * 2 > block_bytes
}

/// Whether more than 1/16 of what happens where `numbers` are in `block` is in `copies`: a
/// prediction gains less than that by what it does not see. Flat stretches cost nothing
/// either way.
fn is_copied(numbers: &Transform, copies: &[Reference], block: &[u8]) -> bool {
    let changes = |range: Range<usize>| {
        let bytes = &block[range];
        bytes.iter().zip(bytes.iter().skip(1)).filter(|(a, b)| a != b).count()
    };
    let (mut inside, mut whole) = (0, 0);
    for range in numbers.arrays() {
        whole += changes(range.clone());
        for copy in copies {
            let start = copy.start.clamp(range.start, range.end);
            inside += changes(start..copy.end().clamp(start, range.end));
        }
    }
    inside * 16 > whole
}

/// Those of `copies` that may be taken out of a block on which `transforms` pay. What is
/// taken out moves all that follows: addresses made absolute no longer repeat, so that only
/// a long copy is worth it, and numbers no longer stand below each other.
fn removable(mut copies: Vec<Reference>, transforms: &[Transform]) -> Vec<Reference> {
    copies.retain(|copy| {
        let is_in = |range: &Range<usize>| copy.start < range.end && range.start < copy.end();
        transforms.iter().all(|transform| match transform {
            Transform::X86(code) => copy.length >= LEAST_IN_CODE || !code.ranges().any(is_in),
            Transform::Arm64(code) => copy.length >= LEAST_IN_CODE || !code.ranges().any(is_in),
            numbers => !numbers.arrays().any(is_in),
        })
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
        let block = Block { bytes: &[], offset: 0, copies: Vec::new() };
        let rewritten = rewrite(block, 100, &|_| 0);
        assert_eq!((rewritten.transforms, rewritten.bytes.len()), (Vec::new(), 0));
    }
}
