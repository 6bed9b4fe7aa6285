//! What the filter does when the machine, the disk or somebody else fails it: the rest of
//! the table in `docs/faults.md`. Nothing is ever lost.

#![expect(clippy::unwrap_used, reason = "a test that cannot set itself up shall fail")]

use assert_cmd::assert::Assert;
use predicates::{prelude::*, str::contains};
use rustix::process::{Pid, Signal, WaitOptions, kill_process, waitpid};
use std::{
    ffi::OsStr,
    fs::{self, File},
    io::{Seek, SeekFrom, Write},
    os::unix::process::ExitStatusExt,
    path::{Path, PathBuf},
    process::{self, Stdio},
    thread,
    time::Instant,
};

#[path = "support/folder.rs"]
mod folder;

use folder::{FORETELL, Folder, is_root, one_line, text, tool, wait_until};

/// A machine that misbehaves: see `support/faulty.c`.
struct Machine {
    folder: Folder,
    library: PathBuf,
}

impl Machine {
    /// The machine with a folder that holds `a`, unless there is no compiler to build it.
    fn with(content: &[u8]) -> Option<Self> {
        let mut compiler = tool("cc")?;
        let folder = Folder::with("a", content);
        let library = Folder::new().path("").with_extension("so");
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/faulty.c");
        let build = compiler.args(["-shared", "-fPIC", "-o"]).arg(&library).arg(source);
        assert!(build.arg("-ldl").status().unwrap().success());
        Some(Self { folder, library })
    }

    /// Runs foretell with `faults` of the machine.
    fn run(&self, faults: &[(&str, &str)], arguments: &[&str]) -> Assert {
        let mut command = self.folder.foretell(arguments);
        command.env("LD_PRELOAD", &self.library).envs(faults.iter().copied());
        command.assert()
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.library);
    }
}

/// Names in the folder of `names`, unfinished outputs left out.
fn finished(folder: &Folder) -> Vec<String> {
    let names = folder.names().into_iter().map(|name| name.into_string().unwrap());
    names.filter(|name| !name.starts_with(".foretell-")).collect()
}

mod machine {
    use super::*;

    /// More than one buffer of the filter.
    fn long_text() -> Vec<u8> {
        text().repeat(3)
    }

    #[test]
    fn short_and_interrupted_reads_and_writes_change_nothing() {
        let Some(machine) = Machine::with(&text()) else { return };
        machine.folder.run(["--segment-size", "16K", "a"]).success();
        let code = machine.folder.read("a.fore");
        let faults = [("FAULTY_SHORT", "1"), ("FAULTY_EINTR", "3")];
        machine.run(&faults, &["--segment-size", "16K", "-c", "a"]).success().stdout(code.clone());
        machine.run(&faults, &["--verify", "-T2", "--segment-size", "16K", "-f", "a"]).success();
        assert!(machine.folder.read("a.fore") == code);
        machine.run(&faults, &["-dc", "a.fore"]).success().stdout(text());
        machine.run(&faults, &["-t", "a.fore"]).success();
        machine.run(&faults, &["-l", "a.fore"]).success();
        machine.run(&faults, &["--recover", "-c", "a.fore"]).success().stdout(text());
        let part = machine.run(&faults, &["-d", "--range", "20000..40000", "a.fore"]).success();
        part.stdout(text()[20_000..40_000].to_vec());
    }

    #[test]
    fn a_source_that_cannot_be_read_to_its_end_stays_and_leaves_nothing() {
        let Some(machine) = Machine::with(&long_text()) else { return };
        let complaint = one_line().and(contains("a: Input/output error"));
        machine.run(&[("FAULTY_READ", "2")], &["--rm", "a"]).code(1).stderr(complaint);
        assert_eq!(machine.folder.names(), ["a"]);
        assert!(machine.folder.read("a") == long_text());
    }

    #[test]
    fn a_disk_that_fills_up_on_the_way_is_named_and_leaves_nothing() {
        let Some(machine) = Machine::with(&long_text()) else { return };
        machine.folder.run(["a"]).success();
        machine.folder.remove("a");
        let complaint = one_line().and(contains("a: No space left on device"));
        machine.run(&[("FAULTY_WRITE", "2")], &["-d", "--rm", "a.fore"]).code(1).stderr(complaint);
        assert_eq!(machine.folder.names(), ["a.fore"]);
    }

