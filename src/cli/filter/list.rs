//! What compressed files hold, told by their headers: nothing is decoded.

use super::{
    settings::Settings,
    source::{Source, is_interruption},
};
use crate::{
    cli::{
        failure::{Failure, Tally, shown},
        output::print_report,
    },
    container::{EndMark, FrameReader, Mark, SegmentHeader},
    error::Error,
    models::{Level, ModelSpec},
    report::{Cell, Column, Format, Report, Table, units},
};
use std::{
    io::{self, Read},
    path::{Path, PathBuf},
};

/// Bytes read at once.
const BUFFER_BYTES: usize = 1 << 17;

/// Prints a row for each of `files`, or with `-v` one for each frame.
pub(super) fn run(files: &[PathBuf], settings: &Settings) -> Result<(), Failure> {
    let mut tally = Tally::default();
    let mut rows = Vec::new();
    for path in files {
        match frames(path, settings) {
            Ok(frames) if settings.verbose => rows.extend(frames.iter().map(|one| row(path, one))),
            Ok(frames) => {
                rows.push(row(path, &frames.iter().fold(Contents::default(), Contents::and)));
            }
            Err(failure) => tally.note(Err(failure)),
        }
    }
    if settings.json || !rows.is_empty() {
        print_rows(rows, if settings.json { Format::Json } else { Format::Table })?;
    }
    tally.finish()
}

fn print_rows(rows: Vec<Vec<Cell>>, format: Format) -> Result<(), Failure> {
    let mut table = Table::new("files", "", columns());
    for row in rows {
        table.push(row);
    }
    let mut report = Report::new("");
    report.push(table);
    print_report(&report, format)
}

/// What one frame holds, or all frames of a file.
#[derive(Clone, Copy, Debug, Default)]
struct Contents {
    frames: u64,
    segments: u64,
    blocks: u64,
    compressed_bytes: u64,
    uncompressed_bytes: u64,
    /// Check of the content of a single frame.
    check: Option<u64>,
    /// The level whose model it is, if all segments have the same.
    level: Option<Level>,
    /// Most memory that decoding a segment takes, bytes.
    memory_bytes: u64,
}

impl Contents {
    /// Both together.
    fn and(self, other: &Self) -> Self {
        let is_first = self.frames == 0;
        Self {
            frames: self.frames + other.frames,
            segments: self.segments + other.segments,
            blocks: self.blocks + other.blocks,
            compressed_bytes: self.compressed_bytes + other.compressed_bytes,
            uncompressed_bytes: self.uncompressed_bytes + other.uncompressed_bytes,
            check: None,
            level: other.level.filter(|_| is_first || self.level == other.level),
            memory_bytes: self.memory_bytes.max(other.memory_bytes),
        }
    }

    fn add(&mut self, mark: &Mark) {
        match mark {
            Mark::Segment(header) => self.add_segment(header),
            Mark::Block(_) => self.blocks += 1,
            Mark::End(EndMark { raw_bytes, check, .. }) => {
                self.frames = 1;
                self.uncompressed_bytes = *raw_bytes;
                self.check = Some(*check);
            }
        }
    }

    fn add_segment(&mut self, header: &SegmentHeader) {
        let level = level_of(&header.spec);
        self.level = level.filter(|_| self.segments == 0 || self.level == level);
        self.segments += 1;
        self.memory_bytes = self.memory_bytes.max(header.memory_bytes());
    }
}

/// The lowest level whose model, fitted to some length of input, is the one in a header.
fn level_of(spec: &[u8]) -> Option<Level> {
    let spec = ModelSpec::from_bytes(spec).ok()?;
    let is_of = |level: &Level| {
        level.spec() == spec
            || (0..40).any(|log2_input| level.spec().fitted(1 << log2_input) == spec)
    };
    (1..=9).filter_map(Level::new).find(is_of)
}

/// The contents of each frame of the file at `path`.
fn frames(path: &Path, settings: &Settings) -> Result<Vec<Contents>, Failure> {
    let mut source = Source::open(path, settings)?;
    let mut scan = Scan::default();
    let mut buffer = vec![0; BUFFER_BYTES];
    let outcome = loop {
        match source.read(&mut buffer) {
            Ok(0) => break scan.reader.end_of_input().map_err(io::Error::from),
            Ok(count) => match scan.take(&buffer[..count]) {
                Ok(()) => {}
                Err(error) => break Err(error.into()),
            },
            Err(error) if is_interruption(&error) => {}
            Err(error) => break Err(error),
        }
    };
    outcome.map_err(|error| source.failure(error))?;
    Ok(scan.complete)
}

/// The way through a stream of frames.
#[derive(Default)]
struct Scan {
    reader: FrameReader,
    complete: Vec<Contents>,
    /// The frame being read.
    open: Contents,
    /// Where that frame begins in the stream.
    start: u64,
    is_in_payload: bool,
}

impl Scan {
    /// Takes the next bytes of the stream.
    fn take(&mut self, mut input: &[u8]) -> Result<(), Error> {
        loop {
            if self.is_in_payload && !self.reader.skip_payload(&mut input) {
                return Ok(());
            }
            self.is_in_payload = false;
            let Some(mark) = self.reader.next(&mut input)? else { return Ok(()) };
            self.open.add(&mark);
            self.is_in_payload = matches!(mark, Mark::Block(_));
            if matches!(mark, Mark::End(_)) {
                self.end_frame();
            }
        }
    }

    fn end_frame(&mut self) {
        let end = self.reader.taken_bytes();
        self.open.compressed_bytes = end - self.start;
        self.start = end;
        self.complete.push(std::mem::take(&mut self.open));
    }
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
    ]
}
