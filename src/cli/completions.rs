use super::{args::Cli, failure::Failure, output};
use clap::{Args, CommandFactory};
use clap_complete::Shell;

/// Arguments of `foretell completions`.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  foretell completions bash > ~/.local/share/bash-completion/completions/foretell")]
pub struct CompletionsArgs {
    /// The shell that completes
    #[arg(value_enum)]
    shell: Shell,
}

/// Prints the completions of one shell.
pub(super) fn run(args: &CompletionsArgs) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "foretell", &mut script);
    output::print(script)
}
