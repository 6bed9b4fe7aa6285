//! Wires history → contexts → components → mixer → refinement; the only file that knows
//! them all.

mod frozen;
mod kept;
mod learning;
mod surroundings;
mod walk;
mod watched;

use super::{
    MixSpec, Predictor,
    component::{histories::HistorySet, matching::MatchModel},
    context::{
        ContextKind, Contexts, RestLayout,
        hash::spread,
        list::{self, ContextList},
    },
    counter::StateMap,
    history::History,
    kernel::{Kernel, Portable},
    layered,
    mixing::{
        apm::Apm,
        logistic::squash,
        mixer::{Mixer, PAIRS, Pair},
        rates::Rates,
    },
    predictor::{BlockModel, Trainable},
    testimony::Testimony,
};
use crate::coding::{BitDecoder, BitSink, Probability};
#[cfg(target_arch = "x86_64")]
use crate::models::kernel::Avx2;
use surroundings::Surroundings;

/// `N` contexts, `M` match models and an order-0 context, mixed as `G` groups of eight
/// input pairs under `S` weight sets and refined by `A` maps.
struct Ensemble<
    K,
    C,
    const N: usize,
    const M: usize,
    const G: usize,
    const S: usize,
    const A: usize,
> {
    kernel: K,
    history: History,
    contexts: Contexts,
    histories: HistorySet<C, N>,
    order0: [u8; 256],
    order0_map: StateMap,
    matches: [MatchModel; M],
    mixer: Mixer<K, G, S>,
    apms: [Apm; A],
    rates: Rates,
    /// The mixer's current learning rate, units of 2⁻²⁰.
    rate: i32,
    /// P(1) before refinement, units of 2⁻¹⁶.
    mixed: i32,
    /// Position at which the state maps are refreshed next.
    next_refresh: usize,
    /// Known bits of the current half byte behind a leading 1.
    node: usize,
    /// Class of how many contexts of the current half byte had been seen before.
    known: usize,
    /// Hash of the last three bytes, 16 bits.
    order3: usize,
    /// What components said, while they are watched.
    testimony: Option<Testimony>,
    /// Room for reading without learning.
    stages: frozen::Stages<M, G, S, A>,
}

/// Bytes between two refreshes of the state maps once the model has warmed up: often
/// enough to follow, seldom enough to cost nothing.
pub(super) const REFRESH: usize = 4096;

/// Bytes for which the learning rate stays; a power of two.
const RATE_PERIOD: usize = 64;

/// Classes of how many contexts had been seen before, for choosing weights.
pub(super) const KNOWN_CLASSES: usize = 32;

/// log₂ of the contexts of a refinement.
const LOG2_REFINED: u8 = 16;

/// A refinement moves by 2^−`REFINEMENT_RATE` of the way.
pub(super) const REFINEMENT_RATE: u32 = 6;

impl<
    K: Kernel,
    C: ContextList<N>,
    const N: usize,
    const M: usize,
    const G: usize,
    const S: usize,
    const A: usize,
