//! The shape of the symbol choices: a canonical Huffman tree of 16 branches a node.

use super::{
    mixture::NONE,
    port::{BitPort, pass_bit},
};
use crate::models::counter::Counter;
use std::{cmp::Reverse, collections::BinaryHeap};

/// Branches of a node.
const BRANCHES: usize = 16;
/// Longest path from the root to a symbol, in choices.
const MAX_DEPTH: u8 = 8;

/// A tree over the bytes that occur: frequent ones take few choices.
pub(super) struct Tree {
    /// What stands below each inner node, the root first: an inner node below 256,
    /// 256 + symbol otherwise.
    children: [[u16; BRANCHES]; Self::NODES],
    /// The choices that lead to each symbol, four bits each, the first lowest.
    paths: [u32; 256],
    leaves: [Leaf; 256],
}

/// Choices down to each symbol, 0 if it does not occur.
pub(super) type Depths = [u8; 256];

/// What a choice leads to.
pub(super) enum Below {
    /// An inner node.
    Node(u16),
    Symbol(u8),
}

/// Where a symbol hangs.
#[derive(Clone, Copy)]
pub(super) struct Leaf {
    node: u8,
    choice: u8,
}

impl Leaf {
    /// Where a symbol is that does not occur.
    pub(super) const NOWHERE: Self = Self { node: u8::MAX, choice: 0 };

    /// The choice at `node` that leads here, or [`NONE`].
    #[inline(always)]
    pub(super) fn choice_at(self, node: u16) -> usize {
        if u16::from(self.node) == node { self.choice.into() } else { NONE }
    }
}

impl Tree {
    /// Most inner nodes that 256 symbols need.
    pub(super) const NODES: usize = 17;
    /// The inner node where every walk starts.
    pub(super) const ROOT: u16 = 0;

    /// The tree in which each symbol is as deep as `depths` says. Where no tree is
    /// (damaged code), a walk ends at symbol 0.
    pub(super) fn new(depths: &Depths) -> Self {
        let mut tree = Self::bare();
        if has_places(depths) && tree.grow(depths).is_none() {
            return Self::bare();
        }
        tree
    }

    /// The tree whose every path ends at symbol 0.
    const fn bare() -> Self {
        Self {
            children: [[256; BRANCHES]; Self::NODES],
            paths: [0; 256],
            leaves: [Leaf::NOWHERE; 256],
        }
    }

    /// Hangs every symbol up, shallow ones first; `None` if the inner nodes do not suffice.
    fn grow(&mut self, depths: &Depths) -> Option<()> {
        let mut symbols: Vec<u8> = (0..=255).filter(|&s| depths[s as usize] > 0).collect();
        symbols.sort_by_key(|&symbol| depths[symbol as usize]);
        let (mut place, mut place_depth, mut inner_nodes) = (0u64, 0, 1);
        for symbol in symbols {
            let depth = depths[symbol as usize];
            place <<= 4 * (depth - place_depth);
            place_depth = depth;
            self.plant(symbol, place, depth, &mut inner_nodes)?;
            place += 1;
        }
        Some(())
    }

    /// Hangs `symbol` at the end of the path that `place` is, first choice highest, with
    /// the inner nodes on the way.
    fn plant(&mut self, symbol: u8, place: u64, depth: u8, inner_nodes: &mut u16) -> Option<()> {
        let mut node = Self::ROOT;
        let mut path = 0;
        for level in 0..depth {
            let choice = (place >> (4 * (depth - 1 - level)) & 15) as u32;
            path |= choice << (4 * level);
            let child = &mut self.children.get_mut(usize::from(node))?[choice as usize];
            if level + 1 == depth {
                *child = 256 + u16::from(symbol);
                self.leaves[usize::from(symbol)] = Leaf { node: node as u8, choice: choice as u8 };
            } else if *child >= 256 {
                *child = *inner_nodes;
                *inner_nodes += 1;
            }
            node = *child;
        }
        self.paths[usize::from(symbol)] = path;
        Some(())
    }

    /// What stands below `node` after `choice`.
    #[inline(always)]
    pub(super) fn below(&self, node: u16, choice: usize) -> Below {
        match self.children[usize::from(node)][choice % BRANCHES] {
            node @ 0..256 => Below::Node(node),
            symbol => Below::Symbol(symbol as u8),
        }
    }

    /// The choices down to `symbol`, four bits each, the first lowest.
    #[inline(always)]
    pub(super) fn path(&self, symbol: u8) -> u32 {
        self.paths[usize::from(symbol)]
    }

    /// Where `symbol` hangs.
    #[inline(always)]
    pub(super) fn leaf(&self, symbol: u8) -> Leaf {
        self.leaves[usize::from(symbol)]
    }
}

/// Whether there are places for all symbols at their depths.
fn has_places(depths: &Depths) -> bool {
    let occurring = depths.iter().filter(|&&depth| depth > 0);
    let taken: u64 = occurring.map(|&depth| 1 << (4 * (MAX_DEPTH - depth))).sum();
    taken <= 1 << (4 * MAX_DEPTH)
}

