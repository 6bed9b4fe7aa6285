//! A folder of its own for a test of the command, and what such tests share.

#![allow(dead_code, reason = "each test program uses its part")]

use assert_cmd::{Command, assert::Assert};
use predicates::prelude::*;
use std::{
    ffi::{OsStr, OsString},
    fs,
    path::{Path, PathBuf},
    process::{self, Stdio},
    thread,
    time::{Duration, Instant},
};
use tempfile::TempDir;

pub(crate) const FORETELL: &str = env!("CARGO_BIN_EXE_foretell");

/// A directory of its own for one test.
pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    /// A folder with a file `name` of `content`.
    pub(crate) fn with(name: impl AsRef<Path>, content: &[u8]) -> Self {
        let folder = Self::new();
        folder.write(name, content);
        folder
    }

    /// A folder with `a.fore`, the compressed [`text`].
    pub(crate) fn with_compressed() -> Self {
        let folder = Self::with("a", &text());
        folder.run(["--rm", "a"]).success();
        folder
    }

    pub(crate) fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write(&self, name: impl AsRef<Path>, content: &[u8]) {
        fs::write(self.path(name), content).unwrap();
    }

    pub(crate) fn read(&self, name: impl AsRef<Path>) -> Vec<u8> {
        fs::read(self.path(name)).unwrap()
    }

    pub(crate) fn remove(&self, name: impl AsRef<Path>) {
        fs::remove_file(self.path(name)).unwrap();
    }

    /// A pipe that gives the file `name`.
    pub(crate) fn pipe_of(&self, name: &str) -> process::ChildStdout {
        let mut cat = process::Command::new("cat");
        cat.arg(self.path(name)).stdout(Stdio::piped()).spawn().unwrap().stdout.unwrap()
    }

    /// Names of all that is in the folder.
    pub(crate) fn names(&self) -> Vec<OsString> {
        let entries = fs::read_dir(self.0.path()).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    }

    /// foretell, about to run in the folder.
    pub(crate) fn foretell<A: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = A>,
    ) -> Command {
        let mut command = Command::new(FORETELL);
        command.current_dir(self.0.path()).args(arguments).env_remove("FORETELL_MEMORY");
        command
    }

    pub(crate) fn run<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Assert {
        self.foretell(arguments).assert()
    }

    /// foretell at work in the folder, with pipes to it.
    pub(crate) fn spawn<const N: usize>(&self, arguments: [&str; N]) -> process::Child {
        process::Command::new(FORETELL)
            .current_dir(self.0.path())
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }
}

/// Some 60 KB that compress well and not to nothing.
pub(crate) fn text() -> Vec<u8> {
    let lines = (0..1500_u32).map(|i| format!("{i}: the sum of squares is {}\n", i * i % 7919));
    lines.collect::<String>().into_bytes()
}

/// A predicate of standard error: one line that begins with the program's name.
pub(crate) fn one_line() -> impl Predicate<str> {
    predicate::function(|text: &str| {
        text.starts_with("foretell: ") && text.ends_with('\n') && text.lines().count() == 1
    })
}

/// A command of the system, unless it is not there.
pub(crate) fn tool(name: &str) -> Option<process::Command> {
    let found = process::Command::new(name).arg("--version").output().is_ok();
    if !found {
        println!("skipped: there is no {name}");
    }
    found.then(|| process::Command::new(name))
}

pub(crate) fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// Waits until `is_so`; fails after 20 seconds.
pub(crate) fn wait_until(mut is_so: impl FnMut() -> bool) {
    let started = Instant::now();
    while !is_so() {
        assert!(started.elapsed() < Duration::from_secs(20), "it never happened");
        thread::sleep(Duration::from_millis(5));
    }
}
