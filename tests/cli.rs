//! The manners of the filter, as its users meet them.

#![expect(clippy::unwrap_used, reason = "a test that cannot set itself up shall fail")]

use assert_cmd::Command;
use predicates::{prelude::*, str::contains};
use rustix::process::{Pid, Signal, kill_process};
use std::{
    ffi::OsStr,
    fs::{self, File, FileTimes, Permissions},
    io::{Read, Write},
    os::unix::{
        ffi::OsStrExt,
        fs::{FileTypeExt, PermissionsExt, symlink},
        process::ExitStatusExt,
    },
    path::Path,
    process::{self, Stdio},
    thread,
    time::{Duration, SystemTime},
};

#[path = "support/folder.rs"]
mod folder;

use folder::{FORETELL, Folder, is_root, one_line, text, tool, wait_until};

mod round_trips {
    use super::*;

    #[test]
    fn a_file_comes_back_under_its_name_and_sources_stay() {
        let folder = Folder::with("book.txt", &text());
        folder.run(["book.txt"]).success().stdout("").stderr("");
        assert_eq!(folder.names(), ["book.txt", "book.txt.fore"]);
        assert!(folder.read("book.txt.fore").len() < text().len() / 2);
        folder.remove("book.txt");
        folder.run(["-d", "book.txt.fore"]).success().stdout("").stderr("");
        assert_eq!(folder.read("book.txt"), text());
        assert_eq!(folder.names(), ["book.txt", "book.txt.fore"]);
    }

    #[test]
    fn a_pipe_gives_the_same_bytes_as_a_file_and_comes_back() {
        let folder = Folder::with("a", &text());
        folder.run(["a"]).success();
        let code = folder.read("a.fore");
        for arguments in [&[][..], &["-"], &["-c"], &["-o", "-"], &["-c", "a"]] {
            folder.foretell(arguments).write_stdin(text()).assert().success().stdout(code.clone());
        }
        folder.foretell(["-d"]).write_stdin(code).assert().success().stdout(text());
    }

    #[test]
    fn empty_and_one_byte_files_come_back_at_every_level() {
        for content in [&b""[..], b"x"] {
            for level in ["-1", "-5", "-9", "--level=3"] {
                let folder = Folder::with("a", content);
                folder.run([level, "--rm", "a"]).success();
                folder.run(["-d", "--rm", "a.fore"]).success();
                assert_eq!(folder.names(), ["a"]);
                assert_eq!(folder.read("a"), content);
            }
        }
    }

    #[test]
    fn tar_uses_it_as_its_filter() {
        let Some(mut tar) = tool("tar") else { return };
        let folder = Folder::with("a", &text());
        let create =
            tar.current_dir(folder.path("")).args(["-I", FORETELL, "-cf", "x.tar.fore", "a"]);
        assert!(create.status().unwrap().success());
        folder.remove("a");
        let mut tar = process::Command::new("tar");
        let extract = tar.current_dir(folder.path("")).args(["-I", FORETELL, "-xf", "x.tar.fore"]);
        assert!(extract.status().unwrap().success());
        assert_eq!(folder.read("a"), text());
    }

    #[test]
    fn joined_outputs_decompress_to_joined_contents() {
        let folder = Folder::with("a", b"first ");
        folder.write("b", b"second");
        let joined = folder.run(["-c", "a", "b"]).success().get_output().stdout.clone();
        folder.foretell(["-d"]).write_stdin(joined).assert().success().stdout("first second");
    }

    #[test]
    fn what_is_written_can_be_verified_at_once() {
        let folder = Folder::with("a", &text());
        folder.run(["--verify", "a"]).success();
        folder.run(["-t", "a.fore"]).success();
        folder
            .foretell(["--verify"])
            .write_stdin(text())
            .assert()
            .success()
            .stdout(folder.read("a.fore"));
    }

    #[test]
    fn segments_come_back_and_are_listed() {
        let folder = Folder::with("a", &text());
        folder.run(["--segment-size", "16K", "a"]).success();
        folder.run(["-dc", "a.fore"]).success().stdout(text());
        let segments = text().len().div_ceil(16 << 10);
        let listed = folder.run(["-l", "--json", "a.fore"]).success().get_output().stdout.clone();
        let listed: serde_json::Value = serde_json::from_slice(&listed).unwrap();
        assert_eq!(listed["tables"][0]["rows"][0]["segments"], segments);
    }

