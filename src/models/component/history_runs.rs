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
    mixing::layered::put_quad,
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
    run_classes: [u8; N],
    run_maps: Box<[RunMap; N]>,
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
            run_classes: [0; N],
            run_maps: maps(RunMap::new),
        };
        set.refresh();
        set
    }

    /// Bytes of all maps.
    pub(crate) const fn map_bytes() -> u64 {
        (N * (size_of::<StateMap<Quad>>() + size_of::<RunMap>())) as u64
    }

    /// Inputs of context `i`: those of its history, and the run's logit that the next bit
    /// is 1, 0 if the byte so far is not what the run expects.
    #[inline(always)]
    pub(crate) fn predict(&self, i: usize, at: BitPlace) -> Quad {
        let quad = self.maps[i].reading(self.histories[i][at.node & 15]);
        let strength = self.run_maps[i].reading(self.run_condition(i, at)) as i16;
        quad | run_logit(strength, self.run_bit(i, at))
    }

    #[inline(always)]
    fn run_condition(&self, i: usize, at: BitPlace) -> usize {
        (8 * usize::from(self.run_classes[i]) + at.place) & (8 * CLASSES - 1)
    }

    /// The bit that the run of context `i` expects, if it expects the byte so far.
    #[inline(always)]
    fn run_bit(&self, i: usize, at: BitPlace) -> Option<usize> {
        expected_bit(self.expected[i], at.partial, at.place)
    }

    /// Trains each context's history and maps with `bit`.
    #[inline(always)]
    pub(crate) fn update(&mut self, at: BitPlace, bit: usize) {
        for i in 0..N {
            let history = &mut self.histories[i][at.node & 15];
            *history = self.maps[i].update(*history, bit);
        }
        for i in 0..N {
            if let Some(expected) = self.run_bit(i, at) {
                let condition = self.run_condition(i, at);
                self.run_maps[i].count(condition, usize::from(expected == bit));
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
            self.run_classes[i] = CLASS[usize::from(run.count)];
        }
        known
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
            let mut run = Run::default();
            for (half, address) in [first, second].into_iter().enumerate() {
                let (found, histories, is_known) = slots.look(address.line, address.check);
                known[half] += usize::from(is_known);
                if half == 0 {
                    run = slots.run(found, histories);
                }
                for place in 4 * half..4 * half + 4 {
                    let history = histories[path.node[place] as usize & 15];
                    let quad = self.maps[i].reading(history) | self.run_logit(i, run, path, place);
                    put_quad(&mut inputs[place], i, quad);
                }
            }
        }
        known
    }

    /// The logit of `run`, one of context `i`, at `place` of `path`, in its place in a quad.
    #[inline(always)]
    fn run_logit(&self, i: usize, run: Run, path: &Path, place: usize) -> Quad {
        let condition = 8 * usize::from(CLASS[usize::from(run.count)]) + place;
        let strength = self.run_maps[i].reading(condition & (8 * CLASSES - 1)) as i16;
        run_logit(strength, expected_bit(expected(run), path.partial[place] as usize, place))
    }

    /// What predictions in the current half byte come from, beside the byte's runs.
    pub(crate) fn half_byte(&self) -> HalfByte<N> {
        (self.places, self.histories)
    }

    /// Goes back to a half byte of this byte that nothing was learnt in.
    pub(crate) fn set_half_byte(&mut self, &(places, histories): &HalfByte<N>) {
        (self.places, self.histories) = (places, histories);
    }

    /// Lets the runs learn the finished `byte`, before the next one's contexts are entered.
    #[inline(always)]
    pub(crate) fn end_of_byte(&mut self, byte: u8) {
        let mut slots = self.table.slots();
        for i in 0..N {
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

/// The bit at `place` of the byte that is `expected`, if `partial` is how that begins.
#[inline(always)]
fn expected_bit(expected: u16, partial: usize, place: usize) -> Option<usize> {
    let expected = usize::from(expected);
    (expected >> (8 - place) == partial).then_some(expected >> (7 - place) & 1)
}

/// The logit that the next bit is 1 of a run that expects `bit` so strongly, in its place
/// in a quad.
#[inline(always)]
fn run_logit(strength: i16, bit: Option<usize>) -> Quad {
    let logit = match bit {
        Some(1) => strength,
        Some(_) => -strength,
        None => 0,
    };
    u64::from(logit as u16) << 48
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
        self.run_classes = self.run_counts.map(|count| CLASS[usize::from(count)]);
        self.maps.iter_mut().for_each(|map| map.visit(visitor));
        self.run_maps.iter_mut().for_each(|map| map.visit(visitor));
        if self.table.is_noting() {
            self.places.iter().for_each(|&place| self.table.note_place(place));
        }
    }

    fn settle(&mut self) {
        self.expected.iter_mut().for_each(|expected| *expected &= 0x1FF);
    }
}
