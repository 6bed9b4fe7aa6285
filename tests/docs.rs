//! Runs what the README shows.

use std::{path::Path, process::Command};

const README: &str = include_str!("../README.md");

/// The README's `$ foretell …` lines, without their comments.
fn commands() -> impl Iterator<Item = &'static str> {
    README.lines().filter_map(|line| {
        let command = line.strip_prefix("$ ")?;
        let command = command.split(" #").next().unwrap_or(command).trim();
        command.starts_with("foretell ").then_some(command)
    })
}

#[test]
fn every_command_of_the_readme_runs() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("book.txt"), README).unwrap();
    std::fs::write(folder.path().join("notes.txt"), include_str!("../ARCHITECTURE.md")).unwrap();
    let program = Path::new(env!("CARGO_BIN_EXE_foretell")).parent().unwrap();
    let path = std::env::join_paths(
        std::iter::once(program.to_path_buf())
            .chain(std::env::split_paths(&std::env::var_os("PATH").unwrap())),
    )
    .unwrap();
    let mut count = 0;
    for command in commands() {
        let output = Command::new("sh")
            .args(["-c", command])
            .current_dir(folder.path())
            .env("PATH", &path)
            .output()
            .unwrap();
        assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
        count += 1;
    }
    assert!(count >= 10, "{count} commands");
}
