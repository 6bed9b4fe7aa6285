//! Wires history → contexts → components → mixer → refinement; the only file that knows
//! them all.

use super::{
    MixSpec, Predictor,
    component::{histories::HistorySet, matching::MatchModel},
    context::{ContextKind, Contexts, hash::spread},
    counter::StateMap,
    history::History,
    mixing::{
        apm::Apm,
        lanes::LANES,
        logistic::squash,
        mixer::{Mixer, Pairs},
    },
    predictor::BlockModel,
};
use crate::coding::Probability;

/// `N` contexts, `M` match models and an order-0 context, mixed as `G` groups of eight
/// input pairs under `S` weight sets and refined by `A` maps.
struct Ensemble<const N: usize, const M: usize, const G: usize, const S: usize, const A: usize> {
    history: History,
    contexts: Contexts,
    kinds: [ContextKind; N],
    histories: HistorySet<N>,
    order0: [u8; 256],
    order0_map: StateMap,
    matches: [MatchModel; M],
    pairs: [Pairs; G],
    mixer: Mixer<G, S>,
    apms: [Apm; A],
    rates: Rates,
    /// The mixer's current learning rate, for errors in 2⁻¹⁶ and inputs in 1/256 nat.
    rate: f32,
    /// P(1) before refinement, units of 2⁻¹⁶.
    mixed: i32,
    /// Position at which the state maps are refreshed next.
    next_refresh: usize,
    /// Known bits of the current half byte behind a leading 1.
    node: usize,
    /// How many contexts of the current half byte had been seen before.
    known: usize,
    /// Hash of the last three bytes, 16 bits.
    order3: usize,
}

/// Bytes between two refreshes of the state maps once the model has warmed up: often
/// enough to follow, seldom enough to cost nothing.
const REFRESH: usize = 2048;

/// A refinement moves by 2^−`REFINEMENT_RATE` of the way.
const REFINEMENT_RATE: u32 = 6;

/// The mixer's learning rate: high at first, then falling towards a floor.
struct Rates {
    first: f32,
    last: f32,
}

impl Rates {
    fn new(spec: &MixSpec) -> Self {
        // Units of 2⁻¹⁶ in the spec; errors in 2⁻¹⁶; inputs in 1/256 nat.
        let unit = 1.0 / (65536.0 * 65536.0 * 256.0);
        Self { first: f32::from(spec.first_rate) * unit, last: f32::from(spec.last_rate) * unit }
    }

    /// The rate after `position` bytes.
    fn at(&self, position: usize) -> f32 {
        self.last + (self.first - self.last) * 16384.0 / (16384.0 + position as f32)
    }
}

impl<const N: usize, const M: usize, const G: usize, const S: usize, const A: usize>
    Ensemble<N, M, G, S, A>
{
    fn new(spec: &MixSpec) -> Self {
        let matching = |i| MatchModel::new(u32::from(spec.match_lengths[i]), spec.log2_positions());
        let rates = Rates::new(spec);
        let mut ensemble = Self {
            history: History::new(spec.log2_history),
            contexts: Contexts::new(),
            kinds: std::array::from_fn(|i| spec.contexts[i]),
            histories: HistorySet::new(spec.log2_lines),
            order0: [0; 256],
            order0_map: StateMap::new(),
            matches: std::array::from_fn(matching),
            pairs: [[0; LANES]; G],
            mixer: Mixer::new(f32::from(spec.start_weight) / 256.0),
            apms: std::array::from_fn(|_| Apm::new()),
            rate: rates.at(0),
            rates,
            mixed: 1 << 15,
            next_refresh: 32,
            node: 1,
            known: 0,
            order3: 0,
        };
        ensemble.aim();
        ensemble.histories.exchange(None);
        ensemble
    }

    /// Asks for the statistics of the next byte's contexts.
    #[inline(always)]
    fn aim(&mut self) {
        let (contexts, history, kinds) = (&self.contexts, &self.history, &self.kinds);
        self.histories.aim(|i| contexts.address(kinds[i], history));
    }

    /// Writes every component's inputs for the next bit.
    #[inline(always)]
    fn gather(&mut self) {
        self.histories.predict(self.node, &mut self.pairs);
        for (m, matching) in self.matches.iter().enumerate() {
            self.pairs[(N + m) / LANES][(N + m) % LANES] = matching.predict();
        }
        let order0 = self.order0_map.pair(self.order0[self.history.partial & 255]);
        self.pairs[(N + M) / LANES][(N + M) % LANES] = order0;
    }

    /// The row of each weight set.
    #[inline(always)]
    fn choice(&self) -> [usize; S] {
        let (partial, last) = (self.history.partial & 255, self.history.byte(1) as usize);
        std::array::from_fn(|set| match set {
            0 => self.matches[0].length_class() << 8 | partial,
            1 => last << 3 | self.history.place,
            2 => self.history.byte(2) as usize,
            _ => (self.known.min(31) << 3 | self.history.place) * 3 + self.matches[0].expectation(),
        })
    }

    /// The mean of the mixed prediction and its refinements, units of 2⁻¹⁶.
    #[inline(always)]
    fn refine(&mut self, logit: i32) -> i32 {
        let (partial, last) = (self.history.partial & 255, self.history.byte(1) as usize);
        let contexts = [last << 8 | partial, self.order3 ^ partial.wrapping_mul(0x9E35)];
        let refined = self.apms.iter_mut().zip(contexts).map(|(apm, c)| apm.refine(logit, c));
        let sum: i32 = refined.sum();
        match A {
            0 => self.mixed,
            1 => (self.mixed + sum + 1) >> 1,
            _ => (2 * self.mixed + sum + 2) >> 2,
        }
    }

    /// Takes in the finished byte and asks for what the next one needs.
    #[inline(always)]
    fn end_of_byte(&mut self, byte: u8) {
        self.history.push(byte);
        self.contexts.end_of_byte(byte, &self.history);
        self.aim();
        self.matches.iter_mut().for_each(|matching| matching.end_of_byte(&self.history));
        self.rate = self.rates.at(self.history.position);
        self.order3 = (spread(self.history.recent << 40) >> 48) as usize;
        if self.history.position == self.next_refresh {
            self.refresh();
        }
    }

    /// Lets the state maps take in what they counted: soon at first, then steadily.
    #[cold]
    fn refresh(&mut self) {
        self.histories.refresh();
        self.order0_map.refresh();
        self.next_refresh += self.history.position.min(REFRESH);
    }
}

