use super::trial::TrialError;
use crate::baselines::Codec;
use rustix::time::{ClockId, clock_gettime};
use std::{
    io::{self, BufReader, BufWriter, Read, Write},
    process::{Command, Stdio},
    str::FromStr,
    time::{Duration, Instant},
};
use wait4::Wait4;

/// What one direction of one codec took.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cost {
    /// Processor time of all threads, user and system, seconds.
    pub cpu_seconds: f64,
    /// Time on the wall, seconds.
    pub wall_seconds: f64,
    /// Largest resident set of the process, bytes.
    pub peak_memory_bytes: u64,
}

/// Times inside a process, without its start: what [`serve`] reports to [`run`].
struct Clocks {
    cpu: Duration,
    wall: Duration,
}

/// Begins the line that holds [`Clocks`], in nanoseconds.
const CLOCKS: &str = "foretell-trial-clocks ";

impl Clocks {
    fn line(&self) -> String {
        format!("{CLOCKS}{} {}", self.cpu.as_nanos(), self.wall.as_nanos())
    }
}

impl FromStr for Clocks {
    type Err = ();

    fn from_str(line: &str) -> Result<Self, ()> {
        let (cpu, wall) = line.strip_prefix(CLOCKS).and_then(|l| l.split_once(' ')).ok_or(())?;
        let nanoseconds = |text: &str| text.parse().map(Duration::from_nanos).map_err(drop);
        Ok(Self { cpu: nanoseconds(cpu)?, wall: nanoseconds(wall)? })
    }
}

/// Inside a trial's process: runs `codec` from standard input, which holds `raw_bytes` if
/// it is to be compressed, to standard output, and reports to standard error what it took.
///
/// # Errors
/// What the codec gives.
pub fn serve(codec: &dyn Codec, raw_bytes: Option<u64>) -> io::Result<()> {
    let mut input = BufReader::new(io::stdin().lock());
    let mut output = BufWriter::new(io::stdout().lock());
    let (start, cpu_before) = (Instant::now(), cpu_time());
    match raw_bytes {
        Some(raw_bytes) => codec.compress(&mut input, raw_bytes, &mut output)?,
        None => codec.decompress(&mut input, &mut output)?,
    }
    output.flush()?;
    let clocks = Clocks { cpu: cpu_time().saturating_sub(cpu_before), wall: start.elapsed() };
    writeln!(io::stderr(), "{}", clocks.line())
}

/// Processor time of this process so far.
fn cpu_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec as u32)
}

/// Runs `command` to its end. A process that serves a codec of ours tells its own times;
/// those of any other include its start.
///
/// # Errors
/// [`TrialError`] if it does not start or does not succeed.
pub(super) fn run(mut command: Command) -> Result<Cost, TrialError> {
    let start = Instant::now();
    let mut child = command.stderr(Stdio::piped()).spawn()?;
    let mut words = Vec::new();
    if let Some(mut stderr) = child.stderr.take() {
        stderr.read_to_end(&mut words)?;
    }
    let end = child.wait4()?;
    let words = String::from_utf8_lossy(&words);
    let last = words.lines().last().unwrap_or_default();
    if !end.status.success() {
        return Err(TrialError::Failed { status: end.status, said: last.to_owned() });
    }
    let whole = Clocks { cpu: end.rusage.utime + end.rusage.stime, wall: start.elapsed() };
    let clocks = last.parse().unwrap_or(whole);
    Ok(Cost {
        cpu_seconds: clocks.cpu.as_secs_f64(),
        wall_seconds: clocks.wall.as_secs_f64(),
        peak_memory_bytes: end.rusage.maxrss,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_survive_their_line() {
        let clocks = Clocks { cpu: Duration::from_nanos(12), wall: Duration::from_secs(3) };
        let read: Clocks = clocks.line().parse().unwrap();
        assert_eq!((read.cpu, read.wall), (clocks.cpu, clocks.wall));
        assert!("12 3".parse::<Clocks>().is_err());
    }

    #[test]
    fn a_process_that_fails_is_quoted() {
        let mut command = Command::new("sh");
        command.args(["-c", "echo first >&2; echo no such level >&2; exit 4"]);
        let error = run(command).unwrap_err().to_string();
        assert_eq!(error, "exit status: 4: no such level");
    }
}
