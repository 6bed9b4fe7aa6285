//! Pairs of real numbers: correlation, classes for counting, and pairs whose mutual
//! information is known.

#![expect(clippy::disallowed_methods, reason = "logarithms are what is measured")]

use super::sum::accurate_sum;
use crate::sources::SplitMix64;
use std::f64::consts::TAU;

/// Pearson's correlation of the pairs (`x[i]`, `y[i]`), `-1..=1`; NaN if either does not vary.
///
/// It sees straight lines only: of a circle it is 0, though X leaves Y two choices.
pub fn correlation(x: &[f64], y: &[f64]) -> f64 {
    let count = x.len().min(y.len());
    let mean = |values: &[f64]| accurate_sum(values[..count].iter().copied()) / count as f64;
    let (middle_x, middle_y) = (mean(x), mean(y));
    let moment = |term: &dyn Fn(f64, f64) -> f64| {
        accurate_sum(x.iter().zip(y).map(|(x, y)| term(x - middle_x, y - middle_y)))
    };
    let spread = (moment(&|x, _| x * x) * moment(&|_, y| y * y)).sqrt();
    (moment(&|x, y| x * y) / spread).clamp(-1.0, 1.0)
}

/// The class of each of `values` among `bins` ≥ 1 classes of as nearly equal counts as ties
/// allow, in the order of the values; equal values are in one class.
///
/// Classes of equal counts depend on ranks alone, so that no stretching of the axis changes
/// them, as none changes mutual information.
pub fn equal_count_bins(values: &[f64], bins: u32) -> Vec<u32> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    let mut classes = vec![0; values.len()];
    let mut rank = 0;
    for equal in order.chunk_by(|&a, &b| values[a] >= values[b]) {
        let class = (rank as u64 * u64::from(bins) / values.len() as u64) as u32;
        for &place in equal {
            classes[place] = class;
        }
        rank += equal.len();
    }
    classes
}

/// `count` independent pairs of standard normal variables with correlation `rho` in `-1..=1`;
/// `seed` fixes them. Their mutual information is
/// [`gaussian_mutual_information`](super::gaussian_mutual_information).
/// Source: Box & Muller, Annals of Mathematical Statistics 29 (1958).
pub fn correlated_pairs(rho: f64, count: usize, seed: u64) -> Vec<(f64, f64)> {
    let mut random = SplitMix64::new(seed);
    let mut uniform = || (random.below(1 << 53) as f64 + 0.5) / (1_u64 << 53) as f64;
    let pairs = (0..count).map(|_| {
        let (radius, angle) = ((-2.0 * uniform().ln()).sqrt(), TAU * uniform());
        let (x, other) = (radius * angle.cos(), radius * angle.sin());
        (x, rho * x + (1.0 - rho * rho).sqrt() * other)
    });
    pairs.collect()
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "exact where it says exact")]
mod tests {
    use super::*;
    use crate::measure::{PairCounts, gaussian_mutual_information, tests::close};

    fn binned(x: &[f64], y: &[f64], bins: u32) -> PairCounts<u32> {
        PairCounts::of(equal_count_bins(x, bins).into_iter().zip(equal_count_bins(y, bins)))
    }

    #[test]
    fn bins_are_of_equal_counts_and_ties_stay_together() {
        assert_eq!(equal_count_bins(&[4.0, 1.0, 3.0, 2.0], 2), [1, 0, 1, 0]);
        assert_eq!(equal_count_bins(&[1.0, 1.0, 1.0, 9.0], 2), [0, 0, 0, 1]);
        assert_eq!(equal_count_bins(&[0.0, -0.0], 4), [0, 0]);
        assert!(equal_count_bins(&[], 4).is_empty());
        // Ranks alone count.
        let values = [0.1, 5.0, 2.0, 7.0, 7.5, 1.0];
        assert_eq!(equal_count_bins(&values, 3), equal_count_bins(&values.map(f64::exp), 3));
    }

    #[test]
    fn binned_information_of_gaussians_comes_up_to_the_closed_form_from_below() {
        for rho in [0.0, 0.5, -0.9] {
            let (x, y): (Vec<f64>, Vec<f64>) =
                correlated_pairs(rho, 100_000, 7).into_iter().unzip();
            close(correlation(&x, &y), rho, 0.01);
            let exact = gaussian_mutual_information(rho);
            let [few, many] =
                [4, 32].map(|bins| binned(&x, &y, bins).miller_madow_mutual_information());
            assert!(few <= many + 0.002, "{few} {many}");
            assert!(many <= exact + 0.005 && many > 0.96 * exact - 0.005, "{many}, not {exact}");
        }
    }

    #[test]
    fn a_circle_has_no_correlation_and_much_information() {
        let points = (0..3600).map(|i| f64::from(i) / 3600.0 * TAU);
        let (x, y): (Vec<f64>, Vec<f64>) = points.map(|angle| (angle.cos(), angle.sin())).unzip();
        close(correlation(&x, &y), 0.0, 1e-12);
        // Of 16 classes of Y, X leaves two or so.
        let information = binned(&x, &y, 16).mutual_information();
        assert!(information > 2.0, "{information}");
        assert!(correlation(&[1.0, 1.0], &[1.0, 2.0]).is_nan());
        assert_eq!(correlation(&[1.0, 2.0, 3.0], &[-2.0, -4.0, -6.0]), -1.0);
    }
}
