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
    models::{Level, ModelSpec, Reading, TrainedModel, Trainer, Untrainable},
    report::units,
};
use clap::{Args, ValueEnum};
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

English words may be given to the model as codes of one to three bytes, as compression does:
English is then scored and coded nearly twice as fast, and costs no more. Where the first
megabyte says that it pays, they are; sampled text is drawn code by code.

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
    /// Whether the model is given English words as codes
    #[arg(long, value_enum, value_name = "WHEN", default_value_t)]
    words: Words,
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

/// When words are codes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Words {
    /// If that pays on the first megabyte
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// Bytes that are read at a time.
const PIECE_BYTES: usize = 1 << 18;
/// Bytes that say whether words as codes pay.
const SAMPLE_BYTES: usize = 1 << 20;

/// Trains a model and writes it.
pub(super) fn run(args: &TrainArgs) -> Result<(), Failure> {
    if args.output.exists() && !args.force {
        return Err(Failure::at(&args.output, "already exists (use -f to overwrite)"));
    }
    let total = total_bytes(&args.files)?;
    let spec = spec(args.level.0, total, args.memory)?;
    let refused = |error: Untrainable| {
        Failure::error(format_args!("level {}: {error}", args.level.0.number()))
    };
    TrainedModel::state_bytes(&spec.fitted(0)).map_err(refused)?;
    let mut lesson = Lesson { spec, words: args.words, sample: Vec::new(), trainer: None };
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
            lesson.learn(piece).map_err(refused)?;
            bar.inc(piece.len() as u64);
        }
    }
    bar.finish_and_clear();
    if bar.position() == 0 {
        return Err(Failure::error("nothing to learn from: no byte in any of the files"));
    }
    let stem = args.output.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    let trainer = lesson.end().map_err(refused)?;
    let model = trainer.finish(&args.name.clone().or(stem).unwrap_or_default());
    write(&model, args)?;
    if !args.quiet {
        complain(summary(&model, &args.output));
    }
    Ok(())
}

/// What is read, and the model that learns it once it is known how it reads.
struct Lesson {
    spec: ModelSpec,
    words: Words,
    /// What was read before the model is there.
    sample: Vec<u8>,
    trainer: Option<Trainer>,
}

impl Lesson {
    fn learn(&mut self, piece: &[u8]) -> Result<(), Untrainable> {
        if let Some(trainer) = &mut self.trainer {
            trainer.learn(piece);
            return Ok(());
        }
        self.sample.extend_from_slice(piece);
        if self.words != Words::Auto || self.sample.len() >= SAMPLE_BYTES {
            self.trainer = Some(self.begin()?);
        }
        Ok(())
    }

    /// The model, which has learnt the sample.
    fn begin(&mut self) -> Result<Trainer, Untrainable> {
        let reading = match self.words {
            Words::Auto => Reading::suited_to(&self.sample),
            Words::Always => Reading::Words,
            Words::Never => Reading::Bytes,
        };
        let mut trainer = Trainer::reading(&self.spec, reading)?;
        trainer.learn(&std::mem::take(&mut self.sample));
        Ok(trainer)
    }

    fn end(mut self) -> Result<Trainer, Untrainable> {
        match self.trainer {
            Some(trainer) => Ok(trainer),
            None => self.begin(),
        }
    }
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
        "{}: model {:016x}, trained on {} bytes{}, {:.1} MiB in memory, {:.1} MiB in the file",
        shown(path),
        trained.id(),
        units::count(trained.training().bytes),
        if trained.reading() == Reading::Words { ", words as codes" } else { "" },
        units::mebibytes(trained.spec().memory_bytes()),
        units::mebibytes(bytes),
    )
}
