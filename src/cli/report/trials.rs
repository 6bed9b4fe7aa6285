//! Size and speed of coders on a part of the file.

use crate::{
    baselines::peers,
    cli::{
        failure::{Failure, complain},
        progress,
    },
    evaluation::{Contender, Input, Judge, Trial},
    models::Level,
};
use std::{env, io};

/// What one coder did.
pub(super) struct Outcome {
    pub(super) name: String,
    pub(super) is_own: bool,
    pub(super) trial: Trial,
    /// Whether no other is both as small and as fast.
    pub(super) is_on_front: bool,
}

/// Levels that take part: every second.
const LEVELS: [u8; 5] = [1, 3, 5, 7, 9];
/// Settings of other coders that take part: each family's usual one or two.
const PEERS: [&str; 8] =
    ["lz4", "gzip -9", "zstd -3", "zstd -19", "brotli -11", "bzip2 -9", "xz -9e", "ppmd -o6"];

/// At most `most` bytes from the middle of `bytes`.
pub(super) fn part(bytes: &[u8], most: u64) -> &[u8] {
    let length = usize::try_from(most).unwrap_or(usize::MAX).min(bytes.len());
    let start = (bytes.len() - length) / 2;
    &bytes[start..start + length]
}

/// A trial of every coder on `part`; one that fails is complained of and left out.
pub(super) fn hold(part: &[u8]) -> Result<Vec<Outcome>, Failure> {
    if part.is_empty() {
        return Ok(Vec::new());
    }
    let failed = |error: io::Error| Failure::io(&env::temp_dir(), &error);
    let folder = tempfile::TempDir::with_prefix("foretell-").map_err(failed)?;
    let path = folder.path().join("part");
    std::fs::write(&path, part).map_err(failed)?;
    let input = Input::open("part", &path).map_err(failed)?;
    let judge = Judge::new(env::current_exe().map_err(Failure::error)?, 1).map_err(failed)?;
    let levels = LEVELS.into_iter().filter_map(Level::new).map(Contender::level);
    let others = peers().into_iter().map(Contender::BuiltIn);
    let others = others.filter(|peer| PEERS.iter().any(|name| peer.name().starts_with(name)));
    let contenders: Vec<Contender> = levels.chain(others).collect();
    let all = (contenders.len() * part.len()) as u64;
    let progress = progress::of_bytes(Some(all), "sizes and speeds".to_owned());
    let mut outcomes = Vec::new();
    for contender in &contenders {
        match judge.trial(contender, &input) {
            Ok(trial) => outcomes.push(Outcome {
                name: contender.name(),
                is_own: contender.is_own(),
                trial,
                is_on_front: false,
            }),
            Err(error) => complain(format_args!("{}: {error}", contender.name())),
        }
        progress.inc(part.len() as u64);
    }
    progress.finish_and_clear();
    let trials: Vec<Trial> = outcomes.iter().map(|outcome| outcome.trial).collect();
    for (outcome, is_on_front) in outcomes.iter_mut().zip(Trial::pareto_front(&trials)) {
        outcome.is_on_front = is_on_front;
    }
    Ok(outcomes)
}
