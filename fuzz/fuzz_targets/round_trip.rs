//! Any content comes back at any options, written and read in any pieces.

#![no_main]

use foretell::{Limits, Options, compress, models::Level, read, write};
use libfuzzer_sys::{
    arbitrary::{self, Arbitrary},
    fuzz_target,
};
use std::io::{Read, Write};

#[derive(Arbitrary, Debug)]
struct Case<'a> {
    level: u8,
    block_bytes: Option<u16>,
    segment_bytes: Option<u16>,
    is_announced: bool,
    threads: u8,
    piece: u8,
    flush_every: u8,
    repeats: u8,
    content: &'a [u8],
}

fuzz_target!(|case: Case<'_>| {
    let level = Level::new(1 + case.level % 9).expect("a level");
    let content =
        case.content[..case.content.len().min(2000)].repeat(1 + usize::from(case.repeats % 4));
    let mut options = Options::new(level);
    if let Some(bytes) = case.block_bytes {
        options = options.block_bytes(usize::from(bytes).max(64));
    }
    if let Some(bytes) = case.segment_bytes {
        options = options.segment_bytes(u64::from(bytes).max(256));
    }
    if case.is_announced {
        options = options.content_size(content.len() as u64);
    }
    let threads = 1 + usize::from(case.threads % 3);
    let piece = 1 + usize::from(case.piece);
    let mut encoder = write::Encoder::new(Vec::new(), options.clone().threads(threads));
    let flush_every = usize::from(case.flush_every);
    for (count, part) in content.chunks(piece).enumerate() {
        encoder.write_all(part).expect("a Vec takes all");
        if flush_every > 40 && count % flush_every == flush_every - 1 {
            encoder.flush().expect("a Vec takes all");
        }
    }
    let code = encoder.finish().expect("the length is the one announced");
    if flush_every <= 40 {
        assert!(code == compress(&content, &options), "pieces or threads change the code");
    }
    let mut decoder = read::Decoder::with_limits(&code[..], Limits::default().threads(threads));
    let (mut decoded, mut buffer) = (Vec::new(), vec![0; piece]);
    loop {
        match decoder.read(&mut buffer).expect("sound code") {
            0 => break,
            count => decoded.extend_from_slice(&buffer[..count]),
        }
    }
    assert!(decoded == content);
});
