use std::{
    fs::File,
    io,
    path::Path,
    process::{Command, Stdio},
    str::FromStr,
};

/// A codec that is two commands of the shell, written
/// `name: compress command | decompress command`.
///
/// A command reads standard input and writes standard output, or names its files as
/// `{in}` and `{out}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExternalCodec {
    /// What people call it.
    pub name: String,
    compress: String,
    decompress: String,
}

/// Not of the form `name: compress command | decompress command`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected 'name: compress command | decompress command'")]
pub struct Malformed;

impl FromStr for ExternalCodec {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        let (name, commands) = text.split_once(':').ok_or(Malformed)?;
        let (compress, decompress) = commands.split_once('|').ok_or(Malformed)?;
        let [name, compress, decompress] = [name, compress, decompress].map(str::trim);
        if name.is_empty() || compress.is_empty() || decompress.is_empty() {
            return Err(Malformed);
        }
        let [name, compress, decompress] = [name, compress, decompress].map(str::to_owned);
        Ok(Self { name, compress, decompress })
    }
}

impl ExternalCodec {
    /// The process that codes the file `raw` into the file `coded`.
    ///
    /// # Errors
    /// If `raw` cannot be opened or `coded` not made.
    pub fn compress(&self, raw: &Path, coded: &Path) -> io::Result<Command> {
        shell(&self.compress, raw, coded)
    }

    /// The mirror of [`compress`](Self::compress).
    ///
    /// # Errors
    /// If `coded` cannot be opened or `raw` not made.
    pub fn decompress(&self, coded: &Path, raw: &Path) -> io::Result<Command> {
        shell(&self.decompress, coded, raw)
    }
}

/// `line` run by the shell from the file `input` to the file `output`.
fn shell(line: &str, input: &Path, output: &Path) -> io::Result<Command> {
    let mut command = Command::new("sh");
    command.arg("-c").arg(line.replace("{in}", &quoted(input)).replace("{out}", &quoted(output)));
    let stdin = if line.contains("{in}") { Stdio::null() } else { File::open(input)?.into() };
    let stdout = if line.contains("{out}") { Stdio::null() } else { File::create(output)?.into() };
    command.stdin(stdin).stdout(stdout);
    Ok(command)
}

/// `path` as one word of the shell.
fn quoted(path: &Path) -> String {
    format!("'{}'", path.to_string_lossy().replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_peer_is_a_name_and_two_commands() {
        let codec: ExternalCodec = "bzip3 -b16: bzip3 -e -b 16 | bzip3 -d".parse().unwrap();
        assert_eq!(codec.name, "bzip3 -b16");
        assert_eq!(codec.compress, "bzip3 -e -b 16");
        assert_eq!(codec.decompress, "bzip3 -d");
        for text in ["", "x", "x: y", ": y | z", "x: | z", "x: y |"] {
            assert_eq!(text.parse::<ExternalCodec>(), Err(Malformed), "{text}");
        }
    }

    #[test]
    fn files_are_named_where_asked_for_and_piped_otherwise() {
        let folder = tempfile::tempdir().unwrap();
        let [raw, coded, back] = ["it's raw", "coded", "back"].map(|name| folder.path().join(name));
        std::fs::write(&raw, "bytes").unwrap();
        let copy: ExternalCodec = "copy: cat {in} > {out} | cat".parse().unwrap();
        assert!(copy.compress(&raw, &coded).unwrap().status().unwrap().success());
        assert!(copy.decompress(&coded, &back).unwrap().status().unwrap().success());
        assert_eq!(std::fs::read(back).unwrap(), b"bytes");
    }
}
