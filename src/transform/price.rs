//! Whether a transform pays: samples priced by a small model, as they are and rewritten.

/// Samples of a block and what a transform makes of them.
pub(super) struct Trial {
    plain: Vec<u8>,
    rewritten: Vec<u8>,
    /// Bytes of samples that are enough.
    budget: usize,
}

impl Trial {
    /// A trial that takes little of the time that the quickest level takes on `block`.
    pub(super) fn on(block: &[u8]) -> Self {
        let budget = (block.len() / PRICED_SHARE).clamp(LEAST_PRICED, MOST_PRICED);
        Self { plain: Vec::new(), rewritten: Vec::new(), budget }
    }

    /// Takes a sample, if not enough have been taken.
    pub(super) fn add(&mut self, plain: &[u8], rewritten: &[u8]) {
        if self.plain.len() < self.budget {
            self.plain.extend_from_slice(plain);
            self.rewritten.extend_from_slice(rewritten);
        }
    }

    /// Whether the samples are clearly cheaper as the transform writes them.
    pub(super) fn pays(&self) -> bool {
        price(&self.rewritten) + MIN_GAIN <= price(&self.plain)
    }
}

/// Bits that samples must become cheaper by: what the transform takes in a block's header.
const MIN_GAIN: u64 = 128;
/// One byte in so many of a block is priced, …
const PRICED_SHARE: usize = 128;
/// … but at least these, as far as there are samples, …
const LEAST_PRICED: usize = 4 << 10;
/// … and not many more than these.
const MOST_PRICED: usize = 16 << 10;

/// Contexts of none to three bytes, blended bit by bit.
struct Pricer {
    /// What followed in the contexts of each order, hashed.
    nodes: [Vec<Node>; ORDERS],
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
/// log₂ of the nodes of an order.
const LOG2_NODES: u32 = 16;
const MOST_SEEN: u16 = 30;
/// Least probability that a bit is given, units of 2⁻¹⁶.
const LEAST_P: i64 = 32;
/// ⌊2¹⁶ / (n + 1.5)⌋: how far a node moves that has seen n bits.
const STEP: [i64; MOST_SEEN as usize + 1] = {
    let mut steps = [0; MOST_SEEN as usize + 1];
    let mut seen = 0;
    while seen < steps.len() {
        steps[seen] = (1 << 17) / (2 * seen as i64 + 3);
        seen += 1;
    }
    steps
};

/// The cost of `bytes` in bits, to a model that has seen nothing before them.
fn price(bytes: &[u8]) -> u64 {
    price_after(&[], bytes)
}

/// The cost of `bytes` in bits, to a model that has seen only `past`.
pub(super) fn price_after(past: &[u8], bytes: &[u8]) -> u64 {
    let unseen = vec![Node { p: 1 << 15, seen: 0 }; 1 << LOG2_NODES];
    let mut pricer = Pricer { nodes: std::array::from_fn(|_| unseen.clone()), cost: Cost::new() };
    let mut recent = 0u32;
    for &byte in past {
        pricer.put(recent, byte);
        recent = recent << 8 | u32::from(byte);
    }
    pricer.cost = Cost::new();
    for &byte in bytes {
        pricer.put(recent, byte);
        recent = recent << 8 | u32::from(byte);
    }
    pricer.cost.bits
}

impl Pricer {
    fn put(&mut self, recent: u32, byte: u8) {
        let hashes: [u32; ORDERS] = std::array::from_fn(|order| {
            let context = u64::from(recent) & ((1 << (8 * order)) - 1);
            ((context + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) as u32
        });
        let mut partial = 1;
        for shift in (0..8).rev() {
            let bit = byte >> shift & 1 == 1;
            self.put_bit(&hashes, partial, bit);
            partial = partial << 1 | u32::from(bit);
        }
    }

    /// An order counts for n / (n + 1.5) of what it and the shorter ones say.
    fn put_bit(&mut self, hashes: &[u32; ORDERS], partial: u32, bit: bool) {
        let mut p = 1i64 << 15;
        for (nodes, hash) in self.nodes.iter_mut().zip(hashes) {
            let place = hash.wrapping_add(partial.wrapping_mul(0x9E37_79B1)) >> (32 - LOG2_NODES);
            let node = &mut nodes[place as usize];
            let step = STEP[usize::from(node.seen)];
            let own = i64::from(node.p);
            p = own + (((p - own) * step * 3) >> 17);
            let goal = if bit { 65535 } else { 0 };
            node.p = (own + (((goal - own) * step) >> 16)) as u16;
            node.seen = (node.seen + 1).min(MOST_SEEN);
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
