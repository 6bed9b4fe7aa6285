//! Entropies against the independently computed reference values of `plugin.json`.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use foretell::measure::{self, count_orders};
use serde_json::Value;
use std::path::Path;

mod support;

/// The reference file, or a printed reason to skip.
fn reference() -> Option<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/reference/plugin.json");
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("skipped: no {}", path.display());
        return None;
    };
    Some(serde_json::from_str(&text).unwrap())
}

/// A file of the reference by its name.
fn corpus(name: &str) -> Option<Vec<u8>> {
    let corpus = match name {
        "dickens" => "silesia",
        "E.coli" => "canterbury_large",
        _ => "canterbury",
    };
    support::corpus_file(corpus, name)
}

/// Panics unless `actual` has the 12 digits of `expected`, give or take one in the last.
#[track_caller]
fn same_digits(actual: f64, expected: &Value, what: &str) {
    let expected = expected.as_f64().unwrap();
    let scale = expected.abs().max(1e-300);
    assert!(
        (actual - expected).abs() / scale < 6e-12,
        "{what}: {actual:.13} is not {expected:.13}"
    );
}

fn for_each_file(check: impl Fn(&str, &[u8], &Value)) {
    let Some(reference) = reference() else { return };
    for (name, expected) in reference["files"].as_object().unwrap() {
        if let Some(bytes) = corpus(name) {
            assert_eq!(expected["size"], bytes.len());
            check(name, &bytes, expected);
        }
    }
}

#[test]
fn conditional_and_block_entropies_have_every_digit() {
    for_each_file(|name, bytes, expected| {
        let orders = count_orders(&[bytes], 6);
        for (k, order) in orders.iter().enumerate() {
            let conditional = &expected["cond_entropy_transitions"][k];
            same_digits(order.conditional_entropy(), conditional, &format!("{name} H_{k}"));
            let block = &expected["block_entropy"][(k + 1).to_string()];
            same_digits(order.block_entropy(), &block["H"], &format!("{name} block {}", k + 1));
            assert_eq!(block["distinct"], order.transitions.classes());
        }
    });
}

#[test]
fn corrected_entropies_have_every_digit() {
    for_each_file(|name, bytes, expected| {
        let orders = count_orders(&[bytes], 2);
        for (n, order) in (1..).zip(&orders) {
            let (sample, expected) = (&order.transitions, &expected["corrected"][n.to_string()]);
            assert_eq!(expected["singletons"], sample.singletons());
            for (key, estimate) in [
                ("ml", measure::plug_in(sample)),
                ("miller_madow", measure::miller_madow(sample)),
                ("chao_shen", measure::chao_shen(sample)),
                ("grassberger_1988", measure::grassberger_1988(sample)),
                ("grassberger_2003", measure::grassberger_2003(sample)),
            ] {
                same_digits(estimate, &expected[key], &format!("{name} {n} {key}"));
            }
            for key in ["nsb_K_256^n", "nsb_K_distinct_bytes^n"] {
                let alphabet = expected[key]["K"].as_f64().unwrap();
                let posterior = measure::nsb(sample, alphabet);
                same_digits(posterior.mean_bits, &expected[key]["H"], &format!("{name} {n} {key}"));
            }
        }
    });
}
