//! Numbers that textbooks of information theory for machine learning print, to their last
//! printed digit.

#![expect(clippy::approx_constant, reason = "these are the digits that are printed")]

use foretell::measure::{
    binary_entropy, cross_entropy, entropy, gaussian_mutual_information, jensen_shannon,
    kl_divergence, perplexity, pinsker_bound, softmax_loss, surprise, total_variation,
};
use std::f64::consts::LN_2;

/// Panics unless `actual` rounds to `printed` in `digits` after the point.
#[track_caller]
fn prints(actual: f64, printed: f64, digits: i32) {
    let half = 0.5 * 10_f64.powi(-digits) * (1.0 + 1e-9);
    assert!((actual - printed).abs() <= half, "{actual} does not print as {printed}");
}

#[test]
fn surprises_and_entropies_of_coins_cards_and_dice() {
    prints(surprise(1.0 / 8.0), 3.0, 4);
    prints(surprise(1.0 / 52.0), 5.7004, 4);
    prints(entropy(&[1.0 / 6.0; 6]), 2.5850, 4);
    prints(binary_entropy(0.99), 0.0808, 4);
    prints(binary_entropy(0.9), 0.4690, 4);
    prints(binary_entropy(0.9) * LN_2, 0.3251, 4);
    prints(binary_entropy(0.5), 1.0, 4);
    prints(binary_entropy(0.5) * LN_2, 0.6931, 4);
    prints(surprise(0.7) * LN_2, 0.3567, 4);
    prints(surprise(0.1) * LN_2, 2.3026, 4);
}

#[test]
fn divergences_of_two_coins_both_ways() {
    let (fair, bent, unfair) = ([0.5, 0.5], [0.6, 0.4], [0.9, 0.1]);
    prints(kl_divergence(&fair, &bent) * LN_2, 0.0204, 4);
    prints(entropy(&fair) * LN_2, 0.6931, 4);
    prints(cross_entropy(&fair, &bent) * LN_2, 0.7136, 4);
    prints(kl_divergence(&fair, &unfair) * LN_2, 0.5108, 4);
    prints(kl_divergence(&fair, &unfair), 0.7370, 4);
    prints(kl_divergence(&unfair, &fair) * LN_2, 0.3681, 4);
    prints(kl_divergence(&unfair, &fair), 0.5310, 4);
}

#[test]
fn a_good_and_a_bad_model_of_four_classes() {
    let p = [0.4, 0.3, 0.2, 0.1];
    let (good, bad) = ([0.35, 0.30, 0.20, 0.15], [0.1, 0.1, 0.1, 0.7]);
    prints(entropy(&p) * LN_2, 1.2799, 4);
    prints(entropy(&p), 1.8464, 4);
    prints(cross_entropy(&p, &good) * LN_2, 1.2927, 4);
    prints(kl_divergence(&p, &good) * LN_2, 0.01287, 5);
    prints(kl_divergence(&good, &p) * LN_2, 0.01408, 5);
    prints(cross_entropy(&p, &bad) * LN_2, 2.1080, 4);
    prints(kl_divergence(&p, &bad) * LN_2, 0.8281, 4);
    prints(kl_divergence(&bad, &p) * LN_2, 1.0443, 4);
    prints(jensen_shannon(&p, &bad) * LN_2, 0.2094, 4);
    prints(total_variation(&p, &bad), 0.6, 4);
    prints(pinsker_bound(kl_divergence(&p, &bad)), 0.6435, 4);
}

#[test]
fn losses_and_perplexities_of_classifiers_and_language_models() {
    let loss = softmax_loss(&[2.0, 1.5, 0.8, 0.2], 0).expect("there is a class 0");
    prints(loss * LN_2, 0.7290, 4);
    prints(perplexity(loss), 2.0730, 4);
    let other = softmax_loss(&[2.0, 1.0, 0.1], 0).expect("there is a class 0");
    prints(other * LN_2, 0.4170, 4);
    for (nats, printed) in [(3.0, 20.0855), (2.5, 12.1825), (1.0, 2.7183)] {
        prints(perplexity(nats / LN_2), printed, 4);
    }
    prints(perplexity((0.5 + 1.0 + 1.5) / 3.0 / LN_2), 2.7183, 4);
    prints(1.0 / perplexity(3.2 / LN_2), 0.0408, 4);
    prints(3.2 / LN_2, 4.617, 3);
    prints(surprise([0.3, 0.5, 0.2][1]) * LN_2, 0.6931, 4);
    for vocabulary in [2.0, 256.0, 50_257.0_f64] {
        prints(perplexity(surprise(1.0 / vocabulary)), vocabulary, 6);
    }
}

#[test]
fn what_correlated_gaussians_tell_of_one_another() {
    for (rho, printed) in [(0.3, 0.0680), (0.5, 0.2075), (0.9, 1.1980), (0.99, 2.8255)] {
        prints(gaussian_mutual_information(rho), printed, 4);
    }
}
