//! `foretell train`: a model that has read files, as a file.

use super::{
    failure::{Failure, complain, shown},
    filter::interrupt,
    input::is_stdin,
    level::LevelArg,
    progress,
    size::Size,
    stream::Pieces,
};
use crate::{
    container::StateLayout,
    models::{Level, ModelSpec, TrainedModel, Trainer},
    report::units,
};
use clap::Args;
use indicatif::ProgressBar;
use std::{
    fs,
    io::{BufWriter, Write},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

/// Arguments of `foretell train`.
#[derive(Debug, Args)]
#[command(after_help = "\
The model reads the files one after the other, as if they were one. What it expects at
the start of a document is what followed the last byte: end the training with whole
documents of the kind that will come.

Examples:
  foretell train *.json -o records.foremodel
  cat corpus/* | foretell train - -3 -M 100M -o small.foremodel
  foretell --model records.foremodel new.json
  foretell score --model records.foremodel --lines < new.txt")]
pub struct TrainArgs {
    /// Files to read; - is standard input
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Where the model goes
    #[arg(short, long, value_name = "MODEL")]
    output: PathBuf,
    /// Name kept in the model [default: that of the file]
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// The level whose model is trained, 3 to 9.
    #[command(flatten)]
    level: LevelArg,
    /// Most memory that the model may take, like 100M
    #[arg(short = 'M', long, value_name = "SIZE", env = "FORETELL_MEMORY", hide_env_values = true)]
    memory: Option<Size>,
    /// Lay the state out as it is in memory, to be mapped instead of read
    #[arg(long)]
    mappable: bool,
    /// Overwrite MODEL
    #[arg(short, long)]
    force: bool,
    /// No progress, no summary
    #[arg(short, long)]
    quiet: bool,
}

/// Bytes that are read at a time.
const PIECE_BYTES: usize = 1 << 18;

/// Trains a model and writes it.
pub(super) fn run(args: &TrainArgs) -> Result<(), Failure> {
    if args.output.exists() && !args.force {
        return Err(Failure::at(&args.output, "already exists (use -f to overwrite)"));
    }
    let total = total_bytes(&args.files)?;
    let spec = spec(args.level.0, total, args.memory)?;
    let mut trainer = Trainer::new(&spec).map_err(|error| {
        Failure::error(format_args!("level {}: {error}", args.level.0.number()))
    })?;
    let bar =
        if args.quiet { ProgressBar::hidden() } else { progress::of_bytes(total, String::new()) };
    for path in &args.files {
        bar.set_message(shown(path));
        let mut pieces = Pieces::open(path)?;
        loop {
            let piece = pieces.next(PIECE_BYTES)?;
            if piece.is_empty() {
                break;
            }
            trainer.learn(piece);
            bar.inc(piece.len() as u64);
        }
    }
    bar.finish_and_clear();
    if bar.position() == 0 {
        return Err(Failure::error("nothing to learn from: no byte in any of the files"));
    }
    let stem = args.output.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    let model = trainer.finish(&args.name.clone().or(stem).unwrap_or_default());
    write(&model, args)?;
    if !args.quiet {
        complain(summary(&model, &args.output));
    }
    Ok(())
}

/// Bytes of all `files`, if that is known beforehand.
fn total_bytes(files: &[PathBuf]) -> Result<Option<u64>, Failure> {
    files.iter().try_fold(Some(0_u64), |total, path| {
        if is_stdin(path) {
            return Ok(None);
        }
        let metadata = fs::metadata(path).map_err(|error| Failure::io(path, &error))?;
        if metadata.is_dir() {
            return Err(Failure::at(path, "is a directory"));
        }
        Ok(total.filter(|_| metadata.is_file()).map(|total| total + metadata.len()))
    })
}

/// The model of `level` for so many bytes of training, within `memory`.
fn spec(level: Level, total: Option<u64>, memory: Option<Size>) -> Result<ModelSpec, Failure> {
    let whole = level.spec();
    // Room for the documents to come beside what was read.
    let whole = total.map_or(whole.clone(), |bytes| whole.fitted(bytes.saturating_mul(2)));
    let Some(Size(limit)) = memory else { return Ok(whole) };
    let smaller = (0..48).rev().map(|log2_input| whole.fitted(1 << log2_input));
    smaller.into_iter().find(|spec| spec.memory_bytes() <= limit).ok_or_else(|| {
        let (number, least) = (level.number(), whole.fitted(0).memory_bytes());
        Failure::error(format_args!(
            "a model of level {number} needs at least {least} bytes of memory, the limit is \
             {limit} (-M)"
        ))
    })
}

/// Writes `trained` under a temporary name, then gives it its own.
fn write(trained: &TrainedModel, args: &TrainArgs) -> Result<(), Failure> {
    let failed = |error: std::io::Error| Failure::io(&args.output, &error);
    interrupt::clean_up_on_signals().map_err(Failure::error)?;
    let folder = args.output.parent().filter(|folder| *folder != Path::new(""));
    let mut unfinished = interrupt::unfinished();
    let mut builder = tempfile::Builder::new();
    builder.prefix(".foretell-").permissions(fs::Permissions::from_mode(0o666));
    let file = builder.tempfile_in(folder.unwrap_or(Path::new(".")));
    let mut file = file.map_err(failed)?;
    *unfinished = Some(file.path().to_owned());
    drop(unfinished);
    let layout = if args.mappable { StateLayout::Plain } else { StateLayout::Packed };
    let mut out = BufWriter::new(file.as_file_mut());
    let written = trained.save(layout, &mut out).and_then(|()| out.flush());
    drop(out);
    let written = written.and_then(|()| file.as_file().sync_all());
    let mut unfinished = interrupt::unfinished();
    let named = written.and_then(|()| {
        let named = if args.force {
            file.persist(&args.output)
        } else {
            file.persist_noclobber(&args.output)
        };
        named.map(drop).map_err(|error| error.error)
    });
    *unfinished = None;
    named.map_err(failed)
}

fn summary(trained: &TrainedModel, path: &Path) -> String {
    let bytes = fs::metadata(path).map_or(0, |metadata| metadata.len());
    format!(
        "{}: model {:016x}, trained on {} bytes, {:.1} MiB in memory, {:.1} MiB in the file",
        shown(path),
        trained.id(),
        units::count(trained.training().bytes),
        units::mebibytes(trained.spec().memory_bytes()),
        units::mebibytes(bytes),
    )
}
