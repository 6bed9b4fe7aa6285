//! The commands that measure, as their users meet them.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use predicates::str::contains;
use serde_json::Value;
use std::fs;

#[path = "support/report.rs"]
mod report;

use report::{foretell, json, rows};

/// The value in bits of the quantity whose name begins with `name`.
fn information(report: &Value, name: &str) -> f64 {
    let all = rows(report, "information").iter();
    let found = all.filter(|row| row["quantity"].as_str().unwrap().starts_with(name));
    found.map(|row| row["value_bits"].as_f64().unwrap()).next().unwrap()
}

fn text() -> Vec<u8> {
    b"It was the best of times, it was the worst of times, it was the age of wisdom.\n".repeat(40)
}

#[test]
fn calc_gives_the_textbooks_numbers_in_bits_and_nats() {
    let entropy = json(&["calc", "entropy", "0.9,0.1"], b"");
    assert!((information(&entropy, "entropy") - 0.468_996).abs() < 1e-6);
    let divergence = json(&["calc", "divergence", "1/2,1/2", "0.9 0.1"], b"");
    assert!((information(&divergence, "KL(P") - 0.736_966).abs() < 1e-6);
    assert!((information(&divergence, "KL(Q") - 0.531_004).abs() < 1e-6);
    let joint = json(&["calc", "joint", "-"], b"1,0\n0,1\n");
    assert!((information(&joint, "mutual") - 1.0).abs() < 1e-12);
}

#[test]
fn calc_names_the_class_that_makes_a_divergence_infinite() {
    let infinite = contains("KL(P‖Q) is infinite: class 2");
    foretell(&["calc", "divergence", "0.5,0.5", "1,0"]).assert().success().stdout(infinite);
}

#[test]
fn calc_turns_a_loss_per_token_into_bits_per_byte_and_says_what_compares() {
    let command = ["calc", "convert", "3.2", "--tokens", "1000", "--bytes", "4200"];
    let losses = json(&command, b"");
    let per_byte = rows(&losses, "loss")[1]["bits"].as_f64().unwrap();
    assert!((per_byte - 3.2 / std::f64::consts::LN_2 / 4.2).abs() < 1e-12);
    foretell(&command).assert().stdout(contains("do not compare between tokenizers"));
}

#[test]
fn calc_says_what_is_wrong_with_wrong_numbers() {
    for (arguments, complaint) in [
        (&["calc", "entropy", "a,b"][..], "is not a number"),
        (&["calc", "entropy", "-1,2"], "a probability or a count is not -1"),
        (&["calc", "divergence", "1,1", "1,1,1"], "the same classes"),
        (&["calc", "joint", "1,2;3"], "equally many numbers"),
        (&["calc", "softmax", "1,2", "--target", "3"], "they are 1 to 2"),
        (&["calc", "gauss", "0,1", "0,0"], "standard deviation above 0"),
    ] {
        foretell(arguments).assert().code(2).stderr(contains(complaint));
    }
}

#[test]
fn a_corpus_is_at_no_distance_from_itself_and_far_from_noise() {
    let folder = tempfile::tempdir().unwrap();
    let noise: Vec<u8> = (0..4000_u32).map(|i| (i.wrapping_mul(0x9E37_79B1) >> 24) as u8).collect();
    for (name, bytes) in [("a", text()), ("b", text()), ("noise", noise)] {
        fs::write(folder.path().join(name), bytes).unwrap();
    }
    let mut command = foretell(&["divergence", "a", "b", "noise", "--format", "json"]);
    let output = command.current_dir(&folder).assert().success();
    let report: Value = serde_json::from_slice(&output.get_output().stdout).unwrap();
    let ncd = |p: &str, q: &str| {
        let row = rows(&report, "model").iter().find(|row| row["p"] == p && row["q"] == q);
        row.unwrap()["ncd"].as_f64().unwrap()
    };
    assert!(ncd("a", "b") < 0.25 && ncd("b", "a") < 0.25, "{}", ncd("a", "b"));
    assert!(ncd("a", "noise") > 0.8, "{}", ncd("a", "noise"));
    let cost = |key: &str| rows(&report, "model")[0][key].as_f64().unwrap();
    let [alone, adaptive, frozen] =
        ["alone_bits_per_byte", "after_q_bits_per_byte", "frozen_q_bits_per_byte"].map(cost);
    assert!(adaptive <= frozen && frozen < alone, "{adaptive} {frozen} {alone}");
    let first = &rows(&report, "bytes")[0];
    assert_eq!((&first["kl_bits_per_byte"], &first["total_variation"]), (&0.0.into(), &0.0.into()));
    assert!(rows(&report, "bytes")[1]["kl_smoothed_bits_per_byte"].as_f64().unwrap() > 0.0);
}