    #[test]
    fn threads_change_no_byte_of_the_code_or_the_content() {
        let folder = Folder::with("a", &text());
        folder.run(["--segment-size", "7K", "a"]).success();
        let code = folder.read("a.fore");
        for threads in ["-T1", "-T2", "-T8", "-T0"] {
            let arguments = ["--verify", threads, "--segment-size", "7K", "-c", "a"];
            folder.run(arguments).success().stdout(code.clone());
            folder.foretell(arguments).write_stdin(text()).assert().success().stdout(code.clone());
            folder.run(["-dc", threads, "a.fore"]).success().stdout(text());
            folder.run(["-t", threads, "a.fore"]).success();
        }
        folder
            .run(["-T2", "-c", "a"])
            .success()
            .stdout(folder.run(["-T3", "-c", "a"]).get_output().stdout.clone());
    }

    #[test]
    fn threads_are_reduced_to_what_the_memory_allows_with_one_message() {
        let folder = Folder::with("a", &text());
        let within = ["-T8", "-M", "200M", "--segment-size", "1M", "a"];
        folder
            .run(within)
            .success()
            .stderr(one_line().and(contains("8 threads").and(contains("-M"))));
        let verbose = folder.run(["-fvT2", "a"]).success();
        verbose.stderr(contains("2 threads, at most").and(contains("bytes of memory each, ")));
        let back = folder.run(["-fdvT2", "-M2G", "a.fore"]).success();
        back.stderr(contains("2 threads, at most 2,147,483,648 bytes of memory in all (-M)"));
        folder.run(["--segment-size", "9K", "-f", "a"]).success();
        let need = folder.run(["-l", "--json", "a.fore"]).get_output().stdout.clone();
        let need: serde_json::Value = serde_json::from_slice(&need).unwrap();
        let mib = need["tables"][0]["rows"][0]["decoder_memory_mib"].as_f64().unwrap();
        let memory = format!("{}K", (mib * 1024.0).ceil() + 64.0);
        let held_back =
            folder.run(["-dc", "-T4", "-M", &memory, "a.fore"]).success().stdout(text());
        held_back.stderr(one_line().and(contains("not all 4 threads")));
    }

    #[test]
    fn a_range_of_the_content_comes_from_files_and_pipes() {
        let folder = Folder::with("a", &text());
        folder.run(["--segment-size", "7K", "a"]).success();
        let whole = text();
        for (range, bytes) in [
            ("0..1", &whole[..1]),
            ("7100..7200", &whole[7100..7200]),
            ("20K..21K", &whole[20 << 10..21 << 10]),
            ("..10", &whole[..10]),
            ("30000..", &whole[30_000..]),
            ("5..5", b""),
        ] {
            for threads in ["-T1", "-T2"] {
                let arguments = ["-d", threads, "--range", range, "a.fore"];
                folder.run(arguments).success().stdout(bytes.to_vec());
            }
            let code = Stdio::from(folder.pipe_of("a.fore"));
            let mut piped = process::Command::new(FORETELL);
            let piped = piped.args(["-d", "--range", range]).stdin(code).output().unwrap();
            assert!(piped.status.success() && piped.stdout == bytes, "{range}");
        }
        folder.run(["-d", "--range", "5..9", "a.fore", "-o", "part"]).success().stdout("");
        assert_eq!(folder.read("part"), whole[5..9]);
        let beyond = folder.run(["-d", "--range", "1..1G", "a.fore"]).code(1);
        beyond.stderr(one_line().and(contains("the range ends at 1073741824")));
        folder.run(["--range", "1..2", "a"]).code(2);
    }

