#![expect(clippy::disallowed_methods, reason = "logarithms are what is measured")]

use std::f64::consts::LN_2;

/// A conditioning component (§3.1.5): `input` bits of entropy `input_entropy` in, `output`
/// bits out, through a state of at least `narrowest` bits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Conditioning {
    /// `n_in`, bits, at least 1.
    pub input: u32,
    /// `n_out`, bits, at least 1.
    pub output: u32,
    /// nw, bits of the narrowest internal width, at least 1; the input's if that is less.
    pub narrowest: u32,
    /// `h_in`, bits, above 0 and at most `n_in`.
    pub input_entropy: f64,
}

/// Entropy after conditioning.
///
/// It comes as what is missing to a whole number: the entropy itself may lie closer to it
/// than doubles do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Conditioned {
    /// min(`n_out`, nw), bits.
    pub limit: u32,
    /// `limit` − `Output_Entropy`, bits, above 0 however small.
    pub missing: f64,
    output: u32,
}

impl Conditioning {
    /// `Output_Entropy` of §3.1.5.1.2.
    ///
    /// ```text
    /// P_high = 2^−h,  P_low = (1 − P_high) / (2^n_in − 1),  n = min(n_out, nw)
    /// ψ = 2^(n_in − n) · P_low + P_high
    /// ω = (2^(n_in − n) + √(2n · 2^(n_in − n) · ln 2)) · P_low
    /// Output_Entropy = −log₂ max(ψ, ω)
    /// ```
    ///
    /// Both are 2⁻ⁿ (1 + something small), and only the small part is computed.
    pub fn output(&self) -> Conditioned {
        let inner = self.narrowest.min(self.input);
        let limit = self.output.min(inner);
        let (n, entropy) = (f64::from(limit), self.input_entropy);
        // (1 − 2^−h) / (1 − 2^−n_in) = 1 + spread, at most 1.
        let all = (-f64::from(self.input)).exp2();
        let spread = (all - (-entropy).exp2()) / -(-f64::from(self.input) * LN_2).exp_m1();
        let psi = (n - entropy).exp2() + spread;
        let squeeze = (2.0 * n * LN_2 * (n - f64::from(self.input)).exp2()).sqrt();
        let omega = squeeze + spread + squeeze * spread;
        // Neither is a probability above 1.
        let missing = (psi.max(omega).ln_1p() / LN_2).min(n);
        Conditioned { limit, missing, output: self.output }
    }
}

impl Conditioned {
    /// `Output_Entropy`, bits: `h_out` of a vetted component.
    pub fn entropy(&self) -> f64 {
        f64::from(self.limit) - self.missing
    }

    /// −log₂ ε where `h_out` = (1 − ε) · `n_out`.
    pub fn epsilon_exponent(&self) -> f64 {
        let short = f64::from(self.output - self.limit) + self.missing;
        (f64::from(self.output) / short).log2()
    }

    /// `h_out` of a component that is not vetted, bits, given `h_prime` per bit of its output:
    /// min(`Output_Entropy`, 0.999 · `n_out`, h′ · `n_out`) (§3.1.5.2).
    pub fn unvetted(&self, h_prime: f64) -> f64 {
        let output = f64::from(self.output);
        self.entropy().min(0.999 * output).min(h_prime * output)
    }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "exact where it says exact")]
mod tests {
    use super::*;
    use crate::measure::tests::close;

    fn output(input: u32, output: u32, narrowest: u32, input_entropy: f64) -> Conditioned {
        Conditioning { input, output, narrowest, input_entropy }.output()
    }

    #[test]
    fn half_the_states_for_as_many_bits_lose_a_bit() {
        assert_eq!(output(2048, 256, 256, 256.0).entropy(), 255.0);
    }

    #[test]
    fn nearly_full_entropy_keeps_what_is_missing() {
        close(output(512, 256, 256, 300.0).epsilon_exponent(), 51.471_233_627_055_14, 1e-12);
        close(output(1024, 256, 256, 512.5).epsilon_exponent(), 263.971_233_627_055_1, 1e-12);
        close(output(600, 256, 256, 320.0).epsilon_exponent(), 71.471_233_627_055_1, 1e-12);
    }

    #[test]
    fn a_component_as_wide_as_its_input_loses_to_collisions() {
        close(output(64, 128, 256, 64.0).entropy(), 60.618_816_293_181_13, 1e-13);
    }

    #[test]
    fn what_is_not_vetted_is_bounded_by_what_is_seen() {
        assert_eq!(output(100, 50, 50, 40.0).unvetted(0.5), 25.0);
        close(output(100, 50, 50, 40.0).entropy(), 39.998_591_805_607_19, 1e-13);
        close(output(512, 256, 256, 300.0).unvetted(1.0), 255.744, 1e-12);
    }
}
