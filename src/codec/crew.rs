//! Threads that work on segments side by side, and their results in the segments' order.
//!
//! ```text
//! begin give give … end · begin give … end        the caller, segment after segment
//!        ↓    ↓                  ↓                 a lane for each segment
//!      thread 1                thread 2
//!        ↓    ↓                  ↓
//! next next … note · next … note                  the caller, in the same order
//! ```
//!
//! One thread, the caller's, gives the work and takes the results, so nothing but the
//! lanes is shared. Whoever waits, waits for the first lane: it has all that it needs, so
//! the wait ends, and how much is held meanwhile is the caller's choice.

use crate::error::Error;
use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, Sender, TryRecvError, channel},
    },
    thread::{self, JoinHandle},
};

/// Work on one segment: jobs one after the other.
pub(super) trait Work: Send + 'static {
    type Job: Send + 'static;
    type Done: Send + 'static;

    /// Does the next job.
    fn work(&mut self, job: Self::Job) -> Self::Done;
}

/// Tells work that nobody waits for it any more.
#[derive(Clone, Debug, Default)]
pub(super) struct Stop(Arc<AtomicBool>);

impl Stop {
    fn set(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether work may go on.
    ///
    /// # Errors
    /// [`Error::AlreadyFailed`], which nobody will see, if it may not.
    pub(super) fn check(&self) -> Result<(), Error> {
        if self.0.load(Ordering::Relaxed) { Err(Error::AlreadyFailed) } else { Ok(()) }
    }
}

/// What comes back, in the order in which it was given.
pub(super) enum Event<D, N> {
    /// A job is done.
    Done(D),
    /// All jobs given before the note are done.
    Note(N),
}

/// Threads at work on segments of type `W`, with notes of type `N` in between.
pub(super) struct Crew<W: Work, N> {
    /// Threads at most; one works where it is asked.
    threads: usize,
    /// Those that were begun.
    begun: Vec<JoinHandle<()>>,
    stop: Stop,
    /// To the threads, each of which takes a lane when it has finished one.
    lanes: Option<Lanes<W>>,
    queue: VecDeque<Entry<W, N>>,
    /// Bytes held by jobs whose results were not taken.
    jobs_bytes: u64,
    /// Bytes held by work that was not put away.
    work_bytes: u64,
}

enum Entry<W: Work, N> {
    Lane(Lane<W>),
    Note(N),
}

/// The caller's end of a segment.
struct Lane<W: Work> {
    worker: Worker<W>,
    /// Bytes held by each job whose result was not taken, the oldest first.
    jobs_bytes: VecDeque<u64>,
    /// Bytes held by the work itself.
    work_bytes: u64,
    is_ended: bool,
}

/// Who works on a segment.
enum Worker<W: Work> {
    /// The caller, at once.
    Caller { work: W, done: VecDeque<W::Done> },
    /// A thread, now or when one is free.
    Thread { jobs: Option<Sender<W::Job>>, done: Receiver<W::Done> },
}

/// The thread's end of a segment.
struct Assignment<W: Work> {
    work: W,
    jobs: Receiver<W::Job>,
    done: Sender<W::Done>,
}

/// Assignments on their way to the next free thread.
struct Lanes<W: Work> {
    sender: Sender<Assignment<W>>,
    receiver: Arc<Mutex<Receiver<Assignment<W>>>>,
}

impl<W: Work, N> Crew<W, N> {
    /// A crew of at most `threads` threads, none of them begun. With one or none, the
    /// caller does the work as it gives it.
    pub(super) fn new(threads: usize) -> Self {
        Self {
            threads,
            begun: Vec::new(),
            stop: Stop::default(),
            lanes: None,
            queue: VecDeque::new(),
            jobs_bytes: 0,
            work_bytes: 0,
        }
    }

    /// What work on a long job is to ask now and then.
    pub(super) fn stop(&self) -> Stop {
        self.stop.clone()
    }

    /// Threads at most.
    pub(super) fn threads(&self) -> usize {
        self.threads
    }

    /// Bytes held by jobs that were given, until their results are taken.
    pub(super) fn jobs_bytes(&self) -> u64 {
        self.jobs_bytes
    }

