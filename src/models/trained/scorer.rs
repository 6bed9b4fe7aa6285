//! Documents measured one by one, each from the same state.

use super::{Input, Model, Reading, TrainedModel, checkpoint::Checkpoint, kept};
use crate::{
    coding::{BitDecoder, BitSink, CostMeter},
    models::predictor::Tree,
    transform::WordDecoder,
};

/// What a model makes of the document that it measures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Learning {
    /// It learns within a document and forgets that again behind it: what the document costs
    /// somebody who learns while reading.
    #[default]
    Within,
    /// It learns nothing: what the document costs under the trained state alone. Quicker.
    Never,
}

/// Measures documents under a trained model. Every document is met in the trained state,
/// whatever came before.
///
/// Going back to that state costs what the document changed, not what the model holds. A
/// scorer shares the large tables of the trained model with others; use one a thread.
///
/// ```
/// use foretell::models::{Learning, Level, Scorer, Trainer};
///
/// let mut trainer = Trainer::new(&Level::new(3).expect("a level").spec().fitted(1 << 16))?;
/// trainer.learn(&b"to be or not to be, that is the question. ".repeat(40));
/// let trained = trainer.finish("hamlet");
/// std::thread::scope(|scope| {
///     for document in [&b"to be or not to be"[..], b"that is the question"] {
///         let (trained, learning) = (&trained, Learning::Never);
///         scope.spawn(move || assert!(Scorer::new(trained, learning).bits(document) < 60.0));
///     }
/// });
/// # Ok::<(), foretell::models::Untrainable>(())
/// ```
pub struct Scorer {
    model: Model,
    input: Input,
    start: Checkpoint,
    /// What the first byte of each document is foretold with, if nothing is learnt.
    first: Option<Box<Tree>>,
    learning: Learning,
}

/// Bytes of a document behind which what is noted of the changes is condensed.
const PART_BYTES: usize = 1 << 16;

impl Scorer {
    /// A scorer that begins each document in the state of `trained`.
    pub fn new(trained: &TrainedModel, learning: Learning) -> Self {
        let mut model = match learning {
            Learning::Within => trained.overlay(),
            Learning::Never => trained.reader(),
        };
        let first = (learning == Learning::Never).then(|| kept(&mut model).tree());
        let start = Checkpoint::of(kept(&mut model), learning);
        Self { model, input: Input::new(trained.reading()), start, first, learning }
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
        let bytes = self.input.of(document);
        // Behind one part of several is the next.
        let first = self.first.as_deref().filter(|_| bytes.len() <= PART_BYTES);
        for (number, part) in bytes.chunks(PART_BYTES).enumerate() {
            if number > 0 {
                self.start.condense(kept(&mut self.model));
            }
            match self.learning {
                Learning::Within => self.model.encode(part, sink),
                Learning::Never => kept(&mut self.model).read(part, first, sink),
            }
        }
        self.rewind();
    }

    /// Decodes a document of `count` bytes to the end of `document`: the mirror of
    /// [`score`](Self::score) with [`Learning::Within`]. Of damaged code comes something else,
    /// of `count` bytes at most.
    pub fn decode(&mut self, source: &mut BitDecoder, count: usize, document: &mut Vec<u8>) {
        match self.input.reading() {
            Reading::Bytes => self.decode_bytes(source, count, document),
            Reading::Words => self.decode_words(source, count, document),
        }
        self.rewind();
    }

    fn decode_bytes(&mut self, source: &mut BitDecoder, count: usize, bytes: &mut Vec<u8>) {
        for start in (0..count).step_by(PART_BYTES) {
            self.model.decode(source, PART_BYTES.min(count - start), bytes);
            self.start.condense(kept(&mut self.model));
        }
    }

