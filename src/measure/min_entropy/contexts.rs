//! What followed each context: dictionaries for the predictors with a memory.
//!
//! A context is grown leftwards, one earlier symbol at a time, so that the contexts of
//! all lengths before one sample are a walk.

use std::{
    collections::{HashMap, hash_map::Entry},
    hash::{BuildHasherDefault, Hasher},
};

/// A context's number.
pub(super) type Context = u32;

/// Contexts and how often each symbol followed each.
pub(super) trait Contexts {
    /// The context of no symbols.
    const ROOT: Context;

    /// `context` with `symbol` before it, if that has a place.
    fn grown(&self, context: Context, symbol: u8) -> Option<Context>;

    /// `context` with `symbol` before it, given a place if it had none.
    fn grow(&mut self, context: Context, symbol: u8) -> Context;

    /// Says what most often followed `context`, the largest of several, and then counts
    /// `symbol` there; one never seen there only if `may_be_new`. None, and nothing
    /// counted, if nothing ever followed.
    fn meet(&mut self, context: Context, symbol: u8, may_be_new: bool) -> Option<Meeting>;

    /// Counts `symbol` as the first that follows `context`.
    fn begin(&mut self, context: Context, symbol: u8);
}

/// What was known of a context when a symbol followed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Meeting {
    /// What had followed most often.
    pub(super) favourite: u8,
    /// How often it had.
    pub(super) count: u32,
    /// Whether the symbol is counted there for the first time.
    pub(super) is_new: bool,
}

/// Contexts of bits: counters for every one, side by side.
pub(super) struct Bits {
    /// Zeros and ones after each context; a context's number is its bits behind a 1.
    counts: Vec<[u32; 2]>,
}

impl Bits {
    /// Room for contexts of at most `length` bits.
    pub(super) fn new(length: u32) -> Self {
        Self { counts: vec![[0; 2]; 2 << length] }
    }
}

impl Contexts for Bits {
    const ROOT: Context = 1;

    #[inline]
    fn grown(&self, context: Context, bit: u8) -> Option<Context> {
        let marker = 1 << context.ilog2();
        Some(context + (marker << (bit & 1)))
    }

    #[inline]
    fn grow(&mut self, context: Context, bit: u8) -> Context {
        self.grown(context, bit).expect("every context of bits has a place")
    }

    #[inline]
    fn meet(&mut self, context: Context, bit: u8, may_be_new: bool) -> Option<Meeting> {
        let counts = &mut self.counts[context as usize];
        let [zeros, ones] = *counts;
        if zeros | ones == 0 {
            return None;
        }
        let followed = if bit == 0 { zeros } else { ones };
        let is_new = followed == 0 && may_be_new;
        counts[usize::from(bit & 1)] = followed + u32::from(followed > 0 || may_be_new);
        let (favourite, count) = (u8::from(zeros <= ones), zeros.max(ones));
        Some(Meeting { favourite, count, is_new })
    }

    #[inline]
    fn begin(&mut self, context: Context, bit: u8) {
        self.counts[context as usize][usize::from(bit & 1)] = 1;
    }
}

/// Contexts of symbols: a tree of those that occurred.
pub(super) struct Tree {
    nodes: Vec<Node>,
    /// Longer contexts, by context and the symbol before it.
    longer: HashMap<u32, Context, BuildHasherDefault<Multiply>>,
    /// Occurrences after a context of symbols that were not the first there.
    counts: HashMap<u32, u32, BuildHasherDefault<Multiply>>,
}

/// One context. Most are followed by one symbol only, which is kept here.
#[derive(Clone, Copy, Default)]
struct Node {
    /// Occurrences of what followed most often.
    most: u32,
    /// Occurrences of what followed first.
    first_count: u32,
    first: u8,
    favourite: u8,
}

impl Tree {
    pub(super) fn new() -> Self {
        Self {
            nodes: vec![Node::default()],
            longer: HashMap::default(),
            counts: HashMap::default(),
        }
    }

    /// A context and a symbol in one number: contexts stay below 2²⁴, as dictionaries are
    /// bounded to a few million.
    const fn key(context: Context, symbol: u8) -> u32 {
        context << 8 | symbol as u32
    }
}

impl Contexts for Tree {
    const ROOT: Context = 0;

    #[inline]
    fn grown(&self, context: Context, symbol: u8) -> Option<Context> {
        self.longer.get(&Self::key(context, symbol)).copied()
    }

    fn grow(&mut self, context: Context, symbol: u8) -> Context {
        let next = self.nodes.len() as Context;
        match self.longer.entry(Self::key(context, symbol)) {
            Entry::Occupied(found) => *found.get(),
            Entry::Vacant(place) => {
                self.nodes.push(Node::default());
                *place.insert(next)
            }
        }
    }

    #[inline]
    fn meet(&mut self, context: Context, symbol: u8, may_be_new: bool) -> Option<Meeting> {
        let node = &mut self.nodes[context as usize];
        if node.first_count == 0 {
            return None;
        }
        let (favourite, most) = (node.favourite, node.most);
        let (count, is_new) = if node.first == symbol {
            node.first_count += 1;
            (node.first_count, false)
        } else {
            match self.counts.entry(Self::key(context, symbol)) {
                Entry::Occupied(mut found) => {
                    *found.get_mut() += 1;
                    (*found.get(), false)
                }
                Entry::Vacant(place) if may_be_new => (*place.insert(1), true),
                Entry::Vacant(_) => (0, false),
            }
        };
        if count > most || (count == most && symbol > favourite) {
            (node.most, node.favourite) = (count, symbol);
        }
        Some(Meeting { favourite, count: most, is_new })
    }

    fn begin(&mut self, context: Context, symbol: u8) {
        self.nodes[context as usize] =
            Node { most: 1, first_count: 1, first: symbol, favourite: symbol };
    }
}

/// Hashes numbers by one multiplication: keys here are no one's attack.
#[derive(Default)]
struct Multiply(u64);

impl Hasher for Multiply {
    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u32(u32::from(byte));
        }
    }

    #[inline]
    fn write_u32(&mut self, number: u32) {
        let mixed = (self.0 ^ u64::from(number)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.0 = mixed ^ mixed >> 32;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn both_dictionaries_count_alike(bits in prop::collection::vec(0_u8..2, 20..300)) {
            let (mut table, mut tree) = (Bits::new(4), Tree::new());
            for at in 4..bits.len() {
                let (mut short, mut long) = (Bits::ROOT, Tree::ROOT);
                for back in 1..=4 {
                    short = table.grow(short, bits[at - back]);
                    long = tree.grow(long, bits[at - back]);
                    prop_assert_eq!(tree.grown(long, 7), None);
                    let may_be_new = at % 5 < 3;
                    let expected = table.meet(short, bits[at], may_be_new);
                    prop_assert_eq!(tree.meet(long, bits[at], may_be_new), expected);
                    if expected.is_none() {
                        table.begin(short, bits[at]);
                        tree.begin(long, bits[at]);
                    }
                }
            }
        }
    }
}