    #[test]
    fn mode_and_time_of_the_source_are_kept_both_ways() {
        let folder = Folder::with("a", &text());
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
        fs::set_permissions(folder.path("a"), Permissions::from_mode(0o640)).unwrap();
        let file = File::options().write(true).open(folder.path("a")).unwrap();
        file.set_times(FileTimes::new().set_modified(time)).unwrap();
        folder.run(["a"]).success();
        folder.remove("a");
        folder.run(["-d", "a.fore"]).success();
        for name in ["a", "a.fore"] {
            let metadata = fs::metadata(folder.path(name)).unwrap();
            assert_eq!(metadata.permissions().mode() & 0o777, 0o640, "{name}");
            assert_eq!(metadata.modified().unwrap(), time, "{name}");
        }
    }
}

mod names {
    use super::*;

    #[test]
    fn a_name_without_the_suffix_is_decompressed_only_to_a_named_place() {
        let folder = Folder::with_compressed();
        fs::rename(folder.path("a.fore"), folder.path("b")).unwrap();
        folder.run(["-d", "b"]).code(1).stderr(one_line().and(contains("b: ")).and(contains("-o")));
        folder.run(["-d", "b", "-o", "c"]).success();
        folder.run(["-dc", "b"]).success().stdout(text());
        assert_eq!(folder.read("c"), text());
    }

    #[test]
    fn a_compressed_file_is_not_compressed_again_unless_forced() {
        let folder = Folder::with_compressed();
        folder.run(["a.fore"]).code(1).stderr(one_line().and(contains("skipped")));
        assert_eq!(folder.names(), ["a.fore"]);
        folder.run(["-f", "a.fore"]).success();
        assert_eq!(folder.names(), ["a.fore", "a.fore.fore"]);
    }

    #[test]
    fn an_existing_output_is_kept_unless_forced() {
        let folder = Folder::with("a", &text());
        folder.write("a.fore", b"precious");
        let complaint = one_line().and(contains("a.fore: already exists"));
        folder.run(["a"]).code(1).stderr(complaint);
        assert_eq!(folder.read("a.fore"), b"precious");
        folder.run(["-f", "a"]).success();
        folder.run(["-t", "a.fore"]).success();
    }

    #[test]
    fn names_of_any_bytes_come_back() {
        let name = OsStr::from_bytes(b"odd \xFF\n-name");
        let folder = Folder::with(name, &text());
        let argument = Path::new(".").join(name);
        folder.run(["--rm".as_ref(), argument.as_os_str()]).success();
        let missing = folder.run(["-d".as_ref(), argument.as_os_str()]).code(1);
        missing.stderr(one_line().and(contains("\\n-name")));
        let mut there = argument.into_os_string();
        there.push(".fore");
        folder.run(["-d", "--rm"].map(OsStr::new).into_iter().chain([&*there])).success();
        assert_eq!(folder.names(), [name]);
    }

    #[test]
    fn a_file_named_like_a_command_is_taken_behind_a_dot_or_dashes() {
        let folder = Folder::with("man", &text());
        folder.run(["./man"]).success();
        folder.run(["-f", "man"]).success();
        folder.run(["-f", "--", "man"]).success();
        assert_eq!(folder.names(), ["man", "man.fore"]);
    }

    #[test]
    fn called_by_its_other_names_it_decompresses() {
        let folder = Folder::with_compressed();
        for name in ["unfore", "forecat"] {
            symlink(FORETELL, folder.path(name)).unwrap();
        }
        let run = |name: &str| Command::new(folder.path(name)).arg(folder.path("a.fore")).assert();
        run("forecat").success().stdout(text());
        run("unfore").success().stdout("");
        assert_eq!(folder.read("a"), text());
    }

    #[test]
    fn a_link_is_followed_only_if_forced_or_if_nothing_appears_beside_it() {
        let folder = Folder::with("a", &text());
        symlink("a", folder.path("link")).unwrap();
        folder.run(["link"]).code(1).stderr(one_line().and(contains("symbolic link")));
        folder.run(["-c", "link"]).success();
        folder.run(["-f", "link"]).success();
        assert_eq!(folder.names(), ["a", "link", "link.fore"]);
    }

