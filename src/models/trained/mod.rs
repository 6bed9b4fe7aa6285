//! Models that have read something: trained once, kept, and gone on from many times.

mod checkpoint;
mod continuation;
mod follower;
mod image;
mod reading;
mod scorer;

pub use continuation::{Continuation, NextByte};
pub use follower::{Follower, Passage};
pub use reading::Reading;
pub use scorer::{Learning, Scorer};

use super::{Model, ModelSpec, predictor::Trainable};
use crate::coding::{BitSink, Probability};
use image::Image;
use reading::Input;
use std::{fs::File, io};
use xxhash_rust::xxh3::Xxh3Default;

/// A state that a model was brought to by reading: what is kept in a model file.
///
/// It never changes, so threads can share it. [`fork`](Self::fork) gives models that go on
/// from it, [`Scorer`]s measure documents from it, a [`Continuation`] tells what comes next.
///
/// ```
/// use foretell::models::{Learning, Level, Scorer, Trainer};
///
/// let mut trainer = Trainer::new(&Level::DEFAULT.spec().fitted(1 << 16))?;
/// trainer.learn(&b"GET /index.html 200\nGET /about.html 200\n".repeat(50));
/// let trained = trainer.finish("requests");
/// let mut scorer = Scorer::new(&trained, Learning::Within);
/// assert!(scorer.bits(b"GET /index.html 200\n") < scorer.bits(b"qz! nothing like it\n"));
/// # Ok::<(), foretell::models::Untrainable>(())
/// ```
pub struct TrainedModel {
    spec: ModelSpec,
    about: About,
    id: u64,
    image: Image,
}

/// What is known of a trained model beside its parameters and its state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// What it is called, for people.
    pub name: String,
    /// What it was trained on.
    pub training: Training,
    /// What it is given of a text.
    pub reading: Reading,
}

/// Threads share a trained model, and a scorer moves to the thread that uses it.
const _: () = {
    const fn is_shared<T: Send + Sync>() {}
    const fn is_sent<T: Send>() {}
    is_shared::<TrainedModel>();
    is_shared::<NextByte>();
    is_sent::<Scorer>();
    is_sent::<Continuation>();
};

/// What a model was trained on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Training {
    /// Bytes read.
    pub bytes: u64,
    /// XXH3-64 of them, one input after the other; of what came last, if another trained
    /// model was gone on from.
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
    /// The system refuses the memory.
    #[error("no memory for the model: {0}")]
    Memory(String),
}

impl From<io::Error> for Untrainable {
    fn from(error: io::Error) -> Self {
        Self::Memory(error.to_string())
    }
}

/// A model that is being trained.
pub struct Trainer {
    spec: ModelSpec,
    model: Model,
    input: Input,
    bytes: u64,
    digest: Xxh3Default,
}

impl Trainer {
    /// Begins with a model of `spec` that has seen nothing and is given the bytes of texts.
    ///
    /// # Errors
    /// [`Untrainable::Forgetful`] if such a model keeps nothing.
    pub fn new(spec: &ModelSpec) -> Result<Self, Untrainable> {
        Self::reading(spec, Reading::Bytes)
    }

    /// Begins with a model of `spec` that has seen nothing and is given what `reading` says.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn reading(spec: &ModelSpec, reading: Reading) -> Result<Self, Untrainable> {
        let refused = |error: super::OutOfMemory| Untrainable::Memory(error.to_string());
        let mut model = Model::try_new(spec).map_err(refused)?;
        model.trainable().ok_or(Untrainable::Forgetful)?;
        let (spec, input) = (spec.clone(), Input::new(reading));
        Ok(Self { spec, model, input, bytes: 0, digest: Xxh3Default::new() })
    }

    /// Goes on where `trained` ended.
    pub fn after(trained: &TrainedModel) -> Self {
        let (spec, model) = (trained.spec.clone(), trained.fork());
        let (input, bytes) = (Input::new(trained.reading()), trained.training().bytes);
        Self { spec, model, input, bytes, digest: Xxh3Default::new() }
    }

    /// Reads on.
    pub fn learn(&mut self, bytes: &[u8]) {
        self.model.encode(self.input.next(bytes, |_| {}), &mut NoCode);
        self.bytes += bytes.len() as u64;
        self.digest.update(bytes);
    }

    /// Bytes read so far.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The state that was reached, under a name for people.
    ///
    /// # Panics
    /// If the system refuses the memory that holds it.
    pub fn finish(mut self, name: &str) -> TrainedModel {
        self.model.encode(self.input.rest(|_| {}), &mut NoCode);
        let image = Image::of(kept(&mut self.model)).expect("the system has the memory");
        let training = Training { bytes: self.bytes, digest: self.digest.digest() };
        let (name, reading) = (name.to_owned(), self.input.reading());
        TrainedModel::new(self.spec, About { name, training, reading }, image)
    }
}

