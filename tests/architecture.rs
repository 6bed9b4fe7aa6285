//! The house rules that a compiler does not know: who may import whom, and how long a
//! file or a function may be. Tests inside a file are free of all of them.

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
};

/// Each layer and what it may import besides itself, lowest first.
const LAYERS: &[(&str, &[&str])] = &[
    ("error", &[]),
    ("coding", &[]),
    ("transform", &[]),
    ("models", &["coding", "transform"]),
    ("container", &["error"]),
    ("codec", &["error", "coding", "models", "transform", "container"]),
    ("sources", &[]),
    ("baselines", &["error", "codec"]),
    ("measure", &["coding", "models", "codec", "sources"]),
    ("evaluation", &["error", "codec", "models", "baselines", "sources", "measure"]),
    ("report", &[]),
    ("cli", ALL),
];

/// The top layer may import every other.
const ALL: &[&str] = &[
    "error",
    "coding",
    "transform",
    "models",
    "container",
    "codec",
    "sources",
    "baselines",
    "measure",
    "evaluation",
    "report",
];

/// Lines of a file at most, tests not counted.
const MAX_FILE_LINES: usize = 400;
/// Lines of a function at most, blank lines and comments not counted.
const MAX_FUNCTION_LINES: usize = 60;

#[test]
fn every_layer_imports_only_what_lies_below_it() {
    let exports = exports(&Source::read(Path::new("src/lib.rs")));
    let forbidden = sources().into_iter().flat_map(|source| source.forbidden(&exports));
    assert_none(&forbidden.collect::<Vec<_>>());
}

#[test]
fn every_entry_of_src_is_a_layer() {
    let entries = fs::read_dir("src").expect("src is there").map(|entry| entry.unwrap().path());
    let unknown = entries.filter(|path| {
        let stem = path.file_stem().unwrap().to_str().unwrap();
        !["lib", "main"].contains(&stem) && allowed_imports(stem).is_none()
    });
    let complaints = unknown.map(|path| format!("{} is in no layer", path.display()));
    assert_none(&complaints.collect::<Vec<_>>());
}

#[test]
fn a_layer_imports_only_layers_listed_before_it() {
    for (position, (name, allowed)) in LAYERS.iter().enumerate() {
        let below: Vec<_> = LAYERS[..position].iter().map(|(name, _)| *name).collect();
        assert!(allowed.iter().all(|layer| below.contains(layer)), "{name}");
    }
}

#[test]
fn files_fit_in_one_head() {
    let long = sources().into_iter().filter(|source| source.line_count > MAX_FILE_LINES);
    let complaints = long.map(|source| format!("{}: {} lines", source.shown(), source.line_count));
    assert_none(&complaints.collect::<Vec<_>>());
}

#[test]
fn functions_fit_on_one_screen() {
    let complaints = sources().into_iter().flat_map(|source| {
        let long = source.functions().into_iter().filter(|f| f.line_count > MAX_FUNCTION_LINES);
        long.map(|f| format!("{}:{}: {} lines", source.shown(), f.line, f.line_count))
            .collect::<Vec<_>>()
    });
    assert_none(&complaints.collect::<Vec<_>>());
}

#[test]
fn imports_are_found_in_groups_in_expressions_and_above() {
    let text = "use crate::{coding::A, models::{B, C as D}};\n\
        // use crate::comment;\n\
        fn f<'a>(s: &'a str) { let _ = ('\"', \"crate::text\"); crate::codec::run::<u8>(s) }\n\
        use super::super::super::{report};\n\
        pub(crate) use super::sibling::E;\n\
        #[cfg(test)]\nmod tests { use crate::evaluation; }\n";
    let source = Source::parse(PathBuf::from("src/cli/filter/list.rs"), text);
    let paths: Vec<_> =
        source.imports().into_iter().map(|(path, line)| (path.join("::"), line)).collect();
    let expected = [
        ("coding::A", 1),
        ("models::B", 1),
        ("models::C", 1),
        ("codec::run", 3),
        ("report", 4),
        ("cli::filter::sibling::E", 5),
    ];
    assert_eq!(paths, expected.map(|(path, line)| (path.to_owned(), line)));
    assert_eq!(source.line_count, 5);
}

#[test]
fn function_lines_are_counted_without_comments() {
    let text = "trait T { fn none(&self); }\nfn f() {\n    // why\n\n    g(|| {\n    });\n}\n";
    let functions = Source::parse(PathBuf::from("src/cli/x.rs"), text).functions();
    assert_eq!(functions, [Function { line: 2, line_count: 4 }]);
}

