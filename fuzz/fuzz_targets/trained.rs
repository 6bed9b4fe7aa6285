//! States of trained models that nobody trained: they are refused, or such a model predicts
//! and learns without harm, and its decoder mirrors its encoder.

#![no_main]

use foretell::{
    coding::{BitDecoder, BitEncoder},
    models::{
        About, Learning, Level, Reading, Scorer, TrainedModel, Trainer, Training, Untrainable,
    },
};
use libfuzzer_sys::{
    arbitrary::{self, Arbitrary},
    fuzz_target,
};

#[derive(Arbitrary, Debug)]
struct Case<'a> {
    level: u8,
    trained_on: &'a [u8],
    patches: Vec<(u32, [u8; 8])>,
    noise: Option<u64>,
    has_words: bool,
    content: &'a [u8],
}

fuzz_target!(|case: Case<'_>| {
    let spec = Level::new(3 + case.level % 7).expect("a level").spec().fitted(256);
    let reading = if case.has_words { Reading::Words } else { Reading::Bytes };
    let mut trainer = Trainer::reading(&spec, reading).expect("it keeps what it learns");
    trainer.learn(&case.trained_on[..case.trained_on.len().min(200)]);
    let sound = trainer.finish("");
    let training = Training { bytes: 0, digest: 0 };
    let about = About { name: String::new(), training, reading };
    let damaged = TrainedModel::from_state(spec, about, |state| {
        state.copy_from_slice(sound.state());
        if let Some(mut noise) = case.noise {
            for word in state.chunks_mut(8) {
                noise = noise.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                word.copy_from_slice(&noise.to_le_bytes()[..word.len()]);
            }
        }
        for (at, patch) in &case.patches {
            let start = *at as usize % state.len();
            let end = (start + patch.len()).min(state.len());
            state[start..end].copy_from_slice(&patch[..end - start]);
        }
        Ok::<(), Untrainable>(())
    });
    let Ok(damaged) = damaged else { return };
    let content = &case.content[..case.content.len().min(300)];
    let mut encoder = BitEncoder::new();
    damaged.fork().encode(content, &mut encoder);
    let code = encoder.finish();
    let mut decoded = Vec::new();
    damaged.fork().decode(&mut BitDecoder::new(&code), content.len(), &mut decoded);
    assert!(decoded == content);

    let mut scorer = Scorer::new(&damaged, Learning::Within);
    let mut encoder = BitEncoder::new();
    scorer.score(content, &mut encoder);
    decoded.clear();
    scorer.decode(&mut BitDecoder::new(&encoder.finish()), content.len(), &mut decoded);
    assert!(decoded == content);
    decoded.clear();
    scorer.decode(&mut BitDecoder::new(content), 300, &mut decoded);
    assert!(decoded.len() <= 300 && damaged.freeze().bits(content) >= 0.0);
});
