//! What several test programs share.

use std::{io::Read, path::Path};

/// A file of the shared corpora, or `None` and a printed line if they are not there.
pub(crate) fn corpus_file(corpus: &str, name: &str) -> Option<Vec<u8>> {
    let archive = format!("../shared/corpora/{corpus}.tar.xz");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(&archive);
    let Ok(file) = std::fs::File::open(path) else {
        println!("skipped: no {archive}");
        return None;
    };
    let mut archive = tar::Archive::new(liblzma::read::XzDecoder::new(file));
    let wanted = Path::new(corpus).join(name);
    for entry in archive.entries().expect("a tar archive") {
        let mut entry = entry.expect("an undamaged archive");
        if entry.path().is_ok_and(|path| path == wanted) {
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).expect("an undamaged archive");
            return Some(bytes);
        }
    }
    panic!("{corpus} has a file {name}");
}
