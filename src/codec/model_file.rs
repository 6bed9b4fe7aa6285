//! Trained models in files.

use super::Limits;
use crate::{
    container::{MAX_MODEL_HEADER_BYTES, ModelHeader, StateLayout},
    error::Error,
    models::{About, ModelSpec, Reading, TrainedModel, Training, Untrainable, fingerprint},
};
use std::{
    fs::File,
    io::{self, BufReader, ErrorKind, Read, Seek, SeekFrom, Write},
    path::Path,
};
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// Bytes of a state that are compressed and checked together.
const PART_BYTES: usize = 1 << 20;
/// Level of zstd for parts: higher ones gain little on counts and take far longer.
const PART_LEVEL: i32 = 3;

/// What a model file says of its model, without reading the state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelSummary {
    /// What it is called, was trained on and reads.
    pub about: About,
    /// The parameters.
    pub spec: ModelSpec,
    /// Which state of which model it is.
    pub id: u64,
    /// Bytes of the state in memory.
    pub state_bytes: u64,
    /// How the state lies in the file.
    pub layout: StateLayout,
}

impl ModelSummary {
    /// What the model file at the start of `file` says.
    ///
    /// # Errors
    /// [`Error`] if it is none, is damaged or of another version.
    pub fn read(file: &mut impl Read) -> Result<Self, Error> {
        read_header(file).map(|(_, _, summary)| summary)
    }
}

/// The header of the model file that `file` is, its length, and what it means.
fn read_header(file: &mut impl Read) -> Result<(ModelHeader, u64, ModelSummary), Error> {
    let mut start = Vec::new();
    file.take(MAX_MODEL_HEADER_BYTES as u64).read_to_end(&mut start)?;
    let (header, length) = ModelHeader::read(&start)?;
    let unsupported = |reason: String| Error::UnsupportedModel { offset: 0, reason };
    let spec =
        ModelSpec::from_bytes(&header.spec).map_err(|error| unsupported(error.to_string()))?;
    let training = Training { bytes: header.training_bytes, digest: header.training_digest };
    let reading = if header.has_words { Reading::Words } else { Reading::Bytes };
    let summary = ModelSummary {
        about: About { name: header.name.clone(), training, reading },
        spec,
        id: header.id,
        state_bytes: header.state_bytes,
        layout: header.layout,
    };
    Ok((header, length as u64, summary))
}

impl From<Untrainable> for Error {
    fn from(error: Untrainable) -> Self {
        Self::UnsupportedModel { offset: 0, reason: error.to_string() }
    }
}

impl TrainedModel {
    /// Writes the model to `file`, an empty one.
    ///
    /// # Errors
    /// If writing fails.
    pub fn save(&self, layout: StateLayout, file: &mut (impl Write + Seek)) -> io::Result<()> {
        let mut name = self.name().to_owned();
        while name.len() > 255 {
            name.pop();
        }
        let header = ModelHeader {
            layout,
            has_words: self.reading() == Reading::Words,
            name,
            spec: self.spec().to_bytes(),
            engine: fingerprint(self.spec()).map_err(io::Error::other)?,
            training_bytes: self.training().bytes,
            training_digest: self.training().digest,
            state_bytes: self.state().len() as u64,
            id: self.id(),
        };
        let mut start = Vec::new();
        header.write(&mut start);
        file.write_all(&start)?;
        match layout {
            StateLayout::Packed => save_packed(self.state(), file),
            StateLayout::Plain => save_plain(self.state(), file),
        }
    }

    /// The model in the file at `path`, if it takes no more memory than
    /// [`Limits::DEFAULT_MEMORY_BYTES`]. A plain state is mapped: the file must not change
    /// while the model is in use.
    ///
    /// # Errors
    /// As [`load_within`](Self::load_within).
    pub fn load(path: impl AsRef<Path>) -> Result<Self, Error> {
        Self::load_within(path, Limits::DEFAULT_MEMORY_BYTES)
    }

    /// As [`load`](Self::load), if it takes at most `limit` bytes of memory.
    ///
    /// # Errors
    /// [`Error`] if it is no model file, is damaged or cut short, is of another version, its
    /// model was trained by another engine, or it takes more memory.
    pub fn load_within(path: impl AsRef<Path>, limit: u64) -> Result<Self, Error> {
        let mut file = File::open(path)?;
        let (header, start, summary) = read_header(&mut file)?;
        let needed = summary.spec.memory_bytes();
        if needed > limit {
            return Err(Error::MemoryLimit { needed, limit });
        }
        let computed = fingerprint(&summary.spec)?;
        if header.engine != computed {
            return Err(Error::AnotherEngine { stored: header.engine, computed });
        }
        if header.state_bytes != Self::state_bytes(&summary.spec)? as u64 {
            let reason = format!("a state of {} bytes", header.state_bytes);
            return Err(Error::UnsupportedModel { offset: 0, reason });
        }
        file.seek(SeekFrom::Start(start))?;
        let model = match header.layout {
            StateLayout::Packed => Self::from_state(summary.spec, summary.about, |state| {
                load_packed(state, &mut BufReader::new(file), start)
            })?,
            StateLayout::Plain => {
                let start = check_padding(&mut file, start)?;
                check_plain(&mut file, start, header.state_bytes)?;
                Self::map(summary.spec, summary.about, (file, start))?
            }
        };
        if model.id() != header.id {
            let (stored, computed) = (header.id, model.id());
            return Err(Error::ModelDamaged { offset: 0, stored, computed });
        }
        Ok(model)
    }
}

