use super::{Cost, Trial};

impl Cost {
    /// Median times and largest memory; of an even number the later of the middle two.
    ///
    /// # Panics
    /// If there are none.
    pub(super) fn median(costs: &[Self]) -> Self {
        let middle = |time: fn(&Self) -> f64| {
            let mut times: Vec<f64> = costs.iter().map(time).collect();
            times.sort_by(f64::total_cmp);
            times[times.len() / 2]
        };
        let peaks = costs.iter().map(|cost| cost.peak_memory_bytes);
        Self {
            cpu_seconds: middle(|cost| cost.cpu_seconds),
            wall_seconds: middle(|cost| cost.wall_seconds),
            peak_memory_bytes: peaks.max().unwrap_or_default(),
        }
    }

    /// One after the other: times add up, memory is the larger one's.
    fn then(self, next: Self) -> Self {
        Self {
            cpu_seconds: self.cpu_seconds + next.cpu_seconds,
            wall_seconds: self.wall_seconds + next.wall_seconds,
            peak_memory_bytes: self.peak_memory_bytes.max(next.peak_memory_bytes),
        }
    }
}

impl Trial {
    /// Several inputs one after the other; none of nothing.
    pub fn total(trials: &[Self]) -> Option<Self> {
        trials.iter().copied().reduce(|sum, next| Self {
            raw_bytes: sum.raw_bytes + next.raw_bytes,
            coded_bytes: sum.coded_bytes + next.coded_bytes,
            compress: sum.compress.then(next.compress),
            decompress: sum.decompress.then(next.decompress),
        })
    }

    /// Processor time of coding and decoding, seconds.
    pub fn round_trip_seconds(&self) -> f64 {
        self.compress.cpu_seconds + self.decompress.cpu_seconds
    }

    /// True if `other` is at least as small and as fast in round trip, and better in one.
    fn is_dominated_by(&self, other: &Self) -> bool {
        let (time, other_time) = (self.round_trip_seconds(), other.round_trip_seconds());
        other.coded_bytes <= self.coded_bytes
            && other_time <= time
            && (other.coded_bytes < self.coded_bytes || other_time < time)
    }

    /// For each trial, true if no other one of the same input dominates it: none is both
    /// as small and as fast in round trip, and better in one of them.
    pub fn pareto_front(trials: &[Self]) -> Vec<bool> {
        let dominated = |trial: &Self| trials.iter().any(|other| trial.is_dominated_by(other));
        trials.iter().map(|trial| !dominated(trial)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trial(coded_bytes: u64, seconds: f64) -> Trial {
        let compress = Cost { cpu_seconds: seconds, wall_seconds: seconds, peak_memory_bytes: 5 };
        let decompress = Cost { peak_memory_bytes: 7, ..compress };
        Trial { raw_bytes: 100, coded_bytes, compress, decompress }
    }

    #[test]
    fn only_what_nothing_beats_in_size_and_time_is_on_the_front() {
        let trials =
            [trial(10, 5.0), trial(20, 1.0), trial(20, 2.0), trial(30, 1.0), trial(10, 5.0)];
        assert_eq!(Trial::pareto_front(&trials), [true, true, false, false, true]);
    }

    #[test]
    fn totals_add_sizes_and_times_and_take_the_largest_memory() {
        let total = Trial::total(&[trial(10, 1.0), trial(20, 2.0)]).unwrap();
        assert_eq!((total.raw_bytes, total.coded_bytes), (200, 30));
        assert!((total.round_trip_seconds() - 6.0).abs() < 1e-9);
        assert_eq!((total.compress.peak_memory_bytes, total.decompress.peak_memory_bytes), (5, 7));
        assert_eq!(Trial::total(&[]), None);
    }

    #[test]
    fn the_median_does_not_mind_one_slow_run() {
        let costs = [1.0, 9.0, 2.0].map(|seconds| trial(1, seconds).compress);
        assert!((Cost::median(&costs).cpu_seconds - 2.0).abs() < 1e-9);
    }
}
