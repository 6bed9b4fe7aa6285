//! Damaged, cut, foreign and hostile streams are refused with a clear error: no panic, no
//! wrong content, nothing beyond the limits.

#![expect(clippy::unwrap_used, reason = "helpers of tests may panic as tests do")]

use foretell::{
    Error, Limits, Options, compress,
    container::{
        BlockHeader, BlockKind, EndMark, SegmentHeader, SegmentStart, TransformStep, block_check,
    },
    decompress, inspect,
    models::{Level, ModelSpec},
    read, write,
};
use proptest::prelude::*;
use std::io::{Read, Write};

const SMALL: ModelSpec = ModelSpec::Order { order: 1, log2_slots: 10 };

fn small_options() -> Options {
    Options::default().spec(SMALL)
}

fn noise(count: usize) -> Vec<u8> {
    let mut state = 0x0123_4567_89AB_CDEFu64;
    let next = || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 56) as u8
    };
    std::iter::repeat_with(next).take(count).collect()
}

/// Small frames of every make, by name, with their contents.
fn small_frames() -> Vec<(&'static str, Vec<u8>, Vec<u8>)> {
    let text = b"sixty bytes that a model can foretell, that a model can foretell".to_vec();
    let mixed = [&text[..], &noise(30), &text].concat();
    let level = |number| Options::new(Level::new(number).unwrap());
    let make = |name, content: &[u8], options: &Options| {
        (name, content.to_vec(), compress(content, options))
    };
    let flushed = {
        let mut encoder = write::Encoder::new(Vec::new(), small_options());
        encoder.write_all(&text).unwrap();
        encoder.flush().unwrap();
        encoder.write_all(&noise(20)).unwrap();
        encoder.flush().unwrap();
        encoder.write_all(&text).unwrap();
        (
            "flushed, one block learnt",
            [&text[..], &noise(20), &text].concat(),
            encoder.finish().unwrap(),
        )
    };
    vec![
        make("empty", b"", &small_options()),
        make("one byte", b"a", &small_options()),
        make("stored", &noise(40), &small_options()),
        make("modelled", &text, &small_options()),
        make("announced", &text, &small_options().content_size(0)),
        make("several blocks", &mixed, &small_options().block_bytes(25)),
        make("several segments", &mixed, &small_options().block_bytes(25).segment_bytes(50)),
        make("level 1", &text, &level(1)),
        make("level 9", &text, &level(9)),
        flushed,
    ]
}

/// What comes out of a stream before it is refused, and why it is; the same for any number
/// of threads.
fn refusal(code: &[u8]) -> (Vec<u8>, Option<Error>) {
    let alone = refusal_with(code, 1);
    let crew = refusal_with(code, 3);
    let text = |error: &Option<Error>| error.as_ref().map(ToString::to_string);
    assert_eq!((&alone.0, text(&alone.1)), (&crew.0, text(&crew.1)));
    alone
}

fn refusal_with(code: &[u8], threads: usize) -> (Vec<u8>, Option<Error>) {
    let limits = Limits::default().threads(threads);
    let mut decoder = write::Decoder::with_limits(Vec::new(), limits);
    let mut decode = || {
        decoder.write_all(code)?;
        decoder.try_finish()
    };
    let error = decode().err().map(Error::from);
    // What a decoder gave before an error is sent with the next flush.
    decoder.flush().unwrap();
    (decoder.get_ref().clone(), error)
}

fn assert_clear(error: &Error, case: &str) {
    let text = error.to_string();
    assert!(text.len() > 10 && !text.contains('\n'), "{case}: {text:?}");
    assert!(error.is_data_error() || matches!(error, Error::MemoryLimit { .. }), "{case}: {text}");
}

#[test]
fn every_truncation_is_refused_at_its_offset() {
    for (name, content, code) in small_frames() {
        for end in 0..code.len() {
            let (given, error) = refusal(&code[..end]);
            let error = error.unwrap_or_else(|| panic!("{name}: {end} bytes were accepted"));
            match error {
                Error::Truncated { offset } => assert_eq!(offset, end as u64, "{name}"),
                Error::EmptyStream => assert_eq!(end, 0, "{name}"),
                error => panic!("{name}: {end} bytes: {error}"),
            }
            assert!(content.starts_with(&given), "{name}: {end} bytes gave wrong content");
            assert!(
                inspect(&code[..end], &Limits::default()).is_err(),
                "{name}: {end} bytes were listed"
            );
        }
    }
}

#[test]
fn every_flipped_bit_is_refused_before_it_reaches_the_content() {
    for (name, content, code) in small_frames() {
        for bit in 0..8 * code.len() {
            let mut damaged = code.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            let (given, error) = refusal(&damaged);
            let error = error.unwrap_or_else(|| panic!("{name}: flipped bit {bit} was accepted"));
            assert_clear(&error, name);
            assert!(content.starts_with(&given), "{name}: flipped bit {bit} gave wrong content");
            // Listing sees only marks, but must not panic either.
            let _ = inspect(&damaged[..], &Limits::default());
        }
    }
}

