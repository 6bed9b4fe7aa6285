//! Numbers as people write them.

use crate::cli::failure::Failure;
use std::io::Read;

/// Numbers of `text`, apart by commas or white space; `1/8` is a number too. `-` reads
/// standard input.
pub(super) fn list(text: &str) -> Result<Vec<f64>, Failure> {
    let numbers = rows(text)?.concat();
    if numbers.is_empty() { Err(Failure::usage("no numbers were given")) } else { Ok(numbers) }
}

/// Rows of numbers as [`rows_of`] reads them, of `text` or, if that is `-`, of standard input.
pub(super) fn rows(text: &str) -> Result<Vec<Vec<f64>>, Failure> {
    let mut input = String::new();
    let text = if text == "-" {
        let read = std::io::stdin().read_to_string(&mut input);
        read.map_err(|error| Failure::error(format_args!("standard input: {error}")))?;
        &input
    } else {
        text
    };
    rows_of(text)
}

/// Rows of numbers, apart by line breaks or semicolons.
pub(super) fn rows_of(text: &str) -> Result<Vec<Vec<f64>>, Failure> {
    text.split(['\n', ';']).filter(|row| !row.trim().is_empty()).map(row).collect()
}

/// Numbers of one row.
pub(super) fn row(text: &str) -> Result<Vec<f64>, Failure> {
    let words = text.split(|c: char| c == ',' || c.is_whitespace());
    words.filter(|word| !word.is_empty()).map(number).collect()
}

/// One number, or a quotient of two.
pub(super) fn number(word: &str) -> Result<f64, Failure> {
    let parse = |part: &str| part.parse::<f64>().ok().filter(|number| number.is_finite());
    let value = match word.split_once('/') {
        Some((above, below)) => parse(above).zip(parse(below)).map(|(above, below)| above / below),
        None => parse(word),
    };
    value.filter(|value| value.is_finite()).ok_or_else(|| {
        let advice = if std::path::Path::new(word).is_file() {
            "a file is read as in: foretell calc … - < FILE"
        } else {
            "give numbers like 0.25, 1/8, 3e-4"
        };
        Failure::usage(format_args!("{word:?} is not a number; {advice}"))
    })
}

/// The distribution proportional to `weights`, and whether they had to be scaled: counts are,
/// and probabilities that are off by no more than rounding. Others only if they `may_scale`.
pub(super) fn distribution(weights: &[f64], may_scale: bool) -> Result<(Vec<f64>, bool), Failure> {
    /// Decimals may miss 1 by this much without being scaled.
    const EXACT: f64 = 1e-9;
    /// … and by this much without being wrong.
    const ROUNDED: f64 = 0.01;
    if let Some(negative) = weights.iter().find(|weight| **weight < 0.0) {
        return Err(Failure::usage(format_args!("a probability or a count is not {negative}")));
    }
    let total: f64 = weights.iter().sum();
    if total <= 0.0 {
        return Err(Failure::usage("one of the numbers at least must be above 0"));
    }
    if total.is_infinite() {
        return Err(Failure::usage("the numbers add up to more than a number holds"));
    }
    let are_counts = weights.iter().all(|weight| weight.fract() == 0.0);
    if !may_scale && !are_counts && (total - 1.0).abs() > ROUNDED {
        return Err(Failure::usage(format_args!(
            "the probabilities add up to {total:.6}, not to 1: correct them, or let --scale \
             divide them by their sum, or give counts, which are whole numbers"
        )));
    }
    let scaled = (total - 1.0).abs() > EXACT;
    Ok((weights.iter().map(|weight| weight / total).collect(), scaled))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_write_them() {
        let numbers = list("0.5, 1/4\t1e-1\n2;3").ok().unwrap();
        assert_eq!(format!("{numbers:?}"), "[0.5, 0.25, 0.1, 2.0, 3.0]");
        for wrong in ["", "a", "1/0", "1/", "inf", "0.5.5"] {
            assert!(list(wrong).is_err(), "{wrong:?}");
        }
        for wrong in [&[0.5, -0.5][..], &[0.0], &[1e308, 1e308]] {
            assert!(distribution(wrong, true).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn counts_are_scaled_and_probabilities_that_do_not_add_up_are_refused() {
        let (counts, is_scaled) = distribution(&[1.0, 3.0], false).ok().unwrap();
        assert!(counts == [0.25, 0.75] && is_scaled);
        assert!(distribution(&[0.333, 0.333, 0.333], false).ok().unwrap().1);
        assert!(!distribution(&[0.1; 10], false).ok().unwrap().1);
        let refused = distribution(&[0.5, 0.7], false).unwrap_err().to_string();
        assert!(refused.contains("add up to 1.200000") && refused.contains("--scale"), "{refused}");
        assert!(distribution(&[0.5, 0.7], true).ok().unwrap().1);
    }
}