    #[test]
    fn what_cannot_be_synced_does_not_replace_its_source() {
        let Some(machine) = Machine::with(&text()) else { return };
        let complaint = || one_line().and(contains("a.fore: Input/output error"));
        machine.run(&[("FAULTY_FSYNC", "1")], &["--rm", "a"]).code(1).stderr(complaint());
        assert_eq!(machine.folder.names(), ["a"]);
        // The second is that of the directory: the output is there, but not surely.
        machine.run(&[("FAULTY_FSYNC", "2")], &["--rm", "a"]).code(1).stderr(complaint());
        assert_eq!(machine.folder.names(), ["a", "a.fore"]);
        assert!(machine.folder.read("a") == text());
    }

    #[test]
    fn a_source_goes_only_when_its_output_and_its_directory_are_synced() {
        let Some(machine) = Machine::with(&text()) else { return };
        let log = Folder::new();
        let path = log.path("log");
        for arguments in [["--rm", "a", "-k", "--rm"], ["-d", "--rm", "a.fore", "-q"]] {
            machine.run(&[("FAULTY_LOG", path.to_str().unwrap())], &arguments).success();
            let calls = fs::read_to_string(&path).unwrap();
            let calls: Vec<_> = calls.lines().filter_map(|line| line.split_once(' ')).collect();
            let [(sync_file, file), (sync_folder, folder), (remove, source)] = calls[..] else {
                panic!("{calls:?}")
            };
            assert_eq!((sync_file, sync_folder, remove), ("fsync", "fsync", "unlink"));
            assert!(file.contains("/.foretell-"), "{file}");
            assert_eq!(Path::new(folder), fs::canonicalize(machine.folder.path("")).unwrap());
            assert!(arguments.contains(&source));
            fs::remove_file(&path).unwrap();
        }
    }

    #[test]
    fn a_small_disk_that_fills_up_keeps_the_source_and_nothing_else() {
        let mounted = Folder::new();
        if !is_root() || !is_mounted(&mounted) {
            return println!("skipped: no file system may be mounted here");
        }
        let disk = Mounted(mounted.path(""));
        fs::write(disk.0.join("a.fore"), b"").unwrap();
        mounted.foretell(["-f", "-o", "a.fore"]).write_stdin(vec![7; 300_000]).assert().success();
        let complaint = || one_line().and(contains("a: No space left on device"));
        mounted.run(["-d", "--rm", "a.fore"]).code(1).stderr(complaint());
        assert_eq!(mounted.names(), ["a.fore"]);
        mounted.run(["-t", "a.fore"]).success();
    }

    #[test]
    fn memory_that_the_machine_has_not_is_told_and_leaves_nothing() {
        let Some(mut shell) = tool("bash") else { return };
        let folder = Folder::with("a", &text().repeat(20));
        let limited = format!("ulimit -v 150000; exec {FORETELL} -9 --rm a");
        let output = shell.current_dir(folder.path("")).args(["-c", &limited]).output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(complaint.starts_with("foretell: a: a model takes "), "{complaint}");
        assert_eq!(folder.names(), ["a"]);
    }

    /// A file system of 256 KiB.
    struct Mounted(PathBuf);

    fn is_mounted(folder: &Folder) -> bool {
        let mut mount = process::Command::new("mount");
        let mount = mount.args(["-t", "tmpfs", "-o", "size=256k", "none"]).arg(folder.path(""));
        mount.stderr(Stdio::null()).status().is_ok_and(|status| status.success())
    }

    impl Drop for Mounted {
        fn drop(&mut self) {
            let _ = process::Command::new("umount").arg(&self.0).status();
        }
    }
}

mod signals {
    use super::*;

