//! Frames of a few bytes through every layer: little enough for tools that watch each access
//! to memory. Under Miri, which runs no C, sorted blocks are left out.

use foretell::{
    Limits, Options,
    codec::{RangeDecoder, recover},
    coding::{BitDecoder, BitEncoder, BitSink, BitSource, Probability},
    compress, decompress, inspect,
    models::{Level, ModelSpec},
    read, write,
};
use std::io::{Cursor, Read, Write};

/// No words: to price those would take such tools minutes.
const TEXT: &[u8] = b"31415926 53589793 31415926 23846264 338327";

fn small_options() -> Options {
    Options::default().spec(ModelSpec::Order { order: 1, log2_slots: 8 })
}

#[track_caller]
fn comes_back(content: &[u8], options: &Options) -> Vec<u8> {
    let code = compress(content, options);
    let decoded = decompress(&code, &Limits::default()).expect("our own frame decodes");
    assert_eq!(decoded, content);
    code
}

#[test]
fn bits_come_back_and_any_code_gives_bits() {
    let probability = |at: i32| Probability::from_u16_clamped(at * at * 997 % 65_536);
    let mut encoder = BitEncoder::new();
    (0..200).for_each(|at| encoder.put(at % 3 == 0, probability(at)));
    let code = encoder.finish();
    let mut decoder = BitDecoder::new(&code);
    assert!((0..200).all(|at| decoder.take(probability(at)) == (at % 3 == 0)));
    let mut decoder = BitDecoder::new(&[0xFF; 9]);
    assert!((0..200).filter(|&at| decoder.take(probability(at))).count() <= 200);
}

#[test]
fn mixed_models_of_both_kinds_give_back_what_they_took() {
    let numbers = if cfg!(miri) { vec![3, 8] } else { (1..=9).collect() };
    for number in numbers {
        comes_back(TEXT, &Options::new(Level::new(number).expect("a level")));
    }
}

#[test]
fn blocks_segments_and_copies_give_back_what_they_took() {
    let content = [TEXT, &[7; 30], TEXT, TEXT].concat();
    comes_back(&content, &small_options());
    comes_back(&content, &small_options().block_bytes(50));
    let code = comes_back(&content, &small_options().block_bytes(25).segment_bytes(70));
    assert_eq!(inspect(&code[..], &Limits::default()).expect("a sound frame")[0].segments.len(), 3);
}

#[test]
fn threads_and_pieces_give_the_same() {
    let options = small_options().segment_bytes(20);
    let mut encoder = write::Encoder::new(Vec::new(), options.clone().threads(2));
    TEXT.chunks(7).for_each(|piece| encoder.write_all(piece).expect("a Vec takes all"));
    let code = encoder.finish().expect("a Vec takes all");
    assert_eq!(code, compress(TEXT, &options));
    let mut decoder = read::Decoder::with_limits(&code[..], Limits::default().threads(2));
    let mut content = Vec::new();
    decoder.read_to_end(&mut content).expect("a sound frame");
    assert_eq!(content, TEXT);
}

#[test]
fn parts_are_found_and_damage_stays_where_it_is() {
    let code = compress(TEXT, &small_options().segment_bytes(20));
    let mut part = String::new();
    let decoder = RangeDecoder::new(Cursor::new(&code), 15..25, Limits::default());
    decoder.expect("a range").read_to_string(&mut part).expect("a sound frame");
    assert_eq!(part.as_bytes(), &TEXT[15..25]);
    let step = if cfg!(miri) { 9 } else { 1 };
    for at in (0..code.len()).step_by(step) {
        let mut damaged = code.clone();
        damaged[at] ^= 4;
        assert!(decompress(&damaged, &Limits::default()).is_err(), "{at}");
        let mut saved = Vec::new();
        let recovery = recover(&mut Cursor::new(&damaged), &mut saved, &Limits::default());
        assert!(!recovery.expect("it can be read").holes.is_empty(), "{at}");
        assert!(saved.len() >= TEXT.len() - 40, "{at}: {}", saved.len());
    }
}
