//! One kind of choice among 16 symbols: a few adaptive distributions, mixed.
//!
//! ```text
//! P(s) = Σₖ wₖ Pₖ(s)        wₖ ← wₖ + η wₖ (Pₖ(s)/P(s) − 1)
//! ```
//!
//! The weights are the shares of experts; the step is that of the exponentiated gradient of
//! the code length and keeps their sum, which rounding does not and is mended each time.
//!
//! J. Kivinen, M. Warmuth: Exponentiated gradient versus gradient descent for linear
//! predictors (1997).

use super::{
    distribution::{Distribution, Rates, SYMBOLS},
    lanes::Lanes,
    port::BitPort,
};
use crate::coding::Cumulative;

/// Probability that every symbol keeps, units of 2⁻¹⁶.
const LEAST: u32 = 12;
/// What the mixed distributions have of the unit interval, units of 2⁻¹⁶.
const MIXED: u32 = (1 << 16) - SYMBOLS as u32 * LEAST;
/// Sum of the weights, units of 2⁻¹⁵; a little less than [`MIXED`], for roundings up.
const WHOLE: i32 = (MIXED / 2 - 64) as i32;
/// Least weight, units of 2⁻¹⁵.
const LEAST_WEIGHT: i16 = 128;
/// [`Place::excluded`] where no symbol is.
pub(super) const NONE: usize = SYMBOLS;

/// Where one choice finds its statistics.
pub(super) struct Place<const N: usize> {
    /// The distribution of each context.
    pub(super) contexts: [usize; N],
    /// Which weights.
    pub(super) set: usize,
    /// A symbol that cannot come, or [`NONE`].
    pub(super) excluded: usize,
}

/// The statistics of one kind of choice in `N ≤ 4` contexts.
pub(super) struct Mixture<const N: usize> {
    tables: [Box<[Distribution]>; N],
    rates: [Rates; N],
    /// Sets of weights, units of 2⁻¹⁵.
    weights: Box<[[i16; 8]]>,
}

impl<const N: usize> Mixture<N> {
    /// Least weights, one a context.
    const LEAST_WEIGHTS: [i16; 8] = Self::in_contexts(LEAST_WEIGHT);

    /// `value` in the lanes of contexts, 0 in the others.
    const fn in_contexts(value: i16) -> [i16; 8] {
        assert!(N <= 4, "four weights are spread at once");
        let (mut lanes, mut k) = ([0; 8], 0);
        while k < N {
            lanes[k] = value;
            k += 1;
        }
        lanes
    }

    /// Memory of `sizes` distributions and `sets` of weights, in bytes.
    pub(super) const fn bytes(sizes: [usize; N], sets: usize) -> u64 {
        let (mut distributions, mut k) = (0, 0);
        while k < N {
            distributions += sizes[k];
            k += 1;
        }
        (distributions * size_of::<Distribution>() + sets * 16) as u64
    }

    /// Statistics that have seen nothing: `sizes` distributions of each context.
    pub(super) fn new(sizes: [usize; N], sets: usize, rates: [Rates; N]) -> Self {
        let alike = Self::in_contexts((WHOLE / N as i32) as i16);
        Self {
            tables: sizes.map(|size| vec![Distribution::NEW; size].into()),
            rates,
            weights: vec![alike; sets].into(),
        }
    }

    /// Passes one symbol through `port` and learns it.
    #[inline(always)]
    pub(super) fn pass(&mut self, port: &mut impl BitPort, symbol: usize, at: &Place<N>) -> usize {
        let weights = Lanes::of(&self.weights[at.set]);
        let spread = weights.shifted_left(1).spread();
        let experts: [[Lanes; 2]; N] =
            std::array::from_fn(|k| self.tables[k][at.contexts[k]].lanes());
        let mixed = without(mix(&spread, &experts), at.excluded);
        let cumulative = Cumulative::from_rising(bounds(mixed));
        let symbol = port.pass_symbol(symbol, &cumulative);
        // Only damaged code has an excluded symbol; all would be far better than their mixture.
        if symbol != at.excluded {
            let ratios = ratios(&experts, symbol, cumulative.part_of(symbol).1);
            self.weights[at.set] = Self::moved(weights, ratios).to_array();
        }
        for (k, lanes) in experts.into_iter().enumerate() {
            self.tables[k][at.contexts[k]].learn(lanes, symbol, &self.rates[k]);
        }
        symbol
    }