    /// What is there after a run on `a` of `content` or on `a.fore`, its code, that `--rm`
    /// was to replace by the other: one of both at least, and none of them partial.
    fn assert_nothing_is_lost(folder: &Folder, content: &[u8], case: &str) {
        let names = finished(folder);
        assert!(!names.is_empty(), "{case}: all is lost");
        for name in names {
            match name.as_str() {
                "a" => assert!(folder.read("a") == content, "{case}: partial content"),
                "a.fore" => {
                    folder.run(["-dc", "a.fore"]).success().stdout(content.to_vec());
                }
                _ => panic!("{case}: {name}"),
            }
        }
    }

    /// Runs the filter there or back `runs` times and ends it by a signal at a random
    /// moment.
    fn strike(runs: u32) {
        let content = text();
        let whole_run = Instant::now();
        let code = {
            let folder = Folder::with("a", &content);
            folder.run(["-3", "--rm", "a"]).success();
            folder.read("a.fore")
        };
        let mut random = 0x2545_F491_4F6C_DD1D_u64;
        // There and back, the latest moment: some strike behind the end, most before it.
        let mut latest = [whole_run.elapsed(); 2];
        let mut ended = 0;
        for run in 0..runs {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let signal = [Signal::INT, Signal::TERM, Signal::KILL, Signal::HUP][run as usize % 4];
            let is_back = run % 8 >= 4;
            let (folder, arguments) = if is_back {
                (Folder::with("a.fore", &code), ["-d", "--rm", "a.fore"])
            } else {
                (Folder::with("a", &content), ["-3", "--rm", "a"])
            };
            let latest = &mut latest[usize::from(is_back)];
            let mut child = folder.spawn(arguments);
            thread::sleep(latest.mul_f64((random >> 40) as f64 / (1 << 24) as f64));
            let _ = kill_process(Pid::from_child(&child), signal);
            let status = child.wait().unwrap();
            // Five strikes at work for one behind its end, however busy the machine is.
            if let Some(by) = status.signal() {
                assert_eq!(by, signal.as_raw());
                ended += 1;
                *latest = latest.mul_f64(1.05);
            } else {
                *latest = latest.mul_f64(0.8);
            }
            let case = format!("run {run}, {signal:?}, {status}");
            if signal != Signal::KILL {
                assert_eq!(finished(&folder).len(), folder.names().len(), "{case}");
            }
            assert_nothing_is_lost(&folder, &content, &case);
        }
        println!("{runs} runs, {ended} ended by a signal, nothing lost");
    }

    #[test]
    fn a_signal_at_any_moment_loses_nothing() {
        strike(16);
    }

    #[test]
    #[ignore = "a minute: the long tier"]
    fn two_hundred_signals_at_random_moments_lose_nothing() {
        strike(200);
    }
}

mod meddling {
    use super::*;

    /// Runs foretell and, while it stands still with its output begun and nothing read,
    /// does `meddle`.
    fn meanwhile<const N: usize>(
        folder: &Folder,
        arguments: [&str; N],
        meddle: impl FnOnce(),
    ) -> process::Output {
        let child = folder.spawn(arguments);
        let pid = Pid::from_child(&child);
        wait_until(|| finished(folder).len() < folder.names().len());
        kill_process(pid, Signal::STOP).unwrap();
        waitpid(Some(pid), WaitOptions::UNTRACED).unwrap();
        meddle();
        kill_process(pid, Signal::CONT).unwrap();
        child.wait_with_output().unwrap()
    }

    /// Content that takes long enough to be stopped at.
    fn long() -> Vec<u8> {
        text().repeat(5)
    }

    #[test]
    fn a_source_that_vanishes_while_it_is_read_leaves_a_complete_output() {
        let folder = Folder::with("a", &long());
        let output = meanwhile(&folder, ["-3", "--rm", "a"], || folder.remove("a"));
        assert_eq!(output.status.code(), Some(1));
        assert!(String::from_utf8_lossy(&output.stderr).contains("a: No such file"));
        folder.run(["-dc", "a.fore"]).success().stdout(long());
    }