impl<const N: usize, const M: usize, const G: usize, const S: usize, const A: usize> Predictor
    for Ensemble<N, M, G, S, A>
{
    #[inline(always)]
    fn predict(&mut self) -> Probability {
        self.gather();
        let logit = self.mixer.mix(&self.pairs, self.choice());
        self.mixed = squash(logit);
        Probability::from_u16_clamped(self.refine(logit))
    }

    #[inline(always)]
    fn update(&mut self, bit: bool) {
        let bit = usize::from(bit);
        let error = ((bit as i32) << 16) - self.mixed;
        self.mixer.train(error as f32 * self.rate);
        self.apms.iter_mut().for_each(|apm| apm.update(bit, REFINEMENT_RATE));
        self.matches.iter_mut().for_each(|matching| matching.update(bit));
        self.histories.update(self.node, bit);
        let order0 = &mut self.order0[self.history.partial & 255];
        *order0 = self.order0_map.update(*order0, bit);
        self.node = self.node << 1 | bit;
        self.history.partial = self.history.partial << 1 | bit;
        self.history.place += 1;
        if self.history.place == 4 {
            let nibble = self.node & 15;
            self.histories.aim_second(nibble);
            self.histories.exchange(Some(nibble));
            self.known = self.histories.known();
            self.node = 1;
        } else if self.history.place == 8 {
            self.end_of_byte(self.history.partial as u8);
            self.histories.exchange(None);
            self.known = self.histories.known();
            self.node = 1;
        }
    }
}

/// The sizes of an ensemble that are fixed when the program is built.
#[derive(Clone, Copy)]
pub(crate) struct Shape {
    contexts: usize,
    matches: usize,
    groups: usize,
    sets: usize,
    refinements: usize,
    build: fn(&MixSpec) -> Box<dyn BlockModel>,
}

/// Contexts, match models, groups of inputs, weight sets, refinements.
macro_rules! shapes {
    ($(($n:literal, $m:literal, $g:literal, $s:literal, $a:literal)),* $(,)?) => {
        &[$(Shape {
            contexts: $n,
            matches: $m,
            groups: { assert!($n + $m < 8 * $g); $g },
            sets: $s,
            refinements: $a,
            build: |spec| Box::new(Ensemble::<$n, $m, $g, $s, $a>::new(spec)),
        }),*]
    };
}

const SHAPES: &[Shape] = shapes![(6, 1, 1, 3, 1), (6, 1, 1, 4, 1), (14, 1, 2, 3, 1), (14, 1, 2, 4, 1), (14, 1, 2, 3, 2)];

impl Shape {
    /// The shape that `spec` asks for, if there is one.
    pub(crate) fn of(spec: &MixSpec) -> Option<Self> {
        let fits = |shape: &&Self| {
            (shape.contexts, shape.matches) == (spec.contexts.len(), spec.match_lengths.len())
                && (shape.sets, shape.refinements)
                    == (usize::from(spec.sets), usize::from(spec.refinements))
        };
        SHAPES.iter().find(fits).copied()
    }

    /// A model of this shape that has seen nothing.
    pub(crate) fn build(self, spec: &MixSpec) -> Box<dyn BlockModel> {
        (self.build)(spec)
    }

    /// Bytes of memory beside the tables whose size the spec sets.
    pub(crate) fn fixed_bytes(self) -> u64 {
        let maps = self.contexts * size_of::<StateMap>();
        let weights = self.sets * Mixer::<1, 1>::set_bytes() * self.groups;
        (maps + weights + self.refinements * Apm::BYTES + (1 << 19)) as u64
    }
}
