//! Predicting without learning.

use super::Predictor;
use crate::coding::Probability;

/// A predictor that can go on in what it reads without learning from it: its statistics
/// and weights stay as they are.
pub(super) trait Walk: Predictor {
    /// Where it was at the start of a byte, as far as going on within the byte changes it.
    type Start;

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
    fn end_of_byte(&mut self) {
        self.0.look_behind_byte();
    }
}

/// P(next bit = 1) at each node of the tree of the next byte's bits; see
/// [`Trainable::tree`](super::predictor::Trainable::tree).
pub(super) fn tree<W: Walk>(walk: &mut W) -> Box<[Probability; 256]> {
    let mut tree = Box::new([Probability::HALF; 256]);
    let start = walk.start();
    for (node, p) in tree.iter_mut().enumerate().skip(1) {
        for place in (0..node.ilog2()).rev() {
            walk.advance(node >> place & 1);
            if walk.place() == 4 {
                walk.look_in_byte();
            }
        }
        *p = walk.predict();
        walk.restart(&start);
    }
    tree
}
