//! All documents together.

use super::{Policy, ScoreArgs, is_wanted, numbers::Scored};
use crate::{
    cli::failure::complain,
    measure::{Moments, RatioMoments},
    report::units,
};
use indicatif::{ProgressBar, ProgressStyle};

/// Counts and means over the documents so far.
pub(super) struct Summary {
    quiet: bool,
    /// Whether anybody sees the bar, which looks at the clock for each document.
    is_shown: bool,
    bar: ProgressBar,
    documents: u64,
    written: u64,
    empty: u64,
    bad: u64,
    bytes: u64,
    /// Bits over bytes: long documents count more.
    micro: RatioMoments,
    /// Bits per byte: every document counts the same.
    macro_: Moments,
}

/// Complaints about single documents that are printed; more are only counted.
const MOST_COMPLAINTS: u64 = 10;

impl Summary {
    pub(super) fn new(quiet: bool) -> Self {
        let bar = if quiet { ProgressBar::hidden() } else { ProgressBar::no_length() };
        let template = "{pos} documents  {per_sec}  {msg}  {elapsed}";
        let style = ProgressStyle::with_template(template).expect("the template is well formed");
        Self {
            quiet,
            is_shown: !bar.is_hidden(),
            bar: bar.with_style(style),
            documents: 0,
            written: 0,
            empty: 0,
            bad: 0,
            bytes: 0,
            micro: RatioMoments::default(),
            macro_: Moments::default(),
        }
    }

    pub(super) fn add(&mut self, scored: &Scored, args: &ScoreArgs) {
        self.documents += 1;
        self.written += u64::from(is_wanted(scored, args));
        match &scored.outcome {
            Ok(numbers) => {
                self.bytes += numbers.bytes;
                match numbers.bits_per_byte() {
                    Some(density) => {
                        self.micro.add(numbers.bits, numbers.bytes as f64);
                        self.macro_.add(density);
                    }
                    None => self.empty += 1,
                }
            }
            Err(reason) => self.complain(scored, reason, args.bad),
        }
        if self.is_shown {
            self.bar.inc(1);
        }
        if self.documents.is_multiple_of(1024) {
            self.bar.set_message(format!("{} bytes", units::count(self.bytes)));
        }
    }

    fn complain(&mut self, scored: &Scored, reason: &str, policy: Policy) {
        self.bad += 1;
        if self.quiet || policy == Policy::Fail || self.bad > MOST_COMPLAINTS {
            return;
        }
        let fate = if policy == Policy::Skip { "left out" } else { "passed on" };
        let name = scored.document.name();
        self.bar.suspend(|| complain(format_args!("{name}: {reason}; {fate}")));
        if self.bad == MOST_COMPLAINTS {
            self.bar.suspend(|| complain("further ones are only counted"));
        }
    }

    /// Prints what all documents come to.
    pub(super) fn finish(self) {
        self.bar.finish_and_clear();
        if self.quiet {
            return;
        }
        complain(format_args!(
            "{} documents, {} bytes: {} written, {} bad, {} empty",
            units::count(self.documents),
            units::count(self.bytes),
            units::count(self.written),
            units::count(self.bad),
            units::count(self.empty),
        ));
        if self.documents > self.bad + self.empty {
            complain(format_args!(
                "bits per byte: micro {}, macro {} (± standard error)",
                estimate(self.micro.ratio(), self.micro.standard_error()),
                estimate(self.macro_.mean(), self.macro_.standard_error()),
            ));
        }
    }
}

fn estimate(value: f64, error: Option<f64>) -> String {
    error.map_or_else(|| format!("{value:.4}"), |error| format!("{value:.4} ± {error:.4}"))
}
