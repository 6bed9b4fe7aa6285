//! The documents of files, in rounds of bounded size.

use super::{ScoreArgs, label, named};
use crate::cli::{
    failure::Failure,
    input::{is_stdin, read_whole},
};
use bytes::Bytes;
use std::{
    ffi::OsString,
    fs::File,
    io::{self, BufRead, BufReader, Read},
    mem,
    os::unix::ffi::OsStringExt,
    path::PathBuf,
    sync::Arc,
};

/// Bytes of documents of one round, at least; more only by the last document.
const ROUND_BYTES: usize = 1 << 20;
/// Documents of one round at most.
const ROUND_DOCUMENTS: usize = 4096;
/// Bytes of a line at most: a document is held whole.
const MAX_LINE_BYTES: u64 = 1 << 30;
/// Bytes read at once.
const BUFFER_BYTES: usize = 1 << 18;

/// How a file holds its documents.
#[derive(Clone)]
enum Cut {
    /// It is one.
    Whole,
    /// One a line.
    Lines,
    /// One a line, in a field of a JSON object.
    Field(Arc<str>),
}

/// One document, as it was read.
pub(super) struct Document {
    /// The file that it is from.
    pub(super) file: Arc<str>,
    /// Its line there, from 1; 0 for a whole file.
    pub(super) line: u64,
    /// The file or the line, without its line feed.
    pub(super) raw: Bytes,
    /// Why it could not be read, if so.
    pub(super) problem: Option<String>,
    /// The field that holds the document, if it is a line of JSON.
    pub(super) field: Option<Arc<str>>,
}

impl Document {
    /// Where it is, for people.
    pub(super) fn name(&self) -> String {
        let file = crate::cli::failure::shown(self.file.as_ref().as_ref());
        if self.line == 0 { file } else { format!("{file}: line {}", self.line) }
    }
}

/// The documents that the arguments name, one after the other.
pub(super) struct Documents {
    cut: Cut,
    files: Box<dyn Iterator<Item = io::Result<PathBuf>>>,
    /// The file whose lines are being read.
    open: Option<Lines>,
}

struct Lines {
    path: PathBuf,
    file: Arc<str>,
    reader: Box<dyn BufRead>,
    buffer: Vec<u8>,
    line: u64,
}

impl Documents {
    pub(super) fn open(args: &ScoreArgs) -> Result<Self, Failure> {
        let cut = match &args.jsonl {
            Some(field) => Cut::Field(field.as_str().into()),
            None if args.lines => Cut::Lines,
            None => Cut::Whole,
        };
        let files: Box<dyn Iterator<Item = _>> = match &args.files0_from {
            Some(list) => {
                let names = reader(list).map_err(|error| Failure::io(list, &error))?.split(0);
                let path = |name| PathBuf::from(OsString::from_vec(name));
                Box::new(names.map(move |name| name.map(path)))
            }
            None => Box::new(named(args).into_iter().map(Ok)),
        };
        Ok(Self { cut, files, open: None })
    }

    /// The next documents, none behind the last.
    pub(super) fn round(&mut self) -> Result<Vec<Document>, Failure> {
        let (mut round, mut bytes) = (Vec::new(), 0);
        while bytes < ROUND_BYTES && round.len() < ROUND_DOCUMENTS {
            let Some(document) = self.next()? else { break };
            bytes += document.raw.len();
            round.push(document);
        }
        Ok(round)
    }

    fn next(&mut self) -> Result<Option<Document>, Failure> {
        loop {
            if let Some(lines) = &mut self.open {
                let line = lines.next(&self.cut);
                if let Some(document) = line.map_err(|error| Failure::io(&lines.path, &error))? {
                    return Ok(Some(document));
                }
                self.open = None;
            }
            let Some(path) = self.files.next() else { return Ok(None) };
            let path = path.map_err(|error| Failure::error(format_args!("the list: {error}")))?;
            let file: Arc<str> = label(&path).into();
            if let Cut::Whole = self.cut {
                let read = read_whole(&path).map_err(|failure| failure.to_string());
                let problem = read.as_ref().err().cloned();
                let raw = read.unwrap_or_default();
                return Ok(Some(Document { file, line: 0, raw, problem, field: None }));
            }
            let reader = reader(&path).map_err(|error| Failure::io(&path, &error))?;
            self.open = Some(Lines { path, file, reader, buffer: Vec::new(), line: 0 });
        }
    }
}

impl Lines {
    fn next(&mut self, cut: &Cut) -> io::Result<Option<Document>> {
        let raw = &mut self.buffer;
        raw.clear();
        let mut whole = self.reader.by_ref().take(MAX_LINE_BYTES);
        if whole.read_until(b'\n', raw)? == 0 {
            return Ok(None);
        }
        if raw.len() as u64 == MAX_LINE_BYTES {
            let what = format!("line {} is longer than {MAX_LINE_BYTES} bytes", self.line + 1);
            return Err(io::Error::other(what));
        }
        if raw.last() == Some(&b'\n') {
            raw.pop();
        }
        self.line += 1;
        let field = if let Cut::Field(field) = cut { Some(Arc::clone(field)) } else { None };
        let is_short = raw.len() < BUFFER_BYTES;
        let raw = if is_short { Bytes::copy_from_slice(raw) } else { mem::take(raw).into() };
        let (file, line) = (Arc::clone(&self.file), self.line);
        Ok(Some(Document { file, line, raw, problem: None, field }))
    }
}

fn reader(path: &std::path::Path) -> io::Result<Box<dyn BufRead>> {
    if is_stdin(path) {
        return Ok(Box::new(BufReader::with_capacity(BUFFER_BYTES, io::stdin())));
    }
    Ok(Box::new(BufReader::with_capacity(BUFFER_BYTES, File::open(path)?)))
}