#[test]
fn a_matrix_is_symmetric_and_zero_on_its_diagonal() {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in [("a", text()), ("b", b"other things ".repeat(99)), ("c", vec![7; 900])] {
        fs::write(folder.path().join(name), bytes).unwrap();
    }
    for quantity in ["ncd", "js-root", "tv"] {
        let mut command = foretell(&["divergence", "a", "b", "c", "--format", "csv"]);
        command.args(["--matrix", quantity]).current_dir(&folder);
        let output = command.assert().success();
        let text = String::from_utf8(output.get_output().stdout.clone()).unwrap();
        let lines: Vec<Vec<&str>> = text.lines().map(|line| line.split(',').collect()).collect();
        assert_eq!(lines[0], ["file", "a", "b", "c"]);
        let at = |p: usize, q: usize| lines[p][q].parse::<f64>().unwrap();
        for (p, q) in [(1, 2), (1, 3), (2, 3)] {
            assert!((at(p, q) - at(q, p)).abs() < 1e-12 && at(p, q) > 0.0, "{quantity}");
            assert!(at(p, p).abs() < 1e-12);
        }
    }
    let mut refused = foretell(&["divergence", "-1", "a", "b"]);
    refused.current_dir(&folder).assert().code(2).stderr(contains("choose -3 to -9"));
}

#[test]
fn explained_shares_and_costs_add_up_to_guessing() {
    let mut command = foretell(&["explain", "-", "-v", "--as", "jsonl", "--by", "line"]);
    let output = command.write_stdin(text()).assert().success();
    let lines = String::from_utf8(output.get_output().stdout.clone()).unwrap();
    for line in lines.lines() {
        let piece: Value = serde_json::from_str(line).unwrap();
        let saved = piece["saved_bits"].as_object().unwrap().values();
        let saved: f64 = saved.map(|share| share.as_f64().unwrap()).sum();
        let bits = saved + piece["cost_bits"].as_f64().unwrap();
        let bytes = piece["length_bytes"].as_f64().unwrap();
        assert!((bits - 8.0 * bytes).abs() < 1e-3, "{bits} of {bytes} bytes");
    }
    for command in [&["explain", "-", "-1"][..], &["profile", "-2", "-"]] {
        let mut refused = foretell(command);
        refused.write_stdin("a").assert().code(2).stderr(contains("choose -3 to -9"));
    }
}

#[test]
fn a_period_shows_in_the_mutual_information_at_its_lag() {
    let source = foretell::sources::Source::find("squares").unwrap();
    let report = json(&["dependence", "-", "--lags", "11"], &source.bytes(11_000));
    let at = |lag: usize| {
        rows(&report, "lags")[lag - 1]["mutual_information_bits_per_byte"].as_f64().unwrap()
    };
    assert!((at(11) - source.conditional_entropies[0]).abs() < 1e-3);
    assert!(at(1) < at(11));
}

#[test]
fn columns_of_a_table_have_mutual_information_and_unknown_ones_are_refused() {
    let table = b"colour,taste\nred,sweet\nred,sweet\ngreen,sour\ngreen,sour\n";
    let command = ["dependence", "-", "--columns", "colour,taste", "--least-count", "1"];
    let report = json(&command, table);
    assert_eq!(rows(&report, "columns")[0]["mutual_information_bits"], 1.0);
    foretell(&["dependence", "-", "--columns", "colour,size"])
        .write_stdin(table)
        .assert()
        .code(1)
        .stderr(contains("has no column \"size\"; it has colour, taste"));
}

