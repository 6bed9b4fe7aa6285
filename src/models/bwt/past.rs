/// What the bytes coded so far say about the next: the last few distinct ones and the
/// lengths of their runs.
pub(super) struct Past {
    /// The last four distinct bytes, newest first.
    pub(super) recent: [u8; 4],
    /// Bytes in the current run.
    run: u32,
    /// Classes of the last 16 runs' lengths, 2 bits each, newest lowest.
    run_classes: u32,
    /// The last 32 flags, newest lowest: 1 where a byte was the same as the one before.
    flags: u32,
    /// Class of the last run of each byte.
    last_class: [u8; 256],
    /// Where the current run's byte stood in `recent` before it came, 0 if nowhere.
    rank: u8,
}

impl Past {
    /// Before the first byte.
    pub(super) const fn new() -> Self {
        Self {
            recent: [0, 1, 2, 3],
            run: 0,
            run_classes: 0,
            flags: 0,
            last_class: [0; 256],
            rank: 0,
        }
    }

    /// Contexts of the flag "the same byte again", each below 2¹⁶.
    #[inline(always)]
    pub(super) fn flag_contexts(&self) -> [usize; 3] {
        let run = run_bucket(self.run) as u32;
        let newest = u32::from(self.recent[0]);
        let last_class = u32::from(self.last_class[self.recent[0] as usize]);
        [
            newest << 5 | run << 2 | last_class,
            (self.run_classes & 255) << 5 | u32::from(self.rank) << 3 | run,
            newest << 8 | self.flags & 255,
        ]
        .map(|context| context as usize)
    }

    /// Weight set of the flag, in `0..8`.
    #[inline(always)]
    pub(super) fn flag_set(&self) -> usize {
        run_bucket(self.run)
    }

    /// Weight set of a symbol's decisions, in `0..4`: the class of the run it ends.
    #[inline(always)]
    pub(super) fn symbol_set(&self) -> usize {
        (self.run_classes & 3) as usize
    }

    /// The byte before came once more.
    #[inline(always)]
    pub(super) fn lengthen_run(&mut self) {
        self.flags = self.flags << 1 | 1;
        self.run = self.run.saturating_add(1);
    }

    /// The run ends; another byte will follow.
    #[inline(always)]
    pub(super) fn end_run(&mut self) {
        let class = run_class(self.run);
        self.flags <<= 1;
        self.run_classes = self.run_classes << 2 | class;
        self.last_class[self.recent[0] as usize] = class as u8;
        self.run = 1;
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
}

/// Classes of run lengths that steer the flag: 0 … 4, 5 … 8, 9 … 32, longer.
#[inline(always)]
const fn run_bucket(run: u32) -> usize {
    match run {
        0..=4 => run as usize,
        5..=8 => 5,
        9..=32 => 6,
        _ => 7,
    }
}

/// Classes of run lengths that are remembered: at most 1, 2, 3 … 6, longer.
#[inline(always)]
const fn run_class(run: u32) -> u32 {
    match run {
        0 | 1 => 0,
        2 => 1,
        3..=6 => 2,
        _ => 3,
    }
}
