use super::{Contender, Cost, Input, process::run};
use std::{
    fs::{self, File},
    io::{self, BufRead, BufReader},
    path::{Path, PathBuf},
    process::ExitStatus,
};
use tempfile::TempDir;

/// What one codec did with one input, its round trip verified.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Trial {
    /// Size of the input.
    pub raw_bytes: u64,
    /// Size that the codec made of it.
    pub coded_bytes: u64,
    /// What coding took.
    pub compress: Cost,
    /// What decoding took.
    pub decompress: Cost,
}

/// Why a trial counts for nothing.
#[derive(Debug, thiserror::Error)]
pub enum TrialError {
    /// A file or a process could not be made or read.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The process ended badly.
    #[error("{status}: {said}")]
    Failed {
        /// How it ended.
        status: ExitStatus,
        /// The last line that it printed to standard error.
        said: String,
    },
    /// What came back is not what went in.
    #[error("the decompressed file differs from byte {offset} on")]
    Different {
        /// First byte that differs.
        offset: u64,
    },
}

/// Holds trials: a place for their files, and the program that serves built-in codecs.
///
/// Whoever holds trials must be small itself: a new process begins its life as a copy of
/// its parent, and the system counts that to its peak of memory.
pub struct Judge {
    program: PathBuf,
    folder: TempDir,
    repeats: usize,
}

impl Judge {
    /// A judge that repeats each trial `repeats` times, at least once. `program` is the
    /// foretell command.
    ///
    /// # Errors
    /// If there is no place for temporary files.
    pub fn new(program: PathBuf, repeats: usize) -> io::Result<Self> {
        Ok(Self { program, folder: TempDir::with_prefix("foretell-")?, repeats: repeats.max(1) })
    }

    /// Median times and largest memory of `contender` on `input`.
    ///
    /// # Errors
    /// [`TrialError`] if a process fails or a round trip does not close.
    pub fn trial(&self, contender: &Contender, input: &Input) -> Result<Trial, TrialError> {
        let runs = (0..self.repeats).map(|_| self.once(contender, input));
        let runs = runs.collect::<Result<Vec<_>, _>>()?;
        let median =
            |cost: fn(&Trial) -> Cost| Cost::median(&runs.iter().map(cost).collect::<Vec<_>>());
        Ok(Trial {
            compress: median(|run| run.compress),
            decompress: median(|run| run.decompress),
            ..runs[0]
        })
    }

    fn once(&self, contender: &Contender, input: &Input) -> Result<Trial, TrialError> {
        let [coded, back] = ["coded", "decompressed"].map(|name| self.folder.path().join(name));
        let raw_bytes = input.bytes;
        for stale in [&coded, &back].into_iter().filter(|path| path.exists()) {
            // Archivers would add to an archive that is there.
            fs::remove_file(stale)?;
        }
        let compress = run(contender.compress(&self.program, &input.path, raw_bytes, &coded)?)?;
        let decompress = run(contender.decompress(&self.program, &coded, &back)?)?;
        if let Some(offset) = first_difference(&input.path, &back)? {
            return Err(TrialError::Different { offset });
        }
        let coded_bytes = coded.metadata()?.len();
        Ok(Trial { raw_bytes, coded_bytes, compress, decompress })
    }
}

/// Offset of the first byte in which two files differ; the end of the shorter one if the
/// other goes on.
fn first_difference(left: &Path, right: &Path) -> io::Result<Option<u64>> {
    let [mut left, mut right] =
        [BufReader::new(File::open(left)?), BufReader::new(File::open(right)?)];
    let mut offset = 0;
    loop {
        let (a, b) = (left.fill_buf()?, right.fill_buf()?);
        let common = a.len().min(b.len());
        if let Some(index) = a.iter().zip(b).position(|(a, b)| a != b) {
            return Ok(Some(offset + index as u64));
        }
        if common == 0 {
            return Ok((a.len() != b.len()).then_some(offset));
        }
        left.consume(common);
        right.consume(common);
        offset += common as u64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(folder: &TempDir) -> Input {
        let path = folder.path().join("raw");
        fs::write(&path, vec![b'a'; 100_000]).unwrap();
        Input::open("raw", &path).unwrap()
    }

    fn external(text: &str) -> Contender {
        Contender::External(text.parse().unwrap())
    }

    #[test]
    fn a_round_trip_is_timed_and_its_size_taken() {
        let folder = TempDir::new().unwrap();
        let judge = Judge::new(PathBuf::new(), 3).unwrap();
        let trial = judge
            .trial(&external("twice: cat {in} {in} > {out} | tail -c 100000"), &input(&folder));
        let trial = trial.unwrap();
        assert_eq!((trial.raw_bytes, trial.coded_bytes), (100_000, 200_000));
        assert!(trial.compress.wall_seconds > 0.0 && trial.compress.peak_memory_bytes > 0);
    }

    #[test]
    fn what_does_not_come_back_whole_is_refused() {
        let folder = TempDir::new().unwrap();
        let judge = Judge::new(PathBuf::new(), 1).unwrap();
        for (commands, offset) in [("head -c 7", 7), ("cat; echo", 100_000), ("tr a b", 0)] {
            let lossy = external(&format!("lossy: cat | {commands}"));
            let error = judge.trial(&lossy, &input(&folder)).unwrap_err();
            let TrialError::Different { offset: found } = error else { panic!("{error}") };
            assert_eq!(found, offset, "{commands}");
        }
    }
}
