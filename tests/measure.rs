//! `foretell measure` as its users meet it.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use assert_cmd::Command;
use predicates::str::contains;
use serde_json::Value;

fn foretell() -> Command {
    Command::cargo_bin("foretell").unwrap()
}

/// The rows of the table called `key` in a JSON report.
fn rows<'a>(report: &'a Value, key: &str) -> Vec<&'a Value> {
    let tables = report["tables"].as_array().unwrap().iter();
    tables.filter(|t| t["key"] == key).flat_map(|t| t["rows"].as_array().unwrap()).collect()
}

fn json(arguments: &[&str], input: &[u8]) -> Value {
    let output = foretell()
        .arg("measure")
        .args(arguments)
        .args(["--format", "json"])
        .write_stdin(input)
        .assert()
        .success();
    serde_json::from_slice(&output.get_output().stdout).unwrap()
}

#[test]
fn a_source_of_known_entropy_is_measured_at_its_entropy() {
    let source = foretell::sources::Source::find("markov1").unwrap();
    let report = json(&["-k", "2", "--peers", "none"], &source.bytes(1_000_000));
    for (order, expected) in rows(&report, "orders").iter().zip(source.conditional_entropies) {
        for key in ["plug_in_bits_per_byte", "miller_madow_bits_per_byte", "adaptive_bits_per_byte"]
        {
            let measured = order[key].as_f64().unwrap();
            assert!((measured / expected - 1.0).abs() < 0.01, "{key}: {measured}, not {expected}");
        }
    }
}

#[test]
fn the_bill_adds_up_to_the_size_of_the_compressed_file() {
    let text = b"the bill adds up, and the bill adds up again. ".repeat(300);
    let report = json(&["-3", "--peers", "none"], &text);
    let bill = rows(&report, "bill")[0];
    let options = foretell::Options::new(foretell::models::Level::new(3).unwrap());
    let actual = foretell::compress(&text, &options).len() as f64;
    let part = |key: &str| bill[key].as_f64().unwrap();
    assert!((part("compressed_bytes") - actual).abs() < 0.5);
    let sum = part("ideal_bytes") + part("coder_overhead_bytes") + part("container_bytes");
    assert!((sum - actual).abs() < 1e-6, "{sum} is not {actual}");
}

#[test]
fn nats_are_bits_times_ln_2_under_another_key() {
    let text = b"one quantity in two units";
    let (bits, nats) = (json(&["-k", "0"], text), json(&["-k", "0", "--unit", "nats"], text));
    let in_bits = rows(&bits, "cost")[0]["ideal_bits_per_byte"].as_f64().unwrap();
    let in_nats = rows(&nats, "cost")[0]["ideal_nats_per_byte"].as_f64().unwrap();
    assert!((in_bits * std::f64::consts::LN_2 - in_nats).abs() < 1e-12);
}

#[test]
fn several_files_have_a_total_and_a_missing_one_does_not_stop_the_others() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a"), "to be or not to be\n").unwrap();
    std::fs::write(folder.path().join("b"), "that is the question\n").unwrap();
    let output = foretell()
        .current_dir(&folder)
        .args(["measure", "-k", "1", "--format", "json", "a", "gone", "b"])
        .assert()
        .code(1)
        .stderr("foretell: gone: No such file or directory\n");
    let report: Value = serde_json::from_slice(&output.get_output().stdout).unwrap();
    let sizes = rows(&report, "size");
    assert_eq!(sizes[2]["file"], "total");
    assert_eq!(sizes[2]["words"], 10);
    assert_eq!(rows(&report, "orders").len(), 6);
}

#[test]
fn nothing_and_one_byte_are_measured_too() {
    for input in [&b""[..], b"x"] {
        foretell().arg("measure").write_stdin(input).assert().success().stdout(contains("Size"));
    }
}

#[test]
fn a_directory_and_an_order_beyond_8_are_refused() {
    foretell().args(["measure", "/"]).assert().code(1).stderr(contains("is a directory"));
    foretell().args(["measure", "-k", "9"]).assert().code(2).stderr(contains("0..=8"));
}

#[test]
fn tables_fit_a_hundred_columns() {
    let output = foretell().arg("measure").write_stdin(vec![7; 100_000]).assert().success();
    let text = String::from_utf8(output.get_output().stdout.clone()).unwrap();
    let widest = text.lines().map(|line| line.chars().count()).max().unwrap();
    assert!(widest <= 100, "{widest} columns\n{text}");
}
