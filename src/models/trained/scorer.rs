//! Documents measured one by one, each from the same state.

use super::{Model, TrainedModel, checkpoint::Checkpoint, kept_state};
use crate::coding::{BitSink, CostMeter};

/// Measures documents under a trained model that learns within each of them and forgets
/// it again: every document is met in the trained state, whatever came before.
///
/// Forgetting costs what the document changed, not what the model holds. A scorer has a
/// copy of the model to itself; use one a thread.
pub struct Scorer {
    model: Model,
    start: Checkpoint,
}

impl Scorer {
    /// A scorer that begins each document in the state of `trained`.
    pub fn new(trained: &TrainedModel) -> Self {
        let mut model = trained.fork();
        let start = Checkpoint::of(kept_state(&mut model));
        Self { model, start }
    }

    /// Ideal code length of `document`, in bits.
    pub fn bits(&mut self, document: &[u8]) -> f64 {
        let mut meter = CostMeter::new();
        self.score(document, &mut meter);
        meter.bits()
    }

    /// Puts the bits of `document` into `sink`, each with the probability that was
    /// foretold.
    pub fn score(&mut self, document: &[u8], sink: &mut impl BitSink) {
        self.model.encode(document, sink);
        self.start.rewind(kept_state(&mut self.model));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::{Level, Trainer, trained::image::Image};

    fn text(seed: u64, bytes: u64) -> Vec<u8> {
        let words = ["alpha ", "beta ", "gamma\n", "<tag> ", "12345 ", "\u{17c}\u{f3}\u{142}w "];
        let pick = |i: u64| words[((i * i + seed * i / 3 + seed) % 6) as usize];
        (0..bytes).flat_map(|i| pick(i).bytes()).take(bytes as usize).collect()
    }

    #[test]
    fn every_level_that_can_be_trained_goes_on_from_a_saved_state_and_returns_to_it() {
        for number in 3..=9 {
            let spec = Level::new(number).unwrap().spec().fitted(10_000);
            let mut training = Trainer::new(&spec).unwrap();
            training.learn(&text(1, 9_000));
            let mut whole = CostMeter::new();
            let trained = training.finish("a");
            trained.fork().encode(&text(2, 6_000), &mut whole);

            let mut scorer = Scorer::new(&trained);
            for seed in [2, 3, 4] {
                scorer.bits(&text(seed, 5_000));
                assert!(Image::of(kept_state(&mut scorer.model)).bytes() == trained.state());
            }
            assert_eq!(scorer.bits(&text(2, 6_000)).to_bits(), whole.bits().to_bits(), "{number}");
        }
    }

    #[test]
    fn a_state_that_went_through_bytes_is_the_same_model() {
        let spec = Level::DEFAULT.spec().fitted(10_000);
        let mut training = Trainer::new(&spec).unwrap();
        training.learn(&text(1, 10_000));
        let mut model = CostMeter::new();
        let trained = training.finish("a");
        let about = (trained.name().to_owned(), trained.training());
        let again = TrainedModel::from_state(spec, about, |state| {
            state.copy_from_slice(trained.state());
            Ok::<_, crate::models::Untrainable>(())
        })
        .unwrap();
        assert_eq!(again.id(), trained.id());
        again.fork().encode(&text(5, 3_000), &mut model);
        assert_eq!(model.bits().to_bits(), Scorer::new(&trained).bits(&text(5, 3_000)).to_bits());
    }

    #[test]
    fn a_state_out_of_range_is_refused() {
        let spec = Level::DEFAULT.spec().fitted(1_000);
        let nothing = crate::models::Training { bytes: 0, digest: 0 };
        let filled = TrainedModel::from_state(spec, (String::new(), nothing), |state| {
            state.fill(0xFF);
            Ok::<_, crate::models::Untrainable>(())
        });
        assert_eq!(filled.err(), Some(crate::models::Untrainable::Unfitting));
    }

    #[test]
    fn a_model_that_goes_on_equals_one_that_never_stopped() {
        let spec = Level::DEFAULT.spec().fitted(20_000);
        let mut training = Trainer::new(&spec).unwrap();
        training.learn(&text(1, 10_000));
        let trained = training.finish("a");
        let (mut at_once, mut first) = (CostMeter::new(), CostMeter::new());
        let mut model = Model::new(&spec);
        model.encode(&text(1, 10_000), &mut first);
        model.encode(&text(2, 10_000), &mut at_once);
        assert_eq!(
            Scorer::new(&trained).bits(&text(2, 10_000)).to_bits(),
            at_once.bits().to_bits()
        );
    }
}
