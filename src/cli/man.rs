use super::{args::Cli, failure::Failure, output};
use clap::{Args, CommandFactory};
use clap_mangen::Man;
use std::path::PathBuf;

/// Arguments of `foretell man`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  foretell man | man -l -
  foretell man --dir /usr/local/share/man/man1")]
pub struct ManArgs {
    /// The command whose page is printed; foretell's own by default
    command: Option<String>,
    /// Write all pages into this directory
    #[arg(long, value_name = "DIR", conflicts_with = "command")]
    dir: Option<PathBuf>,
}

/// Prints one manual page, or writes them all.
pub(super) fn run(args: &ManArgs) -> Result<(), Failure> {
    if let Some(dir) = &args.dir {
        return clap_mangen::generate_to(Cli::command(), dir)
            .map_err(|error| Failure::io(dir, &error));
    }
    output::print(page(args.command.as_deref())?)
}

fn page(name: Option<&str>) -> Result<Vec<u8>, Failure> {
    let mut whole = Cli::command();
    whole.build();
    let command = match name {
        None => whole,
        Some(name) => whole
            .find_subcommand(name)
            .cloned()
            .ok_or_else(|| Failure::usage(format_args!("there is no command {name:?}")))?,
    };
    let mut roff = Vec::new();
    Man::new(command).render(&mut roff).expect("a Vec takes all that is written");
    Ok(roff)
}