#[test]
fn a_profile_marks_the_edge_between_text_and_zeros() {
    let mut input = text();
    input.truncate(2048);
    input.extend([0; 2048]);
    let report = json(&["profile", "-", "--window", "1024"], &input);
    let edges: Vec<bool> =
        rows(&report, "profile").iter().map(|row| row["is_edge"].as_bool().unwrap()).collect();
    assert_eq!(edges, [false, false, true, false]);
    assert!(rows(&json(&["profile", "-"], b""), "profile").is_empty());
}

#[test]
fn explained_costs_add_up_to_the_measured_code_length() {
    let text = text();
    for by in ["byte", "char", "word", "line"] {
        let mut command = foretell(&["explain", "-", "--as", "jsonl", "--by", by]);
        let output = command.write_stdin(text.clone()).assert().success();
        let lines = String::from_utf8(output.get_output().stdout.clone()).unwrap();
        let pieces: Vec<Value> = lines.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
        let bytes: u64 = pieces.iter().map(|piece| piece["length_bytes"].as_u64().unwrap()).sum();
        let bits: f64 = pieces.iter().map(|piece| piece["cost_bits"].as_f64().unwrap()).sum();
        assert_eq!(bytes, text.len() as u64);
        let spec = foretell::models::Level::DEFAULT.spec();
        let expected = foretell::measure::ideal_bits(&spec, &text);
        assert!((bits / expected - 1.0).abs() < 0.01, "{by}: {bits}, not {expected}");
    }
}

#[test]
fn the_greatest_surprises_come_dearest_first_and_no_more_than_asked() {
    let report = json(&["explain", "-", "--as", "top", "--top", "3"], &text());
    let costs: Vec<f64> =
        rows(&report, "surprises").iter().map(|row| row["cost_bits"].as_f64().unwrap()).collect();
    assert!(costs.len() == 3 && costs.is_sorted_by(|a, b| a >= b), "{costs:?}");
}

#[test]
fn an_honest_model_is_best_at_temperature_1() {
    let source = foretell::sources::Source::find("bernoulli").unwrap();
    let report = json(&["calibrate", "-"], &source.bytes(50_000));
    assert!(rows(&report, "calibration")[0]["expected_calibration_error"].as_f64().unwrap() < 0.01);
    let least = rows(&report, "temperature").iter().find(|row| row["is_least"] == true).unwrap();
    let temperature = least["temperature"].as_f64().unwrap();
    assert!((0.8..=1.25).contains(&temperature), "{temperature}");
}

#[test]
fn nothing_to_measure_is_said_so() {
    for (command, complaint) in [
        (&["dependence", "-"][..], "standard input: is too short"),
        (&["calibrate", "-"], "standard input: is empty"),
        (&["divergence", "-", "-"], "standard input: is empty"),
        (&["explain", "gone"], "gone: No such file or directory"),
        (&["profile", "gone"], "gone: No such file or directory"),
    ] {
        foretell(command).write_stdin("").assert().code(1).stderr(contains(complaint));
    }
}

/// Samples that a reader can follow: a counter, noise and a repetition.
fn samples() -> Vec<u8> {
    let noise = (0..6000_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 27) as u8);
    let mut samples: Vec<u8> = noise.collect();
    samples.extend_from_within(100..400);
    samples
}

#[test]
fn assess_names_what_decided_and_where() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("noise.bin");
    fs::write(&path, samples()).unwrap();
    let run = foretell(&["assess", "--json"]).arg(&path).assert().success();
    let json: Value = serde_json::from_slice(&run.get_output().stdout).unwrap();
    let text = json.to_string();
    assert!(text.contains("Decided by") && text.contains("byte "), "{text}");
    assert!(text.contains("assessed_bits_per_symbol"), "{text}");
}

#[test]
fn assess_says_what_the_standard_needs() {
    let assess = |bytes: &[u8], args: &[&str]| {
        let run = foretell(&["assess"]).args(args).arg("-").write_stdin(bytes.to_vec()).assert();
        let run = run.failure().code(1);
        String::from_utf8_lossy(&run.get_output().stderr).into_owned()
    };
    assert!(assess(b"", &[]).contains("1000000"));
    assert!(assess(&[7; 100], &[]).contains("one symbol has no entropy"));
    assert!(assess(&[1, 2, 9], &["--bits", "3"]).contains("sample 2 is 9, wider than 3 bits"));
    assert!(assess(&samples(), &["--restart", "4"]).contains("1000 × 1000"));
}

