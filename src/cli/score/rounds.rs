//! Rounds of documents on several threads.

use super::{
    documents::Document,
    numbers::{Scored, score},
};
use crate::models::{Learning, Scorer, TrainedModel};
use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

/// A scorer for each thread, all over one model.
pub(super) struct Scorers {
    scorers: Vec<Scorer>,
}

impl Scorers {
    pub(super) fn new(trained: &TrainedModel, learning: Learning, threads: usize) -> Self {
        Self { scorers: (0..threads).map(|_| Scorer::new(trained, learning)).collect() }
    }

    /// The documents of `round`, scored, in their order.
    pub(super) fn score(&mut self, round: Vec<Document>) -> Vec<Scored> {
        if let ([scorer], _) | ([scorer, ..], 1) = (&mut self.scorers[..], round.len()) {
            return round.into_iter().map(|document| score(document, scorer)).collect();
        }
        let jobs: Vec<_> = round.into_iter().map(|document| Mutex::new(Some(document))).collect();
        let next = AtomicUsize::new(0);
        let work = |scorer: &mut Scorer| {
            let mut done = Vec::new();
            loop {
                let index = next.fetch_add(1, Ordering::Relaxed);
                let Some(job) = jobs.get(index) else { return done };
                let job = job.lock().unwrap_or_else(PoisonError::into_inner).take();
                done.extend(job.map(|document| (index, score(document, scorer))));
            }
        };
        let mut scored: Vec<(usize, Scored)> = thread::scope(|scope| {
            let spawn = |scorer| scope.spawn(|| work(scorer));
            let threads: Vec<_> = self.scorers.iter_mut().map(spawn).collect();
            let join = |thread: thread::ScopedJoinHandle<'_, _>| {
                thread.join().expect("scoring does not panic")
            };
            threads.into_iter().flat_map(join).collect()
        });
        scored.sort_unstable_by_key(|&(index, _)| index);
        scored.into_iter().map(|(_, scored)| scored).collect()
    }
}
