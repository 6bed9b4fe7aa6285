//! Shares of symbols, and bins that expect enough for a χ² test (§5.2.1, §5.2.2).

/// Least expectation of a bin, in occurrences.
const LEAST_EXPECTED: f64 = 5.0;

/// Share of each of `alphabet` symbols, summed up one by one as the reference tool does,
/// so that bins at the limit fall alike.
pub(super) fn shares(samples: &[u8], alphabet: usize) -> Vec<f64> {
    let one = 1.0 / samples.len() as f64;
    let mut shares = vec![0.0; alphabet];
    for &symbol in samples {
        shares[usize::from(symbol)] += one;
    }
    shares
}

/// Outcomes put together until each bin expects at least five.
pub(super) struct Bins {
    /// Bin of each outcome.
    of: Vec<usize>,
    /// Expected occurrences by bin.
    expected: Vec<f64>,
}

impl Bins {
    /// Outcomes in order of their expectations, of equal ones in order of their numbers; what
    /// is left over joins the last bin.
    pub(super) fn new(expectations: &[f64]) -> Self {
        let mut order: Vec<usize> = (0..expectations.len()).collect();
        order.sort_by(|&a, &b| expectations[a].total_cmp(&expectations[b]));
        let (mut of, mut expected) = (vec![0; expectations.len()], Vec::new());
        let mut pending = 0.0;
        for &outcome in &order {
            if pending >= LEAST_EXPECTED {
                expected.push(pending);
                pending = 0.0;
            }
            of[outcome] = expected.len();
            pending += expectations[outcome];
        }
        match expected.last_mut() {
            Some(last) if pending < LEAST_EXPECTED => *last += pending,
            _ => expected.push(pending),
        }
        let last = expected.len() - 1;
        for bin in &mut of {
            *bin = last.min(*bin);
        }
        Self { of, expected }
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.expected.len()
    }

    /// Σ (observed − expected)² / expected over all bins.
    pub(super) fn score(&self, outcomes: impl Iterator<Item = usize>) -> f64 {
        let mut observed = vec![0_u64; self.expected.len()];
        outcomes.for_each(|outcome| observed[self.of[outcome]] += 1);
        let pairs = observed.iter().zip(&self.expected);
        pairs.map(|(&observed, expected)| (observed as f64 - expected).powi(2) / expected).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_expectations_share_a_bin() {
        let bins = Bins::new(&[7.0, 2.0, 3.0, 1.0, 5.5]);
        assert_eq!(bins.of, [2, 0, 0, 0, 1]);
        assert_eq!(bins.expected, [6.0, 5.5, 7.0]);
        assert_eq!(Bins::new(&[6.0, 1.0]).expected, [7.0]);
        assert_eq!(Bins::new(&[1.0, 1.0]).expected, [2.0]);
    }
}
