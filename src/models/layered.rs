//! The wiring of the strongest levels: richer inputs, mixed in two layers.
//!
//! It differs from [`ensemble`](super::ensemble) in what a context says (four inputs, one
//! of them of its run), in weight sets that err each for itself and are mixed once more,
//! and in a broader refinement. What both are made of is shared.

mod frozen;
mod kept;
mod surroundings;
mod walk;
mod watched;

use super::{
    MixSpec, Predictor,
    component::{
        history_runs::{BitPlace, HistoryRunSet},
        matching::MatchModel,
    },
    context::{
        Contexts, RestLayout,
        hash::spread,
        list::{self, ContextList},
    },
    counter::StateMap,
    ensemble::{REFINEMENT_RATE, REFRESH, Shape, order3},
    history::History,
    kernel::{Kernel, Portable},
    mixing::{
        apm::Apm,
        layered::{LayeredMixer, QUADS},
        mixer::{Pair, put_pair},
        rates::Rates,
    },
    predictor::{BlockModel, Trainable},
    testimony::Testimony,
};
use crate::coding::{BitDecoder, BitSink, Probability};
#[cfg(target_arch = "x86_64")]
use crate::models::kernel::Avx2;
use std::marker::PhantomData;
use surroundings::Surroundings;

/// `N` contexts, `M` match models and an order-0 context, mixed as `G` groups of four input
/// quads under `S` weight sets, then refined.
struct LayeredEnsemble<K, C, const N: usize, const M: usize, const G: usize, const S: usize> {
    kernel: K,
    history: History,
    contexts: Contexts,
    list: PhantomData<C>,
    histories: HistoryRunSet<N>,
    order0: [u8; 256],
    order0_map: StateMap,
    matches: [MatchModel; M],
    mixer: LayeredMixer<K, G, S>,
    apms: [Apm; REFINEMENTS],
    rates: Rates,
    /// The mixer's current learning rate, units of 2⁻²⁰.
    rate: i32,
    /// Position at which the maps are refreshed next.
    next_refresh: usize,
    /// Known bits of the current half byte behind a leading 1.
    node: usize,
    /// Class of how many contexts of the current half byte had been seen before.
    known: usize,
    /// Hashes of the last two and three bytes and of the current word, 16 bits.
    hashes: [usize; 3],
    /// What components said, while they are watched.
    testimony: Option<Testimony>,
    /// Room for reading without learning.
    stages: frozen::Stages<N, M, G, S>,
}

/// Refinements, each in a context of its own.
const REFINEMENTS: usize = 6;

/// An input that is always the same: what no context knows.
const BIAS: Pair = 256;

/// log₂ of the contexts of a refinement: no more than the past can fill.
const fn log2_refined(spec: &MixSpec) -> u8 {
    if spec.log2_history < 16 { spec.log2_history } else { 16 }
}

/// Hashes of the last two and three bytes and of the current word, 16 bits.
#[inline(always)]
fn hashes(history: &History, contexts: &Contexts) -> [usize; 3] {
    let order2 = (spread(history.recent << 48) >> 48) as usize;
    [order2, order3(history), (spread(contexts.word_hash()) >> 48) as usize]
}

