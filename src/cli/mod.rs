//! The command: arguments → settings → work → exit status.
//!
//! Without a command's name foretell is a filter with zstd's manners; the commands are
//! one file each, with their own `…Args` and `run(&…Args) -> Result<(), Failure>`. Results go to
//! standard output, progress and complaints to standard error.

pub mod args;
mod assess;
mod bench;
mod calc;
mod calibrate;
mod completions;
mod dependence;
mod divergence;
mod explain;
pub mod failure;
mod filter;
pub mod input;
pub mod level;
mod man;
mod measure;
mod mistyped;
pub mod model;
pub mod output;
mod profile;
mod progress;
mod report;
mod sample;
mod score;
pub mod size;
mod source;
mod stream;
mod train;

use crate::measure::parallel;
use args::{Cli, Command};
use clap::{CommandFactory, Parser};
use failure::{Failure, Status};
use std::process::ExitCode;

/// Runs the command that this process was called for.
pub fn run() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().collect();
    let outcome = mistyped::refuse(&Cli::command(), &arguments)
        .and_then(|()| dispatch(&Cli::parse_from(arguments)));
    outcome.map_or_else(|failure| failure.report(), |()| Status::Done).into()
}

fn dispatch(cli: &Cli) -> Result<(), Failure> {
    match &cli.command {
        None => filter::run(&cli.filter),
        Some(Command::Completions(args)) => completions::run(args),
        Some(Command::Man(args)) => man::run(args),
        Some(Command::Measure(args)) => measure::run(args),
        Some(Command::Divergence(args)) => divergence::run(args),
        Some(Command::Dependence(args)) => dependence::run(args),
        Some(Command::Explain(args)) => explain::run(args),
        Some(Command::Profile(args)) => profile::run(args),
        Some(Command::Report(args)) => report::run(args),
        Some(Command::Assess(args)) => assess::run(args),
        Some(Command::Calibrate(args)) => calibrate::run(args),
        Some(Command::Calc(args)) => calc::run(args),
        Some(Command::Bench(args)) => bench::run(args),
        Some(Command::Trial(args)) => bench::trial::run(args),
        Some(Command::Source(args)) => source::run(args),
        Some(Command::Train(args)) => train::run(args),
        Some(Command::Score(args)) => score::run(args),
        Some(Command::Sample(args)) => sample::run(args),
    }
}
