use super::{
    Collision, CommonTuples, Compression, Markov, MostCommon, Prediction, RepeatedTuples, View,
};

/// One of the ten estimators of §6.3.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Estimator {
    /// §6.3.1.
    MostCommonValue,
    /// §6.3.2, bits only.
    Collision,
    /// §6.3.3, bits only.
    Markov,
    /// §6.3.4, bits only.
    Compression,
    /// §6.3.5.
    TTuple,
    /// §6.3.6, longest repeated substring.
    Lrs,
    /// §6.3.7, most common in window.
    MultiMcw,
    /// §6.3.8.
    Lag,
    /// §6.3.9, Markov models with counting.
    MultiMmc,
    /// §6.3.10.
    Lz78y,
}

impl Estimator {
    /// All of them, in the standard's order.
    pub const ALL: [Self; 10] = [
        Self::MostCommonValue,
        Self::Collision,
        Self::Markov,
        Self::Compression,
        Self::TTuple,
        Self::Lrs,
        Self::MultiMcw,
        Self::Lag,
        Self::MultiMmc,
        Self::Lz78y,
    ];

    /// Its name in the standard.
    pub const fn name(self) -> &'static str {
        match self {
            Self::MostCommonValue => "most common value",
            Self::Collision => "collision",
            Self::Markov => "Markov",
            Self::Compression => "compression",
            Self::TTuple => "t-tuple",
            Self::Lrs => "LRS",
            Self::MultiMcw => "MultiMCW",
            Self::Lag => "lag",
            Self::MultiMmc => "MultiMMC",
            Self::Lz78y => "LZ78Y",
        }
    }

    /// Its section in the standard: `6.3.1`.
    pub fn section(self) -> String {
        format!("6.3.{}", self as u8 + 1)
    }

    /// What a low value says of the source.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::MostCommonValue => "one symbol comes too often",
            Self::Collision => "symbols come again too soon: one bit is the likelier",
            Self::Markov => "the last bit says too much of the next",
            Self::Compression => "blocks of six bits come again too soon",
            Self::TTuple => "some short pattern comes too often",
            Self::Lrs => "long patterns are repeated",
            Self::MultiMcw => "what was common of late comes again: the bias drifts",
            Self::Lag => "symbols come again after a fixed time: there is a period",
            Self::MultiMmc => "the last few symbols foretell the next",
            Self::Lz78y => "what followed the same symbols before follows them again",
        }
    }
}

/// How an estimator came to its value.
#[derive(Clone, Debug, PartialEq)]
pub enum Detail {
    /// §6.3.1.
    MostCommon(MostCommon),
    /// §6.3.2.
    Collision(Collision),
    /// §6.3.3.
    Markov(Markov),
    /// §6.3.4.
    Compression(Compression),
    /// §6.3.5.
    CommonTuples(CommonTuples),
    /// §6.3.6.
    RepeatedTuples(RepeatedTuples),
    /// §6.3.7–§6.3.10.
    Prediction(Prediction),
}

impl Detail {
    /// The estimate, in bits a symbol.
    pub fn min_entropy(&self) -> f64 {
        match self {
            Self::MostCommon(detail) => detail.min_entropy(),
            Self::Collision(detail) => detail.min_entropy(),
            Self::Markov(detail) => detail.min_entropy(),
            Self::Compression(detail) => detail.min_entropy(),
            Self::CommonTuples(detail) => detail.min_entropy(),
            Self::RepeatedTuples(detail) => detail.min_entropy(),
            Self::Prediction(detail) => detail.min_entropy(),
        }
    }
}

/// What one estimator says of one view of the samples.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// Who says it.
    pub estimator: Estimator,
    /// Of what.
    pub view: View,
    /// How it came to its value, or why it has none.
    pub result: Result<Detail, &'static str>,
}

impl Outcome {
    /// The estimate in bits a symbol of the view; none if the estimator was left out.
    pub fn min_entropy(&self) -> Option<f64> {
        self.result.as_ref().ok().map(Detail::min_entropy)
    }
}
