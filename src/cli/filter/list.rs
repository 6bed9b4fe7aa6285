//! What compressed files hold, told by their headers: nothing is decoded.

use super::{models, settings::Settings, source::Source};
use crate::{
    cli::{
        failure::{Failure, Tally, shown},
        output::print_report,
    },
    codec::{FrameSummary, ModelSummary, SegmentSummary, inspect},
    container::{PriorId, is_model},
    error::Error,
    models::{Level, ModelSpec},
    report::{Cell, Column, Format, Report, Table, units},
};
use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
};

/// Bytes read at once.
const BUFFER_BYTES: usize = 1 << 17;

/// Prints a row for each of `files`, or with `-v` one for each frame; models have a table of
/// their own.
pub(super) fn run(files: &[PathBuf], settings: &Settings) -> Result<(), Failure> {
    let mut tally = Tally::default();
    let (mut rows, mut models) = (Vec::new(), Vec::new());
    for path in files {
        match contents(path, settings) {
            Ok(Listed::Model(summary)) => models.push(models::row(path, &summary)),
            Ok(Listed::Frames(frames)) if settings.verbose => {
                rows.extend(frames.iter().map(|one| row(path, one)));
            }
            Ok(Listed::Frames(frames)) => {
                rows.extend(frames.into_iter().reduce(Contents::and).map(|all| row(path, &all)));
            }
            Err(failure) => tally.note(Err(failure)),
        }
    }
    let mut report = Report::new("");
    if !rows.is_empty() || settings.json && models.is_empty() {
        report.push(filled(Table::new("files", "", columns()), rows));
    }
    if !models.is_empty() {
        report.push(filled(Table::new("models", "", models::columns()), models));
    }
    if settings.json {
        print_report(&report, Format::Json)?;
    } else if !report.is_empty() {
        print_report(&report, Format::Table)?;
    }
    tally.finish()
}

fn filled(mut table: Table, rows: Vec<Vec<Cell>>) -> Table {
    for row in rows {
        table.push(row);
    }
    table
}

/// What a file is.
enum Listed {
    Frames(Vec<Contents>),
    Model(ModelSummary),
}

/// What one frame holds, or all frames of a file.
#[derive(Clone, Copy, Debug)]
struct Contents {
    frames: u64,
    segments: u64,
    blocks: u64,
    compressed_bytes: u64,
    uncompressed_bytes: u64,
    /// Check of the content of a single frame.
    check: Option<u64>,
    /// The level whose model the segments have, if it is the same for all.
    level: Option<Level>,
    /// What the model has read beforehand.
    prior: Option<PriorId>,
    /// Most memory that decoding a segment takes, bytes.
    memory_bytes: u64,
}

impl Contents {
    fn of(frame: &FrameSummary) -> Self {
        let blocks = |segment: &SegmentSummary| {
            [segment.stored, segment.modelled, segment.learnt].map(|totals| totals.blocks)
        };
        let mut levels = frame.segments.iter().map(|segment| level_of(segment.spec.as_ref()));
        let first = levels.next().flatten();
        Self {
            frames: 1,
            segments: frame.segments.len() as u64,
            blocks: frame.segments.iter().flat_map(blocks).sum(),
            compressed_bytes: frame.coded_bytes,
            uncompressed_bytes: frame.raw_bytes,
            check: frame.check,
            prior: frame.segments.iter().find_map(|segment| segment.prior),
            level: first.filter(|_| levels.all(|level| level == first)),
            memory_bytes: frame.memory_bytes(),
        }
    }

    /// Both together.
    fn and(self, other: Self) -> Self {
        Self {
            frames: self.frames + other.frames,
            segments: self.segments + other.segments,
            blocks: self.blocks + other.blocks,
            compressed_bytes: self.compressed_bytes + other.compressed_bytes,
            uncompressed_bytes: self.uncompressed_bytes + other.uncompressed_bytes,
            check: None,
            level: self.level.filter(|_| self.level == other.level),
            prior: self.prior.or(other.prior),
            memory_bytes: self.memory_bytes.max(other.memory_bytes),
        }
    }
}

/// The lowest level that has such a model, at least as large.
pub(super) fn level_of(spec: Option<&ModelSpec>) -> Option<Level> {
    let spec = spec?;
    let smallest = spec.fitted(0);
    let has_it = |level: &Level| {
        let whole = level.spec();
        whole.fitted(0) == smallest && whole.memory_bytes() >= spec.memory_bytes()
    };
    (1..=9).filter_map(Level::new).find(has_it)
}

/// The contents of each frame of the file at `path`, or of the model that it is.
fn contents(path: &Path, settings: &Settings) -> Result<Listed, Failure> {
    let mut source = Source::open(path, settings)?;
    let mut stream = BufReader::with_capacity(BUFFER_BYTES, &mut source);
    let listed = stream.fill_buf().map_err(Error::from).map(is_model).and_then(|is_model| {
        if is_model {
            return ModelSummary::read(&mut stream).map(Listed::Model);
        }
        let frames = inspect(stream, &settings.limits)?;
        Ok(Listed::Frames(frames.iter().map(Contents::of).collect()))
    });
    listed.map_err(|error| source.failure(error))
}

fn columns() -> Vec<Column> {
    vec![
        Column::text("file", "file"),
        Column::count("frames", "frames", ""),
        Column::count("segments", "segments", ""),
        Column::count("blocks", "blocks", ""),
        Column::count("compressed_bytes", "compressed", "bytes"),
        Column::count("uncompressed_bytes", "uncompressed", "bytes"),
        Column::number("compression_ratio", "ratio", "", 3),
        Column::number("bits_per_byte", "density", "bits/byte", 3),
        Column::count("level", "level", ""),
        Column::number("decoder_memory_mib", "memory", "MiB", 1),
        Column::text("check", "check"),
        Column::text("prior", "needs").detail(),
    ]
}

fn row(path: &Path, contents: &Contents) -> Vec<Cell> {
    let Contents { compressed_bytes, uncompressed_bytes, .. } = *contents;
    let ratio = uncompressed_bytes as f64 / compressed_bytes as f64;
    vec![
        shown(path).into(),
        contents.frames.into(),
        contents.segments.into(),
        contents.blocks.into(),
        compressed_bytes.into(),
        uncompressed_bytes.into(),
        (uncompressed_bytes > 0).then_some(ratio).into(),
        units::bits_per_byte(compressed_bytes, uncompressed_bytes).into(),
        contents.level.map(|level| u64::from(level.number())).into(),
        units::mebibytes(contents.memory_bytes).into(),
        contents.check.map_or_else(|| "XXH3".into(), |check| format!("XXH3 {check:016x}")).into(),
        contents.prior.map(|prior| prior.to_string()).into(),
    ]
}
