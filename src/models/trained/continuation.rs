//! A text that goes on, byte by byte, and what each next byte may be.

use super::{Model, TrainedModel, kept};
use crate::coding::{BitSink, Probability};

/// A text that goes on from what a trained model has read: the model says how likely each
/// next byte is, the caller says which one comes. Nothing is learnt.
///
/// ```
/// use foretell::models::{Continuation, Level, Trainer};
///
/// let mut trainer = Trainer::new(&Level::DEFAULT.spec().fitted(1 << 16))?;
/// trainer.learn(&b"to be or not to be. ".repeat(100));
/// let mut text = Continuation::new(&trainer.finish("hamlet"));
/// text.push(b"to be or not to ");
/// let likeliest = (0..=255).max_by(|&a, &b| text.next_byte().p(a).total_cmp(&text.next_byte().p(b)));
/// assert_eq!(likeliest, Some(b'b'));
/// # Ok::<(), foretell::models::Untrainable>(())
/// ```
pub struct Continuation {
    model: Model,
}

impl Continuation {
    /// A text that goes on behind what `trained` has read.
    pub fn new(trained: &TrainedModel) -> Self {
        Self { model: trained.reader() }
    }

    /// Goes on with `bytes`.
    pub fn push(&mut self, bytes: &[u8]) {
        kept(&mut self.model).read(bytes, &mut super::NoCode);
    }

    /// Goes on with `bytes`, whose bits go into `sink` as they were foretold.
    pub fn score(&mut self, bytes: &[u8], sink: &mut impl BitSink) {
        kept(&mut self.model).read(bytes, sink);
    }

    /// How likely each next byte is.
    pub fn next_byte(&mut self) -> NextByte {
        let tree = kept(&mut self.model).tree();
        let probabilities = std::array::from_fn(|byte| path(&tree, byte as u8).product());
        NextByte { probabilities }
    }
}

/// P of each step to `byte` in the tree of its bits.
fn path(tree: &[Probability; 256], byte: u8) -> impl Iterator<Item = f64> {
    (0..8).map(move |place| {
        let node = (0x100 | usize::from(byte)) >> (8 - place);
        let bit = byte >> (7 - place) & 1 == 1;
        f64::from(tree[node].of(bit)) / f64::from(1 << Probability::BITS)
    })
}

/// How likely each value of a byte is: the product of its eight bits' probabilities, exact
/// but for rounding in the last place. All are above 0; their sum is 1.
#[derive(Clone, Debug)]
pub struct NextByte {
    probabilities: [f64; 256],
}

impl NextByte {
    /// P(`byte`).
    pub fn p(&self, byte: u8) -> f64 {
        self.probabilities[usize::from(byte)]
    }

    /// P of each value, 0 to 255.
    pub fn probabilities(&self) -> &[f64; 256] {
        &self.probabilities
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        coding::CostMeter,
        models::{Level, Trainer},
    };

    #[test]
    #[expect(clippy::disallowed_methods, reason = "a test takes logarithms")]
    fn the_distribution_of_the_next_byte_is_what_reading_each_byte_costs() {
        let text = b"<p>It was the best of times, it was the worst of times.</p>\n".repeat(30);
        for number in 3..=9 {
            let mut trainer =
                Trainer::new(&Level::new(number).unwrap().spec().fitted(4000)).unwrap();
            trainer.learn(&text);
            let model = trainer.finish("a");
            let mut going_on = Continuation::new(&model);
            for known in [&b""[..], b"<p>It was the be", b"\xFFnew"] {
                going_on.push(known);
                let next = going_on.next_byte();
                let sum: f64 = next.probabilities().iter().sum();
                assert!((sum - 1.0).abs() < 1e-12, "{sum}");
                if known.is_empty() {
                    let mut scorer = model.freeze();
                    for byte in [b's', b'<', b'\n', 0, 255] {
                        let bits = scorer.bits(&[byte]);
                        assert!((bits + next.p(byte).log2()).abs() < 1e-9, "{number} {byte}");
                    }
                }
                let mut meter = CostMeter::new();
                let p = next.p(b'x');
                going_on.score(b"x", &mut meter);
                assert!((meter.bits() + p.log2()).abs() < 1e-9, "{number}");
            }
        }
    }
}