#[test]
fn assess_tests_independence_and_conditioning() {
    let args = ["assess", "--iid", "--permutations", "50", "-"];
    let run = foretell(&args).write_stdin(samples()).assert().success();
    run.stdout(contains("periodicity(16)")).stderr(contains("the standard asks for 1000000"));
    let args = ["assess", "--conditioning", "2048,256,256,256"];
    foretell(&args).assert().success().stdout(contains("255.000000000000000"));
    let args = ["assess", "--conditioning", "64,32,32,65"];
    foretell(&args).assert().failure().code(2);
}

#[test]
fn a_profile_is_streamed_drawn_and_refused_where_rows_would_fill_memory() {
    let folder = tempfile::tempdir().unwrap();
    let input = text().repeat(10);
    let streamed = foretell(&["profile", "-", "--window", "100", "--format", "csv"])
        .write_stdin(input.clone())
        .assert()
        .success();
    let lines = String::from_utf8(streamed.get_output().stdout.clone()).unwrap();
    assert_eq!(lines.lines().count(), 1 + input.len().div_ceil(100));
    assert!(lines.starts_with("offset_bytes,window_bytes,distinct,order_0_bits_per_byte"));

    let mut drawn = foretell(&["profile", "-", "--plot", "out.svg"]);
    let drawn = drawn.current_dir(&folder).write_stdin(input).assert();
    drawn.success();
    let svg = fs::read_to_string(folder.path().join("out.svg")).unwrap();
    assert!(svg.starts_with("<svg") && svg.contains("H₀ of the window"));

    fs::write(folder.path().join("long"), vec![0; 70_000]).unwrap();
    let refused = foretell(&["profile", "long", "--window", "1"]).current_dir(&folder).assert();
    refused.code(2).stderr(contains("choose a larger --window, or --format csv"));
}

#[test]
fn a_language_model_is_judged_as_a_compressor_beside_others() {
    let folder = tempfile::tempdir().unwrap();
    let text = text();
    fs::write(folder.path().join("text"), &text).unwrap();
    let tokens: String = text
        .chunks(4)
        .map(|token| {
            let token = String::from_utf8_lossy(token);
            serde_json::json!({ "token": token, "logprob": -3.0 }).to_string() + "\n"
        })
        .collect();
    fs::write(folder.path().join("tokens"), tokens).unwrap();
    let mut command = foretell(&["bench", "--logprobs", "tokens", "--base", "2", "--levels", "3"]);
    command.args(["--peers", "gzip-9,zstd-3", "--model-bytes", "1K", "--format", "json", "text"]);
    let output = command.current_dir(&folder).assert().success();
    let report: Value = serde_json::from_slice(&output.get_output().stdout).unwrap();
    let model = &rows(&report, "language_model")[0];
    assert_eq!(model["loss_bits_per_token"], 3.0);
    assert_eq!(model["tokens"], 790);
    let sizes = rows(&report, "sizes");
    let coders: Vec<&str> = sizes.iter().map(|row| row["coder"].as_str().unwrap()).collect();
    assert_eq!(coders, ["tokens", "foretell -3", "gzip -9", "zstd -3"]);
    let ideal = sizes[0]["ideal_bytes"].as_f64().unwrap();
    let coded = sizes[0]["whole_bytes"].as_f64().unwrap();
    assert!((0.0..=8.0).contains(&(coded - ideal)), "{coded}, not {ideal}");
    assert_eq!(sizes[0]["with_model_bytes"], coded as u64 + 1024);
    assert!(sizes.iter().all(|row| row["chunked_bytes"].as_u64() >= row["whole_bytes"].as_u64()));

    fs::write(folder.path().join("text"), &text[1..]).unwrap();
    let mut command = foretell(&["bench", "--logprobs", "tokens", "text"]);
    let refused = command.current_dir(&folder).assert().code(1);
    refused.stderr(contains("has 3159 bytes, but the tokens stand for 3160"));
}
