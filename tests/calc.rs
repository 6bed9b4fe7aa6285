//! `foretell calc` and columns of tables, as people who teach and learn meet them.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use predicates::{prelude::*, str::contains};
use serde_json::Value;
use std::fs;

#[path = "support/report.rs"]
mod report;

use report::{foretell, json, rows};

/// The number called `key` in a row.
fn number(row: &Value, key: &str) -> f64 {
    row[key].as_f64().unwrap_or_else(|| panic!("{key} of {row}"))
}

#[track_caller]
fn close(actual: f64, expected: f64, tolerance: f64) {
    assert!((actual - expected).abs() <= tolerance, "{actual} is not {expected} ± {tolerance}");
}

#[test]
fn numbers_may_be_one_argument_or_several() {
    let one = json(&["calc", "entropy", "1,2,5"], b"");
    assert_eq!(one, json(&["calc", "entropy", "1", "2", "5"], b""));
    assert_eq!(one, json(&["calc", "entropy", "-"], b"1\n2 5\n"));
}

#[test]
fn probabilities_that_do_not_add_up_are_refused_with_what_to_do() {
    let refused = contains("add up to 1.200000, not to 1").and(contains("--scale"));
    foretell(&["calc", "entropy", "0.5", "0.7"]).assert().code(2).stderr(refused);
    foretell(&["calc", "divergence", "0.5,0.5", "0.9,0.2"]).assert().code(2);
    foretell(&["calc", "joint", "0.5,0.5;0.5,0.5"]).assert().code(2);
    let scaled = foretell(&["calc", "entropy", "0.5,0.7", "--scale"]).assert().success();
    scaled.stdout(contains("they were divided by their sum"));
}

#[test]
fn a_coin_has_a_curve_with_its_peak_at_a_half() {
    let curve = json(&["calc", "coin"], b"");
    let curve = rows(&curve, "coin");
    assert_eq!((curve.len(), number(&curve[10], "entropy_bits")), (21, 1.0));
    let one = json(&["calc", "coin", "0.11"], b"");
    close(number(&rows(&one, "coin")[0], "entropy_bits"), 0.499_916, 1e-6);
}

#[test]
fn a_floor_is_shown_beside_the_exact_infinity() {
    let command = ["calc", "divergence", "1,1", "1,0", "--floor", "1e-12"];
    let shown = contains("comes out as 18.931569 bits; exactly it is inf");
    foretell(&command).assert().success().stdout(shown);
}

#[test]
fn counts_get_estimates_that_never_forbid_what_was_not_seen() {
    let report = json(&["calc", "counts", "3,1,0"], b"");
    let unseen = &rows(&report, "estimates")[2];
    close(number(unseen, "frequencies"), 0.0, 0.0);
    close(number(unseen, "kt"), 1.0 / 11.0, 1e-12);
    close(number(unseen, "laplace"), 1.0 / 7.0, 1e-12);
    close(number(unseen, "witten_bell"), 1.0 / 3.0, 1e-12);
}

#[test]
fn one_gaussian_for_two_modes_covers_both_or_seeks_one() {
    let report = json(&["calc", "fit", "0.5,-4,1; 0.5,4,1"], b"");
    let [forward, reverse] = rows(&report, "fits") else { panic!("{report}") };
    close(number(forward, "mean"), 0.0, 1e-9);
    close(number(forward, "deviation"), 17_f64.sqrt(), 1e-9);
    close(number(reverse, "mean"), -4.0, 0.01);
    close(number(reverse, "kl_reverse_bits"), 1.0, 1e-3);
    assert!(number(forward, "kl_forward_bits") < number(reverse, "kl_forward_bits"));
}

#[test]
fn a_bottleneck_keeps_what_tells_and_drops_the_rest() {
    let report = json(&["calc", "bottleneck", "9,1; 18,2; 2,8", "--beta", "1,100"], b"");
    let sharp = rows(&report, "sharp");
    assert_eq!(sharp[1]["members"], "1 2 | 3");
    close(number(&sharp[1], "relevant_share"), 1.0, 1e-9);
    let [cold, hot] = rows(&report, "soft") else { panic!("{report}") };
    close(number(cold, "kept_bits"), 0.0, 1e-6);
    close(number(hot, "relevant_share"), 1.0, 1e-6);
}

#[test]
fn noise_models_turn_errors_into_bits() {
    let densities = json(&["calc", "densities", "2"], b"");
    let less = |row: usize| number(&rows(&densities, "densities")[row], "less_bits");
    assert!(less(0) == 0.0 && (1..4).all(|row| less(row) > 0.0));
    let command = ["calc", "residuals", "0.1,-0.1,0.1,-0.1,5"];
    foretell(&command).assert().success().stdout(contains("Laplace noise is the better model"));
    let samples = json(&["calc", "samples", "0,1", "5,6"], b"");
    let distance = &rows(&samples, "numbers")[2];
    close(number(distance, "value"), 5.0, 1e-12);
}

#[test]
fn drawn_gaussians_are_worth_nearly_what_their_correlation_says() {
    let report = json(&["calc", "gauss", "--rho", "0.9", "--pairs", "20000"], b"");
    let exact = number(&rows(&report, "information")[0], "value_bits");
    let binned = rows(&report, "binned").iter().map(|row| number(row, "corrected_bits"));
    let binned: Vec<f64> = binned.collect();
    assert!(binned[0] < 0.6 * exact, "{binned:?} of {exact}");
    assert!((0.93..1.01).contains(&(binned[4] / exact)), "{binned:?} of {exact}");
}

