//! `--model MODEL`: a trained model from its file.

use super::failure::Failure;
use crate::{error::Error, models::TrainedModel};
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

/// The model in the file at `path`.
///
/// # Errors
/// [`Failure::corrupt`] if the file is damaged, cut short or no model.
pub fn load(path: &Path) -> Result<TrainedModel, Failure> {
    TrainedModel::load(path).map_err(|error| failure(path, error))
}

/// What the user hears of `error`, met in the model file at `path`.
pub fn failure(path: &Path, error: Error) -> Failure {
    match error {
        Error::Io(error) => Failure::io(path, &error),
        error if error.is_data_error() => Failure::corrupt(path, error),
        error => Failure::at(path, error),
    }
}
