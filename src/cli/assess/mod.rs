//! `foretell assess`: randomness as `ent`, min-entropy as SP 800-90B, both explained.

mod conditioning;
mod independence;
mod non_iid;
mod randomness;
mod restarts;
mod verdict;

use super::{
    args::{ReportArgs, Unit},
    failure::{Failure, complain, shown},
    input, output,
    size::Size,
};
use crate::{
    measure::{
        self,
        min_entropy::{SAMPLES_ASKED, Symbols, Tuples},
    },
    models::Level,
    report::{Format, Report},
};
use bytes::Bytes;
use clap::Args;
use conditioning::Numbers;
use std::{
    path::{Path, PathBuf},
    thread,
};

/// Arguments of `foretell assess`.
#[derive(Debug, Args)]
#[command(after_help = "\
FILE holds samples of a noise source, one a byte. The estimates are those of NIST
SP 800-90B and its reference tool; they are estimates, not a validation.
Memory: about 10 bytes for each bit assessed (80 MB for a megabyte of 8-bit samples),
and up to 100 MB besides; time: one to two seconds a megabyte on two cores. --bound adds the
time and memory of its level, beside the estimators.

Examples:
  foretell assess noise.bin
  foretell assess --bits 4 -v noise.bin
  foretell assess --iid --format json noise.bin
  foretell assess --restart 3.5 restarts.bin
  foretell assess --conditioning 512,256,256,300")]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
pub struct AssessArgs {
    /// The samples; - is standard input
    #[arg(value_name = "FILE", required_unless_present = "conditioning")]
    file: Option<PathBuf>,
    /// Bits of a symbol, 1 to 8 [default: as many as the widest needs]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=8))]
    bits: Option<u32>,
    /// Test whether symbols are independent and alike (§5)
    #[arg(long, conflicts_with = "conditioned")]
    iid: bool,
    /// Permutations at most; below 12 no test can pass
    #[arg(long, value_name = "N", default_value_t = PERMUTATIONS_ASKED, requires = "iid")]
    #[arg(value_parser = clap::value_parser!(u32).range(12..))]
    permutations: u32,
    /// Draws the permutations
    #[arg(long, value_name = "S", default_value_t = 1, requires = "iid")]
    seed: u64,
    /// Assess only the first 1,000,000 bits of the bitstring
    #[arg(long)]
    truncate: bool,
    /// FILE is what a conditioning component gave: assess h′ from its bits alone (§3.1.5.2)
    #[arg(long)]
    conditioned: bool,
    /// FILE is 1000 restarts of 1000 samples; H is the initial estimate in bits a symbol (§3.1.4)
    #[arg(long, value_name = "H", value_parser = entropy, conflicts_with_all = ["conditioned", "conditioning"])]
    restart: Option<f64>,
    /// Entropy after a conditioning component: bits in, bits out, narrowest width, entropy in
    /// (§3.1.5); vetted, unless FILE or --h-prime tell of its output
    #[arg(long, value_name = "IN,OUT,NW,H")]
    conditioning: Option<Numbers>,
    /// Entropy per bit of the conditioned output
    #[arg(long, value_name = "H", value_parser = share, requires = "conditioning", conflicts_with = "file")]
    h_prime: Option<f64>,
    /// Skip so many bytes of FILE
    #[arg(long, value_name = "SIZE", default_value = "0")]
    offset: Size,
    /// Assess at most so many bytes
    #[arg(long, value_name = "SIZE")]
    length: Option<Size>,
    /// Count capitals as small letters for the randomness of bytes
    #[arg(long)]
    fold: bool,
    /// Show how often each byte occurs
    #[arg(long)]
    counts: bool,
    /// Compare with bits a symbol under the model of level N [of 9, if N is left out]
    #[arg(long, value_name = "N", num_args = 0..=1, require_equals = true, default_missing_value = "9")]
    bound: Option<u8>,
    /// Show how each estimator came to its value
    #[arg(short, long)]
    verbose: bool,
    /// The same as --format json
    #[arg(long, conflicts_with = "format")]
    json: bool,
    /// How to print.
    #[command(flatten)]
    report: ReportArgs,
}

/// Permutations that the standard asks for (§5.1).
const PERMUTATIONS_ASKED: u32 = 10_000;

/// An entropy in bits a symbol.
fn entropy(text: &str) -> Result<f64, &'static str> {
    let number = text.parse().ok().filter(|h: &f64| (0.0..=8.0).contains(h));
    number.ok_or("an initial estimate is 0 to 8 bits a symbol")
}

