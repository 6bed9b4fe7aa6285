//! Information in data: pure functions on counts, distributions and samples.
//!
//! | measure | unit | where |
//! |:--|:--|:--|
//! | entropy, Rényi and min-entropy, joint and conditional, perplexity | bits | [`entropy()`], [`Joint`] |
//! | order-k counts of bytes; of characters, words, lines | samples | [`count_orders`], [`Symbols`] |
//! | entropy of a source from a sample: plug-in, Miller–Madow, Chao–Shen, Grassberger, James–Stein, NSB | bits | [`plug_in`] … [`nsb()`] |
//! | cross-entropy, Kullback–Leibler, Jensen–Shannon, Rényi divergence | bits | [`kl_divergence`] … |
//! | total variation, Hellinger, χ², Wasserstein-1 | pure numbers; a distance | [`total_variation`] … |
//! | mutual information, plain, conditional, by lag, pointwise | bits | [`PairCounts`], [`lagged_mutual_information`] |
//! | standard errors of dependent samples | as the sample | [`batch_means`], [`block_bootstrap`], [`conditional_entropy_error`], [`kl_divergence_error`] |
//! | entropy rate by repetition: LZ76, LZ78, match lengths | bits per symbol | [`Repetitions`], [`lz78_rate`] |
//! | calibration: reliability, ECE, Brier score, log loss, temperature | probabilities, bits | [`Reliability`], [`Tempered`] |
//! | of columns of numbers: correlation, classes of equal counts | −1 … 1 | [`correlation`], [`equal_count_bins`] |
//! | information bottleneck: what few classes of X tell of Y | bits | [`Agglomeration`], [`information_bottleneck`] |
//! | probabilities of what was never seen; what learning them costs | bits | [`add_constant`], [`witten_bell`], [`learnt_code_length`] |
//! | closed forms: Gaussians, `InfoNCE`, softmax, label smoothing | bits | [`Gaussian`], [`softmax`] … |
//! | mixtures of Gaussians, their mode-covering and mode-seeking fits | bits | [`GaussianMixture`] |
//! | densities of most entropy; residuals under noise models | bits | [`exponential_entropy`] …, [`Residuals`] |
//! | randomness of bytes and of bits, as `ent` has it | as named | [`Randomness`] |
//! | min-entropy as SP 800-90B estimates it, independence, restarts, conditioning | bits per symbol | [`mod@min_entropy`] |
//! | code of tokens with given log-probabilities | bytes | [`coded_bytes`] |
//! | shares of a code length among a model's components | bits saved | [`Attribution`] |
//! | ideal code length under a model | bits | [`ideal_bits`], [`ByteCosts`] |
//!
//! Everything is in **bits** unless a name says otherwise: 1 bit = ln 2 ≈ 0.6931 nats
//! = log₁₀ 2 ≈ 0.3010 bans. A base changes the unit, never the quantity.

mod attribution;
mod bottleneck;
mod calibration;
mod closed_form;
mod code_length;
mod complexity;
mod conditional_error;
mod counting;
mod densities;
mod dependence;
mod divergence;
mod divergence_error;
mod entropy;
mod estimators;
mod gamma;
mod independence;
pub mod min_entropy;
mod mixture;
mod moments;
mod nsb;
mod numbers;
pub(crate) mod parallel;
mod randomness;
mod resampling;
mod short_grams;
mod smoothing;
mod spectrum;
mod sum;
mod symbols;
mod text;
mod token_code;

pub use attribution::Attribution;
pub use bottleneck::{Agglomeration, Bottleneck, PlanePoint, information_bottleneck};
pub use calibration::{Bin, Reliability, ReliabilityErrors, Tempered};
pub use closed_form::{
    Gaussian, Smoothing, bits_per_byte_of_tokens, gaussian_mutual_information, infonce_bound,
    log_sum_exp, softmax, softmax_loss, softmax_loss_gradient,
};
pub use code_length::{ByteCosts, bits_after, ideal_bits, primed_bits};
pub use complexity::{Repetitions, lz78_phrases, lz78_rate};
pub use conditional_error::conditional_entropy_error;
pub use counting::{MAX_ORDER, OrderCounts, count_orders};
pub use densities::{Residuals, exponential_entropy, laplace_entropy, uniform_entropy};
pub use dependence::{
    Association, PairCounts, conditional_mutual_information, lagged_conditional_mutual_information,
    lagged_mutual_information, lagged_pairs, shuffled_mutual_information,
};
pub use divergence::{
    bhattacharyya_coefficient, chi_squared, cross_entropy, hellinger, impossible_outcome,
    jensen_shannon, kl_divergence, pinsker_bound, renyi_divergence, total_variation, wasserstein_1,
    wasserstein_1_of_samples,
};
pub use divergence_error::kl_divergence_error;
pub use entropy::{
    Joint, binary_entropy, entropy, min_entropy, perplexity, renyi_entropy, surprise,
};
pub use estimators::{
    chao_shen, grassberger_1988, grassberger_2003, jackknife, jackknife_error, james_stein,
    miller_madow, plug_in, plug_in_standard_error,
};
pub use mixture::GaussianMixture;
pub use moments::{Moments, RatioMoments};
pub use nsb::{Posterior, nsb};
pub use numbers::{correlated_pairs, correlation, equal_count_bins};
pub use randomness::{Randomness, fold_case};
pub use resampling::{Estimate, batch_means, block_bootstrap};
pub use smoothing::{add_constant, floored, learnt_code_length, witten_bell};
pub use spectrum::Spectrum;
pub use symbols::Symbols;
pub use text::TextSize;
pub use token_code::{bits_of_log_probability, coded_bytes};

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    /// Panics unless the two agree to `tolerance`.
    #[track_caller]
    pub(super) fn close(actual: f64, expected: f64, tolerance: f64) {
        assert!((actual - expected).abs() <= tolerance, "{actual} is not {expected} ± {tolerance}");
    }

    /// Distributions over a number of classes in `sizes`.
    pub(super) fn distribution(sizes: std::ops::Range<usize>) -> impl Strategy<Value = Vec<f64>> {
        prop::collection::vec(prop_oneof![Just(0.0), 1e-6..1.0_f64], sizes)
            .prop_filter("something is possible", |w| w.iter().sum::<f64>() > 0.0)
            .prop_map(|w| w.iter().map(|x| x / w.iter().sum::<f64>()).collect())
    }
}
