//! How many of a symbol's occurrences fall to the smaller part of a segment: a number ⇄
//! decisions.

use super::{
    decision::{Decision, Place},
    port::BitPort,
};

/// Contexts of each decision.
const CONTEXTS: usize = 8;

/// One number to foretell, and what is known before.
pub(super) struct Question {
    pub(super) symbol: u8,
    /// Occurrences in both parts, at least 1.
    pub(super) total: u32,
    /// Places of the smaller part that are still free, at least 1.
    pub(super) small: u32,
    /// Places of the larger part that are still free, at least `total`.
    pub(super) large: u32,
    /// Symbols still to be shared out, this one included; at least 2.
    pub(super) symbols: u32,
    /// The most frequent symbol of the segment.
    pub(super) foremost: u8,
    /// Mean of the segment's bytes.
    pub(super) mean: u8,
    /// First byte of the segment's suffixes.
    pub(super) successor: u8,
    /// Shares of the segment's earlier symbols, 2 bits each, newest lowest: 0 none, 1
    /// all, 2 some.
    pub(super) shares: u32,
    /// 1 if the left part will not be divided further, 2 if the right part, 4 if the
    /// smaller part is the left one.
    pub(super) sides: u32,
}

impl Question {
    /// The largest answer.
    #[inline(always)]
    fn most(&self) -> u32 {
        self.total.min(self.small)
    }

    /// 15ths of the free places that are in the smaller part, in `0..=14`.
    #[inline(always)]
    fn fifteenths(&self) -> u32 {
        (u64::from(self.small) * 15 / u64::from(self.small + self.large)) as u32
    }
}

/// The statistics of such numbers.
pub(super) struct ShareCoder {
    /// Whether the smaller part gets none.
    none: Decision<CONTEXTS, 2>,
    /// Whether it gets all that it can.
    all: Decision<CONTEXTS, 2>,
    /// Which half of what is left.
    half: Decision<CONTEXTS, 2>,
    /// The last shares of all, as in [`Question::shares`].
    recent: u32,
}

impl ShareCoder {
    /// Memory.
    pub(super) const BYTES: u64 = 3 * Decision::<CONTEXTS, 2>::BYTES;

    /// A coder that has seen nothing.
    pub(super) fn new() -> Self {
        let decision = || Decision::new([4; CONTEXTS], START_WEIGHT);
        Self { none: decision(), all: decision(), half: decision(), recent: 0 }
    }

    /// Passes the answer, `0..=total.min(small)`.
    #[inline(always)]
    pub(super) fn pass(&mut self, port: &mut impl BitPort, share: u32, asked: &Question) -> u32 {
        let (most, place) = (asked.most(), self.place(asked));
        let share = if self.none.pass(port, share == 0, &place) {
            0
        } else if most == 1 || self.all.pass(port, share == most, &place) {
            most
        } else {
            self.pass_middle(port, share, asked)
        };
        self.recent = self.recent << 2 | share_class(share, asked.total);
        share
    }

    /// Passes an answer in `1..most` by halving the range.
    fn pass_middle(&mut self, port: &mut impl BitPort, share: u32, asked: &Question) -> u32 {
        let (mut low, mut high) = (1, asked.most() - 1);
        let mut node = 1;
        while low < high {
            let middle = low + (high - low).div_ceil(2);
            let place = Self::middle_place(asked, middle, high - low, node);
            let is_upper = self.half.pass(port, share >= middle, &place);
            if is_upper {
                low = middle;
            } else {
                high = middle - 1;
            }
            node = (node << 1 | u32::from(is_upper)).min(63);
        }
        low
    }

