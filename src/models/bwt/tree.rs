//! The shape of the symbol decisions: a canonical Huffman tree.

use super::port::{BitPort, pass_bit};
use crate::models::counter::Counter;
use std::{cmp::Reverse, collections::BinaryHeap};

/// Longest path from the root to a symbol, in decisions.
const MAX_DEPTH: u8 = 24;

/// A binary tree over the symbols that occur: frequent ones take few decisions.
pub(super) struct Tree {
    /// What stands below each inner node on either side, the root first: an inner node
    /// below 256, 256 + symbol otherwise.
    children: Box<[[u16; 2]; 256]>,
    /// The decisions that lead to each symbol, first decision highest.
    paths: [u32; 256],
    depths: [u8; 256],
}

/// Decisions down to each symbol, 0 if it does not occur.
pub(super) type Depths = [u8; 256];

impl Tree {
    /// The inner node where every walk starts.
    pub(super) const ROOT: u16 = 0;

    /// The tree in which each symbol is as deep as `depths` says. Where no tree is
    /// (damaged code), a walk ends at symbol 0.
    pub(super) fn new(depths: &Depths) -> Self {
        let depths = if has_tree(depths) { *depths } else { [0; 256] };
        let mut tree = Self { children: Box::new([[256; 2]; 256]), paths: [0; 256], depths };
        let mut symbols: Vec<u8> = (0..=255).filter(|&s| depths[s as usize] > 0).collect();
        symbols.sort_by_key(|&symbol| depths[symbol as usize]);
        let (mut path, mut path_depth, mut inner_nodes) = (0, 0, 1);
        for symbol in symbols {
            path <<= depths[symbol as usize] - path_depth;
            path_depth = depths[symbol as usize];
            tree.plant(symbol, path, &mut inner_nodes);
            path += 1;
        }
        tree
    }

    /// Hangs `symbol` at the end of `path`, with the inner nodes on the way.
    fn plant(&mut self, symbol: u8, path: u32, inner_nodes: &mut u16) {
        self.paths[symbol as usize] = path;
        let mut node = Self::ROOT;
        for shift in (1..self.depths[symbol as usize]).rev() {
            let child = &mut self.children[usize::from(node)][(path >> shift & 1) as usize];
            if *child >= 256 {
                *child = *inner_nodes;
                *inner_nodes += 1;
            }
            node = *child;
        }
        self.children[usize::from(node)][(path & 1) as usize] = 256 + u16::from(symbol);
    }

    /// The node below `node` on the side of `bit`: an inner node below 256, otherwise
    /// 256 + symbol.
    #[inline(always)]
    pub(super) fn child(&self, node: u16, bit: bool) -> u16 {
        self.children[usize::from(node & 255)][usize::from(bit)]
    }

    /// The decisions down to `symbol`, shifted so that the first is bit 31.
    #[inline(always)]
    pub(super) fn path(&self, symbol: u8) -> u32 {
        let depth = u32::from(self.depths[symbol as usize].max(1));
        self.paths[symbol as usize] << (32 - depth)
    }
}

/// Whether the depths are those of a tree with every place taken, or of one symbol alone.
fn has_tree(depths: &Depths) -> bool {
    let occurring = depths.iter().filter(|&&depth| depth > 0);
    let places: u64 = occurring.clone().map(|&depth| 1 << (MAX_DEPTH - depth)).sum();
    places == 1 << MAX_DEPTH || (occurring.count() == 1 && places == 1 << (MAX_DEPTH - 1))
}

/// Depths in a Huffman tree of `counts`, none beyond [`MAX_DEPTH`].
pub(super) fn huffman_depths(counts: &[u32; 256]) -> Depths {
    let mut counts = *counts;
    loop {
        let depths = unbounded_depths(&counts);
        if depths.iter().all(|&depth| depth <= MAX_DEPTH) {
            return depths;
        }
        for count in &mut counts {
            *count = count.div_ceil(2);
        }
    }
}

