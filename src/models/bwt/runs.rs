//! Sorted blocks coded as runs: which byte comes next, and how often it stands there.

use super::{
    distribution::Rates,
    mixture::{Mixture, NONE, Place},
    past::Past,
    port::{BitPort, pass_bit},
    tree::{self, Leaf, Tree},
};
use crate::models::counter::Counter;

/// Distributions of a symbol's choices that each context has.
const SYMBOL_CONTEXTS: [usize; 4] =
    [Tree::NODES, Tree::NODES, 256 * Tree::NODES, 256 * Tree::NODES];

/// Lengths from here on have further bits: the least length of each class and how many.
const LONG: [(usize, u32); 5] = [(12, 3), (20, 5), (52, 8), (308, 13), (8500, 24)];
/// Class of the first of these; below, a class is a length less one.
const FIRST_LONG: usize = 11;
/// Counters of a class's further bits.
const FURTHER: usize = 64;

/// Bytes of memory for the statistics.
pub(super) const BYTES: u64 = Mixture::<4>::bytes(SYMBOL_CONTEXTS, Tree::NODES)
    + Mixture::<3>::bytes(Past::LENGTH_CONTEXTS, Past::LENGTH_SETS)
    + (LONG.len() * FURTHER * size_of::<Counter>()) as u64;

/// Passes the bytes of a sorted block through `port`.
pub(super) fn code<P: BitPort>(port: &mut P, last: &mut [u8]) {
    let mut depths = tree::depths(&run_counts(last));
    tree::pass_depths(port, &mut depths);
    let mut coder = RunCoder::new(Tree::new(&depths));
    let mut rest = last;
    while let Some(&first) = rest.first() {
        let length = if P::KNOWS_BITS { run_length(rest) } else { 0 };
        let byte = coder.pass_symbol(port, first);
        let length = coder.pass_length(port, length).min(rest.len());
        let (run, behind) = rest.split_at_mut(length);
        if !P::KNOWS_BITS {
            run.fill(byte);
        }
        for _ in run {
            port.end_of_byte();
        }
        rest = behind;
    }
}

/// The statistics of a block's runs.
struct RunCoder {
    tree: Tree,
    symbols: Mixture<4>,
    lengths: Mixture<3>,
    further: [[Counter; FURTHER]; LONG.len()],
    past: Past,
    /// Where the tree has the newest byte, which cannot come again.
    newest: Leaf,
}

impl RunCoder {
    fn new(tree: Tree) -> Self {
        // A node alone has much to learn from and forgets soonest, and latest.
        let symbol_rates = [8, 100, 40, 80].map(Rates::down_to);
        let length_rates = [75, 130, 60].map(Rates::down_to);
        Self {
            tree,
            symbols: Mixture::new(SYMBOL_CONTEXTS, Tree::NODES, symbol_rates),
            lengths: Mixture::new(Past::LENGTH_CONTEXTS, Past::LENGTH_SETS, length_rates),
            further: [[Counter::NEW; FURTHER]; LONG.len()],
            past: Past::new(),
            newest: Leaf::NOWHERE,
        }
    }

    /// Passes the byte of a run, a choice for each inner node from the root down.
    #[inline(always)]
    fn pass_symbol(&mut self, port: &mut impl BitPort, byte: u8) -> u8 {
        let [newest, second, ..] = self.past.recent.map(|byte| usize::from(byte) * Tree::NODES);
        let mut path = self.tree.path(byte);
        let mut node = Tree::ROOT;
        let byte = loop {
            let at = usize::from(node);
            let excluded = self.newest.choice_at(node);
            let contexts = [at, at, newest + at, second + at];
            let place = Place { contexts, set: at, excluded };
            let choice = self.symbols.pass(port, path as usize & 15, &place);
            path >>= 4;
            match self.tree.below(node, choice) {
                tree::Below::Node(below) => node = below,
                tree::Below::Symbol(symbol) => break symbol,
            }
        };
        self.newest = self.tree.leaf(byte);
        self.past.start_run(byte);
        byte
    }

