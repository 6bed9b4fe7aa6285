use super::{settings::Settings, source::Source, target::Target};
use crate::cli::failure::shown;
use indicatif::{ProgressBar, ProgressStyle};
use std::{
    io::{self, Read},
    time::Duration,
};

const WITH_LENGTH: &str = "{msg} {wide_bar} {binary_bytes}/{binary_total_bytes} read  {elapsed}";
const WITHOUT_LENGTH: &str = "{msg} {binary_bytes}  {bytes_per_sec}  {elapsed}";

/// Time between two looks at the clock.
const TICK: Duration = Duration::from_millis(250);

/// A source whose reading shows on standard error, if that is a terminal.
pub(super) struct Progress<'a, 'p> {
    source: &'a mut Source<'p>,
    bar: ProgressBar,
    /// Bytes read so far.
    bytes: u64,
}

impl<'a, 'p> Progress<'a, 'p> {
    pub(super) fn new(source: &'a mut Source<'p>, target: &Target, settings: &Settings) -> Self {
        let is_hidden = settings.quiet || target.is_terminal();
        let bar = if is_hidden { ProgressBar::hidden() } else { bar(source) };
        Self { source, bar, bytes: 0 }
    }

    /// Bytes read so far.
    pub(super) fn bytes_read(&self) -> u64 {
        self.bytes
    }
}

fn bar(source: &Source<'_>) -> ProgressBar {
    let length = source.length();
    let template = if length.is_some() { WITH_LENGTH } else { WITHOUT_LENGTH };
    let style = ProgressStyle::with_template(template).expect("the template is well formed");
    let bar = length.map_or_else(ProgressBar::no_length, ProgressBar::new);
    let bar = bar.with_style(style).with_message(shown(source.path()));
    if !bar.is_hidden() {
        // A block is read at once and coded for long: the time shall go on.
        bar.enable_steady_tick(TICK);
    }
    bar
}

impl Read for Progress<'_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.source.read(buffer)?;
        self.bytes += count as u64;
        self.bar.inc(count as u64);
        Ok(count)
    }
}

impl Drop for Progress<'_, '_> {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
