//! The `foretell` command: see [`foretell::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    foretell::cli::run()
}
