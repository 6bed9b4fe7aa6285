//! Order-k counts: megabytes of input a second of one core.
//!
//! `cargo bench --bench counting -- FILE…`; without FILE, a text of the repository repeated.

use foretell::measure::count_orders;
use rustix::time::{ClockId, clock_gettime};

/// Repetitions of each measurement, of which the quickest counts.
const ROUNDS: usize = 3;

/// Processor time of this process so far, seconds.
fn cpu_seconds() -> f64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

fn main() {
    let paths = std::env::args().skip(1).filter(|argument| !argument.starts_with('-'));
    let files = paths.map(|path| (std::fs::read(&path).expect("a file to count in"), path));
    let mut files: Vec<(Vec<u8>, String)> = files.collect();
    if files.is_empty() {
        let text = include_bytes!("../src/container/FORMAT.md").repeat(500);
        files.push((text, "a text".to_owned()));
    }
    for (bytes, path) in files {
        for order in [1, 2, 3, 6, 8] {
            let mut least = f64::INFINITY;
            for _ in 0..ROUNDS {
                let start = cpu_seconds();
                let counts = std::hint::black_box(count_orders(&[&bytes], order));
                assert_eq!(counts.len(), order + 1);
                least = least.min(cpu_seconds() - start);
            }
            println!("{path}: orders 0 to {order}: {:.1} MB/s", bytes.len() as f64 / 1e6 / least);
        }
    }
}
