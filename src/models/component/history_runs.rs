//! Context → bit history and run → inputs, for many contexts at once.

use super::histories::HalfByte;
use crate::models::{
    context::hash::Address,
    counter::{CountMap, Quad, StateMap},
    frozen::Path,
    kernel::Vector,
    memory::{
        run_slots::{Run, RunSlotTable},
        slots::{Histories, Place},
    },
    mixing::layered::{QUADS, as_quads, in_lanes},
    state::{self, State, StateVisitor},
};

/// Place of the next bit: in its half byte and in its byte.
#[derive(Clone, Copy)]
pub(crate) struct BitPlace {
    /// Known bits of the half byte behind a leading 1, `1..=15`.
    pub(crate) node: usize,
    /// Known bits of the byte behind a leading 1, `1..=255`.
    pub(crate) partial: usize,
    /// 0 for the most significant bit of the byte.
    pub(crate) place: usize,
}

/// How often the next bit was that of the byte that a run expects, by the run's length and
/// the bit's place: a condition is 8 · class + place.
type RunMap = CountMap<{ 8 * CLASSES }>;

/// Classes of run lengths.
const CLASSES: usize = 16;
/// P(right bit) before anything was counted, units of 2⁻¹⁶.
const RUN_PRIORS: [u16; 8 * CLASSES] = [3 << 14; 8 * CLASSES];

/// Class of a run of `count`, `0..CLASSES`.
static CLASS: [u8; 256] = {
    let mut classes = [0; 256];
    let mut count = 0;
    while count < 256 {
        classes[count] = match count {
            0..=7 => count as u8,
            8..=11 => 8,
            12..=15 => 9,
            16..=23 => 10,
            24..=31 => 11,
            32..=63 => 12,
            64..=127 => 13,
            128..=254 => 14,
            _ => 15,
        };
        count += 1;
    }
    classes
};

/// `N` contexts that share one table, laid out as arrays. Each remembers bit histories
/// and which byte followed it last, how often in a row: in data with few surprises the
/// run is the better witness.
pub(crate) struct HistoryRunSet<const N: usize> {
    table: RunSlotTable,
    /// Addresses at the start of the current byte.
    addresses: [Address; N],
    places: [Place; N],
    /// Places at the start of the current byte.
    byte_places: [Place; N],
    /// The histories of the current half byte.
    histories: [Histories; N],
    maps: Box<[StateMap<Quad>; N]>,
    /// The byte that each run expects behind a leading 1, 0 if none.
    expected: [u16; N],
    run_counts: [u8; N],
    run_maps: Box<[RunMap; N]>,
    /// The logit that each run is right at each place of the current byte: what the maps say,
    /// side by side for all runs.
    strengths: [[i16; N]; 8],
}

impl<const N: usize> HistoryRunSet<N> {
    /// Untrained contexts over a table of 2^`log2_lines` lines of 64 bytes.
    pub(crate) fn new(log2_lines: u8) -> Self {
        let mut set = Self {
            table: RunSlotTable::new(log2_lines),
            addresses: [Address::default(); N],
            places: [0; N],
            byte_places: [0; N],
            histories: [[0; 16]; N],
            maps: maps(StateMap::new),
            expected: [0; N],
            run_counts: [0; N],
            run_maps: maps(RunMap::new),
            strengths: [[0; N]; 8],
        };
        set.refresh();
        set
    }

    /// Bytes of all maps.
    pub(crate) const fn map_bytes() -> u64 {
        (N * (size_of::<StateMap<Quad>>() + size_of::<RunMap>())) as u64
    }

    /// Writes each context's inputs to the first `N` quads of `inputs`: those of its history,
    /// and the run's logit that the next bit is 1, 0 if the byte so far is not what the run
    /// expects.
    #[inline(always)]
    pub(crate) fn predict<const G: usize>(&self, at: BitPlace, inputs: &mut [Vector; G]) {
        const { assert!(N.is_multiple_of(QUADS) && N <= QUADS * G) };
        let runs = self.run_logits(at);
        let (maps, histories) = (fours(&self.maps[..]), fours(&self.histories));
        let contexts = maps.iter().zip(histories).zip(fours(&runs));
        for (quads, ((maps, histories), runs)) in as_quads(inputs).iter_mut().zip(contexts) {
            for i in 0..QUADS {
                let history = histories[i][at.node & 15];
                quads[i] = in_lanes(maps[i].reading(history) | in_quad(runs[i]));
            }
        }
    }

    /// The logit of each run that the next bit is 1.
    #[inline(always)]
    fn run_logits(&self, at: BitPlace) -> [i16; N] {
        let strengths = &self.strengths[at.place & 7];
        let (partial, place) = (at.partial as u16, at.place as u16 & 7);
        let mut logits = [0; N];
        for i in 0..N {
            logits[i] = run_logit(strengths[i], self.expected[i], partial, place);
        }
        logits
    }

