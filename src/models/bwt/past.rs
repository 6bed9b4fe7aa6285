//! What the runs coded so far say about the next.

/// The last few distinct bytes and the lengths of their runs.
pub(super) struct Past {
    /// The last four distinct bytes, newest first.
    pub(super) recent: [u8; 4],
    /// Where the newest byte stood among the recent ones before it came, 0 if nowhere.
    rank: usize,
    /// Classes of the last 16 runs' lengths, 2 bits each, newest lowest.
    classes: u32,
    /// Class of the last run of each byte, in eight.
    last_class: [u8; 256],
}

impl Past {
    /// Before the first run.
    pub(super) const fn new() -> Self {
        Self { recent: [0, 1, 2, 3], rank: 0, classes: 0, last_class: [0; 256] }
    }

    /// Distributions of a length that each context has.
    pub(super) const LENGTH_CONTEXTS: [usize; 3] = [1 << 11, 1 << 13, 1 << 8];
    /// Weight sets of a length.
    pub(super) const LENGTH_SETS: usize = 1 << 5;

    /// Contexts of the length of the newest byte's run: the byte and its last run, the
    /// last runs, and where the byte was before.
    #[inline(always)]
    pub(super) fn length_contexts(&self) -> [usize; 3] {
        let last_class = self.newest_class();
        [
            usize::from(self.recent[0]) << 3 | last_class,
            self.classes as usize & 255 | self.rank << 8 | last_class << 10,
            self.classes as usize & 63 | self.rank << 6,
        ]
    }

    /// Weight set of that length.
    #[inline(always)]
    pub(super) fn length_set(&self) -> usize {
        self.rank << 3 | self.newest_class()
    }

    #[inline(always)]
    fn newest_class(&self) -> usize {
        self.last_class[usize::from(self.recent[0])].into()
    }

    /// A run of `byte` starts.
    #[inline(always)]
    pub(super) fn start_run(&mut self, byte: u8) {
        let [newest, second, third, fourth] = self.recent;
        let (rank, recent) = match byte {
            _ if byte == second => (1, [byte, newest, third, fourth]),
            _ if byte == third => (2, [byte, newest, second, fourth]),
            _ if byte == fourth => (3, [byte, newest, second, third]),
            _ => (0, [byte, newest, second, third]),
        };
        (self.rank, self.recent) = (rank, recent);
    }

    /// The newest byte's run has `length` bytes.
    #[inline(always)]
    pub(super) fn end_run(&mut self, length: usize) {
        self.classes = self.classes << 2 | coarse_class(length);
        self.last_class[usize::from(self.recent[0])] = fine_class(length);
    }
}

/// Four classes of run lengths: 1, 2, 3 … 6, longer.
#[inline(always)]
const fn coarse_class(length: usize) -> u32 {
    match length {
        0 | 1 => 0,
        2 => 1,
        3..=6 => 2,
        _ => 3,
    }
}

/// Eight classes of run lengths: 1, 2, 3, 4, 5 … 6, 7 … 10, 11 … 32, longer.
#[inline(always)]
const fn fine_class(length: usize) -> u8 {
    match length {
        0..=4 => length.saturating_sub(1) as u8,
        5..=6 => 4,
        7..=10 => 5,
        11..=32 => 6,
        _ => 7,
    }
}