impl<K: Kernel, C: ContextList<N>, const N: usize, const M: usize, const G: usize, const S: usize>
    LayeredEnsemble<K, C, N, M, G, S>
{
    fn new(kernel: K, spec: &MixSpec) -> Self {
        let matching = |i| MatchModel::new(u32::from(spec.match_lengths[i]), spec.log2_positions());
        let rates = Rates::new(spec);
        let (history, contexts) = (History::new(spec.log2_history), Contexts::new());
        let mut ensemble = Self {
            kernel,
            hashes: hashes(&history, &contexts),
            history,
            contexts,
            list: PhantomData,
            histories: HistoryRunSet::new(spec.log2_lines),
            order0: [0; 256],
            order0_map: StateMap::new(),
            matches: std::array::from_fn(matching),
            mixer: LayeredMixer::new(kernel, spec.start_weight),
            apms: std::array::from_fn(|_| Apm::new(log2_refined(spec))),
            rate: rates.at(0),
            rates,
            next_refresh: 32,
            node: 1,
            known: 0,
            testimony: None,
            stages: Vec::new(),
        };
        ensemble.aim();
        ensemble.histories.enter_byte::<true>();
        ensemble
    }

    /// Asks for the statistics of the next byte's contexts.
    #[inline(always)]
    fn aim(&mut self) {
        self.histories.aim(C::addresses(self.contexts.past(&self.history)));
    }

    #[inline(always)]
    fn bit_place(&self) -> BitPlace {
        let History { partial, place, .. } = self.history;
        BitPlace { node: self.node, partial: partial & 255, place }
    }

    /// Hands every component's inputs for the next bit to the mixer.
    #[inline(always)]
    fn gather(&mut self) {
        let at = self.bit_place();
        let inputs = self.mixer.inputs();
        self.histories.predict(at, inputs);
        put_pair(inputs, 2 * N, self.order0_map.reading(self.order0[at.partial]));
        put_pair(inputs, 2 * N + 1, BIAS);
        for m in 0..M {
            put_pair(inputs, 2 * N + 2 + m, self.matches[m].predict());
        }
    }

    /// What weights and refinements of the next bits are chosen by.
    #[inline(always)]
    fn surroundings(&self) -> Surroundings<M> {
        Surroundings {
            recent: self.history.recent,
            hashes: self.hashes,
            shape: self.contexts.shape_class(),
            record: self.contexts.record_class(&self.history),
            instruction: self.contexts.instruction_class(),
            known: self.known,
            expected: std::array::from_fn(|m| self.matches[m].expected),
        }
    }

    /// Asks the memory for the refinements' nodes at `partial` of this byte and at its twin.
    #[inline(always)]
    fn ask_for_refinements(&self, partial: usize) {
        let contexts = self.surroundings().refined(BitPlace { partial, ..self.bit_place() });
        for (apm, context) in self.apms.iter().zip(contexts) {
            apm.ask(context as u32);
        }
    }

    /// P(1) of the bit that was just mixed to `logit`, units of 2⁻¹⁶.
    #[inline(always)]
    fn refine(&mut self, logit: i32) -> i32 {
        let contexts = self.surroundings().refined(self.bit_place());
        // No closure: it would be compiled without the vector instructions of its caller.
        let mut refined = 0;
        for (apm, context) in self.apms.iter_mut().zip(contexts) {
            refined += apm.refine(logit, context as u32);
        }
        mean(self.mixer.mixed(), refined)
    }

    /// Takes in the finished byte and asks for the statistics that the next one needs.
    #[inline(always)]
    fn turn_behind<const LEARNS: bool>(&mut self, byte: u8) {
        if LEARNS {
            self.histories.end_of_byte(byte);
        }
        self.history.push(byte);
        self.contexts.end_of_byte(byte, &self.history, C::NEEDS);
        self.aim();
    }

    /// Looks for matches behind the byte that was taken in, and learns at another pace from
    /// time to time.
    #[inline(always)]
    fn follow<const LEARNS: bool>(&mut self) {
        for matching in &mut self.matches {
            matching.end_of_byte::<LEARNS>(&self.history);
        }
        self.hashes = hashes(&self.history, &self.contexts);
        if LEARNS {
            self.rate = self.rates.at(self.history.position);
            if self.history.position == self.next_refresh {
                self.refresh();
            }
        }
    }

    /// Learns `bit`, which was just predicted `at` its place.
    #[inline(always)]
    fn learn(&mut self, at: BitPlace, bit: usize) {
        if self.testimony.is_some() {
            self.note(bit);
        }
        self.mixer.train(bit, self.rate);
        self.apms.iter_mut().for_each(|apm| apm.update(bit, REFINEMENT_RATE));
        self.matches.iter_mut().for_each(|matching| matching.learn(bit));
        self.histories.update(at, bit);
        let order0 = &mut self.order0[at.partial];
        *order0 = self.order0_map.update(*order0, bit);
    }

    /// Notes what components said of `bit`.
    #[cold]
    fn note(&mut self, bit: usize) {
        if let Some(testimony) = &mut self.testimony {
            let contributions = self.mixer.contributions(N, M + 2);
            testimony.note(bit == 1, self.mixer.mixed(), contributions);
        }
    }

    /// Lets the maps take in what they counted: soon at first, then steadily.
    #[cold]
    fn refresh(&mut self) {
        self.histories.refresh();
        self.order0_map.refresh();
        self.matches.iter_mut().for_each(MatchModel::refresh);
        self.next_refresh += self.history.position.min(REFRESH);
    }
}