    /// Trains each context's history and its map with `bit`; runs learn whole bytes.
    #[inline(always)]
    pub(crate) fn update(&mut self, at: BitPlace, bit: usize) {
        let histories = self.histories.as_chunks_mut::<QUADS>().0;
        for (maps, histories) in self.maps.as_chunks_mut::<QUADS>().0.iter_mut().zip(histories) {
            for i in 0..QUADS {
                let history = &mut histories[i][at.node & 15];
                *history = maps[i].update(*history, bit);
            }
        }
    }

    /// Takes the contexts of the next byte and asks for their lines.
    #[inline(always)]
    pub(crate) fn aim(&mut self, addresses: [Address; N]) {
        self.addresses = addresses;
        for address in &self.addresses {
            self.table.prefetch(address.line);
        }
    }

    /// Asks for the lines of the second half byte after `nibble`.
    #[inline(always)]
    pub(crate) fn aim_second(&self, nibble: usize) {
        for address in &self.addresses {
            self.table.prefetch(address.after(nibble).line);
        }
    }

    /// Gets the histories of the byte's second half, after `nibble`; those finished are put
    /// back if it `LEARNS`, else the table stays as it is. How many of the contexts had
    /// been seen before, `0..=N`.
    #[inline(always)]
    pub(crate) fn enter_second<const LEARNS: bool>(&mut self, nibble: usize) -> usize {
        let addresses = self.addresses.map(|address| address.after(nibble));
        if LEARNS { self.exchange(&addresses) } else { self.look(&addresses) }
    }

    /// As [`enter_second`](Self::enter_second) with the histories and runs of the next
    /// byte, to whose contexts [`aim`](Self::aim) has turned.
    #[inline(always)]
    pub(crate) fn enter_byte<const LEARNS: bool>(&mut self) -> usize {
        let addresses = self.addresses;
        let known = if LEARNS { self.exchange(&addresses) } else { self.look(&addresses) };
        self.byte_places = self.places;
        let slots = self.table.view();
        for i in 0..N {
            let run = slots.run(self.places[i], &self.histories[i]);
            self.expected[i] = expected(run);
            self.run_counts[i] = run.count;
        }
        self.look_up_strengths();
        known
    }

    /// Sets what the runs of the current byte are worth.
    #[inline(always)]
    fn look_up_strengths(&mut self) {
        for i in 0..N {
            let strengths = strengths(&self.run_maps[i], self.run_counts[i]);
            for (place, strength) in strengths.into_iter().enumerate() {
                self.strengths[place][i] = strength;
            }
        }
    }

    #[inline(always)]
    fn exchange(&mut self, addresses: &[Address; N]) -> usize {
        if self.table.is_noting() {
            // Those that the exchange leaves are noted.
            for address in addresses {
                self.table.note(address.line);
            }
        }
        let (mut slots, mut known) = (self.table.slots(), 0);
        for (i, address) in addresses.iter().enumerate() {
            slots.store(self.places[i], &self.histories[i]);
            let histories = &mut self.histories[i];
            let (place, is_known) = slots.fetch(address.line, address.check, histories);
            self.places[i] = place;
            known += usize::from(is_known);
        }
        known
    }

    #[inline(always)]
    fn look(&mut self, addresses: &[Address; N]) -> usize {
        let (slots, mut known) = (self.table.view(), 0);
        for (i, address) in addresses.iter().enumerate() {
            let (place, histories, is_known) = slots.look(address.line, address.check);
            (self.places[i], self.histories[i]) = (place, *histories);
            known += usize::from(is_known);
        }
        known
    }

    /// Where the contexts of the byte now begun are, which is going to be `byte`: asks for
    /// the lines of its second half.
    #[inline(always)]
    pub(crate) fn outlook(&self, byte: u8) -> [Address; N] {
        self.aim_second(usize::from(byte >> 4));
        self.addresses
    }

    /// Writes each context's inputs along `path` from `addresses` to the first `N` quads of
    /// each bit's `inputs`; how many of the contexts had been seen before in each half byte.
    #[inline(always)]
    pub(crate) fn read<const G: usize>(
        &self,
        addresses: &[Address; N],
        path: &Path,
        inputs: &mut [[Vector; G]; 8],
    ) -> [usize; 2] {
        let (slots, mut known) = (self.table.view(), [0; 2]);
        for (i, &first) in addresses.iter().enumerate() {
            let second = first.after(path.first_nibble());
            let mut runs = [0; 8];
            for (half, address) in [first, second].into_iter().enumerate() {
                let (found, histories, is_known) = slots.look(address.line, address.check);
                known[half] += usize::from(is_known);
                if half == 0 {
                    runs = self.run_logits_along(i, slots.run(found, histories), path);
                }
                for place in 4 * half..4 * half + 4 {
                    let history = histories[path.node[place] as usize & 15];
                    let quad = self.maps[i].reading(history) | in_quad(runs[place]);
                    as_quads(&mut inputs[place]).as_flattened_mut()[i] = in_lanes(quad);
                }
            }
        }
        known
    }

