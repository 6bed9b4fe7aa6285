//! The one unfinished output file, and its removal when a signal ends the process.

use signal_hook::{
    consts::{SIGHUP, SIGINT, SIGTERM, SIGXFSZ},
    iterator::Signals,
    low_level::emulate_default_handler,
};
use std::{
    ffi::c_int,
    fs, io,
    path::PathBuf,
    sync::{Mutex, MutexGuard, PoisonError},
    thread,
};

/// The signals that end a process and can be caught.
const ENDING: [c_int; 4] = [SIGHUP, SIGINT, SIGTERM, SIGXFSZ];

/// Where the unfinished output is. Whoever creates, renames or removes it holds the lock
/// meanwhile.
static UNFINISHED: Mutex<Option<PathBuf>> = Mutex::new(None);

/// Takes hold of the path of the unfinished output.
pub(in crate::cli) fn unfinished() -> MutexGuard<'static, Option<PathBuf>> {
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// From now on a signal that ends the process removes the unfinished output first.
///
/// # Errors
/// If the system refuses to hand the signals over.
pub(in crate::cli) fn clean_up_on_signals() -> io::Result<()> {
    let ignored = ignored_signals();
    let mut signals = Signals::new(ENDING.iter().filter(|&&signal| !ignored(signal)))?;
    thread::spawn(move || signals.forever().for_each(end_by));
    Ok(())
}

/// Removes the unfinished output and ends the process as `signal` would have.
fn end_by(signal: c_int) {
    // Held to the end, so that nothing is begun or renamed any more.
    let path = unfinished();
    if let Some(path) = &*path {
        let _ = fs::remove_file(path);
    }
    let _ = emulate_default_handler(signal);
}

/// Which signals this process was started to ignore, as nohup does; they stay ignored.
fn ignored_signals() -> impl Fn(c_int) -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|hex| u64::from_str_radix(hex.trim(), 16).ok()).unwrap_or(0);
    move |signal| mask >> (signal - 1) & 1 == 1
}
