//! `--model MODEL`: a trained model from its file.

use super::{failure::Failure, level::LevelArg};
use crate::{
    codec::Limits,
    error::Error,
    models::{Follower, Model, ModelSpec, Reading, TrainedModel},
};
use clap::Args;
use std::path::{Path, PathBuf};

/// The model file of a command that can do without: flatten into its arguments.
#[derive(Debug, Clone, Args)]
pub struct ModelArg {
    /// Begin with this trained model (see foretell train), in place of a level's
    #[arg(long, value_name = "MODEL")]
    pub model: Option<PathBuf>,
}

impl ModelArg {
    /// The model, if one is named.
    ///
    /// # Errors
    /// As [`load`].
    pub fn load(&self) -> Result<Option<TrainedModel>, Failure> {
        self.model.as_deref().map(load).transpose()
    }
}

/// The model that reads an input of `bytes` bytes, if that is known: what `trained` has read
/// if there is one, else a new one of `level`; and what it is called, for people.
///
/// # Errors
/// [`Failure::usage`] if the level's model gives no byte a cost.
pub fn reader(
    trained: Option<&TrainedModel>,
    level: LevelArg,
    bytes: Option<u64>,
) -> Result<(Follower, String), Failure> {
    if let Some(trained) = trained {
        return Ok((Follower::behind(trained), format!("model {}", trained.name())));
    }
    let level = level.in_order()?;
    let spec = level.spec();
    let fitted = bytes.map_or(spec.clone(), |bytes| spec.fitted(bytes));
    Ok((fresh(&fitted), format!("level {}", level.number())))
}

/// A model of `spec` that reads its first text, byte by byte.
pub fn fresh(spec: &ModelSpec) -> Follower {
    Follower::new(Model::new(spec), Reading::Bytes)
}

/// The model in the file at `path`.
///
/// # Errors
/// As [`load_within`], with the limit that holds where nothing is said.
pub fn load(path: &Path) -> Result<TrainedModel, Failure> {
    load_within(path, Limits::DEFAULT_MEMORY_BYTES)
}

/// The model in the file at `path`, if it takes at most `limit` bytes of memory.
///
/// # Errors
/// [`Failure::corrupt`] if the file is damaged, cut short or no model.
pub fn load_within(path: &Path, limit: u64) -> Result<TrainedModel, Failure> {
    TrainedModel::load_within(path, limit).map_err(|error| failure(path, error))
}

/// What the user hears of `error`, met in the model file at `path`.
pub fn failure(path: &Path, error: Error) -> Failure {
    match error {
        Error::Io(error) => Failure::io(path, &error),
        Error::MemoryLimit { needed, limit } => Failure::at(
            path,
            format_args!("the model takes {needed} bytes of memory, the limit is {limit}"),
        ),
        error if error.is_data_error() => Failure::corrupt(path, error),
        error => Failure::at(path, error),
    }
}
