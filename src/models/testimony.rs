//! What each component of a model said of each bit.

/// What each component contributed to the logit of each bit, as a mixer weighs it, and what
/// the mixer made of them: the raw material of attribution.
///
/// ```text
/// logit = Σ contributions          P(1) = 1 / (1 + e^−logit), before refinement
/// ```
#[derive(Clone, Debug, Default)]
pub struct Testimony {
    components: usize,
    contributions: Vec<i32>,
    mixed: Vec<i32>,
    bits: Vec<bool>,
}

/// What was said of one bit.
#[derive(Clone, Copy, Debug)]
pub struct BitTestimony<'a> {
    /// The bit that followed.
    pub bit: bool,
    /// P(1) as mixed, before refinement, in units of 2⁻¹⁶, `0..=65535`.
    pub mixed: i32,
    /// Contribution of each component to the logit of P(1), in units of
    /// [`Testimony::CONTRIBUTION`] nats.
    pub contributions: &'a [i32],
}

impl Testimony {
    /// The unit of contributions, in nats.
    pub const CONTRIBUTION: f64 = 1.0 / (256.0 * 65_536.0);

    /// Notes one bit. Every bit has as many contributions.
    pub(crate) fn note(&mut self, bit: bool, mixed: i32, contributions: impl Iterator<Item = i32>) {
        self.contributions.extend(contributions);
        self.mixed.push(mixed);
        self.bits.push(bit);
        self.components = self.contributions.len() / self.bits.len();
    }

    /// What was said of each bit, in their order.
    pub fn bits(&self) -> impl Iterator<Item = BitTestimony<'_>> {
        let each = self.contributions.chunks(self.components.max(1));
        let bits = self.bits.iter().zip(&self.mixed).zip(each);
        bits.map(|((&bit, &mixed), contributions)| BitTestimony { bit, mixed, contributions })
    }
}
