//! The one formatter of numbers: thousands separators, IEC sizes, rates.

/// A whole number with a comma between thousands: `10,192,446`.
pub fn count(value: u64) -> String {
    grouped(&value.to_string())
}

/// A number with `digits` after the point and a comma between thousands: `-1,234.50`.
pub fn number(value: f64, digits: usize) -> String {
    let plain = format!("{value:.digits$}");
    let (sign, magnitude) = plain.split_at(usize::from(plain.starts_with('-')));
    let (whole, fraction) = magnitude.split_at(magnitude.find('.').unwrap_or(magnitude.len()));
    if value.is_finite() { format!("{sign}{}{fraction}", grouped(whole)) } else { plain }
}

/// A size in the largest IEC unit of which there is at least one: `512 B`, `9.7 MiB`.
pub fn iec(bytes: u64) -> String {
    const UNITS: [&str; 6] = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    if bytes < 1024 {
        return format!("{bytes} B");
    }
    let power = (bytes.ilog2() / 10) as usize;
    let size = bytes as f64 / (1_u64 << (10 * power)) as f64;
    format!("{size:.1} {}", UNITS[power - 1])
}

/// Binary megabytes (2²⁰ bytes) in `bytes`.
pub fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}

/// Code length per byte of input, in bits; none for an empty input.
pub fn bits_per_byte(coded_bytes: u64, raw_bytes: u64) -> Option<f64> {
    (raw_bytes > 0).then(|| coded_bytes as f64 * 8.0 / raw_bytes as f64)
}

/// Decimal megabytes (10⁶ bytes) a second; none if no time was seen to pass.
pub fn megabytes_per_second(bytes: u64, seconds: f64) -> Option<f64> {
    (seconds > 0.0).then(|| bytes as f64 / 1e6 / seconds)
}

/// Digits with a comma before every group of three from the right.
fn grouped(digits: &str) -> String {
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (index, digit) in digits.char_indices() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_grouped_from_the_right() {
        assert_eq!(count(0), "0");
        assert_eq!(count(999), "999");
        assert_eq!(count(1_000), "1,000");
        assert_eq!(count(u64::MAX), "18,446,744,073,709,551,615");
        assert_eq!(number(-1234.5, 2), "-1,234.50");
        assert_eq!(number(0.000_04, 4), "0.0000");
        assert_eq!(number(f64::INFINITY, 1), "inf");
        assert_eq!(number(f64::NAN, 1), "NaN");
    }

    #[test]
    fn a_size_takes_the_largest_unit_that_fits() {
        assert_eq!(iec(1023), "1023 B");
        assert_eq!(iec(1024), "1.0 KiB");
        assert_eq!(iec(10_192_446), "9.7 MiB");
        assert_eq!(iec(u64::MAX), "16.0 EiB");
    }

    #[test]
    fn rates_of_nothing_are_missing() {
        assert_eq!(bits_per_byte(3, 8), Some(3.0));
        assert_eq!(bits_per_byte(3, 0), None);
        assert_eq!(megabytes_per_second(5_000_000, 2.0), Some(2.5));
        assert_eq!(megabytes_per_second(5_000_000, 0.0), None);
    }
}