> Ensemble<K, C, N, M, G, S, A>
{
    /// Whether the order-0 context is among the inputs: where there is room.
    const HAS_ORDER0: bool = N + M < PAIRS * G;
    /// Pairs of inputs.
    const INPUTS: usize = N + M + Self::HAS_ORDER0 as usize;

    fn new(kernel: K, spec: &MixSpec) -> Self {
        let matching = |i| MatchModel::new(u32::from(spec.match_lengths[i]), spec.log2_positions());
        let rates = Rates::new(spec);
        let mut ensemble = Self {
            kernel,
            history: History::new(spec.log2_history),
            contexts: Contexts::new(),
            histories: HistorySet::new(spec.log2_lines),
            order0: [0; 256],
            order0_map: StateMap::new(),
            matches: std::array::from_fn(matching),
            mixer: Mixer::new(kernel, spec.start_weight),
            apms: std::array::from_fn(|_| Apm::new(LOG2_REFINED)),
            rate: rates.at(0),
            rates,
            mixed: 1 << 15,
            next_refresh: 32,
            node: 1,
            known: 0,
            order3: 0,
            testimony: None,
            stages: Vec::new(),
        };
        ensemble.aim::<true>();
        ensemble.histories.exchange(None);
        ensemble
    }

    /// Turns to the next byte's contexts and, if it `LEARNS`, asks for their statistics.
    #[inline(always)]
    fn aim<const LEARNS: bool>(&mut self) {
        self.histories.aim::<LEARNS>(C::addresses(self.contexts.past(&self.history)));
    }

    /// Every component's inputs for the next bit.
    #[inline(always)]
    fn gather(&self) -> [[Pair; PAIRS]; G] {
        let mut pairs = [[0; PAIRS]; G];
        self.histories.predict(self.node, &mut pairs);
        for (m, matching) in self.matches.iter().enumerate() {
            pairs[(N + m) / PAIRS][(N + m) % PAIRS] = matching.predict();
        }
        if Self::HAS_ORDER0 {
            let order0 = self.order0_map.reading(self.order0[self.history.partial & 255]);
            pairs[(N + M) / PAIRS][(N + M) % PAIRS] = order0;
        }
        pairs
    }

    /// What weights and refinements are chosen by.
    #[inline(always)]
    fn surroundings(&self) -> Surroundings<u32> {
        Surroundings::of_bit(&self.history, self.order3, self.known, &self.matches[0].expected)
    }

    /// Asks the memory for the refinements' nodes at `partial` of this byte and at its twin.
    #[inline(always)]
    fn ask_for_refinements(&self, partial: usize) {
        let around = Surroundings { partial: partial as u32 & 255, ..self.surroundings() };
        for (apm, context) in self.apms.iter().zip(around.refined()) {
            apm.ask(context);
        }
    }

    /// P(1) of the bit that was just mixed to `logit`, units of 2⁻¹⁶.
    #[inline(always)]
    fn refine(&mut self, logit: i32) -> i32 {
        // No closure: it would be compiled without the vector instructions of its caller.
        let (mut refined, contexts) = (0, self.surroundings().refined());
        for (apm, context) in self.apms.iter_mut().zip(contexts) {
            refined += apm.refine(logit, context);
        }
        mean::<A>(self.mixed, refined)
    }

    /// Takes in the finished byte and asks for the statistics that the next one needs.
    #[inline(always)]
    fn turn_behind<const LEARNS: bool>(&mut self, byte: u8) {
        self.history.push(byte);
        self.contexts.end_of_byte(byte, &self.history, C::NEEDS);
        self.aim::<LEARNS>();
        if A > 1 {
            self.order3 = order3(&self.history);
        }
        if LEARNS {
            self.ask_for_refinements(1);
        }
    }

    /// Looks for matches behind the byte that was taken in, and learns at another pace from
    /// time to time.
    #[inline(always)]
    fn follow<const LEARNS: bool>(&mut self) {
        for matching in &mut self.matches {
            matching.end_of_byte::<LEARNS>(&self.history);
        }
        if LEARNS {
            if self.history.position.is_multiple_of(RATE_PERIOD) {
                self.rate = self.rates.at(self.history.position);
            }
            if self.history.position >= self.next_refresh {
                self.refresh();
            }
        }
    }
}

/// The mean of a mixed prediction and `A` refinements of the sum `refined`, units of 2⁻¹⁶,
/// in `1..=65535`: the mixed prediction is, and half of the mean is its.
#[inline(always)]
fn mean<const A: usize>(mixed: i32, refined: i32) -> i32 {
    match A {
        0 => mixed,
        1 => (mixed + refined + 1) >> 1,
        _ => (2 * mixed + refined + 2) >> 2,
    }
}

/// Class of how many of `contexts` contexts had been seen before.
#[inline(always)]
pub(super) const fn known_class(known: usize, contexts: usize) -> usize {
    KNOWN_CLASSES * known / (contexts + 1)
}

impl<
    K: Kernel,
    C: ContextList<N>,
    const N: usize,
    const M: usize,
    const G: usize,
    const S: usize,
    const A: usize,
> Predictor for Ensemble<K, C, N, M, G, S, A>
{
    #[inline(always)]
    fn predict(&mut self) -> Probability {
        // Those of the next bit, whichever way this one goes: for this one it is late.
        if self.history.place < 7 {
            self.ask_for_refinements(2 * self.history.partial);
        }
        let pairs = self.gather();
        let logit = self.mixer.mix(&pairs, self.surroundings().rows());
        self.mixed = squash(logit);
        Probability::from_inside(self.refine(logit))
    }

    #[inline(always)]
    fn update(&mut self, bit: bool) {
        let bit = usize::from(bit);
        self.learn(self.node, self.history.partial & 255, bit);
        self.go_on(bit);
    }

    #[inline(always)]
    fn end_of_nibble(&mut self) {
        self.go_on_in_byte::<true>();
    }

    #[inline(always)]
    fn update_last(&mut self, bit: bool) {
        let (node, partial, bit) = (self.node, self.history.partial & 255, usize::from(bit));
        // Learning gives the memory time to answer.
        self.turn_behind::<true>((partial << 1 | bit) as u8);
        self.learn(node, partial, bit);
        self.follow::<true>();
        self.next_half::<true>(None);
    }
}