    /// Passes the length of the run that has just started.
    #[inline(always)]
    fn pass_length(&mut self, port: &mut impl BitPort, length: usize) -> usize {
        let place = Place {
            contexts: self.past.length_contexts(),
            set: self.past.length_set(),
            excluded: NONE,
        };
        let class = self.lengths.pass(port, length_class(length), &place);
        let length =
            if class < FIRST_LONG { class + 1 } else { self.pass_further(port, class, length) };
        self.past.end_run(length);
        length
    }

    /// Passes what the class leaves open of a length, highest bit first.
    fn pass_further(&mut self, port: &mut impl BitPort, class: usize, length: usize) -> usize {
        let (least, bits) = LONG[class - FIRST_LONG];
        let counters = &mut self.further[class - FIRST_LONG];
        let (excess, mut node) = (length.wrapping_sub(least), 1);
        let passed = (0..bits).rev().fold(0, |passed, shift| {
            let bit = pass_bit(port, &mut counters[node], excess >> shift & 1 == 1);
            node = (node << 1 | usize::from(bit)).min(FURTHER - 1);
            passed << 1 | usize::from(bit)
        });
        least + passed
    }
}

/// Class of a run's length: `0..16`.
#[inline(always)]
fn length_class(length: usize) -> usize {
    if length <= FIRST_LONG {
        return length.saturating_sub(1);
    }
    FIRST_LONG - 1 + LONG.iter().take_while(|(least, _)| length >= *least).count()
}

/// Bytes at the start of `bytes` that equal the first.
#[inline(always)]
fn run_length(bytes: &[u8]) -> usize {
    bytes.iter().position(|byte| *byte != bytes[0]).unwrap_or(bytes.len())
}

/// How many runs each byte has.
fn run_counts(last: &[u8]) -> [u32; 256] {
    let mut counts = [0; 256];
    for run in last.chunk_by(|a, b| a == b) {
        counts[usize::from(run[0])] += 1;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        coding::{BitDecoder, BitEncoder},
        models::bwt::port::{Reader, Writer},
    };
    use proptest::prelude::*;

    /// What decoding gives of the code of `bytes`, and the code's length.
    fn passed(bytes: &[u8]) -> (Vec<u8>, usize) {
        let mut encoder = BitEncoder::new();
        code(&mut Writer(&mut encoder), &mut bytes.to_vec());
        let code_bytes = encoder.finish();
        let mut back = vec![0; bytes.len()];
        code(&mut Reader(&mut BitDecoder::new(&code_bytes)), &mut back);
        (back, code_bytes.len())
    }

    #[test]
    fn runs_of_every_class_come_back() {
        let lengths = [1, 2, 11, 12, 19, 20, 51, 52, 307, 308, 8499, 8500, 100_000];
        let runs = lengths.iter().enumerate().map(|(i, &length)| vec![i as u8; length]);
        let bytes = runs.collect::<Vec<_>>().concat();
        let (back, code_length) = passed(&bytes);
        assert_eq!(back, bytes);
        assert!(code_length < 100, "{code_length}");
    }

    #[test]
    fn each_length_has_one_class() {
        for (class, (least, bits)) in LONG.iter().enumerate().map(|(i, long)| (11 + i, *long)) {
            assert_eq!(length_class(least - 1), class - 1);
            assert_eq!([least, least + (1 << bits) - 1].map(length_class), [class; 2]);
        }
    }

    proptest! {
        #[test]
        fn any_bytes_come_back(
            runs in prop::collection::vec((any::<u8>(), 1usize..40), 0..400),
            mask in any::<u8>(),
        ) {
            let runs = runs.into_iter().map(|(byte, length)| vec![byte & mask; length]);
            let bytes = runs.collect::<Vec<_>>().concat();
            prop_assert_eq!(passed(&bytes).0, bytes);
        }

        #[test]
        fn whatever_the_code_says_as_many_bytes_are_filled_in(
            words in prop::collection::vec(any::<u8>(), 0..2000),
            length in 0usize..5000,
        ) {
            let mut last = vec![0; length];
            code(&mut Reader(&mut BitDecoder::new(&words)), &mut last);
            prop_assert_eq!(last.len(), length);
        }
    }
}
