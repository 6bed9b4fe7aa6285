//! Lines of JSON → tokens: how many bytes each stands for, and how much it surprised.

use crate::{
    cli::failure::{Failure, plain},
    measure::bits_of_log_probability,
};
use serde_json::Value;
use std::{
    io::{BufRead, BufReader},
    path::Path,
};

/// Bits that all tokens together may cost: their code is made, 1 GiB of it at most.
const MOST_BITS: f64 = 8.0 * (1 << 30) as f64;

/// What a language model said of a text, token by token.
#[derive(Debug, Default)]
pub(super) struct Tokens {
    /// Bytes and surprise of each token, surprise in bits.
    pub(super) all: Vec<(u64, f64)>,
    /// The text, if every token says its own.
    pub(super) text: Option<Vec<u8>>,
    /// Tokens without a log-probability, as a first one is: charged 8 bits a byte.
    pub(super) unpriced: u64,
    /// Bytes that the tokens stand for.
    bytes: u64,
    /// Σ −log₂ p, in bits.
    bits: f64,
}

/// How log-probabilities are written.
#[derive(Clone, Copy)]
pub(super) struct Convention {
    /// Base of the logarithms.
    pub(super) base: f64,
    /// Whether they are losses, −log p.
    pub(super) is_negated: bool,
}

/// Names under which models and their servers write the same thing.
const LOG_PROBABILITY: [&str; 4] = ["logprob", "log_prob", "logprobs", "token_logprobs"];
const TEXT: [&str; 3] = ["token", "text", "tokens"];
const BYTES: [&str; 3] = ["bytes", "byte_length", "byte_lengths"];

impl Tokens {
    /// Reads the tokens of a file of JSON lines.
    pub(super) fn read(path: &Path, convention: Convention) -> Result<Self, Failure> {
        let file = std::fs::File::open(path).map_err(|error| Failure::io(path, &error))?;
        Self::from_lines(BufReader::new(file), convention).map_err(|what| Failure::at(path, what))
    }

    /// Reads tokens until `lines` end.
    pub(super) fn from_lines(lines: impl BufRead, convention: Convention) -> Result<Self, String> {
        let mut tokens = Self { text: Some(Vec::new()), ..Self::default() };
        for (line, text) in (1_u64..).zip(lines.lines()) {
            let text = text.map_err(|error| plain(&error))?;
            if text.trim().is_empty() {
                continue;
            }
            let value = serde_json::from_str(&text).map_err(|error| {
                let place = error.column();
                format!(
                    "column {place} is no JSON: give a token a line, like {{\"token\": \" the\", \
                     \"logprob\": -1.2}}"
                )
            });
            let taken = value.and_then(|value: Value| tokens.take(&value, convention));
            taken.map_err(|what| format!("line {line}: {what}"))?;
        }
        if tokens.all.is_empty() {
            return Err("has no tokens: each line is one, or a list of them".to_owned());
        }
        Ok(tokens)
    }

    /// Bytes that the tokens stand for.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Σ −log₂ p, in bits.
    pub(super) fn bits(&self) -> f64 {
        self.bits
    }

    /// Surprises of the tokens that begin in each piece of `chunk_bytes`, in bits; pieces in
    /// which none begins, as behind a longer token, are left out.
    pub(super) fn chunks(&self, chunk_bytes: u64) -> Vec<Vec<f64>> {
        let mut chunks: Vec<Vec<f64>> = Vec::new();
        let (mut offset, mut last) = (0, None);
        for &(bytes, bits) in &self.all {
            let index = offset / chunk_bytes;
            if last.replace(index) != Some(index) {
                chunks.push(Vec::new());
            }
            chunks.last_mut().expect("one is there").push(bits);
            offset += bytes;
        }
        chunks
    }

    /// Takes a token, or an object or list that holds some.
    fn take(&mut self, value: &Value, convention: Convention) -> Result<(), String> {
        if let Some(list) = value.as_array().or_else(|| value.get("content")?.as_array()) {
            return list.iter().try_for_each(|value| self.take(value, convention));
        }
        if let Some(inner) = value.get("logprobs").filter(|inner| inner.is_object()) {
            return self.take(inner, convention);
        }
        let field = |names: &[&str]| names.iter().find_map(|&name| value.get(name));
        let surprise = field(&LOG_PROBABILITY).ok_or("has no \"logprob\"")?;
        let (text, bytes) = (field(&TEXT), field(&BYTES));
        let Some(surprises) = surprise.as_array() else {
            return self.add(text, bytes, surprise, convention);
        };
        let item = |list: Option<&Value>, index: usize| -> Result<Option<Value>, String> {
            let Some(list) = list else { return Ok(None) };
            let items = list.as_array().filter(|items| items.len() == surprises.len());
            let items = items.ok_or_else(|| {
                format!("has {} log-probabilities, but not as many tokens", surprises.len())
            })?;
            Ok(Some(items[index].clone()))
        };
        for (index, surprise) in surprises.iter().enumerate() {
            let (text, bytes) = (item(text, index)?, item(bytes, index)?);
            self.add(text.as_ref(), bytes.as_ref(), surprise, convention)?;
        }
        Ok(())
    }

