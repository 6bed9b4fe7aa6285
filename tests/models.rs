//! The commands of trained models: train, score, sample, and --model.

use assert_cmd::{Command, assert::Assert};
use predicates::{prelude::PredicateBooleanExt, str::contains};
use std::{fs, path::Path};
use tempfile::TempDir;

fn foretell(folder: &Path, arguments: &[&str]) -> Assert {
    command(folder, arguments).assert()
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_foretell"));
    command.current_dir(folder).args(arguments);
    command
}

fn lines(from: usize, to: usize) -> String {
    let line =
        |i: usize| format!("request {} served in {} ms by node-{}\n", i * i % 89, i % 40, i % 3);
    (from..to).map(line).collect()
}

/// A folder with `a.foremodel`, trained on such lines, and `new.log` with others.
fn trained() -> TempDir {
    let folder = TempDir::new().expect("a folder");
    fs::write(folder.path().join("old.log"), lines(0, 300)).expect("it can be written");
    fs::write(folder.path().join("new.log"), lines(300, 330)).expect("it can be written");
    foretell(folder.path(), &["train", "-3", "old.log", "-o", "a.foremodel"])
        .success()
        .stderr(contains("trained on"));
    folder
}

#[test]
fn a_file_compressed_with_a_model_needs_it_and_names_it() {
    let folder = trained();
    let at = folder.path();
    foretell(at, &["--model", "a.foremodel", "--verify", "new.log"]).success();
    let size = fs::metadata(at.join("new.log.fore")).unwrap().len();
    let alone = command(at, &["-3", "-c", "new.log"]).output().unwrap().stdout.len();
    assert!(size * 2 < alone as u64, "{size} {alone}");
    foretell(at, &["-t", "--model", "a.foremodel", "new.log.fore"]).success();
    foretell(at, &["-t", "new.log.fore"])
        .code(1)
        .stderr(contains("needs the trained model").and(contains("given is none")));
    foretell(at, &["train", "-3", "new.log", "-o", "b.foremodel"]).success();
    foretell(at, &["-t", "--model", "b.foremodel", "new.log.fore"])
        .code(1)
        .stderr(contains("given is the trained model"));
    foretell(at, &["-l", "a.foremodel", "new.log.fore"]).success().stdout(contains("trained on"));
    let model = fs::read(at.join("a.foremodel")).unwrap();
    fs::write(at.join("cut.foremodel"), &model[..model.len() / 2]).unwrap();
    foretell(at, &["-t", "--model", "cut.foremodel", "new.log.fore"])
        .code(3)
        .stderr(contains("truncated: the model file ends at offset"));
    foretell(at, &["train", "-1", "new.log", "-o", "c.foremodel"]).failure();
    assert!(!at.join("c.foremodel").exists());
    fs::write(at.join("empty"), "").unwrap();
    foretell(at, &["train", "-q", "empty", "-o", "d.foremodel"])
        .code(1)
        .stderr(contains("nothing to learn from"));
    assert!(!at.join("d.foremodel").exists());
}

#[test]
fn a_prime_must_be_the_same_both_ways() {
    let folder = trained();
    let at = folder.path();
    foretell(at, &["-3", "--prime", "old.log", "new.log"]).success();
    foretell(at, &["-d", "-f", "--prime", "old.log", "new.log.fore"]).success();
    assert_eq!(fs::read_to_string(at.join("new.log")).unwrap(), lines(300, 330));
    foretell(at, &["-t", "--prime", "new.log", "new.log.fore"])
        .code(1)
        .stderr(contains("the prime"));
}

#[test]
fn scores_depend_neither_on_the_order_of_documents_nor_on_threads() {
    let folder = trained();
    let score = |mode: &[&str], input: &str| {
        let arguments = [&["score", "--model", "a.foremodel", "--jsonl", "text"], mode].concat();
        let output = command(folder.path(), &arguments).write_stdin(input).output().unwrap();
        assert!(output.status.success());
        String::from_utf8(output.stdout).unwrap()
    };
    let records: Vec<String> = lines(400, 440)
        .lines()
        .map(|line| format!("{{\"text\": \"{line}\", \"n\": 1}}\n"))
        .collect();
    let backwards: Vec<String> = records.iter().rev().cloned().collect();
    for mode in [&[][..], &["--adaptive"]] {
        let one = score(&[mode, &["-T1"]].concat(), &records.concat());
        assert_eq!(one, score(&[mode, &["-T3"]].concat(), &records.concat()));
        let mut turned: Vec<_> =
            score(mode, &backwards.concat()).lines().map(str::to_owned).collect();
        turned.reverse();
        assert_eq!(one.lines().collect::<Vec<_>>(), turned);
        assert!(
            one.starts_with("{\"text\": \"request") && one.contains("\"n\": 1,\"bytes\":"),
            "{one}"
        );
    }
    let few = score(&["--max", "0.1"], &records.concat());
    assert_eq!(few, "");
}

