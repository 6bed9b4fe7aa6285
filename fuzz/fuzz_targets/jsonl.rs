//! Lines of JSON as `foretell score --jsonl` and `foretell bench --logprobs` read them: any
//! bytes are taken or refused, and what is taken costs no more than its size allows.

#![no_main]
#![allow(dead_code, reason = "the files of the command hold more than is read here")]

mod cli {
    pub(crate) use crate::failure;
}
mod coding {
    pub use foretell::coding::*;
}
mod measure {
    pub(crate) use crate::token_code::bits_of_log_probability;
}
#[path = "../../src/cli/failure.rs"]
mod failure;
#[path = "../../src/cli/score/record.rs"]
mod record;
#[path = "../../src/measure/token_code.rs"]
mod token_code;
#[path = "../../src/cli/bench/tokens.rs"]
mod tokens;

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use tokens::{Convention, Tokens};

const FIELDS: [&str; 4] = ["text", "/a/b", "", "/"];

fuzz_target!(|bytes: &[u8]| {
    let Some((&choice, lines)) = bytes.split_first() else { return };
    let field = FIELDS[usize::from(choice % 4)];
    for line in lines.split(|&byte| byte == b'\n') {
        if let Ok(text) = record::text_of(line, field) {
            let longer = [record::without_end(line), b",\"foretell\":1}"].concat();
            let value: Value = serde_json::from_slice(&longer).expect("it is still JSON");
            assert_eq!(value["foretell"], 1);
            assert_eq!(record::text_of(&longer, field).as_deref(), Ok(&text[..]));
        }
    }
    let base = if choice & 4 == 0 { std::f64::consts::E } else { 2.0 };
    let convention = Convention { base, is_negated: choice & 8 != 0 };
    let Ok(tokens) = Tokens::from_lines(lines, convention) else { return };
    assert!(tokens.text.as_ref().is_none_or(|text| text.len() as u64 == tokens.bytes()));
    let chunks = tokens.chunks(1 + u64::from(choice));
    assert!(chunks.len() <= tokens.all.len());
    assert_eq!(chunks.iter().map(Vec::len).sum::<usize>(), tokens.all.len());
    // As many decisions as a second holds.
    if tokens.bits() < 1e7 {
        let all = tokens.all.iter().map(|&(_, bits)| bits);
        let coded = token_code::coded_bytes(all).expect("no bit costs more than was summed");
        let ideal = tokens.bits() / 8.0;
        assert!((coded as f64 - ideal).abs() < 8.0 + ideal / 50.0 + tokens.all.len() as f64);
    }
});