#[test]
fn what_follows_a_frame_and_is_none_is_refused_by_offset() {
    for (name, _, code) in small_frames() {
        for tail in [&b"\0"[..], b"more", b"\xF0Fox"] {
            let error = decompress(&[&code[..], tail].concat(), &Limits::default()).unwrap_err();
            let offset = code.len() as u64;
            assert!(
                matches!(error, Error::TrailingData { offset: at } if at == offset),
                "{name}: {error}"
            );
        }
        let cut = [&code[..], &code[..3]].concat();
        let error = decompress(&cut, &Limits::default()).unwrap_err();
        assert!(matches!(error, Error::Truncated { .. }), "{name}: {error}");
    }
}

#[test]
fn foreign_data_is_refused_at_once() {
    for foreign in [&b"PK\x03\x04"[..], b"\x1F\x8B\x08", b"\xF0Fos\x01", b"text"] {
        let error = decompress(foreign, &Limits::default()).unwrap_err();
        assert!(matches!(error, Error::NotForetell { offset: 0 }), "{error}");
    }
}

/// A frame of one segment with these blocks and payloads, all checks right.
fn frame(header: &SegmentHeader, blocks: &[(BlockHeader, &[u8])]) -> Vec<u8> {
    let mut code = Vec::new();
    header.write(&mut code);
    for (block, payload) in blocks {
        block.write(&mut code);
        code.extend_from_slice(payload);
    }
    EndMark { raw_bytes: 0, check: Some(0), segments: Vec::new() }.write(&mut code);
    code
}

fn header(block_bytes: u64, spec: &[u8], model_bytes: u64) -> SegmentHeader {
    let start = SegmentStart::Frame { content_bytes: None, segment_bytes: None };
    SegmentHeader::new(start, block_bytes, spec.to_vec(), model_bytes)
}

fn block(kind: BlockKind, raw_bytes: u64, coded_bytes: u64) -> BlockHeader {
    BlockHeader {
        kind,
        raw_bytes,
        transforms: Vec::new(),
        model_bytes: raw_bytes,
        coded_bytes,
        check: block_check(kind, b"?", b"?"),
    }
}

#[test]
fn memory_beyond_the_limit_is_refused_with_need_and_limit() {
    let hungry = ModelSpec::Order { order: 8, log2_slots: 30 };
    let code = frame(&header(1 << 10, &hungry.to_bytes(), hungry.memory_bytes()), &[]);
    let limits = Limits::default().memory_bytes(1 << 30);
    let error = decompress(&code, &limits).unwrap_err();
    let needed = (4 << 30) + 4096;
    assert!(
        matches!(error, Error::MemoryLimit { needed: n, limit } if n == needed && limit == 1 << 30),
        "{error}"
    );

    // A header that says less than its model takes is not believed.
    let liar = frame(&header(1 << 10, &hungry.to_bytes(), 0), &[]);
    let error = decompress(&liar, &limits).unwrap_err();
    assert!(matches!(error, Error::MemoryLimit { needed: n, .. } if n == needed), "{error}");
}

#[test]
fn references_to_nowhere_and_bombs_are_refused() {
    let spec = ModelSpec::Order { order: 1, log2_slots: 8 };
    let header = header(1 << 10, &spec.to_bytes(), spec.memory_bytes()).window(1 << 10);
    // Bytes left, then run, length and distance, of which an even number is twice forwards.
    for payload in
        [&b"a\x01\x05\x04"[..], b"a\x01\x05\x01", b"a\x02\x05\x02", b"a\x01\xff\xff\x7f\x02"]
    {
        let transforms = vec![TransformStep { id: 4, parameters: vec![1] }];
        let coded_bytes = payload.len() as u64;
        let block = BlockHeader {
            transforms,
            model_bytes: coded_bytes,
            ..block(BlockKind::Learnt, 6, coded_bytes)
        };
        let error = decompress(&frame(&header, &[(block, payload)]), &Limits::default());
        let error = error.unwrap_err();
        assert!(matches!(error, Error::TransformDamaged { id: 4, .. }), "{payload:?}: {error}");
    }
}

#[test]
fn blocks_beyond_the_limit_the_header_or_the_format_are_refused() {
    let code = frame(&header(1 << 20, &[], 0), &[]);
    let error = decompress(&code, &Limits::default().block_bytes(1000)).unwrap_err();
    assert!(matches!(error, Error::BlockLimit { needed: 1_048_576, limit: 1000 }), "{error}");

    let code = frame(&header(1024, &[], 0), &[(block(BlockKind::Stored, 1025, 1025), &[])]);
    let error = decompress(&code, &Limits::default()).unwrap_err();
    assert!(matches!(error, Error::OutOfRange { value: 1025, most: 1024, .. }), "{error}");

    let code = frame(&header(2 << 30, &[], 0), &[]);
    let error = decompress(&code, &Limits::default()).unwrap_err();
    assert!(matches!(error, Error::OutOfRange { field: "block size in KiB", .. }), "{error}");
}

