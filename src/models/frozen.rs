//! Predicting without learning.
//!
//! Without learning, what each bit is foretold with depends on the bytes before it alone, not
//! on what came of the bits before. So a document that is known beforehand is read in blocks:
//! first its contexts, whose statistics are asked for from the memory, then the inputs of all
//! bits, then their mixing, then its refinement. [`Frozen`] is the plain way to the same
//! numbers.

use super::{
    kernel::Kernel,
    predictor::{self, Predictor, Trainable, Tree},
    state::State,
};
use crate::coding::{BitSink, Probability};
use std::mem;

/// A predictor that can go on in what it reads without learning from it: its statistics
/// and weights stay as they are.
pub(super) trait Walk: Predictor {
    /// What runs it.
    type Kernel: Kernel;
    /// Where it was at the start of a byte, as far as going on within the byte changes it.
    type Start;
    /// What the predictions within a byte come from.
    type Outlook: Copy;
    /// The mixer's inputs for the bits of a byte, what chooses its weights, what it says.
    type Inputs: Copy;

    /// What runs it.
    fn kernel(&self) -> Self::Kernel;

    /// Goes on to the next bit behind `bit`.
    fn advance(&mut self, bit: usize);
    /// Goes on to the second half of a byte.
    fn look_in_byte(&mut self);
    /// Goes on to the next byte.
    fn look_behind_byte(&mut self);
    /// Place of the next bit in its byte, 0 for the most significant.
    fn place(&self) -> usize;
    /// Where it is; to be asked between bytes.
    fn start(&self) -> Self::Start;
    /// Goes back to the start of the byte that it is in.
    fn restart(&mut self, start: &Self::Start);

    /// Nothing, to be written over.
    fn blank() -> (Self::Outlook, Self::Inputs);
    /// Room for what the predictions of a block come from, kept from block to block.
    fn stages(&mut self) -> &mut Vec<(Self::Outlook, Self::Inputs)>;
    /// Asks for what matches are looked for with while the bytes `block` follow, and as a
    /// first step for what the bytes `next` behind them need.
    fn scout(&self, block: &[u8], next: &[u8]);
    /// What the predictions of `byte`, the next one, come from, asked for from the memory;
    /// goes on behind it.
    fn pass(&mut self, byte: u8, outlook: &mut Self::Outlook);
    /// The inputs for the bits of the byte from `outlook`.
    fn gather(&self, outlook: &Self::Outlook, inputs: &mut Self::Inputs);
    /// Mixes them, and asks the memory for what refines that.
    fn mix(&self, inputs: &mut Self::Inputs);
    /// The predictions that refining gives.
    fn refine(&self, inputs: &Self::Inputs) -> [Probability; 8];
    /// Gets what the predictions of the next byte come from, after bytes were passed.
    fn arrive(&mut self);
}

/// The way to a byte through the tree of its bits.
#[derive(Clone, Copy)]
pub(super) struct Path {
    pub(super) byte: u8,
    /// Known bits of the byte behind a leading 1 before each bit, `1..=255`.
    pub(super) partial: [u32; 8],
    /// Known bits of the half byte behind a leading 1 before each bit, `1..=15`.
    pub(super) node: [u32; 8],
}

impl Path {
    /// The way to `byte`.
    #[inline(always)]
    pub(super) fn to(byte: u8) -> Self {
        let (whole, second) = (0x100 | u32::from(byte), 0x10 | u32::from(byte & 15));
        let (mut partial, mut node) = ([0; 8], [0; 8]);
        for place in 0..8 {
            partial[place] = whole >> (8 - place);
            node[place] = if place < 4 { whole >> (8 - place) } else { second >> (8 - place) };
        }
        Self { byte, partial, node }
    }

    /// The first four bits.
    #[inline(always)]
    pub(super) fn first_nibble(&self) -> usize {
        usize::from(self.byte >> 4)
    }

    /// The bit at `place`.
    #[inline(always)]
    pub(super) fn bit(&self, place: usize) -> usize {
        usize::from(self.byte >> (7 - place) & 1)
    }
}

/// Bytes whose statistics are asked for before the first of them is priced: enough to hide
/// the memory's latency, few enough to stay in the first-level cache.
const BLOCK: usize = 16;

/// Prices `bytes`, which are known beforehand: what [`Frozen`] foretells bit by bit, but
/// with the statistics of many bytes on their way, and many bits mixed at once. As
/// [`Trainable::read`].
#[inline(always)]
pub(super) fn read<W: Walk>(
    walk: &mut W,
    bytes: &[u8],
    first: Option<&Tree>,
    sink: &mut dyn BitSink,
) {
    let Some((byte, rest)) = bytes.split_first() else { return };
    let mut stages = mem::take(walk.stages());
    stages.resize_with(BLOCK, W::blank);
    // What the first half byte comes from was remembered when the last byte was learnt; the
    // table may have lost it since.
    match first {
        Some(tree) => {
            sink.put_byte(*byte, &Path::to(*byte).partial.map(|node| tree[node as usize & 255]));
            walk.pass(*byte, &mut stages[0].0);
        }
        None => predictor::encode(&mut Frozen(walk), &bytes[..1], sink),
    }
    walk.scout(&[], &rest[..rest.len().min(BLOCK)]);
    for (start, block) in (0..).step_by(BLOCK).zip(rest.chunks(BLOCK)) {
        let behind = &rest[start + block.len()..];
        walk.scout(block, &behind[..behind.len().min(BLOCK)]);
        for (&byte, (outlook, _)) in block.iter().zip(&mut stages) {
            walk.pass(byte, outlook);
        }
        for (_, (outlook, inputs)) in block.iter().zip(&mut stages) {
            walk.gather(outlook, inputs);
        }
        for (_, (_, inputs)) in block.iter().zip(&mut stages) {
            walk.mix(inputs);
        }
        let mut probabilities = [[Probability::HALF; 8]; BLOCK];
        for (probabilities, (_, inputs)) in probabilities.iter_mut().zip(&stages[..block.len()]) {
            *probabilities = walk.refine(inputs);
        }
        sink.put_bytes(block, &probabilities);
    }
    if first.is_none() && !rest.is_empty() {
        walk.arrive();
    }
    *walk.stages() = stages;
}

/// A predictor that learns nothing.
pub(super) struct Frozen<'a, W>(pub(super) &'a mut W);

impl<W: Walk> Predictor for Frozen<'_, W> {
    #[inline(always)]
    fn predict(&mut self) -> Probability {
        self.0.predict()
    }

    #[inline(always)]
    fn update(&mut self, bit: bool) {
        self.0.advance(usize::from(bit));
    }

    #[inline(always)]
    fn end_of_nibble(&mut self) {
        self.0.look_in_byte();
    }

    #[inline(always)]
    fn update_last(&mut self, bit: bool) {
        self.0.advance(usize::from(bit));
        self.0.look_behind_byte();
    }
}

impl<W: Walk + State> Trainable for W {
    fn read(&mut self, bytes: &[u8], first: Option<&Tree>, sink: &mut dyn BitSink) {
        self.kernel().read(self, bytes, first, sink);
    }

    fn tree(&mut self) -> Box<Tree> {
        let mut tree = Box::new([Probability::HALF; 256]);
        let start = self.start();
        for (node, p) in tree.iter_mut().enumerate().skip(1) {
            for place in (0..node.ilog2()).rev() {
                self.advance(node >> place & 1);
                if self.place() == 4 {
                    self.look_in_byte();
                }
            }
            *p = self.predict();
            self.restart(&start);
        }
        tree
    }
}