/// The mean of a mixed prediction and its refinements of the sum `refined`, units of 2⁻¹⁶.
#[inline(always)]
const fn mean(mixed: i32, refined: i32) -> i32 {
    (2 * mixed + refined + 4) >> 3
}

impl<K: Kernel, C: ContextList<N>, const N: usize, const M: usize, const G: usize, const S: usize>
    Predictor for LayeredEnsemble<K, C, N, M, G, S>
{
    #[inline(always)]
    fn predict(&mut self) -> Probability {
        let (around, at) = (self.surroundings(), self.bit_place());
        // Those of the next bit, whichever way this one goes: for this one it is late.
        if at.place < 7 {
            self.ask_for_refinements(2 * at.partial);
        }
        self.gather();
        let logit = self.mixer.mix(around.rows(at), around.final_rows(at));
        Probability::from_u16_clamped(self.refine(logit))
    }

    #[inline(always)]
    fn update(&mut self, bit: bool) {
        let bit = usize::from(bit);
        self.learn(self.bit_place(), bit);
        self.go_on(bit);
    }

    #[inline(always)]
    fn end_of_nibble(&mut self) {
        self.go_on_in_byte::<true>();
    }

    #[inline(always)]
    fn update_last(&mut self, bit: bool) {
        let (at, bit) = (self.bit_place(), usize::from(bit));
        // Learning gives the memory time to answer.
        self.turn_behind::<true>((at.partial << 1 | bit) as u8);
        self.learn(at, bit);
        self.follow::<true>();
        self.begin_byte::<true>();
    }
}

impl<K: Kernel, C: ContextList<N>, const N: usize, const M: usize, const G: usize, const S: usize>
    BlockModel for LayeredEnsemble<K, C, N, M, G, S>
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

/// An ensemble on the quickest kernel that this processor has.
fn build<C: ContextList<N>, const N: usize, const M: usize, const G: usize, const S: usize>(
    spec: &MixSpec,
) -> Box<dyn BlockModel> {
    #[cfg(target_arch = "x86_64")]
    if let Some(kernel) = Avx2::detect() {
        return Box::new(LayeredEnsemble::<_, C, N, M, G, S>::new(kernel, spec));
    }
    Box::new(LayeredEnsemble::<_, C, N, M, G, S>::new(Portable, spec))
}

/// List of contexts and its length, match models, groups of inputs, weight sets.
macro_rules! shapes {
    ($(($list:ident, $n:literal, $m:literal, $g:literal, $s:literal)),* $(,)?) => {
        &[$(Shape {
            contexts: &<list::$list as ContextList<$n>>::KINDS,
            matches: $m,
            layers: 2,
            sets: $s,
            refinements: REFINEMENTS,
            fixed_bytes: |spec| {
                const { assert!($n + 1 + usize::div_ceil($m, 2) <= QUADS * $g) };
                let mixer = LayeredMixer::<Portable, $g, $s>::bytes();
                let maps = HistoryRunSet::<$n>::map_bytes();
                let refinements = REFINEMENTS as u64 * Apm::bytes(log2_refined(spec));
                mixer + maps + refinements + (1 << 19)
            },
            build: build::<list::$list, $n, $m, $g, $s>,
        }),*]
    };
}

#[rustfmt::skip]
pub(super) const SHAPES: &[Shape] = shapes![
    (ThirtyTwo, 32, 2,  9,  6),
    (Sixty,     60, 2, 16, 10),
];
