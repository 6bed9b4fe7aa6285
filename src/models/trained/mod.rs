//! Models that have read something: trained once, kept, and gone on from many times.

mod checkpoint;
mod image;
mod scorer;

pub use scorer::Scorer;

use super::{Model, ModelSpec, state::State};
use crate::coding::{BitSink, Probability};
use image::Image;
use xxhash_rust::xxh3::Xxh3Default;

/// A state that a model was brought to by reading: what is kept in a model file.
///
/// It never changes. [`fork`](Self::fork) gives models that go on from it, [`Scorer`]
/// measures documents from it.
///
/// ```
/// use foretell::models::{Level, Scorer, Trainer};
///
/// let mut trainer = Trainer::new(&Level::DEFAULT.spec().fitted(1 << 16))?;
/// trainer.learn(&b"GET /index.html 200\nGET /about.html 200\n".repeat(50));
/// let trained = trainer.finish("requests");
/// let mut scorer = Scorer::new(&trained);
/// assert!(scorer.bits(b"GET /index.html 200\n") < scorer.bits(b"qz! nothing like it\n"));
/// # Ok::<(), foretell::models::Untrainable>(())
/// ```
pub struct TrainedModel {
    spec: ModelSpec,
    name: String,
    training: Training,
    id: u64,
    image: Image,
}

/// What a model was trained on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Training {
    /// Bytes read.
    pub bytes: u64,
    /// XXH3-64 of them, one input after the other.
    pub digest: u64,
}

/// Why no trained model can be had.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Untrainable {
    /// Models of this kind keep nothing from one block to the next.
    #[error("models of this kind keep nothing from block to block: train levels 3 to 9")]
    Forgetful,
    /// The state is not one of such a model.
    #[error("the state is none that a model of these parameters can have")]
    Unfitting,
}

/// A model that is being trained.
pub struct Trainer {
    spec: ModelSpec,
    model: Model,
    bytes: u64,
    digest: Xxh3Default,
}

impl Trainer {
    /// Begins with a model of `spec` that has seen nothing.
    ///
    /// # Errors
    /// [`Untrainable::Forgetful`] if such a model keeps nothing.
    pub fn new(spec: &ModelSpec) -> Result<Self, Untrainable> {
        let mut model = Model::new(spec);
        model.state().ok_or(Untrainable::Forgetful)?;
        Ok(Self { spec: spec.clone(), model, bytes: 0, digest: Xxh3Default::new() })
    }

    /// Reads on.
    pub fn learn(&mut self, bytes: &[u8]) {
        self.model.encode(bytes, &mut NoCode);
        self.bytes += bytes.len() as u64;
        self.digest.update(bytes);
    }

    /// The state that was reached, under a name for people.
    pub fn finish(mut self, name: &str) -> TrainedModel {
        let image = Image::of(kept_state(&mut self.model));
        let training = Training { bytes: self.bytes, digest: self.digest.digest() };
        TrainedModel::new(self.spec, name.to_owned(), training, image)
    }
}

impl TrainedModel {
    fn new(spec: ModelSpec, name: String, training: Training, image: Image) -> Self {
        let id = image::identity(&spec.to_bytes(), image.bytes());
        Self { spec, name, training, id, image }
    }

    /// The trained model of `spec` whose state is the `length` bytes that `fill` writes.
    ///
    /// # Errors
    /// [`Untrainable`] if a model of `spec` has no such state, or whatever `fill` fails
    /// with.
    pub fn from_state<E: From<Untrainable>>(
        spec: ModelSpec,
        (name, training): (String, Training),
        fill: impl FnOnce(&mut [u8]) -> Result<(), E>,
    ) -> Result<Self, E> {
        let mut model = Model::new(&spec);
        let state = model.state().ok_or(Untrainable::Forgetful)?;
        let mut image = Image::zeroed(image::length(state));
        fill(image.bytes_mut())?;
        image.load(state);
        if Image::of(state).bytes() != image.bytes() {
            return Err(Untrainable::Unfitting.into());
        }
        Ok(Self::new(spec, name, training, image))
    }

    /// The parameters of the model.
    pub fn spec(&self) -> &ModelSpec {
        &self.spec
    }

    /// What it is called, for people.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it was trained on.
    pub fn training(&self) -> Training {
        self.training
    }

    /// Which state of which model this is: XXH3-64 of the parameters and the state.
    pub fn id(&self) -> u64 {
        self.id
    }

    /// The state: every field of the model, little-endian, one after the other.
    pub fn state(&self) -> &[u8] {
        self.image.bytes()
    }

    /// A model that has read what this one has, and goes on learning for itself.
    pub fn fork(&self) -> Model {
        let mut model = Model::new(&self.spec);
        self.image.load(kept_state(&mut model));
        model
    }
}

/// Which engine this is: the identity of a state that a small model of `spec` reaches on
/// fixed bytes. Engines that predict or learn differently have different ones, so a state
/// is of use only to the engine that made it.
///
/// # Errors
/// [`Untrainable::Forgetful`] if such a model keeps nothing.
pub fn fingerprint(spec: &ModelSpec) -> Result<u64, Untrainable> {
    /// Beyond the first decision on records; a stride of 24 with text in it.
    const PROBE_BYTES: u64 = 4200;
    let mut trainer = Trainer::new(&spec.fitted(PROBE_BYTES))?;
    let probe = (0..PROBE_BYTES).map(|i| match i % 24 {
        0..16 => b"<p>the next word"[(i * (1 + i / 480) % 16) as usize],
        place => (i * i / 7 + place) as u8,
    });
    trainer.learn(&probe.collect::<Vec<_>>());
    Ok(trainer.finish("").id())
}

/// The state of a model of which it is known that it keeps one.
fn kept_state(model: &mut Model) -> &mut dyn State {
    model.state().expect("a trained model keeps its state")
}

/// Takes bits and keeps nothing: for a model that shall only learn.
struct NoCode;

impl BitSink for NoCode {
    #[inline]
    fn put(&mut self, _: bool, _: Probability) {}
}
