use super::OrderModel;

/// Which model, and every parameter a decoder needs to rebuild it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ModelSpec {
    /// One adaptive order-k context model.
    Order {
        /// Bytes of context, `0..=8`.
        order: u8,
        /// log₂ of the number of counters, `8..=30`.
        log2_slots: u8,
    },
}

/// A mixing model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MixSpec {
    pub contexts: Vec<super::ContextKind>,
    pub log2_lines: u8,
    pub log2_history: u8,
    pub min_match: u32,
    pub start_weight: u32,
    pub rates: (u32, u32),
}

/// Why the bytes of a [`ModelSpec`] were refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SpecError {
    /// This version of foretell has no such model.
    #[error("unknown model kind {0}")]
    UnknownKind(u8),
    /// The parameters do not describe a model of that kind.
    #[error("model parameters out of range")]
    OutOfRange,
}

const KIND_ORDER: u8 = 0;

impl ModelSpec {
    /// The parameters as bytes, at most 64 of them: the kind, then what the kind needs.
    pub fn to_bytes(&self) -> Vec<u8> {
        match *self {
            Self::Order { order, log2_slots } => vec![KIND_ORDER, order, log2_slots],
        }
    }

    /// The mirror of [`to_bytes`](Self::to_bytes).
    ///
    /// # Errors
    /// [`SpecError`] if the kind is unknown or a parameter is out of its range.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SpecError> {
        match *bytes {
            [KIND_ORDER, order @ 0..=8, log2_slots @ 8..=30] => {
                Ok(Self::Order { order, log2_slots })
            }
            [kind, ..] if kind != KIND_ORDER => Err(SpecError::UnknownKind(kind)),
            _ => Err(SpecError::OutOfRange),
        }
    }

    /// Bytes of memory that the model takes, coding and decoding alike.
    pub fn memory_bytes(&self) -> u64 {
        match *self {
            Self::Order { log2_slots, .. } => OrderModel::memory_bytes(log2_slots),
        }
    }

    /// The same model with tables no larger than `input_bytes` of input can fill.
    #[must_use]
    pub fn fitted(&self, input_bytes: u64) -> Self {
        match *self {
            Self::Order { order, log2_slots } => {
                let useful = (input_bytes * 32).max(1 << 12).ilog2() as u8;
                Self::Order { order, log2_slots: log2_slots.min(useful) }
            }
        }
    }
}

/// A compression level, `1..=9`: a row of the table of [`ModelSpec`]s.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Level(u8);

impl Level {
    /// Level 5.
    pub const DEFAULT: Self = Self(5);
    /// The quickest level.
    pub const MIN: Self = Self(1);
    /// The strongest level.
    pub const MAX: Self = Self(9);

    /// Level `number`, if there is one.
    pub const fn new(number: u8) -> Option<Self> {
        if matches!(number, 1..=9) { Some(Self(number)) } else { None }
    }

    /// The number on the command line.
    pub const fn number(self) -> u8 {
        self.0
    }

    /// The model of this level, at full memory.
    pub fn spec(self) -> ModelSpec {
        ModelSpec::Order { order: 2, log2_slots: 22 }
    }

    /// Bytes of input that one block of this level holds at most.
    pub const fn block_bytes(self) -> usize {
        4 << 20
    }
}

impl Default for Level {
    fn default() -> Self {
        Self::DEFAULT
    }
}
