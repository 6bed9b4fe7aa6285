/// Sum of `terms`, exact to about one unit in the last place of the largest partial sum
/// whatever their number and order (Neumaier's compensated summation, ZAMM 54, 1974).
pub(super) fn accurate_sum(terms: impl IntoIterator<Item = f64>) -> f64 {
    let (sum, lost) = terms.into_iter().fold((0.0_f64, 0.0_f64), |(sum, lost), term| {
        let next = sum + term;
        // Infinities have no low part to rescue.
        let part = if !next.is_finite() {
            0.0
        } else if sum.abs() >= term.abs() {
            (sum - next) + term
        } else {
            (term - next) + sum
        };
        (next, lost + part)
    });
    sum + lost
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "exact where it says exact")]
mod tests {
    use super::accurate_sum;

    #[test]
    fn small_terms_survive_beside_large_ones() {
        assert_eq!(accurate_sum([1.0, 1e100, 1.0, -1e100]), 2.0);
        assert_eq!(accurate_sum([1.0, f64::INFINITY]), f64::INFINITY);
    }
}
