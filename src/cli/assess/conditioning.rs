//! Entropy after a conditioning component (§3.1.5).

use super::{AssessArgs, part, symbols};
use crate::{
    cli::failure::Failure,
    measure::min_entropy::{Assessment, Conditioning, MostCommon, Scope},
    report::{Column, Report, Table},
};
use std::{path::Path, str::FromStr};

/// The four numbers of `--conditioning`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Numbers(Conditioning);

impl FromStr for Numbers {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const MALFORMED: &str =
            "give bits in, bits out, narrowest width and entropy in, like 512,256,256,300";
        const RANGE: &str = "the entropy that goes in is above 0 and at most the bits that go in";
        let numbers: Vec<&str> = text.split(',').collect();
        let &[input, output, narrowest, entropy] = numbers.as_slice() else {
            return Err(MALFORMED);
        };
        let bits = |text: &str| text.parse().ok().filter(|&bits: &u32| bits > 0).ok_or(MALFORMED);
        let (input, output, narrowest) = (bits(input)?, bits(output)?, bits(narrowest)?);
        let input_entropy: f64 = entropy.parse().map_err(|_| MALFORMED)?;
        if input_entropy > 0.0 && input_entropy <= f64::from(input) {
            Ok(Self(Conditioning { input, output, narrowest, input_entropy }))
        } else {
            Err(RANGE)
        }
    }
}

/// What is left of `numbers`' entropy, given the component's output in `file` if it is not
/// vetted.
pub(super) fn report(
    args: &AssessArgs,
    file: Option<&Path>,
    Numbers(numbers): Numbers,
) -> Result<Report, Failure> {
    let h_prime = match file {
        Some(file) => Some(h_prime(args, file)?),
        None => args.h_prime,
    };
    let output = numbers.output();
    let (unit, scale) = (args.report.unit, args.report.unit.per_bit());
    let columns = vec![
        Column::text("component", ""),
        Column::number(&unit.key("output_entropy"), "Output_Entropy", unit.name(), 15),
        Column::number(&unit.key("missing"), "missing to the narrowest", unit.name(), 24),
        Column::number("epsilon_exponent", "−log₂ ε of full entropy", "", 12),
        Column::number("h_prime_bits_per_bit", "h′", "bits/bit", 12),
        Column::number(&unit.key("h_out"), "h_out", unit.name(), 15),
    ];
    let h_out = h_prime.map_or(output.entropy(), |h_prime| output.unvetted(h_prime));
    let mut table = Table::new("conditioning", "Conditioning (§3.1.5)", columns).down();
    table.push(vec![
        if h_prime.is_some() { "not vetted".into() } else { "vetted".into() },
        (output.entropy() * scale).into(),
        (output.missing * scale).into(),
        output.epsilon_exponent().into(),
        h_prime.into(),
        (h_out * scale).into(),
    ]);
    let mut report = Report::new("");
    report.push(table);
    if h_prime.is_none() && numbers.input_entropy >= f64::from(numbers.output) + FULL_MARGIN {
        report.note(format!(
            "Full entropy by FIPS 140-3 IG D.K, resolution 19, if the component's security \
             strength is at least {} bits.",
            numbers.output
        ));
    }
    Ok(report)
}

/// Bits of entropy beyond the output's width that make its entropy full.
const FULL_MARGIN: f64 = 64.0;

/// Entropy per bit of a component's output.
fn h_prime(args: &AssessArgs, file: &Path) -> Result<f64, Failure> {
    let bytes = part(args, file)?;
    let symbols = symbols(args, file, &bytes)?;
    if args.iid {
        return Ok(MostCommon::of(&symbols.bits(args.most_bits())).min_entropy());
    }
    let assessment = Assessment::of(&symbols, Scope::Conditioned, args.most_bits());
    Ok(assessment.h_bitstring().unwrap_or(1.0))
}