/// An entropy in bits a bit.
fn share(text: &str) -> Result<f64, &'static str> {
    let number = text.parse().ok().filter(|h: &f64| *h > 0.0 && *h <= 1.0);
    number.ok_or("an entropy per bit is above 0 and at most 1")
}

impl AssessArgs {
    fn format(&self) -> Format {
        if self.json { Format::Json } else { self.report.format }
    }

    /// Bits of the bitstring at most.
    fn most_bits(&self) -> usize {
        if self.truncate { SAMPLES_ASKED } else { usize::MAX }
    }
}

/// Assesses what the arguments tell of.
pub(super) fn run(args: &AssessArgs) -> Result<(), Failure> {
    let report = match (&args.file, args.conditioning) {
        (file, Some(numbers)) => conditioning::report(args, file.as_deref(), numbers)?,
        (Some(file), None) => of_file(args, file)?,
        (None, None) => return Err(Failure::usage("there is no FILE to assess")),
    };
    output::print_report(&report, args.format())
}

fn of_file(args: &AssessArgs, file: &Path) -> Result<Report, Failure> {
    let bytes = part(args, file)?;
    let symbols = symbols(args, file, &bytes)?;
    let mut report = Report::new(shown(file));
    if let Some(initial) = args.restart {
        restarts::tell(args, file, &symbols, initial, &mut report)?;
        return Ok(report);
    }
    let level = args
        .bound
        .map(|number| Level::new(number).ok_or_else(|| Failure::usage("levels are 1 to 9")));
    let level = level.transpose()?;
    // The model takes longer than all estimates together: it works beside them.
    let bits = thread::scope(|scope| {
        let samples = &bytes;
        let price = move |level| scope.spawn(move || measure::primed_bits(level, b"", samples));
        let bits = level.map(price);
        if !args.conditioned {
            randomness::tell(args, &bytes, &mut report);
        }
        if args.iid {
            independence::tell(args, &symbols, &mut report);
        } else {
            non_iid::tell(args, &symbols, &mut report);
        }
        bits.map(|bits| bits.join().expect("measuring does not panic"))
    });
    if let Some((level, bits)) = level.zip(bits) {
        report.note(bound(args.report.unit, level, bits / bytes.len() as f64));
    }
    if args.iid && args.permutations < PERMUTATIONS_ASKED {
        let permutations = args.permutations;
        complain(format_args!(
            "{permutations} permutations: the standard asks for {PERMUTATIONS_ASKED}, with fewer \
             good samples fail more often"
        ));
    }
    if bytes.len() < SAMPLES_ASKED {
        let samples = bytes.len();
        complain(format_args!(
            "{samples} samples: the standard asks for {SAMPLES_ASKED}, fewer say less"
        ));
    }
    report.note("These are estimates from one sample, not a validation of its source.");
    Ok(report)
}

/// The part of `file` that is asked for.
fn part(args: &AssessArgs, file: &Path) -> Result<Bytes, Failure> {
    let whole = input::read_whole(file)?;
    let bytes = |size: Size| usize::try_from(size.0).unwrap_or(usize::MAX);
    let start = bytes(args.offset).min(whole.len());
    let length = args.length.map_or(usize::MAX, bytes);
    Ok(whole.slice(start..start.saturating_add(length).min(whole.len())))
}

/// `bytes` as symbols that can be assessed.
fn symbols<'a>(args: &AssessArgs, file: &Path, bytes: &'a [u8]) -> Result<Symbols<'a>, Failure> {
    let symbols = Symbols::new(bytes, args.bits).map_err(|unfit| Failure::at(file, unfit))?;
    let bits = bytes.len().saturating_mul(symbols.width() as usize).min(args.most_bits());
    if bits.max(bytes.len()) > Tuples::MOST_SAMPLES {
        return Err(Failure::at(
            file,
            format_args!(
                "{bits} bits are more than the {} that can be sorted: use --length, or --truncate \
                 for the bitstring",
                Tuples::MOST_SAMPLES
            ),
        ));
    }
    let widest = u8::BITS - bytes.iter().fold(0, |all, byte| all | byte).leading_zeros();
    if widest < symbols.width() {
        complain(format_args!(
            "no symbol needs more than {widest} bits: leading zeros lower the bitstring's entropy"
        ));
    }
    Ok(symbols)
}

/// What the model of `level` pays, `bits` a symbol.
fn bound(unit: Unit, level: Level, bits: f64) -> String {
    format!(
        "Level {} codes the samples in {:.6} {}: an upper bound of the source's entropy, and so of \
         its min-entropy, up to what the model had to learn.",
        level.number(),
        bits * unit.per_bit(),
        unit.per("symbol"),
    )
}
