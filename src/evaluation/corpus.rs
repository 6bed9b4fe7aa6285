use crate::{measure::entropy, sources::SOURCES};
use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};
use tempfile::TempDir;

/// One file to be coded.
#[derive(Clone, Debug)]
pub struct Input {
    /// What reports call it.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
    /// Its size.
    pub bytes: u64,
    /// Entropy of its bytes taken singly, without bias correction, bits per byte.
    pub order_0_entropy: f64,
    /// Entropy rate of the source that it came from, bits per byte, where that is known.
    pub entropy_rate: Option<f64>,
}

impl Input {
    /// The file at `path`, read once to count its bytes.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn open(name: impl Into<String>, path: &Path) -> io::Result<Self> {
        let counts = count_bytes(File::open(path)?)?;
        let bytes: u64 = counts.iter().sum();
        Ok(Self {
            name: name.into(),
            // Some commands leave links alone.
            path: path.canonicalize()?,
            bytes,
            order_0_entropy: entropy(&counts.map(|count| count as f64 / bytes.max(1) as f64)),
            entropy_rate: None,
        })
    }
}

/// Bytes read at a time: a parent of trials stays small, so that they are seen to be.
const PIECE_BYTES: usize = 1 << 16;

fn count_bytes(mut file: File) -> io::Result<[u64; 256]> {
    let (mut counts, mut piece) = ([0; 256], vec![0; PIECE_BYTES]);
    loop {
        let length = file.read(&mut piece)?;
        if length == 0 {
            return Ok(counts);
        }
        for &byte in &piece[..length] {
            counts[usize::from(byte)] += 1;
        }
    }
}

/// Inputs that are coded one by one and added up.
pub struct Corpus {
    /// The inputs.
    pub inputs: Vec<Input>,
    /// Where embedded ones were unpacked.
    _folder: Option<TempDir>,
}

/// Symbols of each synthetic source in the embedded corpus.
const SOURCE_BYTES: usize = 100_000;

/// A text of our own: the specification of the format.
const TEXT: &str = include_str!("../container/FORMAT.md");

impl Corpus {
    /// The files at `paths`, called by their names.
    ///
    /// # Errors
    /// The path that cannot be read, and why.
    pub fn of_files(paths: &[PathBuf]) -> Result<Self, (PathBuf, io::Error)> {
        let open = |path: &PathBuf| {
            let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
            Input::open(name, path).map_err(|error| (path.clone(), error))
        };
        Ok(Self { inputs: paths.iter().map(open).collect::<Result<_, _>>()?, _folder: None })
    }

    /// What the program carries with it: 100,000 symbols of every source, and a text.
    ///
    /// # Errors
    /// If there is no place for temporary files.
    pub fn embedded() -> io::Result<Self> {
        let folder = TempDir::with_prefix("foretell-")?;
        let unpack = |name: &str, bytes: &[u8]| {
            let path = folder.path().join(name);
            std::fs::write(&path, bytes)?;
            Input::open(name, &path)
        };
        let mut inputs = Vec::new();
        for source in &SOURCES {
            let input = unpack(source.name, &source.bytes(SOURCE_BYTES))?;
            inputs.push(Input { entropy_rate: Some(source.entropy_rate), ..input });
        }
        inputs.push(unpack("text", TEXT.as_bytes())?);
        Ok(Self { inputs, _folder: Some(folder) })
    }
}