    fn decode_words(&mut self, source: &mut BitDecoder, count: usize, document: &mut Vec<u8>) {
        let end = document.len() + count;
        let (mut decoder, mut codes) = (WordDecoder::default(), Vec::new());
        while document.len() < end {
            // So many codes are there at least, whatever they are.
            let least = (end - document.len()).div_ceil(WordDecoder::MOST_TEXT_BYTES);
            codes.clear();
            self.decode_bytes(source, least, &mut codes);
            if codes.iter().any(|&code| decoder.push(code, document).is_none()) {
                break;
            }
        }
        document.truncate(end);
    }

    fn rewind(&mut self) {
        self.start.rewind(kept(&mut self.model));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        coding::BitEncoder,
        models::{
            About, Continuation, Level, Trainer,
            memory::pages::Pages,
            state::{Purpose, StateVisitor},
            trained::image::Image,
        },
    };

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

            let mut scorer = Scorer::new(&trained, Learning::Within);
            for seed in [2, 3, 4] {
                scorer.bits(&text(seed, 5_000));
                assert!(Image::of(kept(&mut scorer.model)).unwrap().bytes() == trained.state());
            }
            assert_eq!(scorer.bits(&text(2, 6_000)).to_bits(), whole.bits().to_bits(), "{number}");

            let mut frozen = trained.freeze();
            let once = frozen.bits(&text(2, 5_000));
            assert!(Image::of(kept(&mut frozen.model)).unwrap().bytes() == trained.state());
            frozen.bits(&text(3, 700));
            assert_eq!(frozen.bits(&text(2, 5_000)).to_bits(), once.to_bits(), "{number}");
            assert!(once > whole.bits() / 2.0 && once < 5_000.0 * 4.0, "{number}: {once}");
        }
    }

    /// Bytes of tables that are read where an image has them.
    struct Lent<'a> {
        image: &'a [u8],
        bytes: usize,
    }

    impl StateVisitor for Lent<'_> {
        fn purpose(&self) -> Purpose {
            Purpose::Content
        }

        fn field(&mut self, _: &'static str, _: &mut [u8]) {}

        fn pages(&mut self, _: &'static str, pages: &mut Pages) {
            let is_lent = self.image.as_ptr_range().contains(&pages.as_ptr());
            self.bytes += if is_lent { pages.len() } else { 0 };
        }
    }

    #[test]
    fn who_learns_nothing_reads_the_tables_of_the_trained_model() {
        for number in [3, 8] {
            let spec = Level::new(number).unwrap().spec().fitted(1 << 18);
            let mut training = Trainer::new(&spec).unwrap();
            training.learn(&text(1, 9_000));
            let trained = training.finish("a");
            let mut frozen = trained.freeze();
            for seed in [2, 3, 4] {
                frozen.bits(&text(seed, 700));
            }
            let mut lent = Lent { image: trained.state(), bytes: 0 };
            kept(&mut frozen.model).visit(&mut lent);
            assert!(lent.bytes * 8 > trained.state().len(), "{number}: {}", lent.bytes);
        }
    }

    #[test]
    fn words_as_codes_are_coded_and_come_back_and_damage_gives_no_more_than_was_asked_for() {
        let words = ["the ", "nation ", "Internet", "x", " of\n", "\u{142}w", "NO "];
        let text: Vec<u8> =
            (0..60_000_usize).flat_map(|i| words[(i * i / 7 + i) % 7].bytes()).collect();
        let spec = Level::new(3).unwrap().spec().fitted(10_000);
        let mut training = Trainer::reading(&spec, Reading::Words).unwrap();
        training.learn(&text[..9_000]);
        let trained = training.finish("a");
        let mut scorer = Scorer::new(&trained, Learning::Within);
        for document in [&text[..0], &text[..1], &text[..3_001], &text] {
            let mut encoder = BitEncoder::new();
            scorer.score(document, &mut encoder);
            let (code, mut back) = (encoder.finish(), Vec::new());
            scorer.decode(&mut BitDecoder::new(&code), document.len(), &mut back);
            assert!(back == document, "{} bytes", document.len());
        }
        let noise: Vec<u8> = (0..3_000_u32).map(|i| (i * i / 3 + i) as u8).collect();
        for count in [1, 2, 900] {
            let mut back = Vec::new();
            scorer.decode(&mut BitDecoder::new(&noise[count..]), count, &mut back);
            assert!(back.len() <= count);
            assert!(Image::of(kept(&mut scorer.model)).unwrap().bytes() == trained.state());
        }
    }

    #[test]
    fn a_document_of_several_parts_is_a_whole_and_is_taken_back_whole() {
        let document = text(5, 2 * PART_BYTES as u64 + 1_000);
        for number in [3, 8] {
            let spec = Level::new(number).unwrap().spec().fitted(1_000);
            let mut training = Trainer::new(&spec).unwrap();
            training.learn(&text(1, 9_000));
            let trained = training.finish("a");
            let (mut whole, mut once) = (CostMeter::new(), CostMeter::new());
            trained.fork().encode(&document, &mut whole);
            kept(&mut trained.reader()).read(&document, None, &mut once);
            for (learning, bits) in [(Learning::Within, whole), (Learning::Never, once)] {
                let mut scorer = Scorer::new(&trained, learning);
                assert_eq!(scorer.bits(&document).to_bits(), bits.bits().to_bits(), "{number}");
                assert!(Image::of(kept(&mut scorer.model)).unwrap().bytes() == trained.state());
            }
        }
    }

    #[test]
    fn a_known_document_costs_what_foretelling_it_byte_by_byte_does() {
        let mut document = text(2, 3_000);
        document.extend((0..1500_i32).flat_map(|i| (i * i / 300 - 1700).to_le_bytes()));
        document.extend(b"\x48\x8B\x05\x10\x20\x00\x00\xE8\x44\x33\x22\x11\xC3".repeat(60));
        document.extend(text(1, 3_000));
        for number in 3..=9 {
            let spec = Level::new(number).unwrap().spec().fitted(10_000);
            let mut training = Trainer::new(&spec).unwrap();
            training.learn(&text(1, 9_000));
            let trained = training.finish("a");
            let (mut scorer, mut step) = (trained.freeze(), Continuation::new(&trained));
            for part in [&document[..0], &document[..1], &document[9_000..9_037], &document] {
                let mut plain = CostMeter::new();
                part.chunks(1).for_each(|byte| step.score(byte, &mut plain));
                step = Continuation::new(&trained);
                assert_eq!(scorer.bits(part).to_bits(), plain.bits().to_bits(), "{number}");
            }
        }
    }

    #[test]
    fn a_state_that_went_through_bytes_is_the_same_model() {
        let spec = Level::DEFAULT.spec().fitted(10_000);
        let mut training = Trainer::new(&spec).unwrap();
        training.learn(&text(1, 10_000));
        let mut model = CostMeter::new();
        let trained = training.finish("a");
        let (name, training) = (trained.name().to_owned(), trained.training());
        let about = About { name, training, reading: Reading::Bytes };
        let again = TrainedModel::from_state(spec, about, |state| {
            state.copy_from_slice(trained.state());
            Ok::<_, crate::models::Untrainable>(())
        })
        .unwrap();
        assert_eq!(again.id(), trained.id());
        again.fork().encode(&text(5, 3_000), &mut model);
        assert_eq!(
            model.bits().to_bits(),
            Scorer::new(&trained, Learning::Within).bits(&text(5, 3_000)).to_bits()
        );
    }

    #[test]
    fn a_state_out_of_range_is_refused() {
        let spec = Level::DEFAULT.spec().fitted(1_000);
        let nothing = crate::models::Training { bytes: 0, digest: 0 };
        let about = About { name: String::new(), training: nothing, reading: Reading::Bytes };
        let filled = TrainedModel::from_state(spec, about, |state| {
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
            Scorer::new(&trained, Learning::Within).bits(&text(2, 10_000)).to_bits(),
            at_once.bits().to_bits()
        );
    }
}