    #[inline(always)]
    fn place(&self, asked: &Question) -> Place<CONTEXTS> {
        let fifteenths = asked.fifteenths();
        let total = half_octaves(asked.total).min(13);
        let (small, large) = (half_octaves(asked.small), half_octaves(asked.large));
        let symbols = asked.symbols.min(9);
        let surplus = octaves(asked.total - asked.most()).min(3);
        let is_rest = u32::from(asked.small == asked.most());
        let are_single = u32::from(asked.small + asked.large == asked.symbols);
        let side = asked.sides >> 2;
        let distance = (i32::from(asked.symbol) - i32::from(asked.mean)).clamp(-32, 31) + 32;
        let symbol = u32::from(asked.symbol);
        let contexts = [
            0,
            total | symbols << 4 | small.min(15) << 8 | large << 12,
            total.min(5) | small.min(5) << 3 | symbol << 6 | u32::from(asked.successor) << 14,
            total.min(5) | symbols.min(5) << 3 | fifteenths << 6 | (asked.shares & 63) << 10,
            total.min(6) | fifteenths << 3 | is_rest << 7 | (self.recent & 255) << 8,
            total.min(3)
                | fifteenths >> 2 << 2
                | side << 4
                | symbol << 5
                | u32::from(asked.foremost) << 13,
            total.min(3) | fifteenths >> 1 << 2 | side << 5 | (distance as u32) << 6,
            total.min(7)
                | fifteenths << 3
                | symbols << 7
                | surplus << 11
                | is_rest << 13
                | are_single << 14
                | (asked.sides & 3) << 15,
        ];
        Place {
            slots: contexts.map(slot),
            set: (total.min(7) << 4 | small.min(15)) as usize,
            refinement: (total.min(7) << 5 | fifteenths << 1 | is_rest) as usize,
        }
    }

    /// Where "is it `middle` or more", with `range` more answers than one left, finds its
    /// statistics; `node` is the path through the halves so far.
    #[inline(always)]
    fn middle_place(asked: &Question, middle: u32, range: u32, node: u32) -> Place<CONTEXTS> {
        let fifteenths = asked.fifteenths();
        let total = half_octaves(asked.total).min(31);
        let step = node | asked.most().min(31) << 6;
        let excess = excess(asked, middle);
        let contexts = [
            0,
            step | fifteenths << 11,
            step ^ (half_octaves(asked.small) << 11 | half_octaves(asked.large) << 16),
            step | u32::from(asked.symbol) << 11,
            step | asked.symbols.min(9) << 11,
            node | total << 6 | half_octaves(range).min(31) << 11,
            excess,
            step | excess << 11,
        ];
        Place { slots: contexts.map(slot), set: node as usize, refinement: excess as usize }
    }
}

/// Weight that each input starts with, 0.09: sixteen inputs, much alike.
const START_WEIGHT: i16 = 1475;

/// 0 none, 1 all, 2 some.
#[inline(always)]
pub(super) fn share_class(share: u32, total: u32) -> u32 {
    if share == 0 { 0 } else { 1 + u32::from(share < total) }
}

/// How far `middle` lies above the share that chance would give, in standard deviations;
/// 16 is where it lies there, a unit half a deviation, `0..32`.
///
/// ```text
/// mean = total · small / free     variance = mean · (1 − small/free) · (1 − total/free)
/// ```
#[inline(always)]
fn excess(asked: &Question, middle: u32) -> u32 {
    let (total, small) = (u64::from(asked.total), u64::from(asked.small));
    let free = small + u64::from(asked.large);
    let mean = ((total * small) << 8) / free;
    let unshared = (mean * (free - small) / free) * (free - total) / free;
    // Units of 1/16, and never below a third.
    let deviation = (unshared.isqrt()).max(5) as i64;
    let above = (i64::from(middle) << 8) - 128 - mean as i64;
    ((above / 8 / deviation).clamp(-16, 15) + 16) as u32
}

/// Bits of `x`.
#[inline(always)]
const fn octaves(x: u32) -> u32 {
    u32::BITS - x.leading_zeros()
}

/// Logarithm in half octaves, exact below 4.
#[inline(always)]
const fn half_octaves(x: u32) -> u32 {
    if x < 4 {
        return x;
    }
    let whole = x.ilog2();
    2 * whole + (x >> (whole - 1) & 1)
}

/// A context's slot, below 2¹⁶.
#[inline(always)]
const fn slot(context: u32) -> usize {
    (context.wrapping_mul(0x9E37_79B1) >> 16) as usize
}