#[test]
fn the_slope_of_a_loss_is_shown_beside_each_logit() {
    let report = json(&["calc", "softmax", "2,1,0.1", "--target", "1"], b"");
    let terms = rows(&report, "terms");
    for (class, term) in terms.iter().enumerate() {
        let expected = number(term, "p") - f64::from(u8::from(class == 0));
        close(number(term, "gradient"), expected, 1e-12);
    }
}

#[test]
fn columns_of_numbers_are_put_into_classes_and_compared_with_gaussians() {
    let rows_of = (0..2000_u32).map(|i| (f64::from(i % 997), f64::from(i * 7 % 13)));
    let rows_of = rows_of.map(|(x, noise)| format!("{x},{}", x + 20.0 * noise));
    let lines: Vec<String> = ["x,y".to_owned()].into_iter().chain(rows_of).collect();
    let table = lines.join("\n");
    let report = json(&["dependence", "-", "--columns", "x,y", "--bins", "8"], table.as_bytes());
    let row = &rows(&report, "columns")[0];
    assert!(number(row, "mutual_information_bits") > 1.0 && number(row, "correlation") > 0.9);
    assert!(number(row, "gaussian_mutual_information_bits") > 1.0);
    let bare = foretell(&["dependence", "-", "--columns", "x,y"]).write_stdin(table).assert();
    bare.success().stdout(contains("--bins N"));
    let mut words = foretell(&["dependence", "-", "--columns", "x,y", "--bins", "4"]);
    let refused = words.write_stdin("x,y\n1,2\n3,many\n").assert().code(1);
    refused.stderr(contains("row 2 of column \"y\" is \"many\", not a number"));
}

#[test]
fn two_columns_tell_of_one_another_only_given_a_third() {
    let table = "x,y,z\n".to_owned() + &"0,0,0\n0,1,1\n1,0,1\n1,1,0\n".repeat(10);
    let report = json(&["dependence", "-", "--columns", "x,y,z"], table.as_bytes());
    let row = &rows(&report, "columns")[0];
    close(number(row, "mutual_information_bits"), 0.0, 1e-12);
    close(number(row, "conditional_mutual_information_bits"), 1.0, 1e-12);
}

#[test]
fn bytes_that_foretell_the_same_fall_into_one_class() {
    // Behind a vowel an x, behind a consonant a y.
    let text: String = ["axbyexdy", "exdyaxby", "axdyexby"].concat().repeat(50);
    let report = json(&["dependence", "-", "--classes", "3"], text.as_bytes());
    let classes: Vec<&str> =
        rows(&report, "classes").iter().map(|row| row["members"].as_str().unwrap()).collect();
    assert!(classes.contains(&"a e") && classes.contains(&"b d"), "{classes:?}");
    let plane = rows(&report, "information_plane");
    assert_eq!(plane[0]["classes"], 1);
    assert!(number(&plane[2], "relevant_share") > 0.6);
}

#[test]
fn a_mistyped_command_is_no_file_and_nothing_is_compressed() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("d"), "data").unwrap();
    for (arguments, meant) in [
        (&["measur", "d"][..], "did you mean: foretell measure"),
        (&["Calc", "entropy", "1,1"], "did you mean: foretell calc"),
        (&["dependance", "--lags", "3", "d"], "did you mean: foretell dependence"),
        (&["help", "explian"], "did you mean: foretell explain"),
    ] {
        let mut command = foretell(arguments);
        command.current_dir(&folder).assert().code(2).stderr(contains(meant));
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    fs::write(folder.path().join("measur"), "a file").unwrap();
    foretell(&["measur"]).current_dir(&folder).assert().success();
}

#[test]
fn a_name_that_promises_another_format_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("d"), "data").unwrap();
    for (arguments, advice) in [
        (
            &["profile", "--plot", "x.png", "d"][..],
            "x.png: what is written there is no .png: name it x.svg",
        ),
        (&["report", "d", "-o", "x.pdf"], "name it x.html"),
        (&["bench", "--plot", "x.png", "d"], "name it x.svg"),
    ] {
        let mut command = foretell(arguments);
        command.current_dir(&folder).assert().code(2).stderr(contains(advice));
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn numbers_out_of_range_are_named_even_where_they_are_negative() {
    for (arguments, complaint) in [
        (&["calc", "softmax", "1,2", "--temperature", "-1"][..], "a temperature is at least 0"),
        (&["calc", "convert", "-1"], "a loss is at least 0"),
        (&["calc", "infonce", "--candidates", "4", "--loss", "-1"], "a loss is at least 0"),
        (&["calc", "coin", "-0.5"], "a probability is between 0 and 1"),
        (&["calc", "counts", "1.5,2"], "1.5 is not a count"),
        (&["calc", "fit", "1,0,0"], "a standard deviation above 0"),
        (&["calc", "fit", "1,0"], "a weight above 0, a mean"),
        (&["calc", "densities", "-1"], "a standard deviation is above 0"),
        (&["calc", "residuals", "0,0"], "all residuals are 0"),
        (&["calc", "bottleneck", "1,2;3,4", "--beta", "0"], "β is above 0"),
        (&["calc", "joint", "Cargo.toml"], "a file is read as in: foretell calc … - < FILE"),
        (&["measure", "-k", "-1", "d"], "-1 is not in 0..=8"),
        (&["dependence", "--lags", "-5", "d"], "-5 is not in 1..=4096"),
        (&["dependence", "--columns", "a", "d"], "two columns are named like age,income"),
        (&["dependence", "--bins", "4", "d"], "--columns <X,Y>"),
    ] {
        foretell(arguments).assert().code(2).stderr(contains(complaint));
    }
}
