//! Numbers as arguments.

use super::numbers;
use crate::cli::failure::Failure;
use clap::Args;

/// Numbers of one kind: one argument, or several that count as one.
#[derive(Debug, Args)]
pub(super) struct Numbers {
    /// Numbers like 0.5,1/4,1/4; - reads standard input
    #[arg(value_name = "N,N,…", allow_hyphen_values = true)]
    first: String,
    /// More of them
    #[arg(value_name = "N", hide = true, allow_negative_numbers = true)]
    more: Vec<String>,
}

impl Numbers {
    /// The numbers, of which there is at least one.
    pub(super) fn list(&self) -> Result<Vec<f64>, Failure> {
        let mut numbers = numbers::list(&self.first)?;
        numbers.extend(
            self.more
                .iter()
                .map(|word| numbers::row(word))
                .collect::<Result<Vec<_>, _>>()?
                .concat(),
        );
        Ok(numbers)
    }

    /// The same as counts.
    pub(super) fn counts(&self) -> Result<Vec<u64>, Failure> {
        let count = |number: f64| {
            let is_count = number >= 0.0 && number.fract() == 0.0 && number <= 1e15;
            is_count.then_some(number as u64).ok_or_else(|| {
                Failure::usage(format_args!("{number} is not a count: counts are 0, 1, 2, …"))
            })
        };
        self.list()?.into_iter().map(count).collect()
    }
}
