//! Every command's help has examples, and they run.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use assert_cmd::Command;
use std::{fs, path::Path};

/// What `foretell WORDS --help` prints.
fn help(words: &[&str]) -> String {
    let mut command = Command::cargo_bin("foretell").unwrap();
    let output = command.args(words).arg("--help").assert().success();
    String::from_utf8(output.get_output().stdout.clone()).unwrap()
}

/// The commands that a help lists.
fn commands(help: &str) -> Vec<&str> {
    let list = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let list = list.take_while(|line| !line.is_empty());
    let names = list.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    names.filter_map(|line| line.split_whitespace().next()).filter(|&name| name != "help").collect()
}

/// The lines of a help's examples that are commands, without what stands behind two spaces.
fn examples(help: &str) -> Vec<String> {
    let is_head = |line: &&str| matches!(line.trim(), "Example:" | "Examples:");
    let lines = help.lines().skip_while(|line| !is_head(line));
    let lines = lines.filter_map(|line| line.strip_prefix("  "));
    let lines = lines.filter(|line| line.contains("foretell"));
    lines.map(|line| line.split("  ").next().unwrap().to_owned()).collect()
}

/// Examples that a test leaves to their readers: they write to places of the system, take
/// minutes, or need what is not everywhere, or what another example made.
fn is_left_out(example: &str) -> bool {
    let reasons =
        ["/usr/local", "~/", "bzip3", "--iid", "restarts.bin", "man -l", "tar -I", ".foremodel"];
    reasons.iter().any(|reason| example.contains(reason)) || example == "foretell bench"
}

/// The files that examples speak of.
fn provide(folder: &Path) {
    let text = include_str!("../ARCHITECTURE.md");
    let write = |name: &str, bytes: &[u8]| fs::write(folder.join(name), bytes).unwrap();
    for name in ["book.txt", "german.txt", "dickens"] {
        write(name, &text.as_bytes()[..6000]);
    }
    write("english.txt", &include_bytes!("../README.md")[..4000]);
    write("polish.txt", &include_bytes!("../CONTRIBUTING.md")[..1500]);
    write("xml", b"<a><b>1</b><b>2</b></a>\n".repeat(50).as_slice());
    let noise = (0..8000_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 21) as u8);
    write("firmware.bin", &noise.clone().collect::<Vec<_>>());
    write("noise.bin", &noise.map(|byte| byte & 15).collect::<Vec<_>>());
    write(
        "people.csv",
        b"age,income,region\n31,low,a\n52,high,b\n31,low,b\n47,high,a\n".repeat(20).as_slice(),
    );
    write("table.csv", b"3,1\n1,5\n");
    write("parts.csv", b"1,-2,1\n1,2,0.5\n");
    write("errors.txt", b"0.1\n-0.3\n0.2\n");
    write("pairs.csv", b"x,y\n1,2\n2,3\n3,5\n4,4\n5,9\n");
    let tokens = text.as_bytes()[..6000]
        .chunks(5)
        .map(|token| format!("{{\"bytes\": {}, \"logprob\": -2.5}}\n", token.len()));
    write("tokens.jsonl", tokens.collect::<String>().as_bytes());
}

fn run(example: &str, folder: &Path) {
    let program = Path::new(env!("CARGO_BIN_EXE_foretell")).parent().unwrap().to_path_buf();
    let inherited = std::env::var_os("PATH").unwrap();
    let path = std::env::join_paths([program].into_iter().chain(std::env::split_paths(&inherited)));
    let mut shell = Command::new("sh");
    let line = example.replace("| less -R", "| cat").replace("foretell -d ", "foretell -df ");
    let line = format!("set -e; {line}");
    shell.args(["-c", &line]).current_dir(folder).env("PATH", path.unwrap());
    let output = shell.output().unwrap();
    let complaints = String::from_utf8_lossy(&output.stderr);
    // Behind a pipe a failure shows only here; that samples are few is a warning.
    let is_failure = |line: &&str| line.contains("foretell: ") && !line.contains("fewer say less");
    let failures: Vec<&str> = complaints.lines().filter(is_failure).collect();
    assert!(output.status.success() && failures.is_empty(), "{example}: {complaints}");
}

#[test]
fn every_commands_help_has_examples_that_run() {
    let folder = tempfile::tempdir().unwrap();
    provide(folder.path());
    let whole = help(&[]);
    let mut all: Vec<String> = examples(&whole);
    for command in commands(&whole) {
        let text = help(&[command]);
        let mut own = examples(&text);
        let inner = commands(&text);
        for inner in &inner {
            let more = examples(&help(&[command, inner]));
            assert!(!more.is_empty(), "{command} {inner} --help has no example");
            own.extend(more);
        }
        assert!(!own.is_empty(), "{command} --help has no example");
        all.extend(own);
    }
    let runnable: Vec<&String> = all.iter().filter(|example| !is_left_out(example)).collect();
    assert!(runnable.len() > 35, "{runnable:?}");
    for example in runnable {
        run(example, folder.path());
    }
}

#[test]
fn every_number_in_json_says_its_unit_in_its_key_or_has_none() {
    let folder = tempfile::tempdir().unwrap();
    provide(folder.path());
    let information =
        ["entropy", "cost", "cross", "ideal", "actual", "plug", "miller", "kl", "js_"];
    for arguments in [
        &["measure", "book.txt"][..],
        &["divergence", "german.txt", "english.txt"],
        &["dependence", "book.txt"],
        &["profile", "book.txt"],
        &["calibrate", "book.txt"],
        &["explain", "--as", "top", "-v", "book.txt"],
        &["bench", "--levels", "1", "--peers", "none", "--logprobs", "tokens.jsonl", "dickens"],
        &["calc", "entropy", "0.5,0.5"],
    ] {
        let mut command = Command::cargo_bin("foretell").unwrap();
        command.args(arguments).args(["--format", "json"]).current_dir(&folder);
        let output = command.assert().success();
        let report: serde_json::Value =
            serde_json::from_slice(&output.get_output().stdout).unwrap();
        for table in report["tables"].as_array().unwrap() {
            for column in table["columns"].as_array().unwrap() {
                let (key, unit) =
                    (column["key"].as_str().unwrap(), column["unit"].as_str().unwrap());
                let is_information = unit.contains("bits");
                assert_eq!(is_information, key.contains("bits"), "{arguments:?}: {key} in {unit}");
                let is_named = information.iter().any(|name| key.starts_with(name));
                let is_plain = key.contains("bytes") || key.contains("bits") || key == "js_root";
                assert!(!is_named || is_plain, "{arguments:?}: {key} has no unit");
            }
        }
    }
}
