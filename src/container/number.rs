//! Numbers of variable length: LEB128 in its shortest form.
//!
//! Seven bits a byte, lowest first; the top bit of a byte says that another follows.

use bytes::{Buf, BufMut, TryGetError};

/// Bytes that the longest number takes.
pub(super) const MAX_NUMBER_BYTES: usize = 10;

/// What came instead of a number.
#[derive(Debug)]
pub(super) enum NotANumber {
    /// The input ends inside it.
    Incomplete,
    /// A shorter form exists, or it exceeds 64 bits.
    NotCanonical,
}

impl From<TryGetError> for NotANumber {
    fn from(_: TryGetError) -> Self {
        Self::Incomplete
    }
}

/// Appends `value`.
pub(super) fn write(mut value: u64, out: &mut impl BufMut) {
    while value >= 0x80 {
        out.put_u8(value as u8 | 0x80);
        value >>= 7;
    }
    out.put_u8(value as u8);
}

/// Takes one number: the mirror of [`write`].
pub(super) fn read(input: &mut impl Buf) -> Result<u64, NotANumber> {
    let mut value = 0;
    for at in 0..MAX_NUMBER_BYTES {
        let byte = input.try_get_u8()?;
        let bits = u64::from(byte & 0x7F);
        if at == MAX_NUMBER_BYTES - 1 && byte > 1 || at > 0 && byte == 0 {
            return Err(NotANumber::NotCanonical);
        }
        value |= bits << (7 * at);
        if byte < 0x80 {
            return Ok(value);
        }
    }
    Err(NotANumber::NotCanonical)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_all(mut bytes: &[u8]) -> Result<u64, NotANumber> {
        let value = read(&mut bytes)?;
        assert!(bytes.is_empty());
        Ok(value)
    }

    #[test]
    fn numbers_come_back_at_every_length() {
        for bits in 0..64 {
            for value in [1u64 << bits, (1 << bits) - 1, u64::MAX >> bits] {
                let mut bytes = Vec::new();
                write(value, &mut bytes);
                assert_eq!(read_all(&bytes).unwrap(), value);
                assert!(matches!(read_all(&bytes[..bytes.len() - 1]), Err(NotANumber::Incomplete)));
            }
        }
    }

    #[test]
    fn a_number_has_only_its_shortest_form() {
        let too_long: [&[u8]; 3] = [&[0x80, 0], &[0xFF, 0x80, 0], &[0x85, 0]];
        let too_large: [&[u8]; 2] =
            [&[0xFF, 255, 255, 255, 255, 255, 255, 255, 255, 2], &[0xFF; 11]];
        for bytes in too_long.into_iter().chain(too_large) {
            assert!(matches!(read_all(bytes), Err(NotANumber::NotCanonical)), "{bytes:x?}");
        }
    }
}