    #[test]
    fn a_source_that_grows_or_shrinks_while_it_is_read_is_kept() {
        for length in [0, 1000, 500_000] {
            let folder = Folder::with("a", &long());
            let meddle = || {
                let file = File::options().write(true).open(folder.path("a")).unwrap();
                file.set_len(length).unwrap();
            };
            let output = meanwhile(&folder, ["-3", "--rm", "a"], meddle);
            assert_eq!(output.status.code(), Some(1));
            let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
            assert_eq!(complaint, "foretell: a: changed while it was read; kept\n");
            assert_eq!(fs::metadata(folder.path("a")).unwrap().len(), length);
            folder.run(["-t", "a.fore"]).success();
        }
    }

    #[test]
    fn an_output_that_appears_meanwhile_is_not_replaced() {
        let folder = Folder::with("a", &long());
        let output =
            meanwhile(&folder, ["-3", "--rm", "a"], || folder.write("a.fore", b"precious"));
        assert_eq!(output.status.code(), Some(1));
        assert!(String::from_utf8_lossy(&output.stderr).contains("a.fore: File exists"));
        assert_eq!(folder.names(), ["a", "a.fore"]);
        assert_eq!(folder.read("a.fore"), b"precious");
    }

    #[test]
    fn a_file_that_is_cut_while_it_is_measured_ends_no_process() {
        let folder = Folder::with("a", &text().repeat(3));
        let path = folder.path("a");
        let mut child = folder.spawn(["measure", "-3", "a"]);
        let process = format!("/proc/{}", child.id());
        let is_open = || {
            let Ok(files) = fs::read_dir(format!("{process}/fd")) else { return true };
            let mut files = files.flatten().filter_map(|file| fs::read_link(file.path()).ok());
            files.any(|file| file == path) || child.try_wait().unwrap().is_some()
        };
        wait_until(is_open);
        File::options().write(true).open(&path).unwrap().set_len(0).unwrap();
        let maps = fs::read_to_string(format!("{process}/maps")).unwrap_or_default();
        assert!(!maps.contains(path.to_str().unwrap()), "it is mapped");
        let status = child.wait().unwrap();
        assert!(status.success() || status.code() == Some(1), "{status}");
        assert_eq!(folder.names(), ["a"]);
    }
}

mod links_and_holes {
    use super::*;

    #[test]
    fn other_names_of_a_source_or_an_output_keep_what_they_had() {
        let folder = Folder::with("a", &text());
        fs::hard_link(folder.path("a"), folder.path("b")).unwrap();
        folder.run(["--rm", "a"]).success();
        assert_eq!(folder.names(), ["a.fore", "b"]);
        assert!(folder.read("b") == text());
        folder.write("b.fore", b"old");
        fs::hard_link(folder.path("b.fore"), folder.path("c")).unwrap();
        folder.run(["-f", "b"]).success();
        assert_eq!(folder.read("c"), b"old");
        folder.run(["-dc", "b.fore"]).success().stdout(text());
    }

    #[test]
    fn holes_come_back_as_zeros() {
        let folder = Folder::new();
        let mut file = File::create(folder.path("a")).unwrap();
        file.write_all(b"start").unwrap();
        file.seek(SeekFrom::Start(1 << 20)).unwrap();
        file.write_all(b"end").unwrap();
        file.set_len(3 << 20).unwrap();
        drop(file);
        let content = folder.read("a");
        folder.run(["-1", "--rm", "a"]).success();
        assert!(folder.read("a.fore").len() < 5000);
        folder.run(["-d", "a.fore"]).success();
        assert!(folder.read("a") == content);
    }

    #[test]
    fn a_name_too_long_for_the_suffix_is_an_error() {
        let name = "n".repeat(253);
        let folder = Folder::with(&name, &text());
        folder.run([OsStr::new("--rm"), name.as_ref()]).code(1).stderr(contains("too long"));
        assert_eq!(folder.names(), [&*name]);
    }

    #[test]
    fn a_link_that_leads_nowhere_is_an_error() {
        let folder = Folder::with("a", &text());
        std::os::unix::fs::symlink("nowhere", folder.path("link")).unwrap();
        folder.run(["-f", "link"]).code(1).stderr(one_line().and(contains("link: No such file")));
        std::os::unix::fs::symlink("circle", folder.path("circle")).unwrap();
        folder.run(["-f", "circle"]).code(1).stderr(one_line());
        assert_eq!(folder.names(), ["a", "circle", "link"]);
    }
}
