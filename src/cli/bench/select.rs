use super::super::failure::Failure;
use crate::{
    baselines::{Codec, ExternalCodec, peers},
    evaluation::Contender,
    models::Level,
};
use std::{ops::Range, str::FromStr};

/// One level, a range of them or none as typed: `5`, `3-7`, `none`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Levels(Range<u8>);

impl FromStr for Levels {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "none" {
            return Ok(Self(0..0));
        }
        let level = |text: &str| text.parse().ok().and_then(Level::new).map(Level::number);
        let (first, last) = text.split_once('-').unwrap_or((text, text));
        match (level(first), level(last)) {
            (Some(first), Some(last)) if first <= last => Ok(Self(first..last + 1)),
            _ => Err("levels are 1 to 9, or a range like 3-7"),
        }
    }
}

/// Who takes part: `levels` of ours, the built-in `peers` of these names, and `commands`.
pub(super) fn contenders(
    levels: &[Levels],
    peers: &[String],
    commands: &[ExternalCodec],
) -> Result<Vec<Contender>, Failure> {
    let mut numbers: Vec<u8> = levels.iter().flat_map(|levels| levels.0.clone()).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let ours = numbers.into_iter().filter_map(Level::new).map(Contender::level);
    let others = built_in(peers)?.into_iter().map(Contender::BuiltIn);
    let external = commands.iter().cloned().map(Contender::External);
    Ok(ours.chain(others).chain(external).collect())
}

/// The built-in peers that `names` ask for.
fn built_in(names: &[String]) -> Result<Vec<Box<dyn Codec>>, Failure> {
    let known = peers();
    for name in names.iter().filter(|name| !matches!(name.as_str(), "all" | "none")) {
        if !known.iter().any(|codec| is_meant(codec.as_ref(), name)) {
            let all: Vec<String> = known.iter().map(|codec| typed(codec.as_ref())).collect();
            let all = all.join(", ");
            return Err(Failure::usage(format_args!(
                "no peer is called {name:?}; there are {all}"
            )));
        }
    }
    let is_asked = |codec: &dyn Codec| names.iter().any(|name| is_meant(codec, name));
    Ok(known.into_iter().filter(|codec| is_asked(codec.as_ref())).collect())
}

/// True if `name` is that of the codec, of its family, or of all.
fn is_meant(codec: &dyn Codec, name: &str) -> bool {
    let typed = typed(codec);
    name == "all" || name == typed || typed.split('-').next() == Some(name)
}

/// The name of a codec as it is typed in a list: `zstd-19`.
fn typed(codec: &dyn Codec) -> String {
    codec.name().replace(" --ultra", "").replace(' ', "")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(levels: &str, peers: &[&str]) -> Vec<String> {
        let levels: Vec<Levels> = levels.split(',').map(|text| text.parse().unwrap()).collect();
        let peers: Vec<String> = peers.iter().map(|&name| name.to_owned()).collect();
        contenders(&levels, &peers, &[]).unwrap().iter().map(Contender::name).collect()
    }

    #[test]
    fn levels_are_sorted_and_taken_once() {
        assert_eq!(names("5,1-2,2", &["none"]), ["foretell -1", "foretell -2", "foretell -5"]);
        for text in ["0", "10", "5-3", "-", "x", "1-"] {
            assert!(text.parse::<Levels>().is_err(), "{text}");
        }
    }

    #[test]
    fn peers_go_by_family_or_setting() {
        assert_eq!(names("9", &["gzip"]), ["foretell -9", "gzip -6", "gzip -9"]);
        assert_eq!(names("9", &["zstd-22", "xz-9e"])[1..], ["zstd --ultra -22", "xz -9e"]);
        assert_eq!(names("none", &["ppmd"]), ["ppmd -o6"]);
        assert_eq!(names("9", &["all"]).len(), 1 + peers().len());
        assert!(contenders(&[], &["zip".to_owned()], &[]).is_err());
    }
}
