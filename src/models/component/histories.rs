//! Context → bit history → probability, for many contexts at once.

use crate::models::{
    context::hash::Address,
    counter::StateMap,
    memory::slots::{Histories, Place, SlotTable},
    mixing::mixer::{PAIRS, Pair},
    state::{self, State, StateVisitor},
};

/// `N` contexts that share one table of bit histories, laid out as arrays so that one
/// pass looks up, reads and trains all of them.
pub(crate) struct HistorySet<const N: usize> {
    table: SlotTable,
    /// Addresses at the start of the current byte.
    addresses: [Address; N],
    places: [Place; N],
    /// The histories of the current half byte.
    histories: [Histories; N],
    maps: Box<[StateMap; N]>,
}

/// Where the histories of a half byte are, and what they are.
pub(crate) type HalfByte<const N: usize> = ([Place; N], [Histories; N]);

impl<const N: usize> HistorySet<N> {
    /// Untrained contexts over a table of 2^`log2_lines` lines of 64 bytes.
    pub(crate) fn new(log2_lines: u8) -> Self {
        let maps: Vec<StateMap> = (0..N).map(|_| StateMap::new()).collect();
        Self {
            table: SlotTable::new(log2_lines),
            addresses: [Address::default(); N],
            places: [0; N],
            histories: [[0; 16]; N],
            maps: maps.try_into().ok().expect("N maps were made"),
        }
    }

    /// Writes each context's mixer inputs at `node` (`1..=15`) to the first `N` of `pairs`.
    #[inline(always)]
    pub(crate) fn predict<const G: usize>(&self, node: usize, pairs: &mut [[Pair; PAIRS]; G]) {
        for i in 0..N {
            pairs[i / PAIRS][i % PAIRS] = self.maps[i].reading(self.histories[i][node & 15]);
        }
    }

    /// Trains each context's history and map at `node` with `bit`.
    #[inline(always)]
    pub(crate) fn update(&mut self, node: usize, bit: usize) {
        for i in 0..N {
            let history = &mut self.histories[i][node & 15];
            *history = self.maps[i].update(*history, bit);
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

    /// Puts the finished histories back and gets those of the next half byte; how many of
    /// the contexts had been seen before, `0..=N`.
    #[inline(always)]
    pub(crate) fn exchange(&mut self, nibble: Option<usize>) -> usize {
        if self.table.is_noting() {
            self.note(nibble);
        }
        let (mut slots, mut known) = (self.table.slots(), 0);
        for i in 0..N {
            slots.store(self.places[i], &self.histories[i]);
            let address = nibble.map_or(self.addresses[i], |n| self.addresses[i].after(n));
            let histories = &mut self.histories[i];
            let (place, is_known) =
                slots.fetch(address.line, (address.check >> 8) as u8, histories);
            self.places[i] = place;
            known += usize::from(is_known);
        }
        known
    }

    /// Gets the histories of the next half byte and leaves the table as it is; how many of
    /// the contexts had been seen before.
    #[inline(always)]
    pub(crate) fn look(&mut self, nibble: Option<usize>) -> usize {
        let (mut slots, mut known) = (self.table.slots(), 0);
        for i in 0..N {
            let address = nibble.map_or(self.addresses[i], |n| self.addresses[i].after(n));
            let histories = &mut self.histories[i];
            let (place, is_known) = slots.look(address.line, (address.check >> 8) as u8, histories);
            self.places[i] = place;
            known += usize::from(is_known);
        }
        known
    }

    /// What predictions in the current half byte come from.
    pub(crate) fn half_byte(&self) -> HalfByte<N> {
        (self.places, self.histories)
    }

    /// Goes back to a half byte that nothing was learnt in.
    pub(crate) fn set_half_byte(&mut self, &(places, histories): &HalfByte<N>) {
        (self.places, self.histories) = (places, histories);
    }

    /// Notes the lines that an exchange changes; those that it leaves are noted.
    #[cold]
    fn note(&mut self, nibble: Option<usize>) {
        for address in &self.addresses {
            let line = nibble.map_or(*address, |n| address.after(n)).line;
            self.table.note(line);
        }
    }

    /// Lets the maps take in what they counted.
    pub(crate) fn refresh(&mut self) {
        self.maps.iter_mut().for_each(StateMap::refresh);
    }
}

impl<const N: usize> State for HistorySet<N> {
    fn visit(&mut self, visitor: &mut dyn StateVisitor) {
        self.table.visit(visitor);
        let mut addresses = self.addresses.map(Address::to_u64);
        state::words(visitor, "addresses", &mut addresses);
        self.addresses = addresses.map(Address::from_u64);
        let mut places = self.places.map(|place| place as u64);
        state::words(visitor, "places", &mut places);
        self.places = places.map(|place| place as Place);
        state::words(visitor, "histories", self.histories.as_flattened_mut());
        self.maps.iter_mut().for_each(|map| map.visit(visitor));
        if self.table.is_noting() {
            self.places.iter().for_each(|&place| self.table.note_place(place));
        }
    }
}
