//! The reports of commands, as JSON.

use assert_cmd::Command;
use serde_json::Value;

pub(crate) fn foretell(arguments: &[&str]) -> Command {
    let mut command = Command::cargo_bin("foretell").unwrap();
    command.args(arguments);
    command
}

/// The JSON report of a command that reads `input`.
pub(crate) fn json(arguments: &[&str], input: &[u8]) -> Value {
    let mut command = foretell(arguments);
    let output = command.args(["--format", "json"]).write_stdin(input).assert().success();
    serde_json::from_slice(&output.get_output().stdout).unwrap()
}

/// The rows of the table called `key`.
pub(crate) fn rows<'a>(report: &'a Value, key: &str) -> &'a [Value] {
    let tables = report["tables"].as_array().unwrap();
    tables.iter().find(|table| table["key"] == key).unwrap()["rows"].as_array().unwrap()
}
