//! What one document costs.

use super::{
    documents::Document,
    record::{invalid, text_of},
};
use crate::{measure::perplexity, models::Scorer};

/// A document and what came of it.
pub(super) struct Scored {
    pub(super) document: Document,
    pub(super) outcome: Result<Numbers, String>,
}

/// What a document costs, and what that is divided by.
#[derive(Clone, Copy, Debug)]
pub(super) struct Numbers {
    pub(super) bytes: u64,
    /// Unicode scalar values, if it is text.
    pub(super) characters: Option<u64>,
    /// Ideal code length.
    pub(super) bits: f64,
}

impl Numbers {
    /// Those of a `text` that costs so many `bits`.
    fn of_text(text: &str, bits: f64) -> Self {
        Self { bytes: text.len() as u64, characters: Some(text.chars().count() as u64), bits }
    }

    /// Nothing can be said of a document without bytes.
    pub(super) fn bits_per_byte(&self) -> Option<f64> {
        (self.bytes > 0).then(|| self.bits / self.bytes as f64)
    }

    /// Names and values, in their order.
    pub(super) fn fields(&self) -> [(&'static str, Option<f64>); 7] {
        let density = self.bits_per_byte();
        let characters = self.characters.filter(|&count| count > 0);
        [
            ("bytes", Some(self.bytes as f64)),
            ("chars", self.characters.map(|count| count as f64)),
            ("bits", Some(self.bits)),
            ("bits_per_byte", density),
            ("bits_per_char", characters.map(|count| self.bits / count as f64)),
            ("perplexity_per_byte", density.map(perplexity)),
            ("compression_ratio", density.filter(|&density| density > 0.0).map(|bits| 8.0 / bits)),
        ]
    }
}

/// Scores `document`.
pub(super) fn score(document: Document, scorer: &mut Scorer) -> Scored {
    let outcome = outcome(&document, scorer);
    Scored { document, outcome }
}

fn outcome(document: &Document, scorer: &mut Scorer) -> Result<Numbers, String> {
    if let Some(problem) = &document.problem {
        return Err(problem.clone());
    }
    let mut of_text = |text: &str| Numbers::of_text(text, scorer.bits(text.as_bytes()));
    if let Some(field) = &document.field {
        return text_of(&document.raw, field).map(|text| of_text(&text));
    }
    match std::str::from_utf8(&document.raw) {
        Ok(text) => Ok(of_text(text)),
        Err(error) if document.line > 0 => Err(invalid(error)),
        Err(_) => {
            let bits = scorer.bits(&document.raw);
            Ok(Numbers { bytes: document.raw.len() as u64, characters: None, bits })
        }
    }
}
