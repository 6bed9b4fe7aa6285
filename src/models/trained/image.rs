//! A state as bytes: all its fields, one after the other.

use crate::models::{
    memory::pages,
    state::{Purpose, State, StateVisitor},
};
use memmap2::MmapMut;
use xxhash_rust::xxh3::Xxh3Default;

/// Bytes that are looked at together: those that are all zero are not touched, so that
/// empty tables take no memory.
const CHUNK_BYTES: usize = 4096;

/// A state as bytes, held in memory.
pub(super) struct Image {
    bytes: MmapMut,
}

impl Image {
    /// `bytes` zero bytes, to be filled.
    pub(super) fn zeroed(bytes: usize) -> Self {
        Self { bytes: pages::zeroed(bytes.max(1)) }
    }

    /// The bytes of `state`.
    pub(super) fn of(state: &mut dyn State) -> Self {
        let mut writer = Writer { image: Self::zeroed(length(state)), at: 0 };
        state.visit(&mut writer);
        writer.image
    }

    /// Sets `state`, that of a new model of the same spec, to this one.
    pub(super) fn load(&self, state: &mut dyn State) {
        state.visit(&mut Reader { rest: &self.bytes });
        state.settle();
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(super) fn bytes_mut(&mut self) -> &mut [u8] {
        &mut self.bytes
    }
}

/// XXH3-64 of `spec` and `state`: which state of which model.
pub(super) fn identity(spec: &[u8], state: &[u8]) -> u64 {
    let mut hash = Xxh3Default::new();
    hash.update(spec);
    hash.update(state);
    hash.digest()
}

/// Bytes of `state`.
pub(super) fn length(state: &mut dyn State) -> usize {
    let mut length = Length(0);
    state.visit(&mut length);
    length.0
}

/// Adds up the lengths of fields.
struct Length(usize);

impl StateVisitor for Length {
    fn purpose(&self) -> Purpose {
        Purpose::Content
    }

    fn field(&mut self, _: &'static str, bytes: &mut [u8]) {
        self.0 += bytes.len();
    }
}

struct Writer {
    image: Image,
    at: usize,
}

impl StateVisitor for Writer {
    fn purpose(&self) -> Purpose {
        Purpose::Content
    }

    fn field(&mut self, _: &'static str, bytes: &mut [u8]) {
        copy_sparsely(bytes, &mut self.image.bytes[self.at..self.at + bytes.len()]);
        self.at += bytes.len();
    }
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn take(&mut self, bytes: usize) -> &'a [u8] {
        let (field, rest) = self.rest.split_at(bytes);
        self.rest = rest;
        field
    }
}

impl StateVisitor for Reader<'_> {
    fn purpose(&self) -> Purpose {
        Purpose::Content
    }

    fn field(&mut self, _: &'static str, bytes: &mut [u8]) {
        bytes.copy_from_slice(self.take(bytes.len()));
    }

    /// As a field; the pages are those of a new model, so zero.
    fn pages(&mut self, _: &'static str, pages: &mut MmapMut) {
        copy_sparsely(self.take(pages.len()), pages);
    }
}

/// Copies `from` to the zeroed `to`.
fn copy_sparsely(from: &[u8], to: &mut [u8]) {
    for (from, to) in from.chunks(CHUNK_BYTES).zip(to.chunks_mut(CHUNK_BYTES)) {
        if from.iter().any(|&byte| byte != 0) {
            to.copy_from_slice(from);
        }
    }
}
