use super::{
    ModelSpec, OrderModel, RestLayout, Testimony,
    bwt::BwtModel,
    ensemble::Shape,
    predictor::{BlockModel, Trainable},
};
use crate::coding::{BitDecoder, BitSink};
use memmap2::MmapMut;

/// The system refuses the memory that a model takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a model takes {bytes} bytes of memory, which the system refuses")]
pub struct OutOfMemory {
    /// Bytes that were asked for.
    pub bytes: u64,
}

/// The model that a [`ModelSpec`] describes, at work: the past it has seen and what it
/// has learnt from it.
pub struct Model {
    kind: Kind,
}

/// How a model takes its bytes.
enum Kind {
    /// In their order, bit by bit.
    InOrder(Box<dyn BlockModel>),
    /// A block at once, sorted.
    Sorted(BwtModel),
}

impl Model {
    /// A model that has seen nothing, if the system has the memory for it.
    ///
    /// The tables are many, so all of the memory is asked for in one piece first and given
    /// back: what is refused is known before anything is built.
    ///
    /// # Errors
    /// [`OutOfMemory`] if the system refuses.
    ///
    /// # Panics
    /// As [`new`](Self::new).
    pub fn try_new(spec: &ModelSpec) -> Result<Self, OutOfMemory> {
        let bytes = spec.memory_bytes();
        let whole = usize::try_from(bytes).ok().and_then(|bytes| MmapMut::map_anon(bytes).ok());
        whole.map(drop).ok_or(OutOfMemory { bytes })?;
        Ok(Self::new(spec))
    }

    /// A model that has seen nothing. As with a `Vec`, the process ends if the system
    /// refuses the memory; [`try_new`](Self::try_new) asks first.
    ///
    /// # Panics
    /// If `spec` was made by hand and describes no model of this version; one that
    /// [`ModelSpec::from_bytes`] accepted always does.
    pub fn new(spec: &ModelSpec) -> Self {
        let kind = match spec {
            ModelSpec::Order { order, log2_slots } => {
                Kind::InOrder(Box::new(OrderModel::new(*order, *log2_slots)))
            }
            ModelSpec::Mix(mix) => {
                Kind::InOrder(Shape::of(mix).expect("the spec describes a known model").build(mix))
            }
            ModelSpec::Bwt(bwt) => Kind::Sorted(BwtModel::new(*bwt)),
        };
        Self { kind }
    }

    /// The same as a model whose state can be kept, if it is one.
    pub(super) fn trainable(&mut self) -> Option<&mut dyn Trainable> {
        match &mut self.kind {
            Kind::InOrder(blocks) => blocks.trainable(),
            Kind::Sorted(_) => None,
        }
    }

    /// Notes from now on what each component says of each bit, and names the components; none
    /// if the model mixes nothing. Predictions and code stay the same.
    pub fn watch(&mut self) -> Vec<String> {
        match &mut self.kind {
            Kind::InOrder(blocks) => blocks.watch(),
            Kind::Sorted(_) => Vec::new(),
        }
    }

    /// What the components said of the bits since the last call: to be taken often, as it
    /// grows by four bytes a bit and component.
    pub fn testimony(&mut self) -> Testimony {
        match &mut self.kind {
            Kind::InOrder(blocks) => blocks.testimony(),
            Kind::Sorted(_) => Testimony::default(),
        }
    }

    /// Is told where rests of samples are in the bytes that come next, or that there are none;
    /// coder and decoder must be told the same.
    pub fn expect(&mut self, layout: Option<RestLayout>) {
        if let Kind::InOrder(blocks) = &mut self.kind {
            blocks.expect(layout);
        }
    }

    /// Codes `bytes`, the continuation of all that was coded before, into `sink`, and
    /// learns them.
    pub fn encode(&mut self, bytes: &[u8], sink: &mut impl BitSink) {
        match &mut self.kind {
            Kind::InOrder(blocks) => blocks.encode(bytes, sink),
            Kind::Sorted(blocks) => blocks.encode(bytes, sink),
        }
    }

    /// Decodes `count` bytes to the end of `bytes`: the mirror of [`encode`](Self::encode).
    pub fn decode(&mut self, source: &mut BitDecoder, count: usize, bytes: &mut Vec<u8>) {
        match &mut self.kind {
            Kind::InOrder(blocks) => blocks.decode(source, count, bytes),
            Kind::Sorted(blocks) => blocks.decode(source, count, bytes),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        coding::{BitEncoder, CostMeter},
        models::Level,
    };

    #[test]
    #[cfg(target_pointer_width = "64")]
    fn memory_that_the_system_has_not_is_an_error_with_its_size() {
        let spec = ModelSpec::Order { order: 8, log2_slots: 50 };
        let bytes = spec.memory_bytes();
        assert_eq!(Model::try_new(&spec).err(), Some(OutOfMemory { bytes }));
    }

    #[test]
    fn decoding_mirrors_encoding_and_costs_what_the_meter_says() {
        let bytes: Vec<u8> = (0..20_000u32).map(|i| (i * i % 251 + i / 97) as u8).collect();
        for number in 1..=9 {
            let spec = Level::new(number).unwrap().spec().fitted(20_000);
            let (mut encoder, mut meter) = (BitEncoder::new(), CostMeter::new());
            Model::new(&spec).encode(&bytes, &mut encoder);
            Model::new(&spec).encode(&bytes, &mut meter);
            let code = encoder.finish();
            let overhead = code.len() as f64 - meter.bits() / 8.0;
            assert!(overhead.abs() <= 8.0 + 0.0001 * code.len() as f64, "{number}: {overhead}");
            let (mut source, mut back) = (BitDecoder::new(&code), Vec::new());
            Model::new(&spec).decode(&mut source, bytes.len(), &mut back);
            assert_eq!(back, bytes);
        }
    }
}
