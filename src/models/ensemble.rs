//! Wires history → contexts → components → mixer → refinement; the only file that knows
//! them all.

use super::{
    Predictor,
    component::{histories::HistorySet, matching::MatchModel},
    context::{ContextKind, Contexts},
    history::History,
    counter::StateMap,
    mixing::{
        apm::Apm,
        lanes::LANES,
        logistic::squash,
        mixer::{Mixer, Pairs},
    },
    spec::MixSpec,
};
use crate::coding::Probability;

/// Weight sets of the mixer.
const SETS: usize = 3;

/// `N` contexts and the other components, mixed in `G` groups of eight inputs.
pub struct Ensemble<const N: usize, const G: usize> {
    history: History,
    contexts: Contexts,
    kinds: [ContextKind; N],
    histories: HistorySet<N>,
    order0: [u8; 256],
    order0_map: StateMap,
    matching: MatchModel,
    pairs: [Pairs; G],
    mixer: Mixer<G, SETS>,
    apms: [Apm; 2],
    rates: Rates,
    /// The mixer's current learning rate.
    rate: f32,
    /// P(1) before refinement, units of 2⁻¹⁶.
    mixed: i32,
    /// Bytes until the maps are refreshed, and the distance to the refresh after that.
    next_refresh: usize,
    node: usize,
    /// Hash of the last three bytes.
    order3: usize,
}

/// The mixer's learning rate: high at first, then falling towards a floor.
struct Rates {
    first: f32,
    last: f32,
}

impl Rates {
    /// η at `position` bytes, for an error in 2⁻¹⁶ and inputs in 1/256 nat.
    fn at(&self, position: usize) -> f32 {
        let eta = self.last + (self.first - self.last) * 16384.0 / (16384.0 + position as f32);
        eta / 65536.0 / 256.0
    }
}

impl<const N: usize, const G: usize> Ensemble<N, G> {
    pub fn new(spec: &MixSpec) -> Self {
        let mut model = Self {
            history: History::new(spec.log2_history),
            contexts: Contexts::new(),
            kinds: spec.contexts.as_slice().try_into().expect("the spec has N contexts"),
            histories: HistorySet::new(spec.log2_lines),
            order0: [0; 256],
            order0_map: StateMap::new(),
            matching: MatchModel::new(spec.min_match, spec.log2_history.min(20)),
            pairs: [[0; LANES]; G],
            mixer: Mixer::new(spec.start_weight as f32 / 1000.0),
            apms: [Apm::new(), Apm::new()],
            rates: Rates { first: spec.rates.0 as f32 / 65536.0, last: spec.rates.1 as f32 / 65536.0 },
            rate: 0.0,
            mixed: 32768,
            next_refresh: 32,
            node: 1,
            order3: 0,
        };
        model.rate = model.rates.at(0);
        model.start_byte();
        model.histories.exchange(None);
        model
    }

    #[inline(always)]
    fn start_byte(&mut self) {
        let (contexts, history, kinds) = (&self.contexts, &self.history, &self.kinds);
        self.histories.aim(|i| contexts.address(kinds[i], history));
    }

    #[inline(always)]
    fn end_of_byte(&mut self, byte: u8) {
        self.history.push(byte);
        self.contexts.end_of_byte(byte, &self.history);
        self.start_byte();
        self.matching.end_of_byte(&self.history);
        self.rate = self.rates.at(self.history.position);
        self.order3 = ((self.history.recent as u32 & 0xFF_FFFF).wrapping_mul(0x9E37_79B1) >> 16) as usize;
        if self.history.position == self.next_refresh {
            self.histories.refresh();
            self.order0_map.refresh();
            self.next_refresh += self.history.position.min(2048);
        }
    }
}

impl<const N: usize, const G: usize> Predictor for Ensemble<N, G> {
    #[inline(always)]
    fn predict(&mut self) -> Probability {
        let partial = self.history.partial & 255;
        self.histories.predict(self.node, &mut self.pairs);
        self.pairs[N / LANES][N % LANES] = self.matching.predict();
        self.pairs[(N + 1) / LANES][(N + 1) % LANES] = self.order0_map.pair(self.order0[partial]);
        let class = if self.matching.expects() { self.matching.length_class() } else { 0 };
        let last = self.history.byte(1) as usize;
        let choice =
            [class << 8 | partial, last << 3 | self.history.place, self.history.byte(2) as usize];
        let logit = self.mixer.mix(&self.pairs, choice);
        self.mixed = squash(logit);
        let [first, second] = &mut self.apms;
        let a = first.refine(logit, partial | last << 8);
        let b = second.refine(logit, (partial.wrapping_mul(0x9E35) ^ self.order3) & 0xFFFF);
        Probability::from_u16_clamped((2 * self.mixed + a + b + 2) >> 2)
    }

    #[inline(always)]
    fn update(&mut self, bit: bool) {
        let one = usize::from(bit);
        let error = ((one as i32) << 16) - self.mixed;
        self.mixer.train(error as f32 * self.rate);
        for apm in &mut self.apms {
            apm.update(one, 6);
        }
        self.matching.update(one);
        self.histories.update(self.node, one);
        let state = &mut self.order0[self.history.partial & 255];
        *state = self.order0_map.update(*state, one);
        self.node = self.node << 1 | one;
        self.history.partial = self.history.partial << 1 | one;
        self.history.place += 1;
        if self.history.place == 4 {
            let nibble = self.node & 15;
            self.histories.aim_second(nibble);
            self.histories.exchange(Some(nibble));
            self.node = 1;
        } else if self.history.place == 8 {
            self.end_of_byte(self.history.partial as u8);
            self.histories.exchange(None);
            self.node = 1;
        }
    }
}
