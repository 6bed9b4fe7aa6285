use super::{
    super::{failure::Failure, input::read_whole},
    tables::{Results, totals},
};
use crate::{
    evaluation::{Contender, ideal_bytes},
    models::Level,
    report::units,
};
use std::iter;

/// The ideal code length of all inputs beside their actual size, under the default level
/// if it took part, else under the first that did; none if a trial of it failed.
///
/// To be called after all trials: it reads whole files, and processes inherit the memory
/// of a large parent.
pub(super) fn bill(results: &Results<'_>) -> Result<Option<String>, Failure> {
    let Some((level, index)) = level_of(results) else { return Ok(None) };
    let Some(total) = totals(results)[index] else { return Ok(None) };
    let mut ideal = 0;
    for input in &results.corpus.inputs {
        ideal += ideal_bytes(level, &read_whole(&input.path)?);
    }
    let overhead = (total.coded_bytes as f64 / ideal.max(1) as f64 - 1.0) * 100.0;
    Ok(Some(format!(
        "The model of {} foretells all this at an ideal code length (sum of -log2 p) of {} bytes; \
         coder and frames make it {} bytes, {overhead:+.3} %.",
        results.contenders[index].name(),
        units::count(ideal),
        units::count(total.coded_bytes),
    )))
}

/// The level whose bill is shown, and its place among the contenders.
fn level_of(results: &Results<'_>) -> Option<(Level, usize)> {
    let levels = (Level::MIN.number()..=Level::MAX.number()).filter_map(Level::new);
    iter::once(Level::DEFAULT).chain(levels).find_map(|level| {
        let name = Contender::level(level).name();
        let place = results.contenders.iter().position(|contender| contender.name() == name)?;
        Some((level, place))
    })
}
