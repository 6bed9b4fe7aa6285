//! What a model is given of a text.

use crate::transform::{Token, WordCoder, Words};

/// What a trained model is given of a text: it must be what it was trained on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reading {
    /// Its bytes.
    #[default]
    Bytes,
    /// Its bytes, but English words as codes of one to three bytes and capitals as marks,
    /// which halves English.
    Words,
}

impl Reading {
    /// What suits a model that is to read texts like `sample`, best a megabyte of them:
    /// words, if codes for them pay on most of it.
    pub fn suited_to(sample: &[u8]) -> Self {
        if Words::pay_on(sample) { Self::Words } else { Self::Bytes }
    }
}

/// Text, in pieces or whole → what a model is given of it.
pub(super) struct Input {
    reading: Reading,
    coder: WordCoder,
    codes: Vec<u8>,
}

impl Input {
    pub(super) fn new(reading: Reading) -> Self {
        Self { reading, coder: WordCoder::default(), codes: Vec::new() }
    }

    pub(super) fn reading(&self) -> Reading {
        self.reading
    }

    /// What the model is given of a whole `text`.
    pub(super) fn of<'a>(&'a mut self, text: &'a [u8]) -> &'a [u8] {
        if self.reading == Reading::Bytes {
            return text;
        }
        self.codes.clear();
        WordCoder::rewrite(text, &mut self.codes);
        &self.codes
    }

    /// The text that waits for more.
    pub(super) fn waiting(&self) -> &[u8] {
        self.coder.held()
    }

    /// What the model is given next, of `text` and what waited before it; tells of `each`
    /// token that it is made of, if words are codes.
    pub(super) fn next<'a>(&'a mut self, text: &'a [u8], each: impl FnMut(Token)) -> &'a [u8] {
        if self.reading == Reading::Bytes {
            return text;
        }
        self.codes.clear();
        self.coder.push(text, &mut self.codes, each);
        &self.codes
    }

    /// What the model is given of what still waits.
    pub(super) fn rest(&mut self, each: impl FnMut(Token)) -> &[u8] {
        self.codes.clear();
        self.coder.finish(&mut self.codes, each);
        &self.codes
    }
}
