//! The corpora's manifest and the script that fetches by it.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use assert_cmd::Command;
use predicates::str::contains;
use std::{collections::HashSet, fs};

/// The fields of every line of `corpora/NAME.csv` but the header; none of the fields that
/// are looked at holds a comma.
fn lines(name: &str) -> Vec<Vec<String>> {
    let text = fs::read_to_string(format!("corpora/{name}.csv")).unwrap();
    text.lines().skip(1).map(|line| line.split(',').map(str::to_owned).collect()).collect()
}

#[test]
fn every_file_of_the_manifest_has_a_digest_and_an_archive() {
    let archives: HashSet<_> = lines("archives").into_iter().map(|row| row[0].clone()).collect();
    let manifest = lines("manifest");
    for row in &manifest {
        assert!(archives.contains(&row[0]), "{row:?}");
        assert!(row[2].parse::<u64>().unwrap() > 0, "{row:?}");
        assert!(row[3].len() == 64 && row[3].bytes().all(|digit| digit.is_ascii_hexdigit()));
    }
    let files: HashSet<_> = manifest.iter().map(|row| (&row[0], &row[1])).collect();
    assert_eq!(files.len(), manifest.len());
}

#[test]
fn published_results_are_of_known_corpora() {
    let archives: HashSet<_> = lines("archives").into_iter().map(|row| row[0].clone()).collect();
    assert!(lines("published").iter().all(|row| archives.contains(&row[0])));
}

#[test]
fn fetching_refuses_a_file_that_is_not_the_published_one() {
    let (mirror, target) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    fs::create_dir(mirror.path().join("enwik8")).unwrap();
    fs::write(mirror.path().join("enwik8/enwik8"), "not Wikipedia").unwrap();
    let mut fetch = Command::new("corpora/fetch");
    fetch.arg("--from").arg(mirror.path()).arg("--into").arg(target.path()).arg("enwik8");
    fetch.assert().code(1).stderr(contains("enwik8/enwik8 is missing or wrong"));
}

#[test]
fn fetching_copies_and_verifies_what_a_mirror_has() {
    if !fs::exists("../shared/corpora/canterbury.tar.xz").unwrap() {
        println!("skipped: there is no mirror of the corpora");
        return;
    }
    let target = tempfile::tempdir().unwrap();
    let mut fetch = Command::new("corpora/fetch");
    fetch.args(["--from", "../shared/corpora", "--into"]).arg(target.path()).arg("canterbury");
    fetch.assert().success().stdout(contains("canterbury: 11 files verified"));
}
