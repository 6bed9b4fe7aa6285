//! A state as bytes: all its fields, one after the other.

use crate::models::{
    memory::shared::{ALIGNMENT, Shared},
    state::{Purpose, State, StateVisitor},
};
use memmap2::MmapMut;
use std::{fs::File, io};
use xxhash_rust::xxh3::Xxh3Default;

/// Bytes that are looked at together: those that are all zero are not touched, so that
/// empty tables take no memory.
const CHUNK_BYTES: usize = 4096;

/// A state as bytes, in memory that models can share.
pub(super) struct Image {
    bytes: Shared,
}

impl Image {
    /// The state of `length` bytes that `fill` writes into zeros.
    pub(super) fn filled<E: From<io::Error>>(
        length: usize,
        fill: impl FnOnce(&mut [u8]) -> Result<(), E>,
    ) -> Result<Self, E> {
        Shared::new(length, fill).map(|bytes| Self { bytes })
    }

    /// The state in `file` from `start` on.
    pub(super) fn of_file(file: File, start: u64, length: usize) -> io::Result<Self> {
        Shared::of_file(file, start, length).map(|bytes| Self { bytes })
    }

    /// The bytes of `state`.
    pub(super) fn of(state: &mut dyn State) -> io::Result<Self> {
        Self::filled(length(state), |image| {
            state.visit(&mut Writer { image, at: 0 });
            Ok(())
        })
    }

    /// Sets `state`, that of a new model of the same spec, to this one.
    pub(super) fn load(&self, state: &mut dyn State) {
        state.visit(&mut Reader { image: &self.bytes, at: 0, is_shared: false });
        state.settle();
    }

    /// As [`load`](Self::load), but large tables share their pages with all models loaded
    /// in this way until they are changed.
    pub(super) fn share(&self, state: &mut dyn State) {
        state.visit(&mut Reader { image: &self.bytes, at: 0, is_shared: true });
        state.settle();
    }

    /// Whether `state` is this one.
    pub(super) fn is_of(&self, state: &mut dyn State) -> bool {
        let mut comparison = Comparison { image: self.bytes(), at: 0, is_same: true };
        state.visit(&mut comparison);
        comparison.is_same && comparison.at == self.bytes().len()
    }

    pub(super) fn bytes(&self) -> &[u8] {
        self.bytes.bytes()
    }
}

/// XXH3-64 of `spec` and `state`: which state of which model.
pub(super) fn identity(spec: &[u8], state: &[u8]) -> u64 {
    let mut hash = Xxh3Default::new();
    hash.update(spec);
    hash.update(state);
    hash.digest()
}

/// Bytes of `state`, at least one.
pub(super) fn length(state: &mut dyn State) -> usize {
    let mut length = Length(0);
    state.visit(&mut length);
    length.0.max(1)
}

/// Where a field of pages of `bytes` bytes goes that could begin at `at`: large ones where
/// they can be shared.
fn place_of_pages(at: usize, bytes: usize) -> usize {
    if bytes >= ALIGNMENT { at.next_multiple_of(ALIGNMENT) } else { at }
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

    fn pages(&mut self, _: &'static str, pages: &mut MmapMut) {
        self.0 = place_of_pages(self.0, pages.len()) + pages.len();
    }
}

struct Writer<'a> {
    image: &'a mut [u8],
    at: usize,
}

impl StateVisitor for Writer<'_> {
    fn purpose(&self) -> Purpose {
        Purpose::Content
    }

    fn field(&mut self, _: &'static str, bytes: &mut [u8]) {
        copy_sparsely(bytes, &mut self.image[self.at..self.at + bytes.len()]);
        self.at += bytes.len();
    }

    fn pages(&mut self, name: &'static str, pages: &mut MmapMut) {
        self.at = place_of_pages(self.at, pages.len());
        self.field(name, pages);
    }
}

struct Reader<'a> {
    image: &'a Shared,
    at: usize,
    /// Whether pages are laid over the image instead of copied out of it.
    is_shared: bool,
}

impl<'a> Reader<'a> {
    fn take(&mut self, bytes: usize) -> &'a [u8] {
        let start = self.at;
        self.at += bytes;
        &self.image.bytes()[start..self.at]
    }
}

impl StateVisitor for Reader<'_> {
    fn purpose(&self) -> Purpose {
        Purpose::Content
    }

    fn field(&mut self, _: &'static str, bytes: &mut [u8]) {
        bytes.copy_from_slice(self.take(bytes.len()));
    }

    fn pages(&mut self, _: &'static str, pages: &mut MmapMut) {
        self.at = place_of_pages(self.at, pages.len());
        let (at, from) = (self.at, self.take(pages.len()));
        if self.is_shared
            && pages.len() >= ALIGNMENT
            && let Ok(overlay) = self.image.overlay(at, pages.len())
        {
            *pages = overlay;
        } else {
            // The pages are those of a new model, so zero.
            copy_sparsely(from, pages);
        }
    }
}

/// Compares fields with an image. Padding is not looked at: it leads to nothing.
struct Comparison<'a> {
    image: &'a [u8],
    at: usize,
    is_same: bool,
}

impl StateVisitor for Comparison<'_> {
    fn purpose(&self) -> Purpose {
        Purpose::Content
    }

    fn field(&mut self, _: &'static str, bytes: &mut [u8]) {
        let end = self.at + bytes.len();
        self.is_same &= self.image.get(self.at..end) == Some(&*bytes);
        self.at = end;
    }

    fn pages(&mut self, _: &'static str, pages: &mut MmapMut) {
        // Any bytes are a table's; they were taken over as they are.
        self.at = place_of_pages(self.at, pages.len()) + pages.len();
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
