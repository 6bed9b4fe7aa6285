//! `foretell bench` and `foretell source` as a user meets them.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use assert_cmd::Command;
use predicates::str::contains;
use serde_json::Value;
use std::{fs, path::PathBuf};
use tempfile::TempDir;

fn foretell() -> Command {
    Command::cargo_bin("foretell").unwrap()
}

/// A folder with a text that compresses.
fn text() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("text");
    fs::write(&path, include_str!("../corpora/README.md")).unwrap();
    (folder, path)
}

#[test]
fn codecs_are_ranked_by_size_with_units_in_every_key() {
    let (_folder, path) = text();
    let mut bench = foretell();
    bench.args(["bench", "--levels", "1", "--peers", "gzip-9,lz4", "--format", "json"]).arg(&path);
    let output = bench.assert().success().get_output().stdout.clone();
    let json: Value = serde_json::from_slice(&output).unwrap();
    let rows = json["tables"][0]["rows"].as_array().unwrap();
    let sizes: Vec<u64> = rows.iter().map(|r| r["compressed_bytes"].as_u64().unwrap()).collect();
    assert!(sizes.is_sorted(), "{sizes:?}");
    let gzip = rows.iter().find(|row| row["codec"] == "gzip -9").unwrap();
    assert!(gzip["bits_per_byte"].as_f64().unwrap() < 8.0);
    assert!(gzip["compress_mb_per_s"].as_f64().unwrap() > 0.0);
    assert!(gzip["decompress_peak_memory_mib"].as_f64().unwrap() > 0.0);
    assert!(json["notes"][0].as_str().unwrap().contains("ideal code length"));
}

#[test]
fn results_are_saved_in_the_format_of_their_suffix() {
    let (folder, path) = text();
    let [table, plot] = ["out.csv", "out.svg"].map(|name| folder.path().join(name));
    let mut bench = foretell();
    bench.args(["bench", "--levels", "none", "--peers", "zstd-3"]).arg(&path);
    bench.arg("--save").arg(&table).arg("--plot").arg(&plot).assert().success();
    assert!(fs::read_to_string(table).unwrap().starts_with("codec,implementation,raw_bytes,"));
    assert!(fs::read_to_string(plot).unwrap().contains("zstd -3"));
    foretell().args(["bench", "--save", "out.xls"]).arg(&path).assert().code(2);
}

#[test]
fn a_peer_of_two_commands_takes_part() {
    let (_folder, path) = text();
    let mut bench = foretell();
    bench.args(["bench", "--levels", "none", "--peers", "none", "--peer", "copy: cat | cat"]);
    bench.arg(&path).assert().success().stdout(contains("copy"));
}

#[test]
fn a_round_trip_that_does_not_close_is_an_error_and_the_others_still_count() {
    let (_folder, path) = text();
    let mut bench = foretell();
    bench.args(["bench", "--levels", "none", "--peers", "lz4", "--peer", "lossy: cat | tr a b"]);
    let assert = bench.arg(&path).assert().code(1).stdout(contains("lz4 -1"));
    assert.stderr(contains("lossy on text: the decompressed file differs from byte"));
}

#[test]
fn an_unknown_peer_or_level_is_wrong_usage() {
    let (_folder, path) = text();
    let mut bench = foretell();
    let assert = bench.args(["bench", "--peers", "zip"]).arg(&path).assert().code(2);
    assert.stderr(contains("no peer is called \"zip\"; there are lz4-1, gzip-6"));
    foretell().args(["bench", "--levels", "10"]).arg(&path).assert().code(2);
}

#[test]
fn a_missing_file_is_an_error_before_any_trial() {
    foretell().args(["bench", "no/such/file"]).assert().code(1).stdout("");
}

#[test]
fn a_source_writes_its_standard_sequence() {
    let mut source = foretell();
    let assert = source.args(["source", "squares", "--bytes", "11"]).assert().success();
    assert.stdout(&[0_u8, 1, 4, 9, 5, 3, 3, 5, 9, 4, 1][..]);
    let other = |seed: &str| {
        let mut source = foretell();
        source.args(["source", "markov2", "--bytes", "1K", "--seed", seed]);
        source.assert().success().get_output().stdout.clone()
    };
    assert_eq!(other("7"), other("7"));
    assert_ne!(other("7"), other("8"));
}

#[test]
fn sources_are_listed_with_their_rates() {
    let assert = foretell().arg("source").assert().success();
    assert.stdout(contains("entropy rate")).stdout(contains("0.499916"));
}
