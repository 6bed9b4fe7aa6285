//! Bisection as the estimators need it: of falling functions, to the last digit.

/// Steps at most: from the whole line of doubles down to one.
const MOST_STEPS: usize = 1076;

/// p in `least..=1` at which the falling `f` takes `target`, by bisection until two
/// values are equal to 4 units in the last place or the interval closes.
///
/// None if `f` gives no number, so that no interval can hold the target.
pub(super) fn bisect(f: impl Fn(f64) -> f64, target: f64, least: f64) -> Option<f64> {
    let (mut low, mut high) = (least, 1.0);
    let (mut f_low, mut f_high) = (f64::INFINITY, f64::NEG_INFINITY);
    let mut p = f64::midpoint(low, high);
    for _ in 0..MOST_STEPS {
        let value = f(p);
        if value.is_nan() {
            return None;
        }
        if !(f_high..=f_low).contains(&value) {
            // Not monotonic any more: the digits are used up.
            return Some(high);
        }
        if is_equal(value, target) {
            return Some(p);
        }
        if target < value {
            (low, f_low) = (p, value);
        } else {
            (high, f_high) = (p, value);
        }
        p = f64::midpoint(low, high);
        if p <= low || p >= high {
            return Some(high);
        }
    }
    Some(p)
}

/// Whether two numbers differ by at most 4 units in the last place.
fn is_equal(a: f64, b: f64) -> bool {
    let is_comparable =
        a.is_finite() && b.is_finite() && a.is_sign_negative() == b.is_sign_negative();
    is_comparable && a.to_bits().abs_diff(b.to_bits()) <= 4
}

#[cfg(test)]
mod tests {
    use super::bisect;
    use crate::measure::tests::close;

    #[test]
    fn a_falling_function_is_inverted_to_the_last_digit() {
        close(bisect(|p| 1.0 - p * p, 0.5, 0.1).unwrap(), 0.5_f64.sqrt(), 1e-15);
        close(bisect(|p| -p, -2.0, 0.0).unwrap(), 1.0, 0.0);
        assert_eq!(bisect(|_| f64::NAN, 0.5, 0.0), None);
    }
}
