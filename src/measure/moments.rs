//! Means of many numbers that pass by once, with their standard errors.

/// A mean and its standard error, s/√n, by Welford's recurrence.
#[derive(Clone, Copy, Debug, Default)]
pub struct Moments {
    count: f64,
    mean: f64,
    /// Σ (x − mean)².
    deviations: f64,
}

impl Moments {
    /// Takes one more number.
    pub fn add(&mut self, x: f64) {
        self.count += 1.0;
        let before = x - self.mean;
        self.mean += before / self.count;
        self.deviations += before * (x - self.mean);
    }

    /// Mean of the numbers so far; 0 of none.
    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// Standard error of the mean; none from fewer than two numbers.
    pub fn standard_error(&self) -> Option<f64> {
        (self.count > 1.0).then(|| (self.deviations / (self.count - 1.0) / self.count).sqrt())
    }
}

/// A ratio of sums, Σy/Σx, and its standard error from the spread of the pairs:
///
/// ```text
/// r = Σy / Σx        SE² = n/(n − 1) · Σ (y − r·x)² / (Σx)²
/// ```
///
/// Source: Cochran, "Sampling Techniques", 3rd edition, 1977, section 6.3.
#[derive(Clone, Copy, Debug, Default)]
pub struct RatioMoments {
    count: f64,
    sum: [f64; 2],
    /// Σy², Σxy, Σx².
    squares: [f64; 3],
}

impl RatioMoments {
    /// Takes one more pair.
    pub fn add(&mut self, y: f64, x: f64) {
        self.count += 1.0;
        self.sum = [self.sum[0] + y, self.sum[1] + x];
        let [yy, xy, xx] = self.squares;
        self.squares = [yy + y * y, xy + x * y, xx + x * x];
    }

    /// Σy/Σx; not a number without pairs.
    pub fn ratio(&self) -> f64 {
        self.sum[0] / self.sum[1]
    }

    /// Standard error of the ratio; none from fewer than two pairs.
    pub fn standard_error(&self) -> Option<f64> {
        let (r, [yy, xy, xx], n) = (self.ratio(), self.squares, self.count);
        let deviations = (yy - 2.0 * r * xy + r * r * xx).max(0.0);
        (n > 1.0).then(|| (n / (n - 1.0) * deviations).sqrt() / self.sum[1])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_have_the_textbooks_standard_errors() {
        let mut moments = Moments::default();
        assert_eq!(moments.standard_error(), None);
        for x in [2.0, 4.0, 9.0] {
            moments.add(x);
        }
        assert!((moments.mean() - 5.0).abs() < 1e-12);
        assert!((moments.standard_error().unwrap() - (13.0_f64 / 3.0).sqrt()).abs() < 1e-12);
        let mut ratio = RatioMoments::default();
        ratio.add(2.0, 1.0);
        ratio.add(6.0, 2.0);
        // r = 8/3, residuals −2/3 and 2/3.
        assert!((ratio.ratio() - 8.0 / 3.0).abs() < 1e-12);
        let expected = (2.0 * 8.0 / 9.0_f64).sqrt() / 3.0;
        assert!((ratio.standard_error().unwrap() - expected).abs() < 1e-12);
    }
}
