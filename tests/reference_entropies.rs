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
            let shorter = k.checked_sub(1).map_or(0.0, |k| orders[k].block_entropy());
            let difference = &expected["cond_entropy_block_difference"][k];
            same_digits(order.block_entropy() - shorter, difference, &format!("{name} ΔH_{k}"));
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
            assert_eq!(expected["ngrams"], sample.samples());
            assert_eq!(expected["distinct"], sample.classes());
            let coverage = 1.0 - sample.unseen_mass();
            same_digits(coverage, &expected["good_turing_coverage"], &format!("{name} {n}"));
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

/// Relative frequencies of bytes, and those of Krichevsky and Trofimov: (c + ½)/(N + 128).
fn byte_distributions(bytes: &[u8]) -> [Vec<f64>; 2] {
    let mut counts = [0.0; 256];
    for &byte in bytes {
        counts[usize::from(byte)] += 1.0;
    }
    let n = bytes.len() as f64;
    [counts.map(|c| c / n).to_vec(), counts.map(|c| (c + 0.5) / (n + 128.0)).to_vec()]
}

#[test]
fn divergences_have_every_digit() {
    let Some(reference) = reference() else { return };
    for name in ["asyoulik.txt", "E.coli"] {
        let (Some(p), Some(q)) = (corpus("alice29.txt"), corpus(name)) else { return };
        let ([p, p_kt], [q, q_kt]) = (byte_distributions(&p), byte_distributions(&q));
        let expected = &reference["pairs"][format!("alice29.txt (P) vs {name} (Q)")];
        for (key, actual) in [
            ("H_P_ml", measure::entropy(&p)),
            ("H_Q_ml", measure::entropy(&q)),
            ("H_P_kt", measure::entropy(&p_kt)),
            ("H_Q_kt", measure::entropy(&q_kt)),
            ("cross_entropy_Pml_Qkt", measure::cross_entropy(&p, &q_kt)),
            ("cross_entropy_Qml_Pkt", measure::cross_entropy(&q, &p_kt)),
            ("cross_entropy_Pkt_Qkt", measure::cross_entropy(&p_kt, &q_kt)),
            ("cross_entropy_Qkt_Pkt", measure::cross_entropy(&q_kt, &p_kt)),
            ("self_cross_entropy_Pml_Pkt", measure::cross_entropy(&p, &p_kt)),
            ("self_cross_entropy_Qml_Qkt", measure::cross_entropy(&q, &q_kt)),
            ("kl_Pml_Qkt", measure::kl_divergence(&p, &q_kt)),
            ("kl_Qml_Pkt", measure::kl_divergence(&q, &p_kt)),
            ("kl_Pkt_Qkt", measure::kl_divergence(&p_kt, &q_kt)),
            ("kl_Qkt_Pkt", measure::kl_divergence(&q_kt, &p_kt)),
            ("kl_Pml_Qml", measure::kl_divergence(&p, &q)),
            ("kl_Qml_Pml", measure::kl_divergence(&q, &p)),
            ("jsd_ml", measure::jensen_shannon(&p, &q)),
            ("jsd_kt", measure::jensen_shannon(&p_kt, &q_kt)),
            ("total_variation_ml", measure::total_variation(&p, &q)),
            ("total_variation_kt", measure::total_variation(&p_kt, &q_kt)),
            ("hellinger_ml", measure::hellinger(&p, &q)),
            ("hellinger_kt", measure::hellinger(&p_kt, &q_kt)),
            ("bhattacharyya_coeff_ml", measure::bhattacharyya_coefficient(&p, &q)),
        ] {
            if expected[key] == "inf" {
                assert!(actual.is_infinite(), "{name} {key}");
            } else {
                same_digits(actual, &expected[key], &format!("{name} {key}"));
            }
        }
    }
}

#[test]
fn mutual_information_by_lag_has_every_digit() {
    for_each_file(|name, bytes, expected| {
        for (lag, information) in expected["mutual_information_lag"].as_object().unwrap() {
            let actual = measure::lagged_mutual_information(bytes, lag.parse().unwrap());
            let difference = (actual - information.as_f64().unwrap()).abs();
            // A difference of entropies near 8 bits: its own digits begin later.
            assert!(difference < 1e-11, "{name} lag {lag}: {actual} is not {information}");
        }
    });
}

#[test]
fn the_most_associated_bigrams_have_every_digit() {
    let (Some(reference), Some(bytes)) = (reference(), corpus("alice29.txt")) else { return };
    let expected = &reference["pmi"]["alice29.txt"];
    let found = measure::lagged_pairs(&bytes, 1).associations(20);
    assert_eq!(expected["bigrams_with_min_count"], found.len());
    // Marginals of all bytes instead of those of the pairs: the last byte begins no pair.
    let [frequencies, _] = byte_distributions(&bytes);
    let pairs = bytes.len() as f64 - 1.0;
    let alone = |byte: u8| measure::surprise(frequencies[usize::from(byte)]);
    for (found, expected) in found.iter().zip(expected["top"].as_array().unwrap()) {
        assert_eq!(
            (&expected["first"], &expected["second"]),
            (&found.pair.0.into(), &found.pair.1.into())
        );
        assert_eq!(expected["count"], found.count);
        same_digits(found.pmi_bits, &expected["pmi_pair_marginals"], "pmi");
        let together = measure::surprise(found.count as f64 / pairs);
        let of_bytes = alone(found.pair.0) + alone(found.pair.1) - together;
        same_digits(of_bytes, &expected["pmi_unigram_marginals"], "pmi of all bytes");
    }
}
