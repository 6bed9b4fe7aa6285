//! Context → bit history → probability, for many contexts at once.

use crate::models::{
    context::{
        hash::{Address, Step},
        list::ContextList,
    },
    counter::StateMap,
    frozen::Path,
    kernel::{Kernel, Vector},
    memory::slots::{Addresses, Histories, Place, SlotTable},
    mixing::mixer::{PAIRS, Pair, put_pair},
    state::{self, State, StateVisitor},
};
use std::marker::PhantomData;

/// The `N` contexts of the list `C`, which share one table of bit histories, laid out as
/// arrays so that one pass looks up, reads and trains all of them.
pub(crate) struct HistorySet<C, const N: usize> {
    table: SlotTable,
    list: PhantomData<C>,
    /// Addresses at the start of the current byte.
    addresses: [Address; N],
    places: [Place; N],
    /// The histories of the current half byte.
    histories: [Histories; N],
    maps: Box<[StateMap; N]>,
}

/// Where the histories of a half byte are, and what they are.
pub(crate) type HalfByte<const N: usize> = ([Place; N], [Histories; N]);

impl<C: ContextList<N>, const N: usize> HistorySet<C, N> {
    /// Untrained contexts over a table of 2^`log2_lines` lines of 64 bytes.
    pub(crate) fn new(log2_lines: u8) -> Self {
        let maps: Vec<StateMap> = (0..N).map(|_| StateMap::new()).collect();
        Self {
            table: SlotTable::new(log2_lines),
            list: PhantomData,
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

    /// Takes the contexts of the next byte and, if it `LEARNS`, asks for their lines.
    #[inline(always)]
    pub(crate) fn aim<const LEARNS: bool>(&mut self, addresses: [Address; N]) {
        self.addresses = addresses;
        if LEARNS {
            for (address, are_few) in self.addresses.iter().zip(C::FEW) {
                for line in 0..if are_few { 4 } else { 2 } {
                    self.table.prefetch(address.line ^ line);
                }
            }
        }
    }

    /// The addresses of the second half byte after `nibble`; of the first one if there is
    /// none.
    #[inline(always)]
    fn addresses(&self, nibble: Option<usize>) -> [Address; N] {
        match nibble.map(Step::over) {
            Some(step) => std::array::from_fn(|i| step.from(self.addresses[i], C::FEW[i])),
            None => self.addresses,
        }
    }

    /// Puts the finished histories back and gets those of the next half byte; how many of
    /// the contexts had been seen before, `0..=N`.
    #[inline(always)]
    pub(crate) fn exchange(&mut self, nibble: Option<usize>) -> usize {
        let addresses = self.addresses(nibble);
        if self.table.is_noting() {
            self.exchange_each::<true>(addresses)
        } else {
            self.exchange_each::<false>(addresses)
        }
    }

    /// Puts the finished histories back and gets those of `addresses`; `NOTES` what changes.
    #[inline(always)]
    fn exchange_each<const NOTES: bool>(&mut self, addresses: [Address; N]) -> usize {
        let (mut slots, mut known) = (self.table.slots::<NOTES>(N), 0);
        for ((histories, place), address) in
            self.histories.iter_mut().zip(&mut self.places).zip(addresses)
        {
            slots.store(*place, histories);
            let is_known;
            (*place, is_known) = slots.fetch::<NOTES>(address, histories);
            known += usize::from(is_known);
        }
        known
    }

    /// Gets the histories of the next half byte and leaves the table as it is; how many of
    /// the contexts had been seen before.
    #[inline(always)]
    pub(crate) fn look(&mut self, nibble: Option<usize>) -> usize {
        let addresses = self.addresses(nibble);
        let (slots, mut known) = (self.table.view(), 0);
        for ((histories, place), address) in
            self.histories.iter_mut().zip(&mut self.places).zip(addresses)
        {
            let (found, remembered, is_known) = slots.look(address);
            (*place, *histories) = (found, *remembered);
            known += usize::from(is_known);
        }
        known
    }

    /// Writes where the contexts of the byte now begun are, which is going to be `byte`, and
    /// asks for their lines in both half bytes.
    #[inline(always)]
    pub(crate) fn outlook<const G: usize>(&self, byte: u8, addresses: &mut Addresses<G>) {
        let (step, slots) = (Step::over(usize::from(byte >> 4)), self.table.view());
        for (i, (&first, are_few)) in self.addresses.iter().zip(C::FEW).enumerate() {
            let second = step.from(first, are_few);
            slots.prefetch(first.line);
            slots.prefetch(second.line);
            addresses.set(i, first);
            addresses.set(N + i, second);
        }
    }

    /// Writes each context's mixer inputs along `path` from `addresses` to the first `N`
    /// pairs of each bit's `inputs`; how many of the contexts had been seen before in each
    /// half byte.
    #[inline(always)]
    pub(crate) fn read<K: Kernel, const G: usize>(
        &self,
        kernel: K,
        addresses: &Addresses<G>,
        path: &Path,
        inputs: &mut [[Vector; G]; 8],
    ) -> [usize; 2] {
        const { assert!(N <= 8 * G) };
        let found = self.table.view().look_at_each(kernel, addresses, 2 * N);
        for (half, inputs) in inputs.chunks_exact_mut(4).enumerate() {
            let nodes: [_; 4] = std::array::from_fn(|bit| path.node[4 * half + bit] as usize & 15);
            for (i, map) in self.maps.iter().enumerate() {
                let histories = found.histories(N * half + i);
                for (inputs, node) in inputs.iter_mut().zip(nodes) {
                    put_pair(inputs, i, map.reading(histories[node]));
                }
            }
        }
        [found.known(0, N), found.known(N, N)]
    }

    /// What predictions in the current half byte come from.
    pub(crate) fn half_byte(&self) -> HalfByte<N> {
        (self.places, self.histories)
    }

    /// Goes back to a half byte that nothing was learnt in.
    pub(crate) fn set_half_byte(&mut self, &(places, histories): &HalfByte<N>) {
        (self.places, self.histories) = (places, histories);
    }

    /// Lets the maps take in what they counted.
    pub(crate) fn refresh(&mut self) {
        self.maps.iter_mut().for_each(StateMap::refresh);
    }
}

impl<C: ContextList<N>, const N: usize> State for HistorySet<C, N> {
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
        if visitor.is_learning() && self.table.is_noting() {
            self.places.iter().for_each(|&place| self.table.note(place));
        }
    }

    fn settle(&mut self) {
        self.table.settle();
    }
}
