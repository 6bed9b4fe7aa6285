//! Bytes of a sorted block ⇄ decisions.

use super::{
    decision::{Decision, Place},
    past::Past,
    port::BitPort,
    tree::{self, Tree},
};

/// Contexts of each decision.
const CONTEXTS: usize = 3;
/// Weight that each input starts with, 0.2: the two probabilities of a context are alike.
const START_WEIGHT: i16 = 3300;

/// The statistics of a block's decisions.
pub(super) struct SymbolCoder {
    flags: Decision<CONTEXTS, 1>,
    symbols: Decision<CONTEXTS, 1>,
    past: Past,
}

impl SymbolCoder {
    /// Memory.
    pub(super) const BYTES: u64 = 2 * Decision::<CONTEXTS, 1>::BYTES;

    /// A coder that has seen nothing.
    pub(super) fn new() -> Self {
        // A node alone has much to learn from and forgets soonest.
        Self {
            flags: Decision::new([4; CONTEXTS], START_WEIGHT),
            symbols: Decision::new([2, 3, 3], START_WEIGHT),
            past: Past::new(),
        }
    }

    /// Passes the bytes of a sorted block through `port`.
    pub(super) fn code(mut self, port: &mut impl BitPort, last: &mut [u8]) {
        let mut depths = tree::huffman_depths(&run_counts(last));
        tree::pass_depths(port, &mut depths);
        let tree = Tree::new(&depths);
        for byte in last {
            *byte = self.code_byte(port, &tree, *byte);
            port.end_of_byte();
        }
    }

    #[inline(always)]
    fn code_byte(&mut self, port: &mut impl BitPort, tree: &Tree, byte: u8) -> u8 {
        let newest = self.past.recent[0];
        if self.code_flag(port, byte == newest) {
            self.past.lengthen_run();
            return newest;
        }
        self.past.end_run();
        let byte = self.code_symbol(port, tree, byte);
        self.past.start_run(byte);
        byte
    }

    /// Passes whether the last byte comes once more.
    #[inline(always)]
    fn code_flag(&mut self, port: &mut impl BitPort, is_same: bool) -> bool {
        let place = Place {
            slots: self.past.flag_contexts(),
            set: self.past.flag_set(),
            refinement: self.past.recent[0].into(),
        };
        self.flags.pass(port, is_same, &place)
    }

    /// Passes a symbol, a decision for each inner node from the root down.
    #[inline(always)]
    fn code_symbol(&mut self, port: &mut impl BitPort, tree: &Tree, symbol: u8) -> u8 {
        let [newest, second, ..] = self.past.recent.map(|byte| usize::from(byte) << 8);
        let set = self.past.symbol_set() << 8;
        let mut path = tree.path(symbol);
        let mut node = Tree::ROOT;
        while node < 256 {
            let at = usize::from(node);
            let place =
                Place { slots: [at, newest | at, second | at], set: set | at, refinement: at };
            let bit = self.symbols.pass(port, path >> 31 == 1, &place);
            path <<= 1;
            node = tree.child(node, bit);
        }
        (node & 255) as u8
    }
}

/// How many runs each byte has.
fn run_counts(last: &[u8]) -> [u32; 256] {
    let mut counts = [0; 256];
    let mut before = 0;
    for &byte in last {
        counts[usize::from(byte)] += u32::from(byte != before);
        before = byte;
    }
    counts
}
