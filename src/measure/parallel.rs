//! Independent work on all cores.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

/// `work` of every job, in the jobs' order, on as many threads as there are cores.
///
/// # Panics
/// If `work` panics.
pub(crate) fn map<J: Sync, R: Send>(jobs: &[J], work: impl Fn(&J) -> R + Sync) -> Vec<R> {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let next = AtomicUsize::new(0);
    let run = || {
        let taken = std::iter::repeat_with(|| next.fetch_add(1, Ordering::Relaxed));
        let mine = taken.take_while(|&index| index < jobs.len());
        mine.map(|index| (index, work(&jobs[index]))).collect::<Vec<_>>()
    };
    let mut results: Vec<(usize, R)> = thread::scope(|scope| {
        let threads: Vec<_> = (0..cores.min(jobs.len())).map(|_| scope.spawn(run)).collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("no job panics")).collect()
    });
    results.sort_by_key(|&(index, _)| index);
    results.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::map;

    #[test]
    fn results_come_in_the_order_of_their_jobs() {
        let jobs: Vec<u32> = (0..100).collect();
        assert_eq!(map(&jobs, |job| job * 2), (0..100).map(|job| job * 2).collect::<Vec<_>>());
        assert!(map(&[] as &[u32], |job| *job).is_empty());
    }
}
