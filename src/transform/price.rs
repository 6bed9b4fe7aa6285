//! Whether a transform pays: samples priced by a small model, as they are and rewritten.

/// Whether `samples` of a block are clearly cheaper as `rewrite` appends them. Pieces of some of
/// them are priced, spread over all and as many as it takes to tell, so that it takes little of
/// the time that the quickest level takes on `block_bytes`.
pub(super) fn pays(
    block_bytes: usize,
    samples: &[&[u8]],
    rewrite: impl Fn(&[u8], &mut Vec<u8>),
) -> bool {
    let budget = (block_bytes / PRICED_SHARE).clamp(LEAST_PRICED, MOST_PRICED);
    let pieces = samples.len().min(budget / PIECE_BYTES);
    let [mut before, mut after] = [(); 2].map(|()| Pricer::new());
    let mut rewritten = Vec::new();
    for number in 0..pieces {
        let sample = samples[number * samples.len() / pieces];
        let piece = &sample[..sample.len().min(budget / pieces)];
        rewritten.clear();
        rewrite(piece, &mut rewritten);
        before.put_all(piece);
        after.put_all(&rewritten);
        let (plain, gain) = (before.cost.bits, before.cost.bits.abs_diff(after.cost.bits));
        if number > 0 && gain > MIN_GAIN + plain / CLEAR_GAIN {
            break;
        }
    }
    after.cost.bits + MIN_GAIN <= before.cost.bits
}

/// Bits that samples must become cheaper by: a gain of less is chance, or the block's header
/// takes it.
const MIN_GAIN: u64 = 48;
/// A gain or a loss is clear that is one part in so many of the price.
const CLEAR_GAIN: u64 = 32;
/// One byte in so many of a block is priced, …
const PRICED_SHARE: usize = 128;
/// … but at least these, as far as there are samples, …
const LEAST_PRICED: usize = 4 << 10;
/// … and not more than these.
const MOST_PRICED: usize = 6 << 10;
/// Least bytes of a sample that are priced.
const PIECE_BYTES: usize = 1 << 10;

/// Contexts of none to two bytes, blended bit by bit.
struct Pricer {
    /// What followed in the contexts of each order, hashed.
    orders: [Box<[HalfByte; SLOTS]>; ORDERS],
    /// The last bytes, the last one lowest.
    recent: u32,
    cost: Cost,
}

const ORDERS: usize = 3;
/// Halves of bytes in their contexts that an order keeps.
const SLOTS: usize = 1 << LOG2_SLOTS;
const LOG2_SLOTS: u32 = 12;

/// What followed within half of a byte in a context: one line of the memory.
#[derive(Clone, Copy)]
#[repr(align(64))]
struct HalfByte {
    /// Tells contexts of one slot apart.
    check: u32,
    /// By the known bits of the half: `nodes[0]` nothing, `nodes[1..3]` one bit, …
    nodes: [Node; 15],
}

impl HalfByte {
    const fn unseen(check: u32) -> Self {
        Self { check, nodes: [Node { p: 1 << 15, seen: 0 }; 15] }
    }
}

/// What followed in a context.
#[derive(Clone, Copy)]
struct Node {
    /// P(1), units of 2⁻¹⁶.
    p: u16,
    /// Bits seen, [`MOST_SEEN`] at most.
    seen: u16,
}

const MOST_SEEN: u16 = 30;
/// Least probability that a bit is given, units of 2⁻¹⁶.
const LEAST_P: i32 = 32;

/// By the bits seen, n, in units of 2⁻¹⁴: 1 / (n + 1.5), how far a node moves, and
/// 1.5 / (n + 1.5), what it leaves to the shorter orders.
static STEPS: [(u16, u16); 32] = {
    let mut steps = [(0, 0); 32];
    let mut seen = 0;
    while seen < steps.len() {
        let halves = 2 * seen as u32 + 3;
        steps[seen] = (((2 << 14) / halves) as u16, ((3 << 14) / halves) as u16);
        seen += 1;
    }
    steps
};