impl TrainedModel {
    fn new(spec: ModelSpec, about: About, image: Image) -> Self {
        let id = image::identity(&spec.to_bytes(), about.reading, image.bytes());
        Self { spec, about, id, image }
    }

    /// Bytes of the state of a model of `spec`.
    ///
    /// # Errors
    /// [`Untrainable`] if such a model keeps nothing, or the system has no memory for it.
    pub fn state_bytes(spec: &ModelSpec) -> Result<usize, Untrainable> {
        let mut trainer = Trainer::new(spec)?;
        Ok(image::length(kept(&mut trainer.model)))
    }

    /// The trained model of `spec` whose state is the bytes that `fill` writes into zeros:
    /// [`state_bytes`](Self::state_bytes) of them.
    ///
    /// # Errors
    /// [`Untrainable`] if a model of `spec` has no such state, or whatever `fill` fails
    /// with.
    pub fn from_state<E: From<Untrainable> + From<io::Error>>(
        spec: ModelSpec,
        about: About,
        fill: impl FnOnce(&mut [u8]) -> Result<(), E>,
    ) -> Result<Self, E> {
        let image = Image::filled(Self::state_bytes(&spec)?, fill)?;
        Ok(Self::admitted(spec, about, image)?)
    }

    /// The trained model of `spec` whose state lies in `file` from `start` on, a multiple of
    /// [`STATE_ALIGNMENT`](Self::STATE_ALIGNMENT): its large tables are mapped, not read, and
    /// all processes that do so share them. The file must not change meanwhile.
    ///
    /// # Errors
    /// [`Untrainable`] if a model of `spec` has no such state or the file cannot be mapped.
    pub fn map(
        spec: ModelSpec,
        about: About,
        (file, start): (File, u64),
    ) -> Result<Self, Untrainable> {
        let image = Image::of_file(file, start, Self::state_bytes(&spec)?)?;
        Self::admitted(spec, about, image)
    }

    /// Where a state in a file must begin to be mapped: at a multiple of this, bytes.
    pub const STATE_ALIGNMENT: usize = super::memory::shared::ALIGNMENT;

    /// The trained model of state `image`, if a model of `spec` can have it.
    fn admitted(spec: ModelSpec, about: About, image: Image) -> Result<Self, Untrainable> {
        let mut model = Model::new(&spec);
        let model = model.trainable().ok_or(Untrainable::Forgetful)?;
        image.lend(model);
        if !image.is_of(model) {
            return Err(Untrainable::Unfitting);
        }
        Ok(Self::new(spec, about, image))
    }

    /// The parameters of the model.
    pub fn spec(&self) -> &ModelSpec {
        &self.spec
    }

    /// What it is called, for people.
    pub fn name(&self) -> &str {
        &self.about.name
    }

    /// What it was trained on.
    pub fn training(&self) -> Training {
        self.about.training
    }

    /// What it is given of a text.
    pub fn reading(&self) -> Reading {
        self.about.reading
    }

    /// Which state of which model this is: XXH3-64 of the parameters, what it reads and the
    /// state.
    pub fn id(&self) -> u64 {
        self.id
    }

    /// The state: every field of the model, little-endian, one after the other.
    pub fn state(&self) -> &[u8] {
        self.image.bytes()
    }

    /// A model that has read what this one has, and goes on learning for itself. It takes what
    /// [`reading`](Self::reading) makes of a text; a [`Follower`] sees to that.
    pub fn fork(&self) -> Model {
        let mut model = Model::new(&self.spec);
        self.image.load(kept(&mut model));
        model
    }

    /// A model that reads this one's large tables where they are, and takes a copy when it
    /// changes them: at once there, for one that will learn nothing.
    fn reader(&self) -> Model {
        let mut model = Model::new(&self.spec);
        self.image.lend(kept(&mut model));
        model
    }

    /// As [`fork`](Self::fork), but tables that lie in a file stay there until they are
    /// changed, page by page: at once there, a little slower afterwards.
    fn overlay(&self) -> Model {
        let mut model = Model::new(&self.spec);
        self.image.lay_under(kept(&mut model));
        model
    }

    /// A scorer that learns nothing: see [`Learning::Never`].
    pub fn freeze(&self) -> Scorer {
        Scorer::new(self, Learning::Never)
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

/// A model of which it is known that its state can be kept.
fn kept(model: &mut Model) -> &mut dyn Trainable {
    model.trainable().expect("a trained model keeps its state")
}

/// Takes bits and keeps nothing: for a model that shall only learn.
struct NoCode;

impl BitSink for NoCode {
    #[inline]
    fn put(&mut self, _: bool, _: Probability) {}
}