    /// One token: its text, or its bytes, or how many there are; and its log-probability.
    fn add(
        &mut self,
        text: Option<&Value>,
        bytes: Option<&Value>,
        surprise: &Value,
        convention: Convention,
    ) -> Result<(), String> {
        let list = bytes.and_then(Value::as_array);
        let spelled: Option<Vec<u8>> = match list {
            Some(list) => list.iter().map(|b| b.as_u64()?.try_into().ok()).collect(),
            None => None,
        };
        let spelled = spelled.or_else(|| Some(text?.as_str()?.as_bytes().to_vec()));
        let counted = bytes.and_then(Value::as_u64);
        let length = counted.or_else(|| spelled.as_ref().map(|bytes| bytes.len() as u64));
        let length = length.ok_or("has neither \"token\" (text) nor \"bytes\" (how many)")?;
        let bits = if surprise.is_null() {
            self.unpriced += 1;
            8.0 * length as f64
        } else {
            convention.bits(surprise)?
        };
        let all = self.bytes.checked_add(length);
        self.bytes = all.ok_or("the tokens stand for 2\u{2076}\u{2074} bytes or more")?;
        self.bits += bits;
        if self.bits > MOST_BITS && self.bits.is_finite() {
            let bits = self.bits;
            return Err(format!(
                "the tokens so far cost {bits:.3e} bits: more than {MOST_BITS:.3e} are not coded"
            ));
        }
        self.all.push((length, bits));
        match (&mut self.text, spelled) {
            (Some(all), Some(spelled)) if counted.is_none_or(|n| n == spelled.len() as u64) => {
                all.extend(spelled);
            }
            _ => self.text = None,
        }
        Ok(())
    }
}

impl Convention {
    /// The surprise that a number stands for, in bits.
    fn bits(self, value: &Value) -> Result<f64, String> {
        let number = value.as_f64().ok_or_else(|| format!("{value} is no log-probability"))?;
        let log_p = if self.is_negated { -number } else { number };
        if log_p > 1e-4 {
            let hint = if self.is_negated { "leave out --losses" } else { "add --losses" };
            return Err(format!(
                "{number} would be a probability above 1: if the sign is the other way, {hint}"
            ));
        }
        // Servers round certainty up to a little more.
        Ok(bits_of_log_probability(log_p.min(0.0), self.base))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NATS: Convention = Convention { base: std::f64::consts::E, is_negated: false };

    fn tokens(lines: &str, convention: Convention) -> Result<Tokens, String> {
        let mut tokens = Tokens { text: Some(Vec::new()), ..Tokens::default() };
        for line in lines.lines() {
            tokens.take(&serde_json::from_str(line).unwrap(), convention)?;
        }
        Ok(tokens)
    }

    #[test]
    fn tokens_come_singly_in_lists_and_as_servers_write_them() {
        let half = -std::f64::consts::LN_2;
        for lines in [
            format!(r#"{{"token":"ab","logprob":{half}}}{}{{"token":"é","logprob":0}}"#, '\n'),
            format!(r#"{{"tokens":["ab","é"],"token_logprobs":[{half},0]}}"#),
            format!(r#"{{"logprobs":{{"tokens":["ab","é"],"token_logprobs":[{half},0]}}}}"#),
            format!(
                r#"{{"content":[{{"token":"ab","logprob":{half},"bytes":[97,98]}},
                    {{"token":"?","logprob":0,"bytes":[195,169]}}]}}"#
            )
            .replace('\n', " "),
        ] {
            let tokens = tokens(&lines, NATS).unwrap();
            assert_eq!(tokens.text.as_deref(), Some("abé".as_bytes()), "{lines}");
            assert!((tokens.bits() - 1.0).abs() < 1e-12 && tokens.bytes() == 4);
        }
        let counted = tokens(r#"{"bytes":[3,5],"logprobs":[null,-2]}"#, NATS).unwrap();
        assert_eq!((counted.bytes(), counted.unpriced, &counted.text), (8, 1, &None));
        assert!((counted.bits() - 24.0 - 2.0 / std::f64::consts::LN_2).abs() < 1e-12);
    }

    #[test]
    fn what_makes_no_sense_is_said() {
        let complaint = |line: &str| tokens(line, NATS).unwrap_err();
        assert!(complaint(r#"{"token":"a"}"#).contains("logprob"));
        assert!(complaint(r#"{"logprob":-1}"#).contains("neither"));
        assert!(complaint(r#"{"token":"a","logprob":2.5}"#).contains("add --losses"));
        assert!(complaint(r#"{"tokens":["a"],"logprobs":[-1,-2]}"#).contains("not as many"));
        assert!(complaint(r#"{"token":"a","logprob":-1e300}"#).contains("not coded"));
        assert!(complaint(r#"{"bytes":99999999999,"logprob":null}"#).contains("not coded"));
        let many = r#"{"bytes":[9223372036854775808,9223372036854775808],"logprobs":[-1,-1]}"#;
        assert!(complaint(many).contains("bytes or more"));
        let losses = Convention { is_negated: true, ..NATS };
        assert!(tokens(r#"{"token":"a","logprob":2.5}"#, losses).is_ok());
    }

    #[test]
    fn every_token_belongs_to_the_chunk_in_which_it_begins() {
        let of = |bytes: u64| (bytes, bytes as f64);
        let all = vec![of(3), of(2), of(9), of(1), of(1 << 60), of(7)];
        let tokens = Tokens { all, ..Tokens::default() };
        let long = (1_u64 << 60) as f64;
        assert_eq!(tokens.chunks(4), [vec![3.0, 2.0], vec![9.0], vec![1.0, long], vec![7.0]]);
    }
}
