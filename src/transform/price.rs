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

/// Contexts of none to three bytes, blended bit by bit.
struct Pricer {
    /// What followed in the contexts of each order, hashed.
    nodes: [Box<[Node; NODES]>; ORDERS],
    /// The last four bytes, the last one lowest.
    recent: u32,
    cost: Cost,
}

/// What followed in a context.
#[derive(Clone, Copy)]
struct Node {
    /// P(1), units of 2⁻¹⁶.
    p: u16,
    /// Bits seen, [`MOST_SEEN`] at most.
    seen: u16,
}

const ORDERS: usize = 4;
/// Nodes of an order: as many as 16 bits tell apart.
const NODES: usize = 1 << 16;
const MOST_SEEN: u16 = 30;
/// Least probability that a bit is given, units of 2⁻¹⁶.
const LEAST_P: i64 = 32;
/// ⌊2¹⁶ / (n + 1.5)⌋: how far a node moves that has seen n bits.
static STEP: [i64; 32] = {
    let mut steps = [0; 32];
    let mut seen = 0;
    while seen < steps.len() {
        steps[seen] = (1 << 17) / (2 * seen as i64 + 3);
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
        let unseen = vec![Node { p: 1 << 15, seen: 0 }; NODES].into_boxed_slice();
        let unseen: Box<[Node; NODES]> = unseen.try_into().ok().expect("all of an order");
        let nodes = std::array::from_fn(|_| unseen.clone());
        Self { nodes, recent: 0, cost: Cost::new() }
    }

    fn put_all(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.put(byte);
        }
    }

    fn put(&mut self, byte: u8) {
        let hashes: [u32; ORDERS] = std::array::from_fn(|order| {
            let context = u64::from(self.recent) & ((1 << (8 * order)) - 1);
            ((context + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) as u32
        });
        let whole = 0x100 | u32::from(byte);
        for shift in (0..8).rev() {
            self.put_bit(&hashes, whole >> (shift + 1), whole >> shift & 1 == 1);
        }
        self.recent = self.recent << 8 | u32::from(byte);
    }

    /// An order counts for n / (n + 1.5) of what it and the shorter ones say.
    #[inline(always)]
    fn put_bit(&mut self, hashes: &[u32; ORDERS], partial: u32, bit: bool) {
        let (mut p, goal) = (1i64 << 15, if bit { 65535 } else { 0 });
        let spread = partial.wrapping_mul(0x9E37_79B1);
        for (nodes, hash) in self.nodes.iter_mut().zip(hashes) {
            let place = (hash.wrapping_add(spread) >> 16) as u16;
            let node = &mut nodes[usize::from(place)];
            let step = STEP[usize::from(node.seen) % STEP.len()];
            let own = i64::from(node.p);
            p = own + (((p - own) * step * 3) >> 17);
            node.p = (own + (((goal - own) * step) >> 16)) as u16;
            node.seen += u16::from(node.seen < MOST_SEEN);
        }
        let p = p.clamp(LEAST_P, (1 << 16) - LEAST_P) as u64;
        self.cost.add(if bit { p } else { (1 << 16) - p });
    }
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

    /// Multiplies by `p`, units of 2⁻¹⁶.
    fn add(&mut self, p: u64) {
        self.product = (self.product * p) >> 16;
        let shift = self.product.leading_zeros() - 32;
        self.product <<= shift;
        self.bits += u64::from(shift);
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
        (0..1000).for_each(|_| cost.add(1 << 14));
        (0..1000).for_each(|_| cost.add(60_000));
        assert_eq!(cost.bits, 2000 + 127);
    }
}
