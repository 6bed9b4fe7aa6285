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

    /// What most often followed `context`, the largest of several, and how often; none if
    /// nothing ever did.
    fn favourite(&self, context: Context) -> Option<(u8, u32)>;

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
    fn favourite(&self, context: Context) -> Option<(u8, u32)> {
        let [zeros, ones] = self.counts[context as usize];
        let most = zeros.max(ones);
        (most > 0).then_some((u8::from(zeros <= ones), most))
    }

    #[inline]
    fn meet(&mut self, context: Context, bit: u8, may_be_new: bool) -> Option<Meeting> {
        let (favourite, count) = self.favourite(context)?;
        let followed = &mut self.counts[context as usize][usize::from(bit & 1)];
        let is_new = *followed == 0 && may_be_new;
        *followed += u32::from(*followed > 0 || may_be_new);
        Some(Meeting { favourite, count, is_new })
    }

    #[inline]
    fn begin(&mut self, context: Context, bit: u8) {
        self.counts[context as usize][usize::from(bit & 1)] = 1;
    }
}

/// Contexts of symbols: a tree of those that occurred.
///
/// Contexts of one symbol, which every sample meets, have a place from the start.
pub(super) struct Tree {
    nodes: Vec<Node>,
    /// Longer contexts, by context and the symbol before it.
    longer: HashMap<u32, Context, BuildHasherDefault<Multiply>>,
    /// Occurrences after contexts of one symbol of what was not the first there, by both.
    near: Vec<u32>,
    /// The same after longer contexts.
    far: HashMap<u32, u32, BuildHasherDefault<Multiply>>,
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

/// Different symbols.
const SYMBOLS: usize = 1 << u8::BITS;

impl Tree {
    pub(super) fn new() -> Self {
        Self {
            nodes: vec![Node::default(); 1 + SYMBOLS],
            longer: HashMap::default(),
            near: vec![0; SYMBOLS << 8],
            far: HashMap::default(),
        }
    }

    /// A context and a symbol in one number: contexts stay below 2²⁴, as dictionaries are
    /// bounded to a few million.
    const fn key(context: Context, symbol: u8) -> u32 {
        context << 8 | symbol as u32
    }

    /// Counts `symbol`, not the first after `context`, there, unless that is new and may
    /// not be; says how often it occurred.
    #[inline]
    fn count(&mut self, context: Context, symbol: u8, may_be_new: bool) -> u32 {
        let key = Self::key(context - 1, symbol);
        let place = match self.near.get_mut(key as usize) {
            None if may_be_new => Some(self.far.entry(key).or_default()),
            None => self.far.get_mut(&key),
            near => near,
        };
        place.map_or(0, |count| {
            *count += u32::from(*count > 0 || may_be_new);
            *count
        })
    }
}

impl Contexts for Tree {
    const ROOT: Context = 0;

    #[inline]
    fn grown(&self, context: Context, symbol: u8) -> Option<Context> {
        if context == Self::ROOT {
            return Some(1 + Context::from(symbol));
        }
        self.longer.get(&Self::key(context, symbol)).copied()
    }

    fn grow(&mut self, context: Context, symbol: u8) -> Context {
        if context == Self::ROOT {
            return 1 + Context::from(symbol);
        }
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
    fn favourite(&self, context: Context) -> Option<(u8, u32)> {
        let node = &self.nodes[context as usize];
        (node.first_count > 0).then_some((node.favourite, node.most))
    }

    #[inline]
    fn meet(&mut self, context: Context, symbol: u8, may_be_new: bool) -> Option<Meeting> {
        let (favourite, most) = self.favourite(context)?;
        let node = &mut self.nodes[context as usize];
        let (count, is_new) = if node.first == symbol {
            node.first_count += 1;
            (node.first_count, false)
        } else {
            let count = self.count(context, symbol, may_be_new);
            (count, count == 1)
        };
        if count > most || (count == most && symbol > favourite) {
            let node = &mut self.nodes[context as usize];
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
