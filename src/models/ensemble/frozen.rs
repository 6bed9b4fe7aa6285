//! Predicting without learning.

use super::{Ensemble, known_class, mean, surroundings::Surroundings};
use crate::{
    coding::Probability,
    models::{
        component::{
            histories::HalfByte,
            matching::{self, Expected, MatchModel},
        },
        context::list::ContextList,
        frozen::{Path, Walk},
        kernel::{Choice, EightWords, Kernel, LANES, Vector},
        memory::slots::Addresses,
        mixing::{
            apm::{Spots, refined_sums, spots_in},
            logistic::squash,
            mixer::{ROWS, put_pair},
        },
    },
};

/// Bits of a byte that are still to come at each of its places.
const TO_COME: [u32; 8] = [8, 7, 6, 5, 4, 3, 2, 1];

/// What the predictions within a byte come from.
#[derive(Clone, Copy)]
pub(super) struct Outlook<const M: usize, const G: usize> {
    addresses: Addresses<G>,
    expected: [Expected; M],
    recent: u64,
    order3: usize,
    byte: u8,
}

/// The way from the eight bits of a byte to their predictions.
#[derive(Clone, Copy)]
pub(super) struct Inputs<const G: usize, const S: usize, const A: usize> {
    vectors: [[Vector; G]; 8],
    /// The row of each weight set.
    rows: Choice<G, S, ROWS>,
    /// The context of each refinement.
    refined: [[u32; 8]; A],
    logits: [i32; 8],
    spots: [Spots; A],
}

/// What the predictions of a block of bytes come from.
pub(super) type Stages<const M: usize, const G: usize, const S: usize, const A: usize> =
    Vec<(Outlook<M, G>, Inputs<G, S, A>)>;

impl<
    K: Kernel,
    C: ContextList<N>,
    const N: usize,
    const M: usize,
    const G: usize,
    const S: usize,
    const A: usize,
> Walk for Ensemble<K, C, N, M, G, S, A>
{
    type Kernel = K;
    type Start = (HalfByte<N>, usize);
    type Outlook = Outlook<M, G>;
    type Inputs = Inputs<G, S, A>;

    fn kernel(&self) -> K {
        self.kernel
    }

    #[inline(always)]
    fn advance(&mut self, bit: usize) {
        self.go_on(bit);
    }

    #[inline(always)]
    fn look_in_byte(&mut self) {
        self.go_on_in_byte::<false>();
    }

    #[inline(always)]
    fn look_behind_byte(&mut self) {
        self.pass_by(self.history.partial as u8);
        self.next_half::<false>(None);
    }

    fn place(&self) -> usize {
        self.history.place
    }

    fn start(&self) -> Self::Start {
        (self.histories.half_byte(), self.known)
    }

    fn restart(&mut self, (half_byte, known): &Self::Start) {
        self.histories.set_half_byte(half_byte);
        self.known = *known;
        (self.node, self.history.partial, self.history.place) = (1, 1, 0);
        self.matches.iter_mut().for_each(MatchModel::restart_byte);
    }

    fn blank() -> (Self::Outlook, Self::Inputs) {
        let (addresses, expected) = (Addresses::default(), [Expected::default(); M]);
        let outlook = Outlook { addresses, expected, recent: 0, order3: 0, byte: 0 };
        let inputs = Inputs {
            vectors: [[Vector([0; LANES]); G]; 8],
            rows: Choice::FIRST,
            refined: [[0; 8]; A],
            logits: [0; 8],
            spots: [Spots::NONE; A],
        };
        (outlook, inputs)
    }

    fn stages(&mut self) -> &mut Vec<(Self::Outlook, Self::Inputs)> {
        &mut self.stages
    }

    #[inline(always)]
    fn scout(&self, block: &[u8], next: &[u8]) {
        matching::scout(&self.matches, &self.history, block, next);
    }

    #[inline(always)]
    fn pass(&mut self, byte: u8, outlook: &mut Self::Outlook) {
        self.histories.outlook(byte, &mut outlook.addresses);
        outlook.expected = std::array::from_fn(|m| self.matches[m].expected);
        (outlook.recent, outlook.order3) = (self.history.recent, self.order3);
        outlook.byte = byte;
        self.pass_by(byte);
    }

    #[inline(always)]
    fn gather(&self, outlook: &Self::Outlook, inputs: &mut Self::Inputs) {
        let (path, vectors) = (&Path::to(outlook.byte), &mut inputs.vectors);
        let known = self.histories.read(self.kernel, &outlook.addresses, path, vectors);
        let class = |half: usize| if S > 3 { known_class(known[half], N) as u32 } else { 0 };
        let (high, low) = (class(0), class(1));
        let first = outlook.expected[0].along(self.kernel, outlook.byte);
        for (m, (matching, expected)) in self.matches.iter().zip(&outlook.expected).enumerate() {
            let course = if m == 0 { first } else { expected.along(self.kernel, outlook.byte) };
            for (inputs, reading) in vectors.iter_mut().zip(matching.readings(&course)) {
                put_pair(inputs, N + m, reading);
            }
        }
        if Self::HAS_ORDER0 {
            for (inputs, partial) in vectors.iter_mut().zip(path.partial) {
                let order0 = self.order0[partial as usize & 255];
                put_pair(inputs, N + M, self.order0_map.reading(order0));
            }
        }
        let around = Surroundings {
            partial: self.kernel.same(0x100 | u32::from(outlook.byte)).shifted(TO_COME),
            place: self.kernel.words([0, 1, 2, 3, 4, 5, 6, 7]),
            last: self.kernel.same(outlook.recent as u32 & 255),
            second: self.kernel.same(outlook.recent as u32 >> 8 & 255),
            order3: self.kernel.same(outlook.order3 as u32),
            known: self.kernel.words([high, high, high, high, low, low, low, low]),
            class: first.classes,
            expected: first.bits,
        };
        inputs.rows = Choice::of(self.kernel, around.rows());
        for (to, from) in inputs.refined.iter_mut().zip(around.refined()) {
            *to = from.into();
        }
    }

    #[inline(always)]
    fn mix(&self, inputs: &mut Self::Inputs) {
        inputs.logits = self.mixer.mix_byte(&inputs.vectors, &inputs.rows);
        inputs.spots = spots_in(&self.apms, &inputs.logits, &inputs.refined);
    }

    #[inline(always)]
    fn refine(&self, inputs: &Self::Inputs) -> [Probability; 8] {
        let refined = refined_sums(self.kernel, &self.apms, &inputs.spots);
        let mut probabilities = [Probability::HALF; 8];
        for (place, probability) in probabilities.iter_mut().enumerate() {
            let mixed = squash(inputs.logits[place]);
            *probability = Probability::from_inside(mean::<A>(mixed, refined[place]));
        }
        probabilities
    }

    fn arrive(&mut self) {
        self.next_half::<false>(None);
    }
}