#[test]
fn a_modelled_block_must_name_a_model_and_shrink() {
    let modelled = block(BlockKind::Modelled, 10, 5);
    let code = frame(&header(1024, &[], 0), &[(modelled, b"12345")]);
    let error = decompress(&code, &Limits::default()).unwrap_err();
    assert!(matches!(error, Error::NoModel { .. }), "{error}");

    let grown = block(BlockKind::Modelled, 10, 10);
    let code = frame(&header(1024, &SMALL.to_bytes(), 4096), &[(grown, b"1234567890")]);
    let error = decompress(&code, &Limits::default()).unwrap_err();
    assert!(matches!(error, Error::OutOfRange { field: "coded length", .. }), "{error}");
}

#[test]
fn what_this_version_does_not_know_is_refused_by_name() {
    let good = compress(b"a", &small_options());
    let with = |at: usize, byte| {
        let mut code = good.clone();
        code[at] = byte;
        decompress(&code, &Limits::default()).unwrap_err()
    };
    assert!(matches!(with(4, 2), Error::UnsupportedVersion { offset: 4, version: 2 }));
    assert!(matches!(with(5, 0x85), Error::UnsupportedFlags { offset: 5, flags: 0x80 }));

    let code = frame(&header(1024, &[77, 1, 2], 0), &[]);
    let error = decompress(&code, &Limits::default()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "unsupported model in the header at offset 0: unknown model kind 77"
    );

    let mut tag = frame(&header(1024, &[], 0), &[]);
    let mark = tag.len() - 10;
    tag[mark] = 0x09;
    let error = decompress(&tag, &Limits::default()).unwrap_err();
    assert!(matches!(error, Error::UnsupportedMark { tag: 0x09, .. }), "{error}");

    let mut step = block(BlockKind::Learnt, 1, 1);
    step.transforms = vec![TransformStep { id: 250, parameters: vec![1] }];
    let code = frame(&header(1024, &SMALL.to_bytes(), 4096), &[(step, b"?")]);
    let error = decompress(&code, &Limits::default()).unwrap_err();
    assert!(matches!(error, Error::UnsupportedTransform { id: 250, .. }), "{error}");
}

#[test]
fn a_decoder_that_failed_stays_failed() {
    let mut code = compress(&noise(100), &small_options().block_bytes(10));
    code[40] ^= 1;
    let mut decoder = read::Decoder::new(code.as_slice());
    let mut content = Vec::new();
    decoder.read_to_end(&mut content).unwrap_err();
    let again = Error::from(decoder.read(&mut [0]).unwrap_err());
    assert!(matches!(again, Error::AlreadyFailed), "{again}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn random_damage_is_never_silent(
        at in any::<prop::sample::Index>(),
        damage in proptest::collection::vec(any::<u8>(), 1..=16),
        segment_bytes in proptest::option::of(500u64..2000),
    ) {
        let content = [noise(1500), b"the next byte ".repeat(100)].concat();
        let mut options = small_options().block_bytes(400);
        if let Some(bytes) = segment_bytes {
            options = options.segment_bytes(bytes);
        }
        let code = compress(&content, &options);
        let mut damaged = code.clone();
        let start = at.index(code.len());
        for (byte, new) in damaged[start..].iter_mut().zip(damage) {
            *byte = new;
        }
        let (given, error) = refusal(&damaged);
        prop_assert_eq!(error.is_none(), damaged == code);
        prop_assert!(content.starts_with(&given));
    }

    #[test]
    fn arbitrary_bytes_never_panic_nor_pass(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let limits = Limits::default().memory_bytes(1 << 24);
        prop_assert!(decompress(&bytes, &limits).is_err());
        let framed = [&b"\xF0For\x01\x00"[..], &bytes].concat();
        prop_assert!(decompress(&framed, &limits).is_err());
    }
}

#[test]
fn a_long_list_of_small_segments_is_held_to_the_memory_allowed() {
    let options = Options::new(Level::MIN).segment_bytes(1);
    let code = compress(&[7; 2000], &options);
    assert!(code.len() < 60_000, "{}", code.len());
    let limits = |bytes| Limits::default().memory_bytes(bytes);
    assert_eq!(inspect(&code[..], &limits(4 << 20)).unwrap()[0].segments.len(), 2000);
    match inspect(&code[..], &limits(1 << 20)).unwrap_err() {
        Error::MemoryLimit { needed, limit } => assert!(needed > limit && limit == 1 << 20),
        error => panic!("{error}"),
    }
}