fn assert_none(complaints: &[String]) {
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}

fn allowed_imports(layer: &str) -> Option<&'static [&'static str]> {
    LAYERS.iter().find(|(name, _)| *name == layer).map(|(_, allowed)| *allowed)
}

/// All files of `src` that are not tests.
fn sources() -> Vec<Source> {
    let mut files = Vec::new();
    collect(Path::new("src"), &mut files);
    assert!(files.len() > 10, "the sources are found");
    files.iter().map(|path| Source::read(path)).collect()
}

fn collect(dir: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).expect("a directory of the sources") {
        let path = entry.expect("an entry of the sources").path();
        let is_test = path.file_stem().is_some_and(|stem| stem == "tests");
        match path.extension() {
            _ if is_test => {}
            None if path.is_dir() => collect(&path, files),
            Some(extension) if extension == "rs" => files.push(path),
            _ => {}
        }
    }
}

/// Which layer each name at the root of the crate comes from.
fn exports(lib: &Source) -> HashMap<String, String> {
    let uses = lib.tokens.iter().enumerate().filter(|(_, token)| token.text == "use");
    let paths = uses.flat_map(|(at, _)| paths_at(&lib.tokens, at + 1));
    paths.filter_map(|path| Some((path.last()?.clone(), path.first()?.clone()))).collect()
}

/// A word or a mark of Rust.
#[derive(Debug)]
struct Token {
    text: String,
    /// Line of the file, from 1.
    line: usize,
}

/// A function with a body.
#[derive(Debug, PartialEq)]
struct Function {
    line: usize,
    line_count: usize,
}

/// One file without its tests.
struct Source {
    path: PathBuf,
    /// Module path from the root of the crate.
    module: Vec<String>,
    tokens: Vec<Token>,
    line_count: usize,
}

impl Source {
    fn read(path: &Path) -> Self {
        Self::parse(path.to_owned(), &fs::read_to_string(path).expect("a source file"))
    }

    fn parse(path: PathBuf, text: &str) -> Self {
        let text = without_tests(text);
        let relative = path.with_extension("");
        let module = relative.iter().skip(1).map(|part| part.to_string_lossy().into_owned());
        let module = module.filter(|part| !["mod", "lib", "main"].contains(&part.as_str()));
        let module = module.collect();
        Self { path, module, tokens: tokens(text), line_count: text.lines().count() }
    }

    fn shown(&self) -> String {
        self.path.display().to_string()
    }

    /// All paths from `crate` or `super`, from the root of the crate, with their lines.
    fn imports(&self) -> Vec<(Vec<String>, usize)> {
        let mut found = Vec::new();
        for (at, token) in self.tokens.iter().enumerate() {
            let is_start = matches!(token.text.as_str(), "crate" | "super")
                && text_at(&self.tokens, at + 1) == "::"
                && (at == 0 || text_at(&self.tokens, at - 1) != "::");
            if is_start {
                let paths = paths_at(&self.tokens, at).into_iter();
                found.extend(paths.map(|path| (self.rooted(&path), token.line)));
            }
        }
        found
    }

    /// The imports of other layers than the file's own may use, each as a complaint.
    fn forbidden(&self, exports: &HashMap<String, String>) -> Vec<String> {
        let own = self.module.first();
        let allowed = own.and_then(|layer| allowed_imports(layer)).unwrap_or(ALL);
        let mut complaints = Vec::new();
        for (path, line) in self.imports() {
            let first = path.first().filter(|first| allowed_imports(first).is_some());
            let target = first.or_else(|| exports.get(path.first()?));
            let is_fine = |target: &String| Some(target) == own || allowed.contains(&&**target);
            if let Some(target) = target.filter(|target| !is_fine(target)) {
                complaints.push(format!("{}:{line}: may not import `{target}`", self.shown()));
            }
        }
        complaints
    }

    /// `path` without its leading `crate` or `super`s.
    fn rooted(&self, path: &[String]) -> Vec<String> {
        if path[0] == "crate" {
            return path[1..].to_vec();
        }
        let supers = path.iter().take_while(|part| *part == "super").count();
        let base = &self.module[..self.module.len().saturating_sub(supers)];
        [base, &path[supers..]].concat()
    }

    /// All functions that have a body.
    fn functions(&self) -> Vec<Function> {
        let starts = (0..self.tokens.len()).filter(|&at| text_at(&self.tokens, at) == "fn");
        starts.filter_map(|at| self.function_at(at)).collect()
    }