    #[test]
    fn an_output_that_is_a_link_keeps_leading_to_the_new_content() {
        let folder = Folder::with("a", &text());
        folder.write("real", b"old");
        symlink("real", folder.path("out")).unwrap();
        folder.run(["a", "-o", "out"]).code(1);
        folder.run(["-f", "a", "-o", "out"]).success();
        assert!(folder.path("out").is_symlink());
        folder.run(["-t", "real"]).success();
    }

    #[test]
    fn source_and_output_are_never_the_same_file() {
        let folder = Folder::with("a", &text());
        fs::hard_link(folder.path("a"), folder.path("b")).unwrap();
        for output in ["a", "./a", "b"] {
            folder
                .run(["-f", "--rm", "a", "-o", output])
                .code(1)
                .stderr(contains("both source and output"));
        }
        assert_eq!(folder.read("a"), text());
    }
}

mod directories {
    use super::*;

    #[test]
    fn a_directory_is_refused_and_the_others_go_on() {
        let folder = Folder::with("a", &text());
        fs::create_dir(folder.path("dir")).unwrap();
        folder.run(["dir", "a"]).code(1).stderr(one_line().and(contains("dir: is a directory")));
        assert_eq!(folder.names(), ["a", "a.fore", "dir"]);
    }

    #[test]
    fn recursion_takes_what_its_name_calls_for() {
        let folder = Folder::new();
        fs::create_dir_all(folder.path("dir/sub")).unwrap();
        for name in ["dir/a", "dir/sub/b", "dir/done.fore"] {
            folder.write(name, &text());
        }
        symlink("..", folder.path("dir/sub/loop")).unwrap();
        folder.run(["-r", "--rm", "dir"]).success().stderr("");
        let exists = |name: &str| folder.path(name).exists();
        assert!(exists("dir/a.fore") && exists("dir/sub/b.fore"));
        assert!(!exists("dir/a") && !exists("dir/done.fore.fore"));
        folder.remove("dir/done.fore");
        folder.run(["-dr", "dir"]).success();
        assert_eq!(folder.read("dir/sub/b"), text());
    }

    #[test]
    fn an_output_in_no_directory_is_an_error() {
        let folder = Folder::with("a", &text());
        folder
            .run(["a", "-o", "no/where"])
            .code(1)
            .stderr(one_line().and(contains("no/where: No such file")));
    }

    #[test]
    fn a_directory_that_may_not_be_written_keeps_the_source() {
        if is_root() {
            return println!("skipped: root may write everywhere");
        }
        let folder = Folder::with("a", &text());
        fs::set_permissions(folder.path(""), Permissions::from_mode(0o500)).unwrap();
        folder.run(["--rm", "a"]).code(1).stderr(one_line().and(contains("Permission denied")));
        fs::set_permissions(folder.path(""), Permissions::from_mode(0o700)).unwrap();
        assert_eq!(folder.names(), ["a"]);
    }
}

mod damage {
    use super::*;

    /// Every way of handing `code` over is refused as damaged, in one line with an offset,
    /// and leaves nothing behind.
    fn assert_refused(code: &[u8], what: &str) {
        let folder = Folder::with("a.fore", code);
        let complaint = || {
            one_line()
                .and(contains("a.fore: "))
                .and(contains("offset").or(contains("empty")))
                .and(contains(what))
        };
        folder.run(["-d", "--rm", "a.fore"]).code(3).stderr(complaint());
        folder.run(["-t", "a.fore"]).code(3).stderr(complaint());
        folder.foretell(["-d", "-o", "out"]).write_stdin(code).assert().code(3).stderr(one_line());
        assert_eq!(folder.names(), ["a.fore"], "{what}");
    }

    #[test]
    fn truncated_files_are_refused() {
        let code = Folder::with_compressed().read("a.fore");
        for length in [1, 4, 20, code.len() / 2, code.len() - 1] {
            assert_refused(&code[..length], "truncated");
        }
        assert_refused(b"", "truncated");
    }

    #[test]
    fn flipped_bits_are_refused() {
        let code = Folder::with_compressed().read("a.fore");
        for position in [5, 12, 30, code.len() / 2, code.len() - 1] {
            let mut code = code.clone();
            code[position] ^= 1;
            assert_refused(&code, "");
        }
    }