    /// Weights moved towards the experts that did better than all together.
    #[inline(always)]
    fn moved(weights: Lanes, ratios: Lanes) -> Lanes {
        let step = ratios.minus(Lanes::splat(ONE)).high_product(weights).halved();
        let moved = weights.plus(step).max(Lanes::of(&Self::LEAST_WEIGHTS));
        // Rounded down: the sum is at most WHOLE.
        let each = Lanes::of(&Self::in_contexts(((1 << 16) / N as i32) as i16));
        moved.plus(moved.lacking(WHOLE).high_product(each))
    }
}

/// The sums of the experts' mixture, units of 2⁻¹⁶; `weights` are in units of 2⁻¹⁶.
#[inline(always)]
fn mix(weights: &[Lanes; 4], experts: &[[Lanes; 2]]) -> [Lanes; 2] {
    let mut sums = [Lanes::splat(0); 2];
    for (&weight, expert) in weights.iter().zip(experts) {
        for (sum, &lanes) in sums.iter_mut().zip(expert) {
            *sum = sum.plus(lanes.high_product_unsigned(weight));
        }
    }
    // Lane 0 counts symbols.
    let is_sum = Lanes::of(&[0, -1, -1, -1, -1, -1, -1, -1]);
    [sums[0].shifted_left(1).and(is_sum), sums[1].shifted_left(1)]
}

/// The same sums with nothing for `excluded`, and all others raised in proportion.
#[inline(always)]
fn without(sums: [Lanes; 2], excluded: usize) -> [Lanes; 2] {
    if excluded >= SYMBOLS {
        return sums;
    }
    let bounds = sums.map(|half| half.to_array().map(i16::cast_unsigned));
    let bound = |i: usize| u32::from(bounds[i / 8 % 2][i % 8]);
    let end = if excluded + 1 == SYMBOLS { MIXED } else { bound(excluded + 1) };
    let width = (end - bound(excluded)).min(MIXED - 256);
    let left = MIXED - width;
    // What is left becomes a number of 16 bits, to lose little when it is multiplied.
    let shift = left.leading_zeros() - 16;
    let factor = ((MIXED << 15) / (left << shift)).min(0xFFFF) as u16;
    let (width, factor) = (Lanes::splat(width as i16), Lanes::splat(factor.cast_signed()));
    std::array::from_fn(|half| {
        let width = width.and(Lanes::of(&ABOVE[excluded][half]));
        let others = sums[half].less_unsigned(width).shifted_left(shift);
        others.high_product_unsigned(factor).shifted_left(1)
    })
}

/// Sums that leave each symbol its least probability.
#[inline(always)]
fn bounds(sums: [Lanes; 2]) -> [u16; SYMBOLS] {
    let least = [Lanes::of(&LEASTS[0]), Lanes::of(&LEASTS[1])];
    let [low, high] = [0, 1].map(|half| sums[half].plus(least[half]).to_array());
    std::array::from_fn(|i| if i < 8 { low[i] } else { high[i - 8] }.cast_unsigned())
}

/// Ratio 1.
const ONE: i16 = 1 << 13;

/// Pₖ(symbol)/P(symbol) in units of 2⁻¹³, at most 4, of which `width` is the divisor in
/// units of 2⁻¹⁶.
#[inline(always)]
fn ratios<const N: usize>(experts: &[[Lanes; 2]; N], symbol: usize, width: u16) -> Lanes {
    let part = &PART[symbol % SYMBOLS];
    let part = [Lanes::of(&part[0]), Lanes::of(&part[1])];
    let padded = std::array::from_fn(|k| if k < N { experts[k] } else { [Lanes::splat(0); 2] });
    // The last symbol's end is no lane.
    let end = if symbol + 1 == SYMBOLS { i16::MAX } else { 0 };
    let parts = Lanes::dots(&padded, part).plus(Lanes::splat(end));
    let whole = u32::from(width >> 1 | 1);
    let shift = whole.leading_zeros() - 17;
    let inverse = INVERSE[((whole << shift) >> 6 & 255) as usize].cast_signed();
    let most = Lanes::splat((0xFFFF >> shift).min(i16::MAX.into()) as i16);
    parts.min(most).shifted_left(shift).high_product_unsigned(Lanes::splat(inverse))
}

/// For each symbol, ones above it.
static ABOVE: [[[i16; 8]; 2]; SYMBOLS] = {
    let (mut above, mut i) = ([[[0; 8]; 2]; SYMBOLS], 0);
    while i < SYMBOLS * SYMBOLS {
        let (symbol, lane) = (i / SYMBOLS, i % SYMBOLS);
        above[symbol][lane / 8][lane % 8] = if lane > symbol { -1 } else { 0 };
        i += 1;
    }
    above
};

