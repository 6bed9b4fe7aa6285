//! What the output of a source is called.

use std::path::{Path, PathBuf};

/// Suffix of compressed files, after a dot.
const SUFFIX: &str = "fore";

/// Whether `path` is named as a compressed file.
pub(super) fn has_suffix(path: &Path) -> bool {
    path.extension().is_some_and(|suffix| suffix == SUFFIX)
}

/// Where `path` goes when it is compressed.
pub(super) fn compressed(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(SUFFIX);
    name.into()
}

/// Where `path` goes when it is decompressed; nowhere unless it is named as a compressed
/// file.
pub(super) fn decompressed(path: &Path) -> Option<PathBuf> {
    has_suffix(path).then(|| path.with_extension(""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{ffi::OsStr, os::unix::ffi::OsStrExt};

    #[test]
    fn compressing_adds_the_suffix_and_decompressing_strips_it() {
        for name in [&b"a"[..], b"a.tar", b"dir.d/a", b".hidden", b"odd\xFF\n"] {
            let path = Path::new(OsStr::from_bytes(name));
            let there = compressed(path);
            assert!(there.as_os_str().as_bytes().ends_with(b".fore"));
            assert_eq!(decompressed(&there).as_deref(), Some(path));
        }
    }

    #[test]
    fn a_name_without_the_suffix_has_no_original() {
        for name in ["a", "a.gz", ".fore", "fore", "a.fore/b"] {
            assert_eq!(decompressed(Path::new(name)), None, "{name}");
        }
    }
}
