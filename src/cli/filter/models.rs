//! What model files hold, told by their headers.

use super::list::level_of;
use crate::{
    cli::failure::shown,
    codec::ModelSummary,
    container::StateLayout,
    models::Reading,
    report::{Cell, Column, units},
};
use std::{fs, path::Path};

pub(super) fn columns() -> Vec<Column> {
    vec![
        Column::text("file", "file"),
        Column::text("name", "name"),
        Column::text("model", "model"),
        Column::count("level", "level", ""),
        Column::count("training_bytes", "trained on", "bytes"),
        Column::text("training_digest", "XXH3 of that"),
        Column::count("file_bytes", "file", "bytes"),
        Column::number("memory_mib", "memory", "MiB", 1),
        Column::mark("is_mappable", "mappable"),
        Column::mark("has_words", "words"),
    ]
}

pub(super) fn row(path: &Path, summary: &ModelSummary) -> Vec<Cell> {
    vec![
        shown(path).into(),
        summary.about.name.as_str().into(),
        format!("{:016x}", summary.id).into(),
        level_of(Some(&summary.spec)).map(|level| u64::from(level.number())).into(),
        summary.about.training.bytes.into(),
        format!("{:016x}", summary.about.training.digest).into(),
        fs::metadata(path).ok().map(|metadata| metadata.len()).into(),
        units::mebibytes(summary.spec.memory_bytes()).into(),
        (summary.layout == StateLayout::Plain).into(),
        (summary.about.reading == Reading::Words).into(),
    ]
}
