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
        kernel::{Kernel, LANES, Vector},
        memory::slots::Addresses,
        mixing::{logistic::squash, mixer::put_pair},
    },
};

/// What the predictions within a byte come from.
#[derive(Clone)]
pub(super) struct Outlook<const M: usize, const G: usize> {
    addresses: [Addresses; G],
    expected: [Expected; M],
    recent: u64,
    order3: usize,
    byte: u8,
}

/// Mixer inputs for the eight bits of a byte.
#[derive(Clone)]
pub(super) struct Inputs<const G: usize> {
    vectors: [[Vector; G]; 8],
    /// Class of how many contexts of each half byte had been seen before.
    known: [usize; 2],
}

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
    type Inputs = Inputs<G>;

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
        self.go_on_behind_byte::<false>();
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
        let addresses = [Addresses::default(); G];
        let expected = [Expected::default(); M];
        let outlook = Outlook { addresses, expected, recent: 0, order3: 0, byte: 0 };
        (outlook, Inputs { vectors: [[Vector([0; LANES]); G]; 8], known: [0; 2] })
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
        self.take_in::<false>(byte);
    }

    #[inline(always)]
    fn gather(&self, outlook: &Self::Outlook, inputs: &mut Self::Inputs) {
        let (path, vectors) = (&Path::to(outlook.byte), &mut inputs.vectors);
        let known = self.histories.read(self.kernel, &outlook.addresses, path, vectors);
        inputs.known = known.map(|known| if S > 3 { known_class(known, N) } else { 0 });
        for (m, (matching, expected)) in self.matches.iter().zip(outlook.expected).enumerate() {
            for (place, inputs) in vectors.iter_mut().enumerate() {
                let reading = matching.reading(&expected.behind(path.byte, place));
                put_pair(inputs, N + m, reading);
            }
        }
        if Self::HAS_ORDER0 {
            for (inputs, partial) in vectors.iter_mut().zip(path.partial) {
                let order0 = self.order0[partial & 255];
                put_pair(inputs, N + M, self.order0_map.reading(order0));
            }
        }
        for place in 0..8 {
            let contexts = outlook.surroundings(path, place, 0).refined();
            self.apms.iter().zip(contexts).for_each(|(apm, context)| apm.prefetch(context));
        }
    }

    #[inline(always)]
    fn foretell(&self, outlook: &Self::Outlook, inputs: &Self::Inputs) -> [Probability; 8] {
        let path = Path::to(outlook.byte);
        let around = |place| outlook.surroundings(&path, place, inputs.known[place / 4]);
        let logits = self.mixer.mix_byte(&inputs.vectors, |place| around(place).rows());
        let mut probabilities = [Probability::HALF; 8];
        for place in 0..8 {
            let (logit, contexts) = (logits[place], around(place).refined());
            let refined = self.apms.iter().zip(contexts).map(|(apm, c)| apm.look(logit, c).0);
            probabilities[place] =
                Probability::from_inside(mean::<A>(squash(logit), refined.sum()));
        }
        probabilities
    }

    fn arrive(&mut self) {
        self.next_half::<false>(None);
    }
}

impl<const M: usize, const G: usize> Outlook<M, G> {
    /// What surrounds the bit of `path` at `place`.
    #[inline(always)]
    fn surroundings(&self, path: &Path, place: usize, known: usize) -> Surroundings {
        Surroundings {
            partial: path.partial[place] & 255,
            place,
            recent: self.recent,
            order3: self.order3,
            known,
            expected: self.expected[0].behind(self.byte, place),
        }
    }
}
