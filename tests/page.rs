//! The page of `foretell report`, as text and in a browser where there is one.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use assert_cmd::Command;
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Stdio},
    time::{Duration, Instant},
};

/// A text, and the page of it.
fn page(folder: &Path) -> PathBuf {
    let text = concat!(include_str!("../README.md"), include_str!("../ARCHITECTURE.md"));
    fs::write(folder.join("<text>"), &text.as_bytes()[..10_000]).unwrap();
    let mut command = Command::cargo_bin("foretell").unwrap();
    command.args(["report", "<text>", "-o", "page.html", "--trial-bytes", "2000"]);
    command.current_dir(folder).assert().success().stdout("");
    folder.join("page.html")
}

/// A browser, if there is one.
fn browser() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let names = ["chromium", "chromium-browser", "google-chrome", "chrome"];
    let mut places = std::env::split_paths(&path)
        .flat_map(|folder| names.iter().map(move |name| folder.join(name)));
    places.find(|place| place.is_file())
}

/// Waits for a process to end by itself, or ends it.
fn ends(child: &mut Child) -> bool {
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(120) {
        if child.try_wait().unwrap().is_some() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    false
}

#[test]
fn a_page_needs_nothing_but_itself_and_shows_everything() {
    let folder = tempfile::tempdir().unwrap();
    let html = fs::read_to_string(page(folder.path())).unwrap();
    assert!(!html.contains("://") && !html.contains("<script") && !html.contains("<text>\n"));
    assert!(html.contains("<title>&lt;text&gt;</title>"));
    assert!(html.contains("prefers-color-scheme:dark") && html.contains("name=\"viewport\""));
    for picture in [
        "entropies by order",
        "learning curve",
        "profile",
        "mutual information by lag",
        "reliability diagram",
        "byte histogram",
        "size against speed",
    ] {
        assert!(html.contains(&format!("aria-label=\"{picture}\"")), "{picture}");
    }
    assert!(html.matches("data-c=").count() > 2000);

    let mut again = Command::cargo_bin("foretell").unwrap();
    fs::write(folder.path().join("empty"), "").unwrap();
    again.args(["report", "empty", "-o", "page.html"]).current_dir(&folder);
    let refused = again.assert().code(1);
    refused.stderr(predicates::str::contains("empty: is empty: there is nothing to report"));
    assert_eq!(fs::read_to_string(folder.path().join("page.html")).unwrap(), html);
}

#[test]
fn a_browser_shows_every_picture_within_the_width_of_a_telephone_and_complains_of_nothing() {
    let Some(browser) = browser() else {
        println!("skipped: no Chromium");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let mut html = fs::read_to_string(page(folder.path())).unwrap();
    html += "<script>document.title = JSON.stringify({\
        wide: document.documentElement.scrollWidth, seen: document.documentElement.clientWidth,\
        pictures: [...document.querySelectorAll('svg')].map(svg => svg.getBoundingClientRect())\
          .filter(box => box.width > 200 && box.height > 100).length})</script>";
    let probed = folder.path().join("probed.html");
    fs::write(&probed, html).unwrap();
    let (dom, log) = (folder.path().join("dom"), folder.path().join("log"));
    let mut command = std::process::Command::new(browser);
    for flag in [
        "headless",
        "no-sandbox",
        "disable-gpu",
        "disable-quic",
        "no-first-run",
        "disable-background-networking",
        "disable-component-update",
        "disable-sync",
        "enable-logging=stderr",
        "window-size=390,844",
        "dump-dom",
    ] {
        command.arg(format!("--{flag}"));
    }
    command.arg(format!("--user-data-dir={}", folder.path().join("profile").display()));
    command.arg(format!("file://{}", probed.display()));
    command.stdout(fs::File::create(&dom).unwrap()).stderr(fs::File::create(&log).unwrap());
    let Ok(mut child) = command.stdin(Stdio::null()).spawn() else {
        println!("skipped: Chromium does not start");
        return;
    };
    if !ends(&mut child) {
        println!("skipped: Chromium does not end");
        return;
    }
    let (dom, log) = (fs::read_to_string(dom).unwrap(), fs::read(log).unwrap());
    let log = String::from_utf8_lossy(&log).into_owned();
    assert!(!log.contains("CONSOLE"), "{log}");
    let title = dom.split("<title>").nth(1).and_then(|rest| rest.split("</title>").next()).unwrap();
    let probe: serde_json::Value = serde_json::from_str(title).unwrap();
    assert_eq!(probe["pictures"], 7, "{probe}");
    assert_eq!(probe["wide"], probe["seen"], "{probe}");
}