/// Parts of a state: the length of each in the file, 0 if it is all zero; then its check and
/// itself.
fn save_packed(state: &[u8], file: &mut impl Write) -> io::Result<()> {
    for (index, part) in state.chunks(PART_BYTES).enumerate() {
        if is_zero(part) {
            file.write_all(&[0; 4])?;
            continue;
        }
        let code = zstd::bulk::compress(part, PART_LEVEL)?;
        file.write_all(&(code.len() as u32).to_le_bytes())?;
        file.write_all(&part_check(&code, index).to_le_bytes())?;
        file.write_all(&code)?;
    }
    file.flush()
}

/// The mirror of [`save_packed`], into zeros; `offset` is where `file` stands.
fn load_packed(state: &mut [u8], file: &mut impl Read, mut offset: u64) -> Result<(), Error> {
    let mut code = Vec::new();
    for (index, part) in state.chunks_mut(PART_BYTES).enumerate() {
        let start = offset;
        let length = read_u32(file, &mut offset)?;
        if length == 0 {
            continue;
        }
        let stored = read_u32(file, &mut offset)?;
        let most = zstd::zstd_safe::compress_bound(PART_BYTES);
        code.clear();
        let read = file.take(u64::from(length).min(most as u64)).read_to_end(&mut code)?;
        offset += read as u64;
        let computed = part_check(&code, index);
        if read < length as usize && read < most {
            return Err(Error::ModelTruncated { offset });
        }
        let unpacked = zstd::bulk::decompress_to_buffer(&code, part);
        if stored != computed || !unpacked.is_ok_and(|bytes| bytes == part.len()) {
            let (stored, computed) = (stored.into(), computed.into());
            return Err(Error::ModelDamaged { offset: start, stored, computed });
        }
    }
    end_here(file, offset)
}

/// The state as it is, at the next multiple of the alignment, and the checks of its parts.
/// Zeros are passed over, so that they take no room where the system has sparse files.
fn save_plain(state: &[u8], file: &mut (impl Write + Seek)) -> io::Result<()> {
    let start = file.stream_position()?.next_multiple_of(TrainedModel::STATE_ALIGNMENT as u64);
    let mut checks = Vec::new();
    for (index, part) in state.chunks(PART_BYTES).enumerate() {
        for (page, bytes) in part.chunks(TrainedModel::STATE_ALIGNMENT).enumerate() {
            if !is_zero(bytes) {
                let at = index * PART_BYTES + page * TrainedModel::STATE_ALIGNMENT;
                file.seek(SeekFrom::Start(start + at as u64))?;
                file.write_all(bytes)?;
            }
        }
        checks.extend(part_check(part, index).to_le_bytes());
    }
    file.seek(SeekFrom::Start(start + state.len() as u64))?;
    file.write_all(&checks)?;
    file.flush()
}

/// Where the state begins behind a header that ends at `from`, where `file` stands: only
/// zeros may lie between.
fn check_padding(file: &mut File, from: u64) -> Result<u64, Error> {
    let start = from.next_multiple_of(TrainedModel::STATE_ALIGNMENT as u64);
    let mut padding = Vec::new();
    Read::by_ref(file).take(start - from).read_to_end(&mut padding)?;
    match padding.iter().position(|&byte| byte != 0) {
        None => Ok(start),
        Some(at) => {
            let (offset, computed) = (from + at as u64, padding[at].into());
            Err(Error::ModelDamaged { offset, stored: 0, computed })
        }
    }
}

/// Holds the state of `bytes` bytes at `start` of `file` against the checks behind it.
fn check_plain(file: &mut File, start: u64, bytes: u64) -> Result<(), Error> {
    let parts = bytes.div_ceil(PART_BYTES as u64);
    let (length, needed) = (file.metadata()?.len(), start + bytes + 4 * parts);
    if length < needed {
        return Err(Error::ModelTruncated { offset: length });
    }
    let mut checks = Vec::new();
    file.seek(SeekFrom::Start(start + bytes))?;
    Read::by_ref(file).take(4 * parts).read_to_end(&mut checks)?;
    end_here(file, needed)?;
    file.seek(SeekFrom::Start(start))?;
    let mut part = Vec::new();
    for (index, check) in checks.chunks_exact(4).enumerate() {
        let at = index as u64 * PART_BYTES as u64;
        part.clear();
        Read::by_ref(file).take((bytes - at).min(PART_BYTES as u64)).read_to_end(&mut part)?;
        let stored = u32::from_le_bytes([check[0], check[1], check[2], check[3]]);
        let computed = part_check(&part, index);
        if stored != computed {
            let (offset, stored, computed) = (start + at, stored.into(), computed.into());
            return Err(Error::ModelDamaged { offset, stored, computed });
        }
    }
    Ok(())
}

/// Check of a part as it is in the file: the low 32 bits of its XXH3-64, seeded with its
/// number.
fn part_check(bytes: &[u8], index: usize) -> u32 {
    xxh3_64_with_seed(bytes, index as u64) as u32
}

fn is_zero(bytes: &[u8]) -> bool {
    bytes.iter().all(|&byte| byte == 0)
}

fn read_u32(file: &mut impl Read, offset: &mut u64) -> Result<u32, Error> {
    let mut bytes = [0; 4];
    file.read_exact(&mut bytes).map_err(|error| match error.kind() {
        ErrorKind::UnexpectedEof => Error::ModelTruncated { offset: *offset },
        _ => error.into(),
    })?;
    *offset += 4;
    Ok(u32::from_le_bytes(bytes))
}

/// Refuses anything behind the model.
fn end_here(file: &mut impl Read, offset: u64) -> Result<(), Error> {
    match file.read(&mut [0])? {
        0 => Ok(()),
        _ => Err(Error::TrailingData { offset }),
    }
}