    fn function_at(&self, start: usize) -> Option<Function> {
        let mut depth = 0_i32;
        for at in start..self.tokens.len() {
            match text_at(&self.tokens, at) {
                "(" | "[" | "{" => depth += 1,
                ")" | "]" | "}" => depth -= 1,
                ";" if depth == 0 => return None,
                _ => continue,
            }
            if depth == 0 && text_at(&self.tokens, at) == "}" {
                let mut lines: Vec<_> = self.tokens[start..=at].iter().map(|t| t.line).collect();
                lines.dedup();
                return Some(Function { line: lines[0], line_count: lines.len() });
            }
        }
        None
    }
}

/// The part of a file above its `#[cfg(test)]` module; by the house's manner that is last.
fn without_tests(text: &str) -> &str {
    let starts = text.match_indices("#[cfg(test)]\nmod ");
    starts.last().map_or(text, |(at, _)| &text[..at])
}

fn text_at(tokens: &[Token], at: usize) -> &str {
    tokens.get(at).map_or("", |token| token.text.as_str())
}

/// The paths of the tree that starts at `tokens[at]`, groups spread out.
fn paths_at(tokens: &[Token], at: usize) -> Vec<Vec<String>> {
    let mut paths = Vec::new();
    spread(tokens, at, &[], &mut paths);
    paths
}

/// Adds the paths of the tree at `tokens[at]` below `prefix`; returns where it ends.
fn spread(
    tokens: &[Token],
    mut at: usize,
    prefix: &[String],
    paths: &mut Vec<Vec<String>>,
) -> usize {
    let mut path = prefix.to_vec();
    while is_word(text_at(tokens, at)) {
        path.push(text_at(tokens, at).to_owned());
        at += 1;
        if text_at(tokens, at) != "::" {
            break;
        }
        at += 1;
    }
    if text_at(tokens, at) != "{" {
        paths.push(path);
        return at;
    }
    while text_at(tokens, at) != "}" && at < tokens.len() {
        at = spread(tokens, at + 1, &path, paths);
        while ![",", "}", ""].contains(&text_at(tokens, at)) {
            at += 1;
        }
    }
    at + 1
}

fn is_word(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// The words and marks of `text`; comments, strings and characters are left out.
fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let (mut rest, mut line) = (text, 1);
    while let Some(first) = rest.chars().next() {
        let length = skipped(rest).unwrap_or_else(|| {
            let length = word_or_mark(rest);
            tokens.push(Token { text: rest[..length].to_owned(), line });
            length
        });
        let length = length.max(first.len_utf8());
        line += rest[..length].matches('\n').count();
        rest = &rest[length..];
    }
    tokens
}

/// Bytes of the word or mark that starts `rest`.
fn word_or_mark(rest: &str) -> usize {
    let word = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
    match word {
        0 if rest.starts_with("::") => 2,
        0 => rest.chars().next().map_or(0, char::len_utf8),
        _ => word,
    }
}

/// Bytes of the space, comment, string, character or lifetime that starts `rest`.
fn skipped(rest: &str) -> Option<usize> {
    let until = |end: &str, from: usize| {
        rest[from..].find(end).map_or(rest.len(), |at| from + at + end.len())
    };
    let raw = rest.trim_start_matches(['b', 'c']).strip_prefix('r');
    let hashes = raw.map_or(0, |raw| raw.bytes().take_while(|&b| b == b'#').count());
    let is_raw = raw.is_some_and(|raw| raw[hashes..].starts_with('"'));
    match rest.as_bytes() {
        [b' ' | b'\n' | b'\t' | b'\r', ..] => Some(1),
        [b'/', b'/', ..] => Some(until("\n", 2)),
        [b'/', b'*', ..] => Some(until("*/", 2)),
        _ if is_raw => {
            let open = rest.find('"').expect("just seen") + 1;
            Some(until(&format!("\"{}", "#".repeat(hashes)), open))
        }
        [b'"', ..] => Some(quoted(rest, '"')),
        [b'b' | b'c', b'"', ..] => Some(1 + quoted(&rest[1..], '"')),
        [b'b', b'\'', ..] => Some(1 + quoted(&rest[1..], '\'')),
        [b'\'', b'\\', ..] => Some(quoted(rest, '\'')),
        [b'\'', ..] if rest.chars().nth(2) == Some('\'') => Some(quoted(rest, '\'')),
        [b'\'', ..] => Some(1),
        _ => None,
    }
}

/// Bytes of the literal between `quote`s that starts `rest`, escapes respected.
fn quoted(rest: &str, quote: char) -> usize {
    let mut is_escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            _ if c == quote => return at + 1,
            _ => {}
        }
    }
    rest.len()
}
