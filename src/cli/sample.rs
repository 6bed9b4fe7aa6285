//! `foretell sample`: text that a trained model would go on with.

use super::{
    failure::{Failure, complain},
    input::read_whole,
    model,
    size::Size,
};
use crate::{
    measure,
    models::{Continuation, NextByte},
    sources::SplitMix64,
};
use clap::Args;
use std::{
    io::{self, BufWriter, Write},
    path::PathBuf,
};

/// Arguments of `foretell sample`.
#[derive(Debug, Args)]
#[command(after_help = "\
Each byte is drawn from the model's exact distribution: the product of its eight bits'
probabilities, raised to the power 1/T and brought to sum 1. The model learns nothing on
the way. The same model, seed and arguments give the same bytes. A model that is given words
as codes draws bytes of those; what makes no code has probability 0.

Examples:
  foretell sample --model book.foremodel --bytes 2000
  foretell sample --model book.foremodel --temperature 0.7 --seed 7 --after 'It was '")]
pub struct SampleArgs {
    /// The trained model (see foretell train)
    #[arg(long, value_name = "MODEL")]
    model: PathBuf,
    /// 1 as the model foretells, below that bolder on the likely, 0 always the likeliest
    #[arg(short, long, value_name = "T", default_value_t = 1.0)]
    temperature: f64,
    /// Which of all texts
    #[arg(short, long, value_name = "S", default_value_t = 0)]
    seed: u64,
    /// Bytes to write
    #[arg(short = 'n', long, value_name = "N", default_value = "1000")]
    bytes: Size,
    /// Go on behind TEXT
    #[arg(long, value_name = "TEXT", conflicts_with = "after_file")]
    after: Option<String>,
    /// Go on behind what FILE holds
    #[arg(long, value_name = "FILE")]
    after_file: Option<PathBuf>,
    /// No line about what was drawn
    #[arg(short, long)]
    quiet: bool,
}

/// Bytes after which what was drawn is shown.
const SHOWN_BYTES: u64 = 64;

/// Draws and writes.
pub(super) fn run(args: &SampleArgs) -> Result<(), Failure> {
    if args.temperature.is_nan() || args.temperature < 0.0 {
        return Err(Failure::usage("a temperature is at least 0"));
    }
    let mut text = Continuation::new(&model::load(&args.model)?);
    if let Some(path) = &args.after_file {
        text.push(&read_whole(path)?);
    }
    text.push(args.after.as_deref().unwrap_or_default().as_bytes());
    let mut random = SplitMix64::new(args.seed);
    let mut out = BufWriter::new(io::stdout().lock());
    let stdout = |written: io::Result<()>| written.map_err(|error| Failure::stdout(&error));
    let [mut entropy, mut tempered, mut paid] = [0.0; 3];
    let mut left = args.bytes.0;
    while left > 0 {
        let next = text.next_byte();
        let p = at_temperature(&next, args.temperature);
        let byte = draw(&p, random.unit());
        entropy += measure::entropy(next.probabilities());
        tempered += measure::entropy(&p);
        paid += measure::surprise(next.p(byte));
        let known = text.step(byte);
        let known = &known[..known.len().min(usize::try_from(left).unwrap_or(usize::MAX))];
        stdout(out.write_all(known))?;
        let before = left;
        left -= known.len() as u64;
        if before / SHOWN_BYTES > left / SHOWN_BYTES {
            stdout(out.flush())?;
        }
    }
    stdout(out.flush())?;
    if !args.quiet && args.bytes.0 > 0 {
        let per_byte = |bits: f64| bits / args.bytes.0 as f64;
        complain(format_args!(
            "{} bytes at temperature {}: entropy {:.4} bits/byte as drawn, {:.4} as foretold; \
             what was drawn costs the model {:.4} bits/byte",
            args.bytes.0,
            args.temperature,
            per_byte(tempered),
            per_byte(entropy),
            per_byte(paid),
        ));
    }
    Ok(())
}

/// `next` raised to 1/T and brought to sum 1.
fn at_temperature(next: &NextByte, temperature: f64) -> Vec<f64> {
    let nats = |p: f64| -measure::surprise(p) * std::f64::consts::LN_2;
    let logits: Vec<f64> = next.probabilities().iter().map(|&p| nats(p)).collect();
    measure::softmax(&logits, temperature)
}

/// The byte at `unit` of the unit interval that the bytes share by `p`.
fn draw(p: &[f64], unit: f64) -> u8 {
    let mut end = 0.0;
    let within = p.iter().position(|&p| {
        end += p;
        unit < end
    });
    // Rounding may leave the sum just below 1: the last possible byte has the rest.
    let last = || p.iter().rposition(|&p| p > 0.0);
    within.or_else(last).unwrap_or(0) as u8
}

#[cfg(test)]
mod tests {
    use super::draw;

    #[test]
    fn a_byte_is_drawn_where_the_unit_interval_says() {
        let p = [0.25, 0.0, 0.5, 0.25, 0.0];
        let drawn = [0.0, 0.24, 0.25, 0.74, 0.75, 1.0].map(|unit| draw(&p, unit));
        assert_eq!(drawn, [0, 0, 2, 2, 3, 3]);
    }
}