    /// Bytes held by all work that was begun, until its last result is taken.
    pub(super) fn work_bytes(&self) -> u64 {
        self.work_bytes
    }

    /// Begins a segment; `bytes` are held until its last result is taken.
    pub(super) fn begin(&mut self, work: W, bytes: u64) {
        self.hire();
        let worker = match &self.lanes {
            None => Worker::Caller { work, done: VecDeque::new() },
            Some(lanes) => lanes.assign(work),
        };
        self.work_bytes += bytes;
        let (jobs_bytes, work_bytes, is_ended) = (VecDeque::new(), bytes, false);
        self.queue.push_back(Entry::Lane(Lane { worker, jobs_bytes, work_bytes, is_ended }));
    }

    /// Gives a job of the segment that was begun last; `bytes` are held until its result
    /// is taken.
    pub(super) fn give(&mut self, job: W::Job, bytes: u64) {
        self.jobs_bytes += bytes;
        let Some(Entry::Lane(lane)) = self.queue.back_mut() else {
            unreachable!("jobs are given between the beginning and the end of a segment")
        };
        lane.jobs_bytes.push_back(bytes);
        match &mut lane.worker {
            Worker::Caller { work, done } => done.push_back(work.work(job)),
            Worker::Thread { jobs, .. } => {
                let jobs = jobs.as_ref().expect("the segment has not ended");
                jobs.send(job).expect("the thread lives as long as its segment");
            }
        }
    }

    /// Ends the segment that was begun last, with `note` behind it.
    pub(super) fn end(&mut self, note: N) {
        self.end_lane();
        self.queue.push_back(Entry::Note(note));
    }

    /// Ends the segment that was begun last, if it has not ended.
    pub(super) fn end_lane(&mut self) {
        if let Some(Entry::Lane(lane)) = self.queue.back_mut() {
            lane.is_ended = true;
            if let Worker::Thread { jobs, .. } = &mut lane.worker {
                *jobs = None;
            }
        }
    }

    /// The next result or note, if it is there.
    pub(super) fn ready(&mut self) -> Option<Event<W::Done, N>> {
        self.next(|done| match done.try_recv() {
            Ok(done) => Some(done),
            Err(TryRecvError::Empty) => None,
            Err(TryRecvError::Disconnected) => unreachable!("every job that was given is done"),
        })
    }

    /// The next result or note; `None` if nothing is to be done.
    pub(super) fn wait(&mut self) -> Option<Event<W::Done, N>> {
        self.next(|done| Some(done.recv().expect("every job that was given is done")))
    }

    fn next(
        &mut self,
        receive: impl FnOnce(&Receiver<W::Done>) -> Option<W::Done>,
    ) -> Option<Event<W::Done, N>> {
        while let Some(Entry::Lane(lane)) = self.queue.front_mut() {
            if let Some(&bytes) = lane.jobs_bytes.front() {
                let done = match &mut lane.worker {
                    Worker::Caller { done, .. } => done.pop_front(),
                    Worker::Thread { done, .. } => receive(done),
                }?;
                lane.jobs_bytes.pop_front();
                self.jobs_bytes -= bytes;
                return Some(Event::Done(done));
            }
            if !lane.is_ended {
                return None;
            }
            self.work_bytes -= lane.work_bytes;
            self.queue.pop_front();
        }
        match self.queue.pop_front() {
            Some(Entry::Note(note)) => Some(Event::Note(note)),
            _ => None,
        }
    }

    /// Begins one more thread, while there are fewer than allowed. Where the system has no
    /// more, those that are there do all the work.
    fn hire(&mut self) {
        if self.threads < 2 || self.begun.len() == self.threads {
            return;
        }
        let lanes = self.lanes.get_or_insert_with(Lanes::new);
        let receiver = Arc::clone(&lanes.receiver);
        let name = format!("segments {}", self.begun.len() + 1);
        if let Ok(thread) = thread::Builder::new().name(name).spawn(move || serve(&receiver)) {
            self.begun.push(thread);
            return;
        }
        self.threads = self.begun.len();
        if self.threads == 0 {
            self.lanes = None;
        }
    }
}

/// Threads end before what they work for does: none outlives its crew.
impl<W: Work, N> Drop for Crew<W, N> {
    fn drop(&mut self) {
        self.stop.set();
        // Without lanes no thread waits for the next, without their ends for a job.
        self.lanes = None;
        self.queue.clear();
        for thread in self.begun.drain(..) {
            // What a thread panicked of was reported where it happened.
            let _ = thread.join();
        }
    }
}

impl<W: Work> Lanes<W> {
    fn new() -> Self {
        let (sender, receiver) = channel();
        Self { sender, receiver: Arc::new(Mutex::new(receiver)) }
    }