/// For each symbol 1 at the lane of its end and −1 at that of its start.
static PART: [[[i16; 8]; 2]; SYMBOLS] = {
    let (mut part, mut symbol) = ([[[0; 8]; 2]; SYMBOLS], 0);
    while symbol < SYMBOLS {
        if symbol > 0 {
            part[symbol][symbol / 8][symbol % 8] = -1;
        }
        if symbol + 1 < SYMBOLS {
            part[symbol][(symbol + 1) / 8][(symbol + 1) % 8] = 1;
        }
        symbol += 1;
    }
    part
};

/// The sums of least probabilities.
static LEASTS: [[i16; 8]; 2] = {
    let (mut sums, mut i) = ([[0; 8]; 2], 0);
    while i < SYMBOLS {
        sums[i / 8][i % 8] = (i as u32 * LEAST) as i16;
        i += 1;
    }
    sums
};

/// 2²⁹ over the middle of the numbers from 2¹⁴ to 2¹⁵ that begin with the same 9 bits.
static INVERSE: [u16; 256] = {
    let (mut table, mut i) = ([0; 256], 0);
    while i < 256 {
        table[i] = ((1 << 24) / (512 + 2 * i + 1)) as u16;
        i += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        coding::{BitDecoder, BitEncoder, CostMeter},
        models::bwt::port::{Reader, Writer},
    };
    use proptest::prelude::*;

    fn mixture() -> Mixture<3> {
        Mixture::new([4, 1, 16], 2, [8, 100, 40].map(Rates::down_to))
    }

    fn place(step: usize, excluded: usize) -> Place<3> {
        Place { contexts: [step % 4, 0, step % 16], set: step % 2, excluded }
    }

    proptest! {
        #[test]
        fn any_symbols_come_back_and_the_weights_stay_whole(
            symbols in prop::collection::vec((0usize..16, 0usize..17), 0..2000),
        ) {
            let (mut encoder, mut mixture_there) = (BitEncoder::new(), mixture());
            for (step, &(symbol, excluded)) in symbols.iter().enumerate() {
                mixture_there.pass(&mut Writer(&mut encoder), symbol, &place(step, excluded));
                for weights in &mixture_there.weights {
                    let sum: i32 = weights.iter().map(|&weight| i32::from(weight)).sum();
                    prop_assert!(sum <= WHOLE && weights[..3].iter().all(|&weight| weight >= 0));
                    prop_assert!(weights[3..] == [0; 5]);
                }
            }
            let code = encoder.finish();
            let (mut decoder, mut mixture_back) = (BitDecoder::new(&code), mixture());
            for (step, &(symbol, excluded)) in symbols.iter().enumerate() {
                let at = place(step, excluded);
                let passed = mixture_back.pass(&mut Reader(&mut decoder), 0, &at);
                prop_assert_eq!(passed, symbol);
            }
        }
    }

    /// Bits a symbol of `count` symbols that `symbol` gives.
    fn price(count: usize, symbol: impl Fn(usize) -> usize, excluded: usize) -> f64 {
        let (mut meter, mut mixture) = (CostMeter::new(), mixture());
        for step in 0..count {
            mixture.pass(&mut Writer(&mut meter), symbol(step), &place(0, excluded));
        }
        meter.bits() / count as f64
    }

    #[test]
    fn what_always_comes_costs_next_to_nothing() {
        for symbol in 0..16 {
            assert!(price(20_000, |_| symbol, NONE) < 0.01, "{symbol}");
        }
    }

    #[test]
    fn an_excluded_symbol_leaves_its_share_to_the_others() {
        let alternating = |step: usize| [2, 7][step * 31 % 97 % 2];
        let with = price(4000, alternating, NONE);
        assert!(price(4000, alternating, 9) < with + 0.02);
        let mut mixture = mixture();
        for _ in 0..1000 {
            mixture.pass(&mut Writer(&mut CostMeter::new()), 5, &place(0, NONE));
        }
        let cost = |mixture: &mut Mixture<3>, excluded: usize| {
            let mut meter = CostMeter::new();
            mixture.pass(&mut Writer(&mut meter), 4, &place(0, excluded));
            meter.bits()
        };
        let (with, without) = (cost(&mut mixture, NONE), cost(&mut mixture, 5));
        assert!(without < with - 5.0, "{with} {without}");
    }
}
