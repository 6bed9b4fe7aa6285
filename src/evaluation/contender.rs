use super::own::{self, Foretell};
use crate::{
    baselines::{Codec, ExternalCodec, peers},
    models::Level,
};
use std::{fs::File, io, path::Path, process::Command};

/// A codec in a comparison.
pub enum Contender {
    /// One that a process of our own program runs.
    BuiltIn(Box<dyn Codec>),
    /// One that the shell runs.
    External(ExternalCodec),
}

impl Contender {
    /// One of our levels.
    pub fn level(level: Level) -> Self {
        Self::BuiltIn(Box::new(Foretell { level }))
    }

    /// Every codec that is built in: our levels, then the peers.
    pub fn built_in() -> impl Iterator<Item = Self> {
        let levels = (Level::MIN.number()..=Level::MAX.number()).filter_map(Level::new);
        levels.map(Self::level).chain(peers().into_iter().map(Self::BuiltIn))
    }

    /// Name and setting, as people type them.
    pub fn name(&self) -> String {
        match self {
            Self::BuiltIn(codec) => codec.name(),
            Self::External(shell) => shell.name.clone(),
        }
    }

    /// True for our levels.
    pub fn is_own(&self) -> bool {
        self.implementation() == own::implementation()
    }

    /// Whose code runs.
    pub fn implementation(&self) -> String {
        match self {
            Self::BuiltIn(codec) => codec.implementation(),
            Self::External(_) => "external command".to_owned(),
        }
    }

    /// The process that codes the file `raw` of `raw_bytes` into the file `coded`.
    /// `program` is foretell.
    pub(super) fn compress(
        &self,
        program: &Path,
        raw: &Path,
        raw_bytes: u64,
        coded: &Path,
    ) -> io::Result<Command> {
        match self {
            Self::BuiltIn(inner) => {
                let mut command = trial(program, inner.as_ref(), raw, coded)?;
                command.arg("--compress").arg(raw_bytes.to_string());
                Ok(command)
            }
            Self::External(shell) => shell.compress(raw, coded),
        }
    }

    /// The mirror of [`compress`](Self::compress).
    pub(super) fn decompress(
        &self,
        program: &Path,
        coded: &Path,
        raw: &Path,
    ) -> io::Result<Command> {
        match self {
            Self::BuiltIn(inner) => trial(program, inner.as_ref(), coded, raw),
            Self::External(shell) => shell.decompress(coded, raw),
        }
    }
}

/// `program` serving `codec` from the file `input` to the file `output`.
fn trial(program: &Path, codec: &dyn Codec, input: &Path, output: &Path) -> io::Result<Command> {
    let mut command = Command::new(program);
    command.arg("trial").arg(codec.name());
    command.stdin(File::open(input)?).stdout(File::create(output)?);
    Ok(command)
}