    #[test]
    fn files_of_others_and_trailing_bytes_are_refused() {
        assert_refused(b"\x1F\x8B\x08 not ours", "magic");
        let mut code = Folder::with_compressed().read("a.fore");
        code.extend(b"rubbish");
        assert_refused(&code, "trailing");
    }

    #[test]
    fn what_is_intact_of_a_damaged_file_is_recovered_and_the_rest_reported() {
        let folder = Folder::with("a", &text());
        folder.run(["--segment-size", "16K", "a"]).success();
        let mut code = folder.read("a.fore");
        let middle = code.len() * 3 / 8;
        code[middle] ^= 0x10;
        folder.write("b.fore", &code);
        folder.run(["-d", "b.fore"]).code(3);
        let recovered = folder.run(["--recover", "b.fore"]).code(3);
        recovered.stderr(
            contains("b.fore: offsets ")
                .and(contains("16384 bytes missing behind the first 16384 recovered"))
                .and(contains("1 part of the file lost")),
        );
        let whole = text();
        assert_eq!(folder.read("b"), [&whole[..16384], &whole[32768..]].concat());
        folder.run(["--recover", "-c", "a.fore"]).success().stdout(text()).stderr("");
        folder.write("c.fore", b"not ours at all");
        folder.run(["--recover", "c.fore"]).code(3).stderr(contains("0 bytes recovered"));
        assert_eq!(folder.names(), ["a", "a.fore", "b", "b.fore", "c.fore"]);
        let pipe = Stdio::from(folder.pipe_of("b.fore"));
        let refused =
            process::Command::new(FORETELL).arg("--recover").stdin(pipe).output().unwrap();
        assert_eq!(refused.status.code(), Some(1));
    }

    #[test]
    fn the_worst_status_of_several_files_counts_and_the_others_are_done() {
        let folder = Folder::with_compressed();
        folder.write("bad.fore", b"not ours");
        let worst = folder.run(["-d", "missing.fore", "bad.fore", "a.fore"]).code(3);
        worst.stderr(contains("missing.fore: No such file").and(contains("bad.fore: ")));
        assert_eq!(folder.names(), ["a", "a.fore", "bad.fore"]);
    }

    #[test]
    fn a_decoder_keeps_within_the_memory_it_is_given() {
        let folder = Folder::with_compressed();
        let complaint = || {
            one_line().and(contains("needs")).and(contains("the limit is 65536 (raise it with -M)"))
        };
        folder.run(["-d", "-M", "64K", "a.fore"]).code(1).stderr(complaint());
        let mut by_variable = folder.foretell(["-d", "a.fore"]);
        by_variable.env("FORETELL_MEMORY", "64KiB").assert().code(1).stderr(complaint());
        folder.run(["-d", "-M", "1G", "a.fore"]).success();
    }

    #[test]
    fn what_is_compressed_within_a_memory_decodes_within_it() {
        let folder = Folder::with("a", &text());
        let reduced = folder.run(["-M", "24M", "a"]).success();
        reduced.stderr(one_line().and(contains("reduced to")));
        folder.run(["-t", "-M", "24M", "a.fore"]).success();
        folder.run(["-f", "-M", "1K", "a"]).code(1).stderr(one_line().and(contains("at least")));
    }
}

mod outputs {
    use super::*;

    #[test]
    fn nothing_compressed_goes_to_a_terminal() {
        let Some(mut script) = tool("script") else { return };
        let folder = Folder::with("a", &text());
        let in_terminal = |command: String, script: &mut process::Command| {
            let script = script.current_dir(folder.path("")).args(["-qec", &command, "/dev/null"]);
            script.stdin(Stdio::null()).output().unwrap()
        };
        let refused = in_terminal(format!("{FORETELL} -c a"), &mut script);
        assert_eq!(refused.status.code(), Some(2));
        assert!(String::from_utf8_lossy(&refused.stdout).contains("terminal"));
        let forced = in_terminal(format!("{FORETELL} -cf a"), &mut process::Command::new("script"));
        assert!(forced.status.success());
    }