/// The cost of `bytes` in bits, to a model that has seen only `past`.
pub(super) fn price_after(past: &[u8], bytes: &[u8]) -> u64 {
    let mut pricer = Pricer::new();
    pricer.put_all(past);
    pricer.cost = Cost::new();
    pricer.put_all(bytes);
    pricer.cost.bits
}

impl Pricer {
    fn new() -> Self {
        let unseen = vec![HalfByte::unseen(0); SLOTS].into_boxed_slice();
        let unseen: Box<[HalfByte; SLOTS]> = unseen.try_into().ok().expect("all of an order");
        let orders = std::array::from_fn(|_| unseen.clone());
        Self { orders, recent: 0, cost: Cost::new() }
    }

    fn put_all(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.put_half(0, byte >> 4);
            self.put_half(16 | u32::from(byte >> 4), byte & 15);
            self.recent = self.recent << 8 | u32::from(byte);
        }
    }

    /// Prices half of a byte, `known` being 16 and the first half for the second.
    #[inline(always)]
    fn put_half(&mut self, known: u32, half: u8) {
        let mut order = 0;
        let mut slots = self.orders.each_mut().map(|slots| {
            let context = u64::from(self.recent) & ((1 << (8 * order)) - 1);
            order += 1;
            let hash = (context << 5 | u64::from(known)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            let slot = &mut slots[(hash >> (64 - LOG2_SLOTS)) as usize];
            let check = (hash >> 16) as u32;
            if slot.check != check {
                *slot = HalfByte::unseen(check);
            }
            &mut slot.nodes
        });
        let mut product = 1;
        for place in 0..4 {
            let node = usize::from((16 | half) >> (4 - place)) - 1;
            let bit = half >> (3 - place) & 1 == 1;
            product *= u64::from(put_bit(slots.each_mut().map(|nodes| &mut nodes[node]), bit));
        }
        self.cost.add(product);
    }
}

/// The probability that `nodes`, the shortest order first, give to `bit`, units of 2⁻¹⁶; they
/// learn it. An order counts for n / (n + 1.5) of what it and the shorter ones say.
#[inline(always)]
fn put_bit(nodes: [&mut Node; ORDERS], bit: bool) -> u16 {
    let (mut p, goal) = (1 << 15, if bit { 65535 } else { 0 });
    for node in nodes {
        let (step, left) = STEPS[usize::from(node.seen) % STEPS.len()];
        let own = i32::from(node.p);
        p = own + (((p - own) * i32::from(left)) >> 14);
        node.p = (own + (((goal - own) * i32::from(step)) >> 14)) as u16;
        node.seen += u16::from(node.seen < MOST_SEEN);
    }
    let p = p.clamp(LEAST_P, (1 << 16) - LEAST_P);
    (if bit { p } else { (1 << 16) - p }) as u16
}

/// −log₂ of a product of probabilities.
struct Cost {
    /// The product times 2^`bits`, units of 2⁻³², at least ½.
    product: u64,
    bits: u64,
}

impl Cost {
    const fn new() -> Self {
        Self { product: (1 << 32) - 1, bits: 0 }
    }

    /// Multiplies by a product of four probabilities, units of 2⁻⁶⁴.
    fn add(&mut self, four: u64) {
        let four_shift = four.leading_zeros();
        self.product = (self.product * (four << four_shift >> 32)) >> 32;
        let shift = self.product.leading_zeros() - 32;
        self.product <<= shift;
        self.bits += u64::from(four_shift + shift);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn price(bytes: &[u8]) -> u64 {
        price_after(&[], bytes)
    }

    #[test]
    fn what_repeats_is_cheap_and_noise_is_not() {
        let mut state = 1u64;
        let noise: Vec<u8> = std::iter::repeat_with(|| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 56) as u8
        })
        .take(5000)
        .collect();
        assert!((40_000..44_000).contains(&price(&noise)));
        assert!(price(&b"the next byte ".repeat(400)) < 4_000);
        assert_eq!(price(&[]), 0);
    }

    #[test]
    fn cost_is_the_logarithm_of_the_product() {
        let mut cost = Cost::new();
        (0..250).for_each(|_| cost.add(1 << 56));
        (0..250).for_each(|_| cost.add(60_000_u64.pow(4)));
        assert_eq!(cost.bits, 2000 + 127);
    }
}
