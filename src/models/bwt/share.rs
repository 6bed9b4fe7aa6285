//! How many of a symbol's occurrences fall to the smaller part of a segment: a number ⇄
//! decisions.

use super::{
    decision::{Decision, Place},
    port::BitPort,
};

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
        self.small * 15 / (self.small + self.large)
    }
}

/// The statistics of such numbers.
pub(super) struct ShareCoder {
    /// Whether the smaller part gets none.
    none: Decision,
    /// Whether it gets all that it can.
    all: Decision,
    /// Which half of what is left.
    half: Decision,
}

impl ShareCoder {
    /// Memory.
    pub(super) const BYTES: u64 = 3 * Decision::BYTES;

    /// A coder that has seen nothing.
    pub(super) fn new() -> Self {
        Self { none: Decision::new(), all: Decision::new(), half: Decision::new() }
    }

    /// Passes the answer, `0..=total.min(small)`.
    #[inline(always)]
    pub(super) fn pass(&mut self, port: &mut impl BitPort, share: u32, asked: &Question) -> u32 {
        let (most, place) = (asked.most(), Self::place(asked));
        if self.none.pass(port, share == 0, &place) {
            0
        } else if most == 1 || self.all.pass(port, share == most, &place) {
            most
        } else {
            self.pass_middle(port, share, asked)
        }
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
    fn place(asked: &Question) -> Place {
        let fifteenths = asked.fifteenths();
        let total = half_octaves(asked.total).min(13);
        let small = half_octaves(asked.small);
        let symbols = asked.symbols.min(9);
        let surplus = octaves(asked.total - asked.most()).min(3);
        let is_rest = u32::from(asked.small == asked.most());
        let are_single = u32::from(asked.small + asked.large == asked.symbols);
        let side = asked.sides >> 2;
        let distance = (i32::from(asked.symbol) - i32::from(asked.mean)).clamp(-32, 31) + 32;
        let symbol = u32::from(asked.symbol);
        let contexts = [
            0,
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
    fn middle_place(asked: &Question, middle: u32, range: u32, node: u32) -> Place {
        let total = half_octaves(asked.total).min(31);
        let step = node | asked.most().min(31) << 6;
        let excess = excess(asked, middle);
        let contexts = [
            step ^ (half_octaves(asked.small) << 11 | half_octaves(asked.large) << 16),
            node | total << 6 | half_octaves(range).min(31) << 11,
            excess,
            step | excess << 11,
        ];
        Place { slots: contexts.map(slot), set: node as usize, refinement: excess as usize }
    }
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