    #[test]
    fn a_closed_pipe_is_quiet() {
        let folder = Folder::with("a", &vec![b'x'; 3 << 20]);
        folder.run(["-1", "a"]).success();
        for arguments in [["-dc", "a.fore"], ["-d", "-o/dev/stdout"]] {
            let mut child = folder.spawn(arguments);
            drop(child.stdout.take());
            // The filter may end before it has read everything.
            let _ = child.stdin.take().unwrap().write_all(&folder.read("a.fore"));
            let output = child.wait_with_output().unwrap();
            assert!(output.status.success());
            assert_eq!(String::from_utf8_lossy(&output.stderr), "");
        }
    }

    #[test]
    fn a_full_disk_is_named_and_leaves_nothing() {
        if !Path::new("/dev/full").exists() {
            return println!("skipped: there is no /dev/full");
        }
        let folder = Folder::with("a", &text());
        let full = File::options().write(true).open("/dev/full").unwrap();
        let mut command = process::Command::new(FORETELL);
        let output = command.current_dir(folder.path("")).args(["-c", "a"]).stdout(full).output();
        let output = output.unwrap();
        assert_eq!(output.status.code(), Some(1));
        let complaint = "foretell: standard output: No space left on device\n";
        assert_eq!(String::from_utf8_lossy(&output.stderr), complaint);
        let complaint = one_line().and(contains("/dev/full: No space left on device"));
        folder.run(["--rm", "a", "-o", "/dev/full"]).code(1).stderr(complaint);
        assert!(fs::metadata("/dev/full").unwrap().file_type().is_char_device());
        assert_eq!(folder.names(), ["a"]);
    }

    #[test]
    fn a_source_stays_when_its_output_is_no_file() {
        let folder = Folder::with("a", &text());
        folder.run(["--rm", "a", "-o", "/dev/null"]).success();
        assert_eq!(folder.names(), ["a"]);
    }

    #[test]
    fn a_file_too_large_for_its_limit_leaves_nothing() {
        let Some(mut shell) = tool("bash") else { return };
        let folder = Folder::with("a.fore", b"");
        folder.foretell(["-f", "-o", "a.fore"]).write_stdin(vec![0; 200_000]).assert().success();
        let limited = format!("ulimit -f 100; exec {FORETELL} -d a.fore");
        let output = shell.current_dir(folder.path("")).args(["-c", &limited]).output().unwrap();
        assert!(!output.status.success());
        assert_eq!(folder.names(), ["a.fore"]);
    }

    /// Whether this process ignores `signal`, and so each that it starts: behind `nohup`,
    /// or in the background of a script.
    fn is_ignored(signal: Signal) -> bool {
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
        let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
        ignored.is_some_and(|mask| mask >> (signal.as_raw() - 1) & 1 == 1)
    }

    #[test]
    fn an_interrupted_run_leaves_no_partial_file_and_dies_of_the_signal() {
        let heeded = |signal: &Signal| !is_ignored(*signal);
        for signal in [Signal::INT, Signal::TERM, Signal::HUP].into_iter().filter(heeded) {
            let folder = Folder::new();
            let mut child = folder.spawn(["-o", "out"]);
            let mut stdin = child.stdin.take().unwrap();
            stdin.write_all(&text()).unwrap();
            wait_until(|| !folder.names().is_empty());
            kill_process(Pid::from_child(&child), signal).unwrap();
            let status = child.wait().unwrap();
            assert_eq!(status.signal(), Some(signal.as_raw()));
            assert_eq!(folder.names(), [""; 0], "{signal:?}");
        }
    }

    #[test]
    fn an_ignored_signal_stays_ignored() {
        let Some(mut shell) = tool("bash") else { return };
        let folder = Folder::new();
        let command = format!("trap '' INT; exec {FORETELL} -o out");
        let shell = shell.current_dir(folder.path("")).args(["-c", &command]);
        let mut child = shell.stdin(Stdio::piped()).spawn().unwrap();
        wait_until(|| !folder.names().is_empty());
        kill_process(Pid::from_child(&child), Signal::INT).unwrap();
        child.stdin.take().unwrap().write_all(&text()).unwrap();
        assert!(child.wait().unwrap().success());
        folder.run(["-dc", "out"]).success().stdout(text());
    }
}

mod sources {
    use super::*;

