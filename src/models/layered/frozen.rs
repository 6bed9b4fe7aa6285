//! Predicting without learning.

use super::{BIAS, LayeredEnsemble, REFINEMENTS, mean, surroundings::Surroundings};
use crate::{
    coding::Probability,
    models::{
        component::{
            histories::HalfByte,
            history_runs::BitPlace,
            matching::{self, MatchModel},
        },
        context::{hash::Address, list::ContextList},
        ensemble::known_class,
        frozen::{Path, Walk},
        kernel::{Kernel, LANES, Vector},
        mixing::{
            apm::{Spots, refined_sums, spots_in},
            layered::FINAL_SETS,
            logistic::squash,
            mixer::put_pair,
        },
    },
};

/// What the predictions within a byte come from.
#[derive(Clone, Copy)]
pub(super) struct Outlook<const N: usize, const M: usize> {
    addresses: [Address; N],
    around: Surroundings<M>,
    byte: u8,
}

/// The way from the eight bits of a byte to their predictions.
#[derive(Clone, Copy)]
pub(super) struct Inputs<const G: usize, const S: usize> {
    vectors: [[Vector; G]; 8],
    rows: [[usize; S]; 8],
    final_rows: [[usize; FINAL_SETS]; 8],
    /// The context of each refinement.
    refined: [[u32; 8]; REFINEMENTS],
    logits: [i32; 8],
    spots: [Spots; REFINEMENTS],
}

/// What the predictions of a block of bytes come from.
pub(super) type Stages<const N: usize, const M: usize, const G: usize, const S: usize> =
    Vec<(Outlook<N, M>, Inputs<G, S>)>;

impl<K: Kernel, C: ContextList<N>, const N: usize, const M: usize, const G: usize, const S: usize>
    Walk for LayeredEnsemble<K, C, N, M, G, S>
{
    type Kernel = K;
    type Start = (HalfByte<N>, usize);
    type Outlook = Outlook<N, M>;
    type Inputs = Inputs<G, S>;

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
        self.begin_byte::<false>();
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
        let around = Surroundings::default();
        let outlook = Outlook { addresses: [Address::default(); N], around, byte: 0 };
        let inputs = Inputs {
            vectors: [[Vector([0; LANES]); G]; 8],
            rows: [[0; S]; 8],
            final_rows: [[0; FINAL_SETS]; 8],
            refined: [[0; 8]; REFINEMENTS],
            logits: [0; 8],
            spots: [Spots::NONE; REFINEMENTS],
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
        outlook.addresses = self.histories.outlook(byte);
        (outlook.around, outlook.byte) = (self.surroundings(), byte);
        self.pass_by(byte);
    }

    #[inline(always)]
    fn gather(&self, outlook: &Self::Outlook, inputs: &mut Self::Inputs) {
        let path = &Path::to(outlook.byte);
        let known = self.histories.read(&outlook.addresses, path, &mut inputs.vectors);
        let mut around = outlook.around;
        for place in 0..8 {
            let (node, partial) = (path.node[place] as usize, path.partial[place] as usize & 255);
            let at = BitPlace { node, partial, place };
            around.known = known_class(known[place / 4], N);
            let vectors = &mut inputs.vectors[place];
            put_pair(vectors, 2 * N, self.order0_map.reading(self.order0[at.partial]));
            put_pair(vectors, 2 * N + 1, BIAS);
            for m in 0..M {
                put_pair(vectors, 2 * N + 2 + m, self.matches[m].reading(&around.expected[m]));
            }
            inputs.rows[place] = around.rows(at);
            inputs.final_rows[place] = around.final_rows(at);
            let refined = inputs.refined.iter_mut().zip(around.refined(at));
            refined.for_each(|(contexts, context)| contexts[place] = context as u32);
            around.expected.iter_mut().for_each(|expected| expected.advance(path.bit(place)));
        }
    }

    #[inline(always)]
    fn mix(&self, inputs: &mut Self::Inputs) {
        for place in 0..8 {
            let (rows, final_rows) = (inputs.rows[place], inputs.final_rows[place]);
            (_, inputs.logits[place]) = self.mixer.look(&inputs.vectors[place], rows, final_rows);
        }
        inputs.spots = spots_in(&self.apms, &inputs.logits, &inputs.refined);
    }

    #[inline(always)]
    fn refine(&self, inputs: &Self::Inputs) -> [Probability; 8] {
        let refined = refined_sums(self.kernel, &self.apms, &inputs.spots);
        let mut probabilities = [Probability::HALF; 8];
        for (place, probability) in probabilities.iter_mut().enumerate() {
            let p = mean(squash(inputs.logits[place]), refined[place]);
            *probability = Probability::from_u16_clamped(p);
        }
        probabilities
    }

    fn arrive(&mut self) {
        self.begin_byte::<false>();
    }
}
