//! A text read on and learnt, and what each of its bytes cost.

use super::{Input, Reading, TrainedModel};
use crate::{
    coding::BitSink,
    models::{Model, Testimony},
    transform::Token,
};

/// A model that reads a text piece by piece, learns it, and tells what of the text each price
/// is for.
///
/// ```
/// use foretell::{measure::ByteCosts, models::{Follower, Level, Model, Reading}};
///
/// let model = Model::new(&Level::DEFAULT.spec().fitted(1000));
/// let mut follower = Follower::new(model, Reading::Words);
/// let mut costs = ByteCosts::new();
/// let passage = follower.read(b"the nation of the internet", true, &mut costs);
/// assert_eq!(passage.text(), b"the nation of the internet");
/// let bits: f64 = passage.spread(costs.costs()).sum();
/// assert!(bits < 26.0 * 8.0 && costs.costs().len() < 20);
/// ```
pub struct Follower {
    model: Model,
    input: Input,
    passage: Passage,
}

/// Text that was read, and how much of it each byte that the model was given stands for.
#[derive(Clone, Debug, Default)]
pub struct Passage {
    text: Vec<u8>,
    /// None if the model was given the text itself.
    tokens: Option<Vec<Token>>,
}

impl Follower {
    /// `model` at the start of a text, of which it is given what `reading` says.
    pub fn new(model: Model, reading: Reading) -> Self {
        let tokens = (reading == Reading::Words).then(Vec::new);
        let passage = Passage { text: Vec::new(), tokens };
        Self { model, input: Input::new(reading), passage }
    }

    /// A model that goes on behind what `trained` has read.
    pub fn behind(trained: &TrainedModel) -> Self {
        Self::new(trained.fork(), trained.reading())
    }

    /// Goes on with `text`: puts the bits of what the model is given into `sink`, as they were
    /// foretold, and gives the text that they are for. A word at its end may wait for more,
    /// unless it `is_end`.
    pub fn read(&mut self, text: &[u8], is_end: bool, sink: &mut impl BitSink) -> &Passage {
        let Self { model, input, passage } = self;
        passage.begin(input.waiting(), text);
        model.encode(input.next(text, |token| passage.add(token)), sink);
        if is_end {
            model.encode(input.rest(|token| passage.add(token)), sink);
        }
        passage.end();
        passage
    }

    /// What was read last.
    pub fn passage(&self) -> &Passage {
        &self.passage
    }

    /// What the model is given of a text.
    pub fn reading(&self) -> Reading {
        self.input.reading()
    }

    /// As [`Model::watch`].
    pub fn watch(&mut self) -> Vec<String> {
        self.model.watch()
    }

    /// As [`Model::testimony`].
    pub fn testimony(&mut self) -> Testimony {
        self.model.testimony()
    }
}

impl Passage {
    /// The text.
    pub fn text(&self) -> &[u8] {
        &self.text
    }

    /// What the text is made of, and how much the model was given of each.
    pub fn tokens(&self) -> impl Iterator<Item = Token> {
        let own = self.tokens.as_deref().unwrap_or_default().iter().copied();
        let bytes = if self.tokens.is_none() { self.text.len() } else { 0 };
        own.chain(std::iter::repeat_n(Token { text_bytes: 1, code_bytes: 1 }, bytes))
    }

    /// A share for each byte of the text of `values`, one for each byte that the model was
    /// given: those of a token in equal parts.
    pub fn spread(&self, values: &[f32]) -> impl Iterator<Item = f64> {
        let mut rest = values;
        self.tokens().flat_map(move |token| {
            let (own, behind) = rest.split_at(token.code_bytes);
            rest = behind;
            let sum: f64 = own.iter().map(|&value| f64::from(value)).sum();
            std::iter::repeat_n(sum / token.text_bytes as f64, token.text_bytes)
        })
    }

    /// Begins with what `waited` and the `text` behind it.
    fn begin(&mut self, waited: &[u8], text: &[u8]) {
        self.text.clear();
        self.text.extend_from_slice(waited);
        self.text.extend_from_slice(text);
        self.tokens.iter_mut().for_each(Vec::clear);
    }

    fn add(&mut self, token: Token) {
        if let Some(tokens) = &mut self.tokens {
            tokens.push(token);
        }
    }

    /// Leaves out what is in no token: it waits for more.
    fn end(&mut self) {
        if let Some(tokens) = &self.tokens {
            self.text.truncate(tokens.iter().map(|token| token.text_bytes).sum());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        coding::CostMeter,
        measure::ByteCosts,
        models::{Learning, Level, Scorer, Trainer},
    };

    #[test]
    fn a_text_in_pieces_costs_what_it_costs_whole_and_every_byte_has_its_part() {
        let text = b"The nation of the INTERNET, said Mr. Xq, is caf\xC3\xA9 enough. ".repeat(20);
        for reading in [Reading::Bytes, Reading::Words] {
            let spec = Level::new(3).unwrap().spec().fitted(4000);
            let mut trainer = Trainer::reading(&spec, reading).unwrap();
            text.chunks(7).for_each(|piece| trainer.learn(piece));
            let model = trainer.finish("a");
            let whole = Scorer::new(&model, Learning::Within).bits(&text);
            for bytes in [1, 33, text.len()] {
                let mut follower = Follower::behind(&model);
                let (mut read, mut sum, mut meter) = (Vec::new(), 0.0, CostMeter::new());
                let mut take = |piece: &[u8], is_end| {
                    let mut sinks = (ByteCosts::new(), meter.clone());
                    let passage = follower.read(piece, is_end, &mut sinks);
                    let costs: Vec<f64> = passage.spread(sinks.0.costs()).collect();
                    assert_eq!(costs.len(), passage.text().len());
                    sum += costs.iter().sum::<f64>();
                    read.extend_from_slice(passage.text());
                    meter = sinks.1;
                };
                text.chunks(bytes).for_each(|piece| take(piece, false));
                take(b"", true);
                assert_eq!(read, text);
                // One after the other is added up with other roundings than block by block.
                assert!((meter.bits() - whole).abs() < 1e-9 * whole, "{reading:?} {bytes}");
                assert!((sum - whole).abs() < 0.01, "{sum} {whole}");
            }
        }
    }
}
