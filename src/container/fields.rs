//! Reads the fields of one mark from bytes that may end too early.

use super::number::{self, NotANumber};
use crate::error::Error;
use bytes::{Buf, TryGetError};

/// Why a mark could not be read.
#[derive(Debug)]
pub(super) enum Stop {
    /// Its bytes are not all there.
    Incomplete {
        /// Bytes of the mark needed at least before it is worth another try.
        needed: usize,
    },
    /// It is refused.
    Refused(Error),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Refused(error)
    }
}

/// The fields of one mark, read one after the other.
pub(super) struct Fields<'a> {
    mark: &'a [u8],
    rest: &'a [u8],
    /// Where the mark is in the stream.
    pub(super) offset: u64,
}

impl<'a> Fields<'a> {
    /// The fields of the mark at the start of `mark`, at `offset` of the stream.
    pub(super) fn new(mark: &'a [u8], offset: u64) -> Self {
        Self { mark, rest: mark, offset }
    }

    /// The bytes of the fields read so far.
    pub(super) fn taken(&self) -> &'a [u8] {
        &self.mark[..self.mark.len() - self.rest.len()]
    }

    /// Where the next field is in the stream.
    pub(super) fn here(&self) -> u64 {
        self.offset + self.taken().len() as u64
    }

    fn incomplete(&self, missing: usize) -> Stop {
        Stop::Incomplete { needed: self.mark.len() + missing }
    }

    fn complete<T>(&self, field: Result<T, TryGetError>) -> Result<T, Stop> {
        field.map_err(|error| self.incomplete(error.requested - error.available))
    }

    /// The next byte, left where it is.
    pub(super) fn peek(&self) -> Result<u8, Stop> {
        self.rest.first().copied().ok_or(self.incomplete(1))
    }

    pub(super) fn u8(&mut self) -> Result<u8, Stop> {
        let field = self.rest.try_get_u8();
        self.complete(field)
    }

    pub(super) fn u16(&mut self) -> Result<u16, Stop> {
        let field = self.rest.try_get_u16_le();
        self.complete(field)
    }

    pub(super) fn u32(&mut self) -> Result<u32, Stop> {
        let field = self.rest.try_get_u32_le();
        self.complete(field)
    }

    pub(super) fn u64(&mut self) -> Result<u64, Stop> {
        let field = self.rest.try_get_u64_le();
        self.complete(field)
    }

    /// The next `count` bytes.
    pub(super) fn bytes(&mut self, count: usize) -> Result<&'a [u8], Stop> {
        let missing = count.saturating_sub(self.rest.len());
        let (field, rest) = self.rest.split_at_checked(count).ok_or(self.incomplete(missing))?;
        self.rest = rest;
        Ok(field)
    }

    /// The next number, of any size.
    pub(super) fn number(&mut self) -> Result<u64, Stop> {
        let offset = self.here();
        number::read(&mut self.rest).map_err(|error| match error {
            NotANumber::Incomplete => self.incomplete(1),
            NotANumber::NotCanonical => Error::NumberNotCanonical { offset }.into(),
        })
    }
}

/// `value` if it is in `least..=most`.
pub(super) fn in_range(
    (field, value): (&'static str, u64),
    (least, most): (u64, u64),
    offset: u64,
) -> Result<u64, Error> {
    if (least..=most).contains(&value) {
        Ok(value)
    } else {
        Err(Error::OutOfRange { offset, field, value, least, most })
    }
}

/// Refuses a field whose value `stored` is not the one `computed` from the frame so far.
pub(super) fn consistent(
    field: &'static str,
    (stored, computed): (u64, u64),
    offset: u64,
) -> Result<(), Error> {
    if stored == computed {
        Ok(())
    } else {
        Err(Error::Inconsistent { offset, field, stored, computed })
    }
}
