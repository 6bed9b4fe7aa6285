//! How bytes look at a glance: printable or not, and their order-0 entropy.

/// Whether nearly all bytes are printable.
pub(super) fn is_text(bytes: &[u8]) -> bool {
    let printable = bytes.iter().filter(|byte| matches!(byte, 9..=13 | 32..=126)).count();
    printable * 16 >= bytes.len() * 15
}

/// Units of [`log2`] and of entropies to a bit.
pub(super) const BIT: u64 = 256;

/// Order-0 entropy of `bytes`, units of 1/[`BIT`] bits a byte.
pub(super) fn entropy(bytes: &[u8]) -> u32 {
    let mut counts = [0_u32; 256];
    for &byte in bytes {
        counts[usize::from(byte)] += 1;
    }
    let total = bytes.len().max(1) as u32;
    let sum: u64 = counts.into_iter().map(times_log2).sum();
    log2(total.into()).saturating_sub(sum / u64::from(total)) as u32
}

/// log₂ of a number in units of 1/[`BIT`]; 0 of 0.
pub(super) const fn log2(number: u64) -> u64 {
    let Some(whole) = number.checked_ilog2() else { return 0 };
    // The leading 1 at bit 31.
    let (mut mantissa, mut digits) = (number << (63 - whole) >> 32, whole as u64);
    let mut bits = BIT.ilog2();
    while bits > 0 {
        mantissa = (mantissa * mantissa) >> 31;
        let digit = mantissa >> 32;
        digits = digits << 1 | digit;
        mantissa >>= digit;
        bits -= 1;
    }
    digits
}

/// n log₂ n in units of 1/[`BIT`].
pub(super) fn times_log2(n: u32) -> u64 {
    let known = SMALL_TIMES_LOG2.get(n as usize).copied();
    known.unwrap_or_else(|| u64::from(n) * log2(n.into()))
}

const SMALL_TIMES_LOG2: [u64; 128] = {
    let mut products = [0; 128];
    let mut n = 0;
    while n < products.len() {
        products[n] = n as u64 * log2(n as u64);
        n += 1;
    }
    products
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logarithms_are_exact_to_their_last_digit() {
        for power in 0..64 {
            assert_eq!(log2(1 << power), power * BIT);
        }
        // 256 log₂ 3 = 405.75, 256 log₂ 10 = 850.41, 256 log₂ 10¹⁹ = 16,157.8
        assert_eq!([3, 10, 10_000_000_000_000_000_000].map(log2), [405, 850, 16_157]);
        assert_eq!(log2(0), 0);
    }

    #[test]
    fn entropy_of_two_equal_halves_is_a_bit() {
        assert_eq!(entropy(b"aabb"), 256);
        assert_eq!(entropy(b"aaaa"), 0);
        assert_eq!(entropy(&[]), 0);
    }

    #[test]
    fn text_is_mostly_printable() {
        assert!(is_text(b"Caf\xC3\xA9 au lait, with sugar, at noon.\r\n"));
        assert!(!is_text(&[0, 1, 2, b'a']));
    }
}
