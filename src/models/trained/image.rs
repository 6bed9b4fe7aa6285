//! A state as bytes: all its fields, one after the other.

use super::Reading;
use crate::models::{
    memory::{
        pages::{Pages, copy_sparsely},
        shared::{ALIGNMENT, Shared},
    },
    state::{Purpose, State, StateVisitor},
};
use std::{fs::File, io, sync::Arc};
use xxhash_rust::xxh3::Xxh3Default;

/// A state as bytes, in memory that models can share.
pub(super) struct Image {
    bytes: Arc<Shared>,
}

impl Image {
    /// The state of `length` bytes that `fill` writes into zeros.
    pub(super) fn filled<E: From<io::Error>>(
        length: usize,
        fill: impl FnOnce(&mut [u8]) -> Result<(), E>,
    ) -> Result<Self, E> {
        Shared::new(length, fill).map(|bytes| Self { bytes: Arc::new(bytes) })
    }

    /// The state in `file` from `start` on.
    pub(super) fn of_file(file: File, start: u64, length: usize) -> io::Result<Self> {
        Shared::of_file(file, start, length).map(|bytes| Self { bytes: Arc::new(bytes) })
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
        self.give(state, Giving::Copy);
    }

    /// As [`load`](Self::load), but large tables stay in the file that they are in, if they
    /// are in one, until they are changed, page by page.
    pub(super) fn lay_under(&self, state: &mut dyn State) {
        self.give(state, Giving::Overlay);
    }

    /// As [`load`](Self::load), but large tables are read where they are until they are
    /// changed: all models that they are lent to have one copy.
    pub(super) fn lend(&self, state: &mut dyn State) {
        self.give(state, Giving::Loan);
    }

    fn give(&self, state: &mut dyn State, giving: Giving) {
        state.visit(&mut Reader { image: &self.bytes, at: 0, giving });
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

/// XXH3-64 of `spec`, a byte 1 if words are read as codes, and `state`: which state of which
/// model.
pub(super) fn identity(spec: &[u8], reading: Reading, state: &[u8]) -> u64 {
    let mut hash = Xxh3Default::new();
    hash.update(spec);
    match reading {
        Reading::Bytes => {}
        Reading::Words => hash.update(&[1]),
    }
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

    fn pages(&mut self, _: &'static str, pages: &mut Pages) {
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

    fn pages(&mut self, _: &'static str, pages: &mut Pages) {
        self.at = place_of_pages(self.at, pages.len());
        copy_sparsely(pages, &mut self.image[self.at..self.at + pages.len()]);
        self.at += pages.len();
    }
}

/// How a state gets its large tables.
enum Giving {
    Copy,
    Overlay,
    Loan,
}

struct Reader<'a> {
    image: &'a Arc<Shared>,
    at: usize,
    giving: Giving,
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

    fn pages(&mut self, _: &'static str, pages: &mut Pages) {
        self.at = place_of_pages(self.at, pages.len());
        let (at, from) = (self.at, self.take(pages.len()));
        let elsewhere = match self.giving {
            _ if pages.len() < ALIGNMENT => None,
            Giving::Copy => None,
            Giving::Overlay => self.image.overlay(at, pages.len()).map(Pages::own),
            Giving::Loan => Some(Pages::lent(self.image, at, pages.len())),
        };
        match elsewhere {
            Some(elsewhere) => *pages = elsewhere,
            // The pages are those of a new model, so zero.
            None => copy_sparsely(from, pages),
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

    fn pages(&mut self, _: &'static str, pages: &mut Pages) {
        // Any bytes are a table's; they were taken over as they are.
        self.at = place_of_pages(self.at, pages.len()) + pages.len();
    }
}
