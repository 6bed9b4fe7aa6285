//! `foretell report`: everything that can be said of a file, as one page.

mod figures;
mod gather;
mod page;
mod trials;

use super::{args::Unit, failure::Failure, level::LevelArg, model::ModelArg, output, size::Size};
use clap::Args;
use gather::Gathered;
use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};
use tempfile::NamedTempFile;

/// Arguments of `foretell report`.
#[derive(Debug, Args)]
#[command(after_help = "\
The page holds its pictures and needs no network and no script. Sizes and speeds are
measured on a part of the file, each in a process of its own.

Examples:
  foretell report book.txt -o book.html
  foretell report -9 --unit nats book.txt -o book.html
  foretell report --trial-bytes 0 book.txt -o quick.html")]
pub struct PageArgs {
    /// The file; - is standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The page; one that is there is replaced
    #[arg(short, long, value_name = "OUT.html", required = true)]
    output: PathBuf,
    /// Longest context of the order-k entropies, in bytes, 0 to 8
    #[arg(short = 'k', long, value_name = "K", default_value_t = 6, allow_negative_numbers = true)]
    #[arg(value_parser = clap::value_parser!(u8).range(0..=8))]
    order: u8,
    /// Bytes of the file on which sizes and speeds of coders are measured; 0 for none
    #[arg(long, value_name = "SIZE", default_value = "256K")]
    trial_bytes: Size,
    /// Unit of information
    #[arg(long, value_enum, default_value_t)]
    unit: Unit,
    /// The level whose model measures.
    #[command(flatten)]
    level: LevelArg,
    /// What the model has read before.
    #[command(flatten)]
    model: ModelArg,
}

/// Measures everything and writes the page.
pub(super) fn run(args: &PageArgs) -> Result<(), Failure> {
    if args.output.as_os_str() == "-" {
        return Err(Failure::usage("a page is a file: name it, as in -o out.html"));
    }
    output::check_suffix(&args.output, "html")?;
    if args.model.model.is_none() {
        args.level.in_order()?;
    }
    // Measuring takes long: whether the page can be written is asked first.
    let draft = Draft::beside(&args.output)?;
    let gathered = Gathered::of(args)?;
    draft.write(&page::html(&gathered, args))
}

/// A page that is not there before it is whole.
struct Draft<'a> {
    path: &'a Path,
    file: NamedTempFile,
}

impl<'a> Draft<'a> {
    /// An empty one for the page at `path`.
    fn beside(path: &'a Path) -> Result<Self, Failure> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let file = NamedTempFile::new_in(folder.unwrap_or(Path::new(".")));
        Ok(Self { path, file: file.map_err(|error| Failure::io(path, &error))? })
    }

    /// Writes the whole page, or changes nothing.
    fn write(mut self, text: &str) -> Result<(), Failure> {
        let failed = |error: io::Error| Failure::io(self.path, &error);
        self.file.write_all(text.as_bytes()).map_err(failed)?;
        let file = self.file.persist(self.path).map_err(|error| failed(error.error))?;
        // Temporary files are the owner's alone; a page is for others too.
        permit(&file).map_err(failed)
    }
}

#[cfg(unix)]
fn permit(file: &std::fs::File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(PermissionsExt::from_mode(0o644))
}

#[cfg(not(unix))]
fn permit(_: &std::fs::File) -> io::Result<()> {
    Ok(())
}