    fn assign(&self, work: W) -> Worker<W> {
        let ((jobs, jobs_there), (done_there, done)) = (channel(), channel());
        let assignment = Assignment { work, jobs: jobs_there, done: done_there };
        self.sender.send(assignment).expect("the receiver lives here too");
        Worker::Thread { jobs: Some(jobs), done }
    }
}

/// Works on one segment after the other, until no more can come or nobody takes the
/// results.
fn serve<W: Work>(lanes: &Mutex<Receiver<Assignment<W>>>) {
    loop {
        let next = lanes.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(Assignment { mut work, jobs, done }) = next else { return };
        for job in jobs {
            if done.send(work.work(job)).is_err() {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    /// Adds its number to each job, after a while that differs from job to job.
    struct Slow(u64);

    impl Work for Slow {
        type Job = u64;
        type Done = u64;

        fn work(&mut self, job: u64) -> u64 {
            thread::sleep(Duration::from_micros((self.0 * 7 + job * 13) % 5 * 100));
            self.0 * 100 + job
        }
    }

    /// All that comes out of four segments of three jobs.
    fn results(threads: usize) -> Vec<u64> {
        let mut crew = Crew::new(threads);
        for segment in 0..4 {
            crew.begin(Slow(segment), 10);
            (0..3).for_each(|job| crew.give(job, 1));
            crew.end(segment);
        }
        assert_eq!((crew.work_bytes(), crew.jobs_bytes()), (40, 12));
        let mut results = Vec::new();
        while let Some(event) = crew.wait() {
            results.push(match event {
                Event::Done(done) => done,
                Event::Note(segment) => segment * 100 + 99,
            });
        }
        assert_eq!((crew.work_bytes(), crew.jobs_bytes()), (0, 0));
        results
    }

    #[test]
    fn results_and_notes_come_in_the_order_given_whatever_the_threads() {
        let expected: Vec<_> =
            (0..4).flat_map(|s| [0, 1, 2, 99].map(|job| s * 100 + job)).collect();
        for threads in [0, 1, 2, 3, 9] {
            assert_eq!(results(threads), expected, "{threads} threads");
        }
    }

    /// Works on a job until it is told to stop.
    struct Endless {
        stop: Stop,
        alive: Arc<()>,
    }

    impl Work for Endless {
        type Job = ();
        type Done = usize;

        fn work(&mut self, (): ()) -> usize {
            while self.stop.check().is_ok() {
                thread::yield_now();
            }
            Arc::strong_count(&self.alive)
        }
    }

    #[test]
    fn a_dropped_crew_stops_its_work_and_leaves_no_thread_behind() {
        let alive = Arc::new(());
        let mut crew = Crew::<Endless, ()>::new(3);
        for _ in 0..5 {
            crew.begin(Endless { stop: crew.stop(), alive: Arc::clone(&alive) }, 0);
            (0..3).for_each(|_| crew.give((), 0));
            crew.end(());
        }
        assert_eq!(Arc::strong_count(&alive), 6);
        drop(crew);
        assert_eq!(Arc::strong_count(&alive), 1);
    }

    #[test]
    fn an_open_segment_has_nothing_ready_and_a_dropped_crew_ends() {
        for threads in [1, 2] {
            let mut crew = Crew::<Slow, ()>::new(threads);
            assert!(crew.ready().is_none() && crew.wait().is_none());
            crew.begin(Slow(1), 0);
            assert!(crew.ready().is_none() && crew.wait().is_none());
            crew.give(5, 0);
            assert!(matches!(crew.wait(), Some(Event::Done(105))));
            crew.give(6, 0);
        }
    }
}
