use super::super::failure::Failure;
use crate::evaluation::{Contender, serve};
use clap::Args;

/// Arguments of `foretell trial`, which `foretell bench` runs for each trial.
#[derive(Debug, Args)]
pub struct TrialArgs {
    /// A codec as `bench` calls it
    codec: String,
    /// Compress this many bytes; otherwise decompress
    #[arg(long, value_name = "BYTES")]
    compress: Option<u64>,
}

/// Codes standard input to standard output and tells standard error what it took.
pub(in super::super) fn run(args: &TrialArgs) -> Result<(), Failure> {
    let found = Contender::built_in().find(|contender| contender.name() == args.codec);
    let Some(Contender::BuiltIn(codec)) = found else {
        return Err(Failure::usage(format_args!("there is no codec {:?}", args.codec)));
    };
    serve(codec.as_ref(), args.compress).map_err(Failure::error)
}
