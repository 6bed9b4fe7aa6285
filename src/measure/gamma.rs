#![expect(clippy::disallowed_methods, reason = "logarithms are what is measured")]

use special::Gamma;

/// Probability that a χ² variable of `freedom` > 0 degrees of freedom exceeds `score` ≥ 0:
/// Q(freedom / 2, score / 2). 1 if there is no freedom, as nothing can deviate.
pub(super) fn chi_squared_tail(score: f64, freedom: f64) -> f64 {
    if freedom > 0.0 { upper_gamma(freedom / 2.0, score / 2.0) } else { 1.0 }
}

/// The regularised incomplete gamma function Q(a, x) = Γ(a, x) / Γ(a), for a > 0, x ≥ 0.
///
/// Below a + 1 by the series of 1 − Q, else by the continued fraction of Q, which keeps
/// the digits of small tails (DLMF 8.11.4, 8.9.2, by Lentz's method).
fn upper_gamma(a: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 1.0;
    }
    let scale = (a * x.ln() - x - Gamma::ln_gamma(a).0).exp();
    if x < a + 1.0 { 1.0 - scale * lower_series(a, x) } else { scale * upper_fraction(a, x) }
}

/// Terms after which both have converged for any degrees of freedom met here.
const MOST_TERMS: u32 = 1_000_000;

/// Σ xⁿ / (a (a + 1) … (a + n)).
fn lower_series(a: f64, x: f64) -> f64 {
    let (mut term, mut sum) = (1.0 / a, 1.0 / a);
    for n in 1..MOST_TERMS {
        term *= x / (a + f64::from(n));
        sum += term;
        if term < sum * f64::EPSILON {
            break;
        }
    }
    sum
}

/// 1 / (x + 1 − a − 1(1 − a) / (x + 3 − a − 2(2 − a) / …)).
fn upper_fraction(a: f64, x: f64) -> f64 {
    let apart = |value: f64| if value == 0.0 { f64::MIN_POSITIVE } else { value };
    let mut partial = x + 1.0 - a;
    let (mut ahead, mut behind) = (1.0 / f64::MIN_POSITIVE, 1.0 / apart(partial));
    let mut fraction = behind;
    for n in 1..MOST_TERMS {
        let numerator = f64::from(n) * (a - f64::from(n));
        partial += 2.0;
        behind = 1.0 / apart(numerator * behind + partial);
        ahead = apart(partial + numerator / ahead);
        let factor = ahead * behind;
        fraction *= factor;
        if (factor - 1.0).abs() < f64::EPSILON {
            break;
        }
    }
    fraction
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::tests::close;

    #[test]
    fn tails_are_those_of_the_closed_forms() {
        // Two degrees of freedom: exp(−x/2); four: that times 1 + x/2.
        for x in [0.1, 1.0, 5.0, 30.0, 700.0] {
            close(chi_squared_tail(x, 2.0), (-x / 2.0).exp(), 1e-13 * (-x / 2.0).exp());
            let four = (-x / 2.0).exp() * (1.0 + x / 2.0);
            close(chi_squared_tail(x, 4.0), four, 1e-12 * four);
        }
        // One: twice the normal tail beyond 1.96.
        close(chi_squared_tail(3.841_458_820_694_124, 1.0), 0.05, 1e-14);
    }

    #[test]
    fn nothing_deviates_without_freedom() {
        close(chi_squared_tail(0.0, 0.0), 1.0, 0.0);
        close(chi_squared_tail(0.0, 3.0), 1.0, 0.0);
    }
}