/// Depths in the Huffman tree of `counts`. A lone symbol has depth 1.
fn unbounded_depths(counts: &[u32; 256]) -> Depths {
    let occurring = (0..256).filter(|&symbol| counts[symbol] > 0);
    let mut heap: BinaryHeap<_> =
        occurring.map(|symbol| Reverse((counts[symbol], symbol))).collect();
    // Nodes below 256 are symbols; the parent of each node, found as pairs are joined.
    let mut parents = [0usize; 511];
    let mut joined = 256;
    while let (Some(Reverse((a_count, a))), Some(Reverse((b_count, b)))) = (heap.pop(), heap.pop())
    {
        parents[a] = joined;
        parents[b] = joined;
        heap.push(Reverse((a_count + b_count, joined)));
        joined += 1;
        if heap.len() == 1 {
            break;
        }
    }
    let mut depths = [0u8; 511];
    for node in (256..joined.max(257) - 1).rev() {
        depths[node] = depths[parents[node]] + 1;
    }
    std::array::from_fn(|symbol| match counts[symbol] {
        0 => 0,
        _ if joined == 256 => 1,
        _ => depths[parents[symbol]] + 1,
    })
}

/// Passes the depths through `port`: for each symbol whether it is as deep as the one
/// before, and if not, its depth, five bits.
pub(super) fn pass_depths(port: &mut impl BitPort, depths: &mut Depths) {
    let mut is_same = [Counter::NEW; 4];
    let mut nodes = [Counter::NEW; 32];
    let (mut before, mut repeats) = (0, 0);
    for depth in depths {
        let context = 2 * usize::from(before == 0) + repeats;
        let same = pass_bit(port, &mut is_same[context], *depth == before);
        repeats = usize::from(same);
        if same {
            *depth = before;
            continue;
        }
        let node = (0..5).rev().fold(1, |node, shift| {
            node << 1 | usize::from(pass_bit(port, &mut nodes[node], *depth >> shift & 1 == 1))
        });
        *depth = (node as u8 & 31).min(MAX_DEPTH);
        before = *depth;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Walks from the root along a symbol's path.
    fn walk(tree: &Tree, symbol: u8) -> (u16, u8) {
        let (mut node, mut path, mut decisions) = (Tree::ROOT, tree.path(symbol), 0);
        while node < 256 {
            node = tree.child(node, path >> 31 == 1);
            path <<= 1;
            decisions += 1;
        }
        (node - 256, decisions)
    }

    #[test]
    fn a_lone_symbol_takes_one_decision() {
        let mut counts = [0; 256];
        counts[77] = 9;
        let tree = Tree::new(&huffman_depths(&counts));
        assert_eq!(walk(&tree, 77), (77, 1));
    }

    #[test]
    fn depths_stay_bounded_when_counts_grow_like_fibonacci_numbers() {
        let mut counts = [0u32; 256];
        (counts[0], counts[1]) = (1, 1);
        for symbol in 2..36 {
            counts[symbol] = counts[symbol - 1] + counts[symbol - 2];
        }
        let depths = huffman_depths(&counts);
        assert!(depths.iter().all(|&depth| depth <= MAX_DEPTH));
        assert!(has_tree(&depths));
    }

    proptest! {
        #[test]
        fn every_path_leads_to_its_symbol(
            counts in prop::array::uniform32(0u32..1000),
            stride in 1usize..8,
        ) {
            let mut spread = [0; 256];
            for (i, count) in counts.into_iter().enumerate() {
                spread[i * stride] = count;
            }
            let depths = huffman_depths(&spread);
            let tree = Tree::new(&depths);
            for symbol in (0..=255).filter(|&symbol| depths[symbol as usize] > 0) {
                prop_assert_eq!(walk(&tree, symbol), (u16::from(symbol), depths[symbol as usize]));
            }
        }

        #[test]
        fn every_walk_ends_whatever_the_depths(
            depths in prop::collection::vec(0u8..=MAX_DEPTH, 256),
            path in any::<u32>(),
        ) {
            let tree = Tree::new(&depths.try_into().unwrap());
            let (mut node, mut path) = (Tree::ROOT, path);
            for _ in 0..=MAX_DEPTH {
                if node < 256 {
                    node = tree.child(node, path >> 31 == 1);
                    path <<= 1;
                }
            }
            prop_assert!(node >= 256);
        }
    }
}
