//! Parameters as bytes: LEB128 numbers, shortest form only.

/// Appends `value`, 7 bits a byte, lowest first; the high bit says that more follow.
pub(super) fn put_number(bytes: &mut Vec<u8>, mut value: u32) {
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

/// Takes one number off the front of `bytes`: the mirror of [`put_number`]. `None` if it
/// is cut short, longer than it need be or does not fit 32 bits.
pub(super) fn take_number(bytes: &mut &[u8]) -> Option<u32> {
    let mut value = 0u64;
    for shift in (0..35).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(byte & 0x7F) << shift;
        if byte < 0x80 {
            let is_shortest = byte != 0 || shift == 0;
            return u32::try_from(value).ok().filter(|_| is_shortest);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back_and_only_in_their_shortest_form() {
        for value in [0, 1, 127, 128, 16383, 16384, 1 << 28, u32::MAX] {
            let mut bytes = Vec::new();
            put_number(&mut bytes, value);
            let mut rest = &bytes[..];
            assert_eq!((take_number(&mut rest), rest.len()), (Some(value), 0));
        }
        for bad in [&[][..], &[0x80], &[0x80, 0x00], &[0xFF, 0xFF, 0xFF, 0xFF, 0x10]] {
            assert_eq!(take_number(&mut &bad[..]), None, "{bad:x?}");
        }
    }
}