#[test]
fn what_is_no_document_is_counted_and_told_with_its_line() {
    let folder = trained();
    let input = b"{\"text\":\"request\"}\n{\"text\":7}\nno json\n{}\n\xFF\n".to_vec();
    let score = |policy: &str| {
        let arguments = ["score", "--model", "a.foremodel", "--jsonl", "text", "--bad", policy];
        command(folder.path(), &arguments).write_stdin(input.clone()).assert()
    };
    let told = "line 3: malformed JSON";
    score("skip").success().stderr(contains(told).and(contains("1 written, 4 bad")));
    let passed = score("pass").success().stderr(contains("line 5: invalid UTF-8"));
    assert!(passed.get_output().stdout.ends_with(b"\nno json\n{}\n\xFF\n"));
    score("fail").code(1).stderr(contains("line 2"));
}

#[test]
fn the_same_seed_gives_the_same_text() {
    let folder = trained();
    let sample = |seed: &str| {
        let arguments = ["sample", "--model", "a.foremodel", "-n", "60", "--seed", seed];
        let assert = foretell(folder.path(), &arguments).success().stderr(contains("entropy"));
        assert.get_output().stdout.clone()
    };
    assert_eq!(sample("1"), sample("1"));
    assert_ne!(sample("1"), sample("2"));
    assert_eq!(sample("3").len(), 60);
}

/// What a byte costs by a profile of one window.
fn profiled(folder: &Path, arguments: &[&str]) -> f64 {
    let arguments = [&["profile", "--window", "1G", "--format", "csv"], arguments].concat();
    let output = command(folder, &arguments).output().expect("it runs");
    let table = String::from_utf8(output.stdout).expect("a table is text");
    let rows: Vec<Vec<&str>> = table.lines().map(|line| line.split(',').collect()).collect();
    let place = rows[0].iter().position(|name| name.starts_with("model")).expect("its column");
    rows[1][place].parse().expect("a number")
}

#[test]
fn profiles_calibrations_and_pages_begin_with_a_model_and_name_it() {
    let folder = trained();
    let at = folder.path();
    let cost = |more: &[&str]| profiled(at, &[&["-3", "new.log"], more].concat());
    assert!(cost(&["--model", "a.foremodel"]) * 2.0 < cost(&[]));
    foretell(at, &["profile", "--model", "a.foremodel", "new.log"])
        .success()
        .stdout(contains("model a"));
    foretell(at, &["calibrate", "--model", "a.foremodel", "new.log"])
        .success()
        .stdout(contains("trained model a takes the level's place"));
    let page =
        ["report", "--model", "a.foremodel", "--trial-bytes", "0", "new.log", "-o", "p.html"];
    foretell(at, &page).success();
    assert!(fs::read_to_string(at.join("p.html")).unwrap().contains("under model a"));
}

/// English of ours.
const ENGLISH: &str = include_str!("../ARCHITECTURE.md");

#[test]
fn words_are_codes_where_they_pay_or_as_the_user_says() {
    let folder = TempDir::new().unwrap();
    let at = folder.path();
    let (old, new) = ENGLISH.split_at(ENGLISH.find("What we learnt").unwrap());
    fs::write(at.join("old.md"), old).unwrap();
    fs::write(at.join("new.md"), new).unwrap();
    let train = |words: &str, output: &str| {
        let arguments = ["train", "-3", "old.md", "--words", words, "-o", output];
        foretell(at, &arguments).success()
    };
    train("auto", "a.foremodel").stderr(contains("words as codes"));
    train("always", "b.foremodel").stderr(contains("words as codes"));
    train("never", "c.foremodel").stderr(contains("words as codes").not());
    let told = |file: &str| {
        let output = command(at, &["-l", "--json", file]).output().unwrap().stdout;
        String::from_utf8(output).unwrap()
    };
    assert!(told("a.foremodel").contains("\"has_words\": true"), "{}", told("a.foremodel"));
    assert!(told("c.foremodel").contains("\"has_words\": false"));
    foretell(at, &["--model", "a.foremodel", "--verify", "new.md"]).success();

    // What every byte costs adds up to the price of the whole, however it is looked at.
    let model = ["--model", "a.foremodel"];
    let score = [&["score", "--adaptive"], &model[..], &["new.md"]].concat();
    let output = command(at, &score).output().unwrap().stdout;
    let scored: serde_json::Value = serde_json::from_slice(&output).unwrap();
    let whole = scored["bits_per_byte"].as_f64().unwrap();
    let profiled = profiled(at, &[&model[..], &["new.md"]].concat());
    assert!((whole - profiled).abs() < 1e-4, "{whole} {profiled}");
    let explain =
        [&["explain", "--verbose", "--as", "top", "--format", "json"], &model[..], &["new.md"]];
    let output = command(at, &explain.concat()).output().unwrap().stdout;
    let explained = String::from_utf8(output).unwrap();
    assert!(explained.contains("words as codes"), "{explained}");
    let guessing = explained.split("Guessing costs ").nth(1).unwrap();
    let saved: f64 = guessing[..guessing.find(' ').unwrap()].parse().unwrap();
    assert!((whole + saved - 8.0).abs() < 2e-4, "{whole} {saved}");
    for arguments in [["calibrate", "new.md"], ["measure", "new.md"]] {
        foretell(at, &[&arguments[..], &model].concat()).success();
    }
    let sample = ["sample", "--model", "a.foremodel", "-n", "301", "--seed", "4", "-t", "2"];
    let drawn = foretell(at, &sample).success().stderr(contains("301 bytes"));
    assert_eq!(drawn.get_output().stdout.len(), 301);
}
