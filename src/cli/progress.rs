//! How far work has come, on standard error, while that is a terminal.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{self, IsTerminal};

const WITH_LENGTH: &str =
    "{msg} {wide_bar} {binary_bytes}/{binary_total_bytes}  {binary_bytes_per_sec}  {eta}";
const WITHOUT_LENGTH: &str = "{msg} {binary_bytes}  {binary_bytes_per_sec}  {elapsed}";

/// A bar over `length` bytes of `what`, if that many are known to come.
pub(super) fn of_bytes(length: Option<u64>, what: String) -> ProgressBar {
    let template = if length.is_some() { WITH_LENGTH } else { WITHOUT_LENGTH };
    let style = ProgressStyle::with_template(template).expect("the template is well formed");
    let bar = ProgressBar::with_draw_target(length, ProgressDrawTarget::stderr());
    bar.with_style(style).with_message(what)
}

/// The same, unless results scroll through the same terminal meanwhile.
pub(super) fn beside_results(length: Option<u64>, what: String) -> ProgressBar {
    if io::stdout().is_terminal() { ProgressBar::hidden() } else { of_bytes(length, what) }
}
