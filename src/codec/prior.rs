//! What coder and decoder both know before the content.

use super::block::Metered;
use crate::{
    coding::{BitDecoder, BitEncoder, CostMeter},
    container::PriorId,
    error::Error,
    models::{
        Learning, Model, ModelSpec, OutOfMemory, Reading, Scorer, TrainedModel, Trainer,
        Untrainable,
    },
    transform::{Transform, Words},
};
use bytes::Bytes;
use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};
use xxhash_rust::xxh3::xxh3_64;

/// What coder and decoder both know before the content: a trained model, or bytes that the
/// level's model reads first. Cheap to clone.
///
/// ```
/// use foretell::{Limits, Options, codec::Prior};
///
/// let old = b"What coder and decoder have both read before need not be said again: it costs \
///             next to nothing, however long it is and whatever it says of foxes and of dogs.";
/// let prior = Prior::primed(old.to_vec());
/// let code = foretell::compress(old, &Options::default().prior(prior.clone()));
/// assert!(code.len() < foretell::compress(old, &Options::default()).len());
/// assert_eq!(foretell::decompress(&code, &Limits::default().prior(prior))?, old);
/// assert!(foretell::decompress(&code, &Limits::default()).is_err());
/// # Ok::<(), foretell::Error>(())
/// ```
#[derive(Clone)]
pub struct Prior(Arc<Knowledge>);

enum Knowledge {
    Trained {
        model: TrainedModel,
        /// Models that have returned to the trained state and wait for small content.
        idle: Mutex<Vec<Scorer>>,
    },
    Primed {
        bytes: Bytes,
        id: u64,
        /// The model that read the bytes last.
        last: Mutex<Option<Arc<TrainedModel>>>,
    },
}

impl Prior {
    /// What `model` has read.
    pub fn trained(model: TrainedModel) -> Self {
        Self(Arc::new(Knowledge::Trained { model, idle: Mutex::default() }))
    }

    /// `bytes`, which every segment's model reads first: at the model's speed.
    pub fn primed(bytes: impl Into<Bytes>) -> Self {
        let bytes = bytes.into();
        let id = xxh3_64(&bytes);
        Self(Arc::new(Knowledge::Primed { bytes, id, last: Mutex::default() }))
    }

    /// What headers call it.
    pub fn id(&self) -> PriorId {
        match &*self.0 {
            Knowledge::Trained { model, .. } => PriorId::Trained(model.id()),
            Knowledge::Primed { id, .. } => PriorId::Primed(*id),
        }
    }

    /// The trained model, if it is one.
    pub fn trained_model(&self) -> Option<&TrainedModel> {
        match &*self.0 {
            Knowledge::Trained { model, .. } => Some(model),
            Knowledge::Primed { .. } => None,
        }
    }

    /// The model that codes `content_bytes` of content where `whole` would without this.
    pub(super) fn spec(&self, whole: &ModelSpec, content_bytes: Option<u64>) -> ModelSpec {
        match &*self.0 {
            Knowledge::Trained { model, .. } => model.spec().clone(),
            Knowledge::Primed { bytes, .. } => content_bytes.map_or_else(
                || whole.clone(),
                |content| whole.fitted(content.saturating_add(bytes.len() as u64)),
            ),
        }
    }

    /// What a block of `bytes` bytes must go through to be what a trained model is given.
    pub(super) fn transform(&self, bytes: usize) -> Option<Transform> {
        let reading = self.trained_model().map(TrainedModel::reading)?;
        (reading == Reading::Words).then(|| Transform::Words(Words::of_all(bytes)))
    }

    /// A model of `spec` that has read this.
    pub(super) fn model(&self, spec: &ModelSpec) -> Result<Model, Error> {
        match &*self.0 {
            Knowledge::Trained { model, .. } => Ok(model.fork()),
            Knowledge::Primed { bytes, last, .. } => primed(bytes, spec, last),
        }
    }

    /// The code of `content` behind a trained model, and its ideal length in bits; 0 if that
    /// is not metered.
    pub(super) fn encode(&self, content: &[u8], is_metered: bool) -> Option<(Vec<u8>, f64)> {
        self.with_scorer(|scorer| {
            let mut encoder = BitEncoder::new();
            if !is_metered {
                scorer.score(content, &mut encoder);
                return (encoder.finish(), 0.0);
            }
            let mut sink = Metered { encoder, meter: CostMeter::new() };
            scorer.score(content, &mut sink);
            sink.finish()
        })
    }

    /// Decodes `count` bytes from `code`: the mirror of [`encode`](Self::encode).
    pub(super) fn decode(&self, code: &[u8], count: usize) -> Option<Vec<u8>> {
        self.with_scorer(|scorer| {
            let mut content = Vec::new();
            scorer.decode(&mut BitDecoder::new(code), count, &mut content);
            content
        })
    }

    /// What `work` does with a model in the trained state.
    fn with_scorer<T>(&self, work: impl FnOnce(&mut Scorer) -> T) -> Option<T> {
        let Knowledge::Trained { model, idle } = &*self.0 else { return None };
        let waiting = || idle.lock().unwrap_or_else(PoisonError::into_inner);
        let idle = waiting().pop();
        let mut scorer = idle.unwrap_or_else(|| Scorer::new(model, Learning::Within));
        let done = work(&mut scorer);
        waiting().push(scorer);
        Some(done)
    }
}

/// A model of `spec` that has read `bytes`; the `last` one is copied if it was of that spec.
fn primed(
    bytes: &[u8],
    spec: &ModelSpec,
    last: &Mutex<Option<Arc<TrainedModel>>>,
) -> Result<Model, Error> {
    let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(trained) = last.as_ref().filter(|trained| trained.spec() == spec) {
        return Ok(trained.fork());
    }
    let mut trainer = match Trainer::new(spec) {
        Ok(trainer) => trainer,
        // Such a model would forget the bytes at once.
        Err(Untrainable::Forgetful) => return fresh(spec),
        Err(_) => return Err(Error::OutOfMemory { needed: spec.memory_bytes() }),
    };
    trainer.learn(bytes);
    Ok(last.insert(Arc::new(trainer.finish(""))).fork())
}

/// A model of `spec` that has read nothing.
pub(super) fn fresh(spec: &ModelSpec) -> Result<Model, Error> {
    Model::try_new(spec).map_err(|OutOfMemory { bytes }| Error::OutOfMemory { needed: bytes })
}

/// The prior that a header at `offset` names, if it names one: it must be the `given` one.
pub(super) fn admitted(
    named: Option<PriorId>,
    given: Option<&Prior>,
    offset: u64,
) -> Result<Option<Prior>, Error> {
    let Some(needed) = named else { return Ok(None) };
    match given {
        Some(prior) if needed.is(prior.id()) => Ok(Some(prior.clone())),
        _ => Err(Error::PriorMissing {
            offset,
            needed: needed.to_string(),
            given: given.map_or_else(|| "none".to_owned(), |prior| prior.id().to_string()),
        }),
    }
}

impl fmt::Debug for Prior {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Prior({})", self.id())
    }
}

impl PartialEq for Prior {
    fn eq(&self, other: &Self) -> bool {
        self.id() == other.id()
    }
}

impl Eq for Prior {}