    #[test]
    fn a_source_is_removed_only_when_asked_and_done() {
        let folder = Folder::with("a", &text());
        folder.run(["--rm", "a"]).success();
        assert_eq!(folder.names(), ["a.fore"]);
        folder.run(["-d", "--rm", "-k", "a.fore"]).success();
        assert_eq!(folder.names(), ["a", "a.fore"]);
        folder.run(["-d", "--rm", "a.fore"]).code(1);
        assert_eq!(folder.names(), ["a", "a.fore"]);
    }

    #[test]
    fn removing_without_a_file_to_show_for_it_is_wrong_usage() {
        let folder = Folder::with_compressed();
        for arguments in [["-dc", "--rm"], ["-t", "--rm"], ["-l", "--rm"], ["-o-", "--rm"]] {
            folder.run(arguments.iter().chain(&["a.fore"])).code(2);
        }
        assert_eq!(folder.names(), ["a.fore"]);
    }

    #[test]
    fn a_missing_or_unreadable_file_is_named_in_one_line() {
        let folder = Folder::with("secret", b"x");
        let missing = one_line().and(contains("missing: No such file or directory"));
        folder.run(["missing"]).code(1).stderr(missing);
        if is_root() {
            return println!("skipped: root may read everything");
        }
        fs::set_permissions(folder.path("secret"), Permissions::from_mode(0o0)).unwrap();
        folder
            .run(["secret"])
            .code(1)
            .stderr(one_line().and(contains("secret: Permission denied")));
    }

    #[test]
    fn a_pipe_with_a_name_is_read_only_where_its_output_is_named() {
        let Some(mut mkfifo) = tool("mkfifo") else { return };
        let folder = Folder::new();
        assert!(mkfifo.arg(folder.path("pipe")).status().unwrap().success());
        folder.run(["pipe"]).code(1).stderr(one_line().and(contains("no regular file")));
        let path = folder.path("pipe");
        let writer = thread::spawn(move || fs::write(path, text()).unwrap());
        folder.run(["pipe", "-o", "out"]).success();
        writer.join().unwrap();
        folder.run(["-dc", "out"]).success().stdout(text());
    }

    #[test]
    fn testing_leaves_everything_as_it_was() {
        let folder = Folder::with_compressed();
        folder.run(["-t", "a.fore"]).success().stdout("").stderr("");
        folder.foretell(["-t"]).write_stdin(folder.read("a.fore")).assert().success().stdout("");
        assert_eq!(folder.names(), ["a.fore"]);
    }
}

mod documents {
    use super::*;

    #[test]
    fn every_fault_in_the_table_names_a_test() {
        let source = include_str!("../src/cli/filter/source.rs");
        let random_access = include_str!("random_access.rs");
        let tests =
            [include_str!("cli.rs"), include_str!("faults.rs"), random_access, source].concat();
        let rows = include_str!("../docs/faults.md").lines().filter(|line| line.starts_with("| "));
        let named = rows.filter_map(|row| row.rsplit_once("| `")?.1.split_once('`'));
        let missing: Vec<_> =
            named.filter(|(name, _)| !tests.contains(&format!("fn {name}()"))).collect();
        assert_eq!(missing, [("", ""); 0]);
    }

    #[test]
    fn the_recipe_for_file_recognises_a_frame() {
        let Some(mut file) = tool("file") else { return };
        let folder = Folder::with_compressed();
        let recipes = include_str!("../docs/recipes.md").lines();
        let magic = recipes.skip_while(|line| !line.starts_with("0\tstring"));
        let magic: Vec<_> = magic.take_while(|line| *line != "```").collect();
        folder.write("magic", magic.join("\n").as_bytes());
        let file = file.current_dir(folder.path("")).args(["-m", "magic", "a.fore"]);
        let answer = String::from_utf8(file.output().unwrap().stdout).unwrap();
        assert_eq!(answer, "a.fore: foretell compressed data, format version 1\n");
    }
}

mod words {
    use super::*;