    /// The logits of `run`, one of context `i`, at each place of `path`.
    #[inline(always)]
    fn run_logits_along(&self, i: usize, run: Run, path: &Path) -> [i16; 8] {
        let mut logits = strengths(&self.run_maps[i], run.count);
        for (place, logit) in logits.iter_mut().enumerate() {
            *logit = run_logit(*logit, expected(run), path.partial[place] as u16, place as u16);
        }
        logits
    }

    /// What predictions in the current half byte come from, beside the byte's runs.
    pub(crate) fn half_byte(&self) -> HalfByte<N> {
        (self.places, self.histories)
    }

    /// Goes back to a half byte of this byte that nothing was learnt in.
    pub(crate) fn set_half_byte(&mut self, &(places, histories): &HalfByte<N>) {
        (self.places, self.histories) = (places, histories);
    }

    /// Lets the runs and their maps learn the finished `byte`, before the next one's contexts
    /// are entered.
    #[inline(always)]
    pub(crate) fn end_of_byte(&mut self, byte: u8) {
        let mut slots = self.table.slots();
        for i in 0..N {
            let condition = first_condition(self.run_counts[i]);
            self.run_maps[i].count_streak(condition, right_bits(self.expected[i], byte));
            let run = Run { byte: self.expected[i] as u8, count: self.run_counts[i] };
            slots.set_run(self.byte_places[i], run.then(byte));
        }
    }

    /// Lets the maps take in what they counted.
    pub(crate) fn refresh(&mut self) {
        self.maps.iter_mut().for_each(StateMap::refresh);
        self.run_maps.iter_mut().for_each(|map| map.refresh(0, &RUN_PRIORS));
    }
}

/// The byte that `run` expects behind a leading 1, 0 if none.
#[inline(always)]
fn expected(run: Run) -> u16 {
    if run.count > 0 { 256 | u16::from(run.byte) } else { 0 }
}

/// How many bits of `byte`, one after the other, are those of the byte that is `expected`;
/// `None` if none is.
#[inline(always)]
fn right_bits(expected: u16, byte: u8) -> Option<usize> {
    (expected != 0).then_some((expected as u8 ^ byte).leading_zeros() as usize)
}

/// The condition of a run of `count` at place 0; those at the other places follow.
#[inline(always)]
fn first_condition(count: u8) -> usize {
    8 * usize::from(CLASS[usize::from(count)])
}

/// The logit that a run of `count` is right at each place of a byte.
#[inline(always)]
fn strengths(map: &RunMap, count: u8) -> [i16; 8] {
    map.eight_readings(first_condition(count)).map(|reading| reading as i16)
}

/// The logit that the bit at `place` is 1 of a run that is right with a logit of `strength`;
/// 0 if `partial` is not how the byte that is `expected` begins.
#[inline(always)]
const fn run_logit(strength: i16, expected: u16, partial: u16, place: u16) -> i16 {
    let sign = 2 * (expected >> (7 - place) & 1) as i16 - 1;
    let is_right = (expected >> (8 - place) == partial) as i16;
    // No branch: many runs are computed with at once.
    strength.wrapping_mul(sign) & -is_right
}

/// `logit` in its place in a quad.
#[inline(always)]
const fn in_quad(logit: i16) -> Quad {
    (logit as u16 as u64) << 48
}

/// `all` in fours; there must be a multiple of four.
#[inline(always)]
const fn fours<T>(all: &[T]) -> &[[T; QUADS]] {
    all.as_chunks().0
}

/// `N` new maps.
#[expect(clippy::unnecessary_box_returns, reason = "on its way it would pass the stack")]
fn maps<T, const N: usize>(new: impl Fn() -> T) -> Box<[T; N]> {
    let maps: Vec<T> = (0..N).map(|_| new()).collect();
    maps.try_into().ok().expect("N maps were made")
}

impl<const N: usize> State for HistoryRunSet<N> {
    fn visit(&mut self, visitor: &mut dyn StateVisitor) {
        self.table.visit(visitor);
        let mut addresses = self.addresses.map(Address::to_u64);
        state::words(visitor, "addresses", &mut addresses);
        self.addresses = addresses.map(Address::from_u64);
        let mut places = self.places.map(|place| place as u64);
        state::words(visitor, "places", &mut places);
        self.places = places.map(|place| place as Place);
        // After a whole byte they are the same.
        self.byte_places = self.places;
        state::words(visitor, "histories", self.histories.as_flattened_mut());
        state::words(visitor, "expected", &mut self.expected);
        state::words(visitor, "run lengths", &mut self.run_counts);
        self.maps.iter_mut().for_each(|map| map.visit(visitor));
        self.run_maps.iter_mut().for_each(|map| map.visit(visitor));
        self.look_up_strengths();
        if visitor.is_learning() && self.table.is_noting() {
            self.places.iter().for_each(|&place| self.table.note_place(place));
        }
    }

    fn settle(&mut self) {
        self.expected.iter_mut().for_each(|expected| *expected &= 0x1FF);
    }
}
