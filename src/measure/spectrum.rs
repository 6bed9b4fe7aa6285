use super::sum::accurate_sum;
use std::collections::BTreeMap;

/// The frequency spectrum of a sample: how many classes were seen how often.
///
/// Every entropy estimator here depends on a sample through its spectrum alone, and a
/// spectrum is small: a sample of M has at most √(2M) different counts.
/// Source: I. J. Good, "The population frequencies of species", Biometrika 40 (1953).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spectrum {
    /// (count, classes seen that often), count ascending, both ≥ 1.
    entries: Vec<(u64, u64)>,
    samples: u64,
    classes: u64,
}

impl Spectrum {
    /// Spectrum of class counts; zero counts are classes never seen and are left out.
    pub fn of_counts(counts: impl IntoIterator<Item = u64>) -> Self {
        let mut builder = SpectrumBuilder::default();
        counts.into_iter().for_each(|count| builder.add(count));
        builder.finish()
    }

    /// Pairs (count, classes seen that often), count ascending.
    pub fn entries(&self) -> &[(u64, u64)] {
        &self.entries
    }

    /// Sample size M = Σ counts.
    pub fn samples(&self) -> u64 {
        self.samples
    }

    /// Classes seen at least once, K.
    pub fn classes(&self) -> u64 {
        self.classes
    }

    /// Classes seen exactly once, f₁.
    pub fn singletons(&self) -> u64 {
        match self.entries.first() {
            Some(&(1, classes)) => classes,
            _ => 0,
        }
    }

    /// Probability that the next sample is of a class not seen yet, in `0..=1`: f₁ / M
    /// (Good–Turing); 1 for the empty sample.
    pub fn unseen_mass(&self) -> f64 {
        if self.samples == 0 { 1.0 } else { self.singletons() as f64 / self.samples as f64 }
    }

    /// Σ over classes of `term(count)`, compensated.
    pub(super) fn sum(&self, term: impl Fn(f64) -> f64) -> f64 {
        accurate_sum(
            self.entries.iter().map(|&(count, classes)| classes as f64 * term(count as f64)),
        )
    }

    /// The spectrum after one class of `count` lost one sample.
    pub(super) fn without_one_of(&self, count: u64) -> Self {
        let mut entries: BTreeMap<u64, u64> = self.entries.iter().copied().collect();
        if let Some(classes) = entries.get_mut(&count) {
            *classes -= 1;
        }
        *entries.entry(count - 1).or_default() += 1;
        Self::from_map(entries)
    }

    fn from_map(map: BTreeMap<u64, u64>) -> Self {
        let entries: Vec<(u64, u64)> =
            map.into_iter().filter(|&(count, classes)| count > 0 && classes > 0).collect();
        let samples = entries.iter().map(|&(count, classes)| count * classes).sum();
        let classes = entries.iter().map(|&(_, classes)| classes).sum();
        Self { entries, samples, classes }
    }
}

/// Collects class counts one by one into a [`Spectrum`].
pub(super) struct SpectrumBuilder {
    /// Classes by count, for the counts below [`SpectrumBuilder::SMALL`].
    small: Vec<u64>,
    large: BTreeMap<u64, u64>,
}

impl Default for SpectrumBuilder {
    fn default() -> Self {
        Self { small: vec![0; Self::SMALL], large: BTreeMap::new() }
    }
}

impl SpectrumBuilder {
    /// Counts below this are tallied in an array: nearly all are.
    const SMALL: usize = 512;

    /// One more class seen `count` times.
    #[inline]
    pub(super) fn add(&mut self, count: u64) {
        match self.small.get_mut(count as usize) {
            Some(classes) => *classes += 1,
            None => *self.large.entry(count).or_default() += 1,
        }
    }

    pub(super) fn finish(self) -> Spectrum {
        let mut map = self.large;
        map.extend((0..).zip(self.small));
        Spectrum::from_map(map)
    }
}

#[cfg(test)]
mod tests {
    use super::Spectrum;

    #[test]
    fn a_spectrum_counts_classes_by_how_often_they_were_seen() {
        let spectrum = Spectrum::of_counts([3, 1, 0, 1, 2, 1000]);
        assert_eq!(spectrum.entries(), [(1, 2), (2, 1), (3, 1), (1000, 1)]);
        assert_eq!((spectrum.samples(), spectrum.classes(), spectrum.singletons()), (1007, 5, 2));
        assert_eq!(spectrum.without_one_of(1).entries(), [(1, 1), (2, 1), (3, 1), (1000, 1)]);
    }
}