    #[test]
    fn listing_reads_headers_of_files_and_pipes() {
        let folder = Folder::with_compressed();
        let two = [folder.read("a.fore"), folder.read("a.fore")].concat();
        let listed = folder.foretell(["-l", "--json"]).write_stdin(two).assert().success();
        let listed: serde_json::Value =
            serde_json::from_slice(&listed.get_output().stdout).unwrap();
        let row = &listed["tables"][0]["rows"][0];
        assert_eq!(row["file"], "standard input");
        assert_eq!(row["frames"], 2);
        assert_eq!(row["uncompressed_bytes"], 2 * text().len());
        assert_eq!(row["compressed_bytes"], 2 * folder.read("a.fore").len());
        assert!(row["bits_per_byte"].is_f64() && row["decoder_memory_mib"].is_f64());
        folder
            .run(["-lv", "a.fore"])
            .success()
            .stdout(contains("a.fore").and(contains("bits/byte")));
    }

    #[test]
    fn listing_goes_on_behind_what_it_cannot_read() {
        let folder = Folder::with_compressed();
        folder.write("b.fore", b"not ours");
        folder
            .run(["-l", "b.fore", "a.fore"])
            .code(3)
            .stdout(contains("a.fore"))
            .stderr(one_line());
        folder.run(["-l", "b.fore"]).code(3).stdout("");
    }

    #[test]
    fn verbose_gives_sizes_and_quiet_gives_nothing() {
        let folder = Folder::with("a", &text());
        let line = one_line().and(contains("a: ")).and(contains("bits/byte")).and(contains("MB/s"));
        folder.run(["-v", "a"]).success().stderr(line);
        folder.run(["-q", "a.fore"]).code(1).stderr("");
        folder.run(["-qf", "-M24M", "a"]).success().stderr("");
    }

    #[test]
    fn wrong_usage_is_told_from_wrong_data() {
        let folder = Folder::with("a", b"x");
        for arguments in [
            &["--level", "10", "a"][..],
            &["-d", "-t", "a"],
            &["--json", "a"],
            &["-o", "x", "-c", "a"],
            &["-o", "x", "a", "a"],
            &["-M", "much", "a"],
            &["--segment-size", "0", "a"],
            &["--nonsense"],
            &["man", "nothing"],
        ] {
            folder.run(arguments).code(2);
        }
        assert_eq!(folder.names(), ["a"]);
    }

    #[test]
    fn the_help_shows_options_and_commands_with_examples() {
        let folder = Folder::new();
        let help = folder.run(["--help"]).success().get_output().stdout.clone();
        let help = String::from_utf8(help).unwrap();
        for word in
            ["--decompress", "--verify", "-M", "completions", "tar -I foretell", "Exit status"]
        {
            assert!(help.contains(word), "{word}");
        }
        assert!(help.lines().count() <= 70, "{} lines are no screen", help.lines().count());
        for command in commands(&help) {
            folder.run([&command, "--help"]).success().stdout(contains("foretell"));
            folder.run(["man", &command]).success().stdout(contains(".TH"));
        }
    }

    fn commands(help: &str) -> Vec<String> {
        let lines = help.lines().skip_while(|line| *line != "Commands:").skip(1);
        let lines = lines.take_while(|line| line.starts_with("  "));
        let names = lines.filter(|line| !line.starts_with("   "));
        let names = names.filter_map(|line| line.split_whitespace().next());
        names.filter(|name| *name != "help").map(str::to_owned).collect()
    }

    #[test]
    fn completions_and_manual_pages_come_from_the_same_arguments() {
        let folder = Folder::new();
        for shell in ["bash", "zsh", "fish"] {
            folder.run(["completions", shell]).success().stdout(contains("decompress"));
        }
        folder.run(["man"]).success().stdout(contains("decompress"));
        folder.run(["man", "--dir", "."]).success();
        assert!(folder.names().contains(&"foretell-man.1".into()));
    }

    #[test]
    fn answers_to_nobody_are_quiet() {
        let mut child = Folder::new().spawn(["completions", "zsh"]);
        drop(child.stdout.take());
        let mut complaint = String::new();
        assert!(child.wait().unwrap().success());
        child.stderr.take().unwrap().read_to_string(&mut complaint).unwrap();
        assert_eq!(complaint, "");
    }
}
