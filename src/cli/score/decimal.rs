//! Numbers as JSON and CSV have them.

use std::io::Write;

/// Appends `value`, finite: whole numbers as they are, others to six decimal places, of two as
/// near the even one: what `{:.0}` and `{:.6}` write, at a tenth of the cost.
pub(super) fn put(value: f64, out: &mut Vec<u8>) {
    let Some((mut units, mut fraction)) = millionths(value) else {
        let places = if value.fract() == 0.0 { 0 } else { 6 };
        let _ = write!(out, "{value:.places$}");
        return;
    };
    let (mut text, mut start) = ([0; 32], 32);
    let mut put_before = |byte| {
        start -= 1;
        text[start] = byte;
    };
    if fraction > 0 || value.fract() != 0.0 {
        for _ in 0..6 {
            put_before(b'0' + (fraction % 10) as u8);
            fraction /= 10;
        }
        put_before(b'.');
    }
    while {
        put_before(b'0' + (units % 10) as u8);
        units /= 10;
        units > 0
    } {}
    out.extend_from_slice(&text[start..]);
}

/// `value` in units and millionths, if it is not negative and within what 64 bits compute.
fn millionths(value: f64) -> Option<(u64, u64)> {
    const FRACTION: u32 = f64::MANTISSA_DIGITS - 1;
    let bits = value.to_bits();
    if bits == 0 {
        return Some((0, 0));
    }
    // value = mantissa · 2^−shift; a sign makes the exponent too large.
    let shift = u64::from(FRACTION + 1023).checked_sub(bits >> FRACTION)?;
    if !(13..128).contains(&shift) {
        return None;
    }
    let mantissa = bits & ((1 << FRACTION) - 1) | 1 << FRACTION;
    let scaled = u128::from(mantissa) * 1_000_000;
    let (down, rest) = (scaled >> shift, scaled & ((1 << shift) - 1));
    let half = 1 << (shift - 1);
    let up = rest > half || rest == half && down & 1 == 1;
    let rounded = down as u64 + u64::from(up);
    Some((rounded / 1_000_000, rounded % 1_000_000))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(value: f64) -> String {
        let mut out = Vec::new();
        put(value, &mut out);
        String::from_utf8(out).unwrap()
    }

    fn plain(value: f64) -> String {
        if value.fract() == 0.0 { format!("{value:.0}") } else { format!("{value:.6}") }
    }

    #[test]
    fn ties_go_to_the_even_digit_and_large_and_small_numbers_are_written_in_full() {
        assert_eq!(shown(1.0 / 128.0), "0.007812");
        assert_eq!(shown(3.0 / 128.0), "0.023438");
        assert_eq!(shown(0.999_999_9), "1.000000");
        for value in [0.0, -0.0, -2.5, 1e-9, 4e-7, 5e-324, 1e300, 2f64.powi(40), 2f64.powi(53)] {
            assert_eq!(shown(value), plain(value));
        }
    }

    proptest! {
        #[test]
        fn numbers_are_written_as_the_standard_library_does(
            bits in any::<u64>(),
            scale in 0_u32..60,
            whole in 0_u32..5_000,
        ) {
            let any = f64::from_bits(bits);
            let scaled = (bits >> 11) as f64 / 2f64.powi(53) * 2f64.powi(scale as i32 - 20);
            let eighths = f64::from(whole) / 128.0;
            for value in [any, scaled, eighths, f64::from(whole)] {
                if value.is_finite() {
                    prop_assert_eq!(shown(value), plain(value));
                }
            }
        }
    }
}
