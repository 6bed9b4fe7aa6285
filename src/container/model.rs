//! The header of a model file.

use super::{
    HEADER_TAG,
    check::header_check,
    fields::{Fields, Stop, in_range},
    number,
};
use crate::error::Error;
use bytes::BufMut;

/// `\xF0Fom`: starts a model file.
const MAGIC: [u8; 4] = [HEADER_TAG, b'F', b'o', b'm'];
/// Version of the model file that is written and the only one that is read.
const VERSION: u8 = 1;
/// Bytes of the longest header.
pub const MAX_MODEL_HEADER_BYTES: usize = 640;
/// Bytes that a state may have: 1 TiB.
const MAX_STATE_BYTES: u64 = 1 << 40;

/// Whether a file that begins with `bytes` is a model file.
pub fn is_model(bytes: &[u8]) -> bool {
    bytes.starts_with(&MAGIC)
}

/// How a state lies in a model file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StateLayout {
    /// In compressed parts, zeros left out.
    #[default]
    Packed,
    /// As it is in memory, so that it can be mapped.
    Plain,
}

/// What a model file says of the model before its state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelHeader {
    /// How the state lies behind the header.
    pub layout: StateLayout,
    /// Whether the model is given words as codes.
    pub has_words: bool,
    /// What the model is called, at most 255 bytes.
    pub name: String,
    /// The parameters, at most 255 bytes.
    pub spec: Vec<u8>,
    /// Fingerprint of the engine.
    pub engine: u64,
    /// Bytes that the model was trained on.
    pub training_bytes: u64,
    /// XXH3-64 of them.
    pub training_digest: u64,
    /// Bytes of the state.
    pub state_bytes: u64,
    /// Identity of parameters and state.
    pub id: u64,
}

impl ModelHeader {
    /// Appends the header.
    pub fn write(&self, out: &mut Vec<u8>) {
        let start = out.len();
        out.put_slice(&MAGIC);
        out.put_u8(VERSION);
        out.put_u8(u8::from(self.layout == StateLayout::Plain) | u8::from(self.has_words) << 1);
        for text in [self.name.as_bytes(), &self.spec] {
            out.put_u8(text.len() as u8);
            out.put_slice(text);
        }
        out.put_u64_le(self.engine);
        number::write(self.training_bytes, out);
        out.put_u64_le(self.training_digest);
        number::write(self.state_bytes, out);
        out.put_u64_le(self.id);
        let check = header_check(&out[start..]);
        out.put_u32_le(check);
    }

    /// The header at the start of a model file that begins with `bytes`, and its length: the
    /// mirror of [`write`](Self::write).
    ///
    /// # Errors
    /// [`Error`] if it is damaged, cut short, or of another version.
    pub fn read(bytes: &[u8]) -> Result<(Self, usize), Error> {
        let mut fields = Fields::new(bytes, 0);
        match Self::read_fields(&mut fields) {
            Ok(header) => Ok((header, fields.taken().len())),
            Err(Stop::Incomplete { .. }) => {
                Err(Error::ModelTruncated { offset: bytes.len() as u64 })
            }
            Err(Stop::Refused(error)) => Err(error),
        }
    }

    fn read_fields(fields: &mut Fields<'_>) -> Result<Self, Stop> {
        if fields.bytes(MAGIC.len())? != MAGIC {
            return Err(Error::NotAModel.into());
        }
        let offset = fields.here();
        let version = fields.u8()?;
        if version != VERSION {
            return Err(Error::UnsupportedVersion { offset, version }.into());
        }
        let (offset, flags) = (fields.here(), fields.u8()?);
        let name = texts(fields)?;
        let spec = texts(fields)?;
        let engine = fields.u64()?;
        let training_bytes = fields.number()?;
        let training_digest = fields.u64()?;
        let state_bytes = fields.number()?;
        let id = fields.u64()?;
        let computed = header_check(fields.taken());
        let stored = fields.u32()?;
        if stored != computed {
            return Err(Error::HeaderDamaged { offset: 0, stored, computed }.into());
        }
        in_range(("layout", flags.into()), (0, 3), offset)?;
        in_range(("state length", state_bytes), (1, MAX_STATE_BYTES), 0)?;
        let layout = if flags & 1 == 0 { StateLayout::Packed } else { StateLayout::Plain };
        let (has_words, name) = (flags & 2 != 0, String::from_utf8_lossy(&name).into_owned());
        Ok(Self {
            layout,
            has_words,
            name,
            spec,
            engine,
            training_bytes,
            training_digest,
            state_bytes,
            id,
        })
    }
}

/// A field of up to 255 bytes behind its length.
fn texts(fields: &mut Fields<'_>) -> Result<Vec<u8>, Stop> {
    let count = usize::from(fields.u8()?);
    Ok(fields.bytes(count)?.to_vec())
}
