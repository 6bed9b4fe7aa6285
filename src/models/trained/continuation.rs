//! A text that goes on, byte by byte, and what each next byte may be.

use super::{Input, Model, Reading, TrainedModel, kept};
use crate::{
    coding::{BitSink, Probability},
    transform::WordDecoder,
};

/// A text that goes on from what a trained model has read: the model says how likely each
/// next byte is, the caller says which one comes. Nothing is learnt.
///
/// A model that reads words as codes foretells bytes of those: [`step`](Self::step) tells
/// what text they are.
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
    input: Input,
    /// What codes are being gone on with.
    decoder: WordDecoder,
    text: Vec<u8>,
}

impl Continuation {
    /// A text that goes on behind what `trained` has read.
    pub fn new(trained: &TrainedModel) -> Self {
        let (model, input) = (trained.reader(), Input::new(trained.reading()));
        Self { model, input, decoder: WordDecoder::default(), text: Vec::new() }
    }

    /// Goes on with the text `bytes`; where words are codes, the last one ends with it.
    pub fn push(&mut self, bytes: &[u8]) {
        self.score(bytes, &mut super::NoCode);
    }

    /// Goes on with the text `bytes`, the bits of what the model is given of it go into `sink`
    /// as they were foretold.
    pub fn score(&mut self, bytes: &[u8], sink: &mut impl BitSink) {
        self.decoder = WordDecoder::default();
        kept(&mut self.model).read(self.input.of(bytes), None, sink);
    }

    /// How likely each next byte is that the model can be given.
    pub fn next_byte(&mut self) -> NextByte {
        let tree = kept(&mut self.model).tree();
        let mut probabilities = std::array::from_fn(|byte| path(&tree, byte as u8).product());
        if !self.decoder.is_whole() {
            self.leave_possible(&mut probabilities);
        }
        NextByte { probabilities }
    }

    /// Brings `probabilities` to sum 1 without those of bytes that cannot follow.
    fn leave_possible(&self, probabilities: &mut [f64; 256]) {
        for (byte, p) in (0..=255).zip(probabilities.iter_mut()) {
            if !self.decoder.may_follow(byte) {
                *p = 0.0;
            }
        }
        let sum: f64 = probabilities.iter().sum();
        *probabilities = probabilities.map(|p| p / sum);
    }

    /// Goes on with `byte` of those that [`next_byte`](Self::next_byte) says can follow: the
    /// text that is known now. Without words as codes that is the byte.
    ///
    /// # Panics
    /// If the byte cannot follow.
    pub fn step(&mut self, byte: u8) -> &[u8] {
        kept(&mut self.model).read(&[byte], None, &mut super::NoCode);
        self.text.clear();
        match self.input.reading() {
            Reading::Bytes => self.text.push(byte),
            Reading::Words => {
                self.decoder.push(byte, &mut self.text).expect("the byte can follow");
            }
        }
        &self.text
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
/// but for rounding in the last place. Their sum is 1; 0 is the probability of what cannot
/// follow, within the code of a word.
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
        transform::WordCoder,
    };

    #[test]
    #[expect(clippy::disallowed_methods, reason = "a test takes logarithms")]
    fn codes_of_words_are_gone_on_with_until_they_are_text() {
        let text = b"It was the best of times, it was the Worst of times: Xq. ".repeat(20);
        let spec = Level::new(3).unwrap().spec().fitted(4000);
        let mut trainer = Trainer::reading(&spec, Reading::Words).unwrap();
        trainer.learn(&text);
        let model = trainer.finish("a");
        let mut going_on = Continuation::new(&model);
        let (mut codes, mut known, mut bits) = (Vec::new(), Vec::new(), 0.0);
        WordCoder::rewrite(&text[..171], &mut codes);
        for &code in &codes {
            let next = going_on.next_byte();
            assert!((next.probabilities().iter().sum::<f64>() - 1.0).abs() < 1e-12);
            bits -= next.p(code).log2();
            known.extend_from_slice(going_on.step(code));
        }
        assert_eq!(known, &text[..171]);
        let whole = model.freeze().bits(&text[..171]);
        // What cannot follow is worth next to nothing to a model that has seen codes.
        assert!(bits < whole && bits > 0.9 * whole, "{bits} of {whole}");
        going_on.step(0xFF);
        let next = going_on.next_byte();
        assert!(next.p(b'a') == 0.0 && next.p(0x80) > 0.0 && next.p(0x8B) == 0.0);
    }

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