impl<
    K: Kernel,
    C: ContextList<N>,
    const N: usize,
    const M: usize,
    const G: usize,
    const S: usize,
    const A: usize,
> BlockModel for Ensemble<K, C, N, M, G, S, A>
{
    fn encode(&mut self, bytes: &[u8], sink: &mut dyn BitSink) {
        self.kernel.encode(self, bytes, sink);
    }

    fn decode(&mut self, source: &mut BitDecoder, count: usize, bytes: &mut Vec<u8>) {
        self.kernel.decode(self, source, count, bytes);
    }

    fn expect(&mut self, layout: Option<RestLayout>) {
        self.contexts.expect(layout, &self.history);
    }

    fn trainable(&mut self) -> Option<&mut dyn Trainable> {
        Some(self)
    }

    fn watch(&mut self) -> Vec<String> {
        self.begin_watching()
    }

    fn testimony(&mut self) -> Testimony {
        self.testimony.as_mut().map(std::mem::take).unwrap_or_default()
    }
}

/// Hash of the last three bytes of `history`, 16 bits.
#[inline(always)]
pub(super) fn order3(history: &History) -> usize {
    (spread(history.recent << 40) >> 48) as usize
}

/// What of an ensemble is fixed when the program is built.
#[derive(Clone, Copy)]
pub(crate) struct Shape {
    pub(super) contexts: &'static [ContextKind],
    pub(super) matches: usize,
    /// Layers of mixing.
    pub(super) layers: u8,
    pub(super) sets: usize,
    pub(super) refinements: usize,
    /// Bytes of memory beside the tables whose size the spec sets.
    pub(super) fixed_bytes: fn(&MixSpec) -> u64,
    pub(super) build: fn(&MixSpec) -> Box<dyn BlockModel>,
}

/// An ensemble on the quickest kernel that this processor has.
fn build<
    C: ContextList<N>,
    const N: usize,
    const M: usize,
    const G: usize,
    const S: usize,
    const A: usize,
>(
    spec: &MixSpec,
) -> Box<dyn BlockModel> {
    #[cfg(target_arch = "x86_64")]
    if let Some(kernel) = Avx2::detect() {
        return Box::new(Ensemble::<_, C, N, M, G, S, A>::new(kernel, spec));
    }
    Box::new(Ensemble::<_, C, N, M, G, S, A>::new(Portable, spec))
}

/// List of contexts and its length, match models, groups of inputs, weight sets, refinements.
macro_rules! shapes {
    ($(($list:ident, $n:literal, $m:literal, $g:literal, $s:literal, $a:literal)),* $(,)?) => {
        &[$(Shape {
            contexts: &<list::$list as ContextList<$n>>::KINDS,
            matches: $m,
            layers: 1,
            sets: $s,
            refinements: $a,
            fixed_bytes: |_| {
                const { assert!(usize::checked_sub(PAIRS * $g, $n + $m).is_some()) };
                let maps = $n * size_of::<StateMap>() as u64;
                let weights = ($s * Mixer::<Portable, $g, $s>::set_bytes()) as u64;
                maps + weights + $a * Apm::bytes(LOG2_REFINED) + (1 << 19)
            },
            build: build::<list::$list, $n, $m, $g, $s, $a>,
        }),*]
    };
}

#[rustfmt::skip]
const SHAPES: &[Shape] = shapes![
    (Five,      5, 1, 1, 3, 0),
    (Seven,     7, 1, 1, 3, 0),
    (Eight,     8, 1, 2, 4, 0),
    (Thirteen, 13, 1, 2, 4, 1),
    (Twenty,   20, 1, 3, 4, 2),
];

impl Shape {
    /// The shape that `spec` asks for, if there is one.
    pub(crate) fn of(spec: &MixSpec) -> Option<Self> {
        let fits = |shape: &&Self| {
            (shape.contexts, shape.matches) == (&spec.contexts[..], spec.match_lengths.len())
                && (shape.layers, shape.sets, shape.refinements)
                    == (spec.layers, usize::from(spec.sets), usize::from(spec.refinements))
        };
        SHAPES.iter().chain(layered::SHAPES).find(fits).copied()
    }

    /// A model of this shape that has seen nothing.
    pub(crate) fn build(self, spec: &MixSpec) -> Box<dyn BlockModel> {
        (self.build)(spec)
    }

    /// Bytes of memory beside the tables whose size `spec` sets.
    pub(crate) fn fixed_bytes(self, spec: &MixSpec) -> u64 {
        (self.fixed_bytes)(spec)
    }
}