/// Depths in a Huffman tree of `counts`, none beyond [`MAX_DEPTH`].
pub(super) fn depths(counts: &[u32; 256]) -> Depths {
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
    let occurring = counts.iter().filter(|&&count| count > 0).count();
    // Places that stay free at the bottom, so that all nodes are full.
    let nodes = occurring.saturating_sub(1).div_ceil(BRANCHES - 1).max(1);
    let free = 1 + nodes * (BRANCHES - 1) - occurring;
    let symbols = (0..256).filter(|&symbol| counts[symbol] > 0);
    let places = (256..256 + free).map(|place| Reverse((0, place)));
    let mut heap: BinaryHeap<_> =
        symbols.map(|symbol| Reverse((counts[symbol], symbol))).chain(places).collect();
    // The node above each symbol, free place and node, found as they are joined.
    let mut above = vec![0; 256 + free];
    while heap.len() > 1 {
        let (mut total, node) = (0, above.len());
        for Reverse((count, child)) in (0..BRANCHES).map_while(|_| heap.pop()) {
            total += count;
            above[child] = node;
        }
        above.push(0);
        heap.push(Reverse((total, node)));
    }
    let mut depths = vec![0u8; above.len()];
    for node in (256 + free..above.len() - 1).rev() {
        depths[node] = depths[above[node]].saturating_add(1);
    }
    std::array::from_fn(|symbol| match counts[symbol] {
        0 => 0,
        _ => depths[above[symbol]].saturating_add(1),
    })
}

/// Passes the depths through `port`: for each symbol whether it is as deep as the one
/// before, and if not, its depth, four bits.
pub(super) fn pass_depths(port: &mut impl BitPort, depths: &mut Depths) {
    let mut is_same = [Counter::NEW; 4];
    let mut nodes = [Counter::NEW; 16];
    let (mut before, mut repeats) = (0, 0);
    for depth in depths {
        let context = 2 * usize::from(before == 0) + repeats;
        let same = pass_bit(port, &mut is_same[context], *depth == before);
        repeats = usize::from(same);
        if same {
            *depth = before;
            continue;
        }
        let node = (0..4).rev().fold(1, |node, shift| {
            node << 1 | usize::from(pass_bit(port, &mut nodes[node], *depth >> shift & 1 == 1))
        });
        *depth = (node as u8 & 15).min(MAX_DEPTH);
        before = *depth;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Where the path of `symbol` leads, and after how many choices.
    fn walk(tree: &Tree, symbol: u8) -> (u8, u8) {
        let (mut node, mut path, mut choices) = (Tree::ROOT, tree.path(symbol), 0);
        loop {
            choices += 1;
            match tree.below(node, path as usize & 15) {
                Below::Node(below) => node = below,
                Below::Symbol(symbol) => return (symbol, choices),
            }
            path >>= 4;
        }
    }

    #[test]
    fn sixteen_symbols_take_one_choice_and_seventeen_more() {
        for (occurring, longest) in [(1, 1), (2, 1), (16, 1), (17, 2), (256, 2)] {
            let counts = std::array::from_fn(|symbol| u32::from(symbol < occurring) * 7);
            let depths = depths(&counts);
            assert_eq!(depths.iter().max(), Some(&longest), "{occurring}");
            let tree = Tree::new(&depths);
            for symbol in 0..occurring as u8 {
                assert_eq!(walk(&tree, symbol), (symbol, depths[usize::from(symbol)]));
            }
        }
    }

    #[test]
    fn depths_stay_bounded_when_counts_grow_sixteenfold() {
        let counts = std::array::from_fn(|symbol| match symbol / 15 {
            step @ 0..7 => 1 << (4 * step),
            7 => 1 << 27,
            _ => 0,
        });
        let depths = depths(&counts);
        assert!(depths.iter().all(|&depth| depth <= MAX_DEPTH) && has_places(&depths));
    }

    proptest! {
        #[test]
        fn every_path_leads_to_its_symbol(
            counts in prop::collection::vec(0u32..100_000, 256),
            rarity in 0u32..17,
        ) {
            let counts: [u32; 256] = counts.try_into().unwrap();
            let counts = counts.map(|count| count >> rarity);
            let depths = depths(&counts);
            let tree = Tree::new(&depths);
            for symbol in (0..=255u8).filter(|&symbol| depths[symbol as usize] > 0) {
                prop_assert_eq!(walk(&tree, symbol), (symbol, depths[symbol as usize]));
                let last = tree.path(symbol) >> (4 * (depths[symbol as usize] - 1)) & 15;
                let leaf = tree.leaf(symbol);
                prop_assert_eq!(leaf.choice_at(leaf.node.into()), last as usize);
            }
        }

        #[test]
        fn every_walk_ends_whatever_the_depths(
            depths in prop::collection::vec(0u8..=MAX_DEPTH, 256),
            path in any::<u32>(),
        ) {
            let tree = Tree::new(&depths.try_into().unwrap());
            let (mut node, mut path, mut is_over) = (Tree::ROOT, path, false);
            for _ in 0..MAX_DEPTH {
                match tree.below(node, path as usize & 15) {
                    Below::Node(below) => node = below,
                    Below::Symbol(_) => { is_over = true; break }
                }
                path >>= 4;
            }
            prop_assert!(is_over);
        }
    }
}
