//! Trained models: in files, and before content.

use foretell::{
    Error, Limits, Options,
    codec::{ModelSummary, Prior, RangeDecoder},
    compress,
    container::StateLayout,
    decompress, inspect,
    models::{Learning, Level, Reading, Scorer, TrainedModel, Trainer},
    read,
};
use std::{
    fs,
    io::{Cursor, Read},
    path::PathBuf,
};
use tempfile::TempDir;

fn records(from: u32, count: u32) -> Vec<u8> {
    let row = |i: u32| {
        let (name, city) =
            (["ann", "bob", "eve"][i as usize % 3], ["Oslo", "Rome"][i as usize % 2]);
        format!("{{\"id\":{},\"name\":\"{name}\",\"city\":\"{city}\"}}\n", i * i % 977)
    };
    (from..from + count).map(row).collect::<String>().into_bytes()
}

fn trained(level: u8) -> TrainedModel {
    let spec = Level::new(level).expect("a level").spec().fitted(20_000);
    let mut trainer = Trainer::new(&spec).expect("it can be trained");
    trainer.learn(&records(0, 400));
    trainer.finish("records")
}

/// English of ours.
fn english() -> &'static [u8] {
    concat!(include_str!("../README.md"), include_str!("../ARCHITECTURE.md")).as_bytes()
}

fn trained_on_english(level: u8, reading: Reading) -> TrainedModel {
    let spec = Level::new(level).expect("a level").spec().fitted(100_000);
    let mut trainer = Trainer::reading(&spec, reading).expect("it can be trained");
    trainer.learn(&english()[..30_000]);
    trainer.finish("english")
}

#[test]
fn words_as_codes_suit_english_and_make_no_text_and_no_document_dearer() {
    assert_eq!(Reading::suited_to(english()), Reading::Words);
    let letters: Vec<u8> = (0..70_000).map(|i| b"GATTACA\n"[i * i % 89 % 8]).collect();
    assert_eq!(Reading::suited_to(&letters), Reading::Bytes);
    let [bytes, words] =
        [Reading::Bytes, Reading::Words].map(|reading| trained_on_english(3, reading));
    assert_ne!(bytes.id(), words.id());
    for learning in [Learning::Never, Learning::Within] {
        let price = |model| Scorer::new(model, learning).bits(&english()[30_000..34_000]);
        assert!(price(&words) < price(&bytes), "{} {}", price(&words), price(&bytes));
    }
}

#[test]
fn content_behind_a_model_of_words_comes_back_whatever_it_is() {
    let prior = Prior::trained(trained_on_english(3, Reading::Words));
    let known = Limits::default().prior(prior.clone());
    let bytes: Vec<u8> = (0..70_000_u32).map(|i| (i.wrapping_mul(i) / 9 + i) as u8).collect();
    let text = english();
    let long = text.repeat((1 << 20) / text.len() + 1);
    for content in [&[][..], b"t", b"The", &text[30_000..31_000], &bytes, &long] {
        let options = Options::default().prior(prior.clone());
        for options in [options.clone(), options.block_bytes(9_000).segment_bytes(50_000)] {
            let code = compress(content, &options);
            assert!(decompress(&code, &known).unwrap() == content, "{} bytes", content.len());
            let frames = inspect(&code[..], &Limits::default()).unwrap();
            assert_eq!(frames[0].raw_bytes, content.len() as u64);
        }
    }
}

fn saved(model: &TrainedModel, layout: StateLayout, folder: &TempDir) -> PathBuf {
    let path = folder.path().join(format!("{layout:?}.foremodel"));
    let mut file = fs::File::create(&path).expect("the folder can be written");
    model.save(layout, &mut file).expect("the file can be written");
    path
}

#[test]
fn a_model_comes_back_from_its_file_in_both_layouts() {
    let folder = TempDir::new().unwrap();
    let price =
        |model: &TrainedModel, learning| Scorer::new(model, learning).bits(&records(400, 9));
    for model in [trained(5), trained_on_english(3, Reading::Words)] {
        for layout in [StateLayout::Packed, StateLayout::Plain] {
            let path = saved(&model, layout, &folder);
            let back = TrainedModel::load(&path).unwrap();
            assert_eq!((back.id(), back.name()), (model.id(), model.name()));
            assert_eq!((back.training(), back.reading()), (model.training(), model.reading()));
            for learning in [Learning::Within, Learning::Never] {
                assert_eq!(price(&back, learning).to_bits(), price(&model, learning).to_bits());
            }
            let summary = ModelSummary::read(&mut fs::File::open(&path).unwrap()).unwrap();
            assert_eq!((summary.id, summary.about.training), (model.id(), model.training()));
            assert_eq!(summary.about.reading, model.reading());
        }
    }
}

#[test]
fn a_model_that_takes_more_memory_than_allowed_is_refused_by_its_header() {
    let (model, folder) = (trained(3), TempDir::new().unwrap());
    let path = saved(&model, StateLayout::Packed, &folder);
    let needed = model.spec().memory_bytes();
    assert!(TrainedModel::load_within(&path, needed).is_ok());
    let refused = TrainedModel::load_within(&path, needed - 1).err();
    assert!(matches!(refused, Some(Error::MemoryLimit { limit, .. }) if limit < needed));
}

#[test]
fn a_model_file_with_any_flipped_bit_or_missing_end_is_refused() {
    let (model, folder) = (trained(3), TempDir::new().unwrap());
    for layout in [StateLayout::Packed, StateLayout::Plain] {
        let path = saved(&model, layout, &folder);
        let whole = fs::read(&path).unwrap();
        let refused = |bytes: &[u8]| {
            fs::write(&path, bytes).unwrap();
            TrainedModel::load(&path).err()
        };
        let (step, end) = (whole.len() / 10 + 1, whole.len());
        for at in (0..110).step_by(19).chain((110..end).step_by(step)).chain([end - 1]) {
            let mut bytes = whole.clone();
            bytes[at] ^= 1 << (at % 8);
            assert!(refused(&bytes).is_some_and(|error| error.is_data_error()), "{layout:?} {at}");
        }
        for length in (0..110).step_by(23).chain((110..end).step_by(step)) {
            let error = refused(&whole[..length]);
            assert!(
                matches!(error, Some(Error::ModelTruncated { offset }) if offset <= length as u64),
                "{layout:?} {length}: {error:?}"
            );
        }
        let error = refused(&[&whole[..], &[0]].concat());
        assert!(matches!(error, Some(Error::TrailingData { .. })), "{error:?}");
        let mut newer = whole;
        newer[4] = 2;
        let error = refused(&newer);
        assert!(matches!(error, Some(Error::UnsupportedVersion { offset: 4, version: 2 })));
    }
}

#[test]
fn small_content_behind_a_trained_model_is_a_compact_frame() {
    let prior = Prior::trained(trained(5));
    let options = Options::default().prior(prior.clone());
    let known = Limits::default().prior(prior);
    let content = records(400, 30);
    let code = compress(&content, &options);
    let alone = compress(&content, &Options::default());
    assert!(code.len() * 2 < alone.len(), "{} {}", code.len(), alone.len());
    assert_eq!(decompress(&code, &known).unwrap(), content);
    let frames = inspect(&code[..], &Limits::default()).unwrap();
    assert_eq!((frames.len(), frames[0].raw_bytes), (1, content.len() as u64));
    assert_eq!(frames[0].coded_bytes, code.len() as u64);

    // Beside other frames, in any pieces.
    let file = [&code[..], &alone, &code].concat();
    assert_eq!(decompress(&file, &known).unwrap(), [&content[..]; 3].concat());
    assert_eq!(inspect(&file[..], &Limits::default()).unwrap().len(), 3);
    let mut first = Vec::new();
    let one = read::Decoder::with_limits(&file[..], known.clone()).single_frame();
    { one }.read_to_end(&mut first).unwrap();
    assert_eq!(first, content);
    let middle = content.len() as u64 + 7..content.len() as u64 * 2 + 9;
    let mut part = Vec::new();
    let mut range = RangeDecoder::new(Cursor::new(&file), middle.clone(), known).unwrap();
    range.read_to_end(&mut part).unwrap();
    assert_eq!(part, [&content[..]; 3].concat()[middle.start as usize..middle.end as usize]);
}

#[test]
fn every_damage_to_a_compact_frame_is_refused() {
    let contents = [
        (trained(3), records(400, 5)),
        (trained_on_english(3, Reading::Words), english()[31_000..31_200].to_vec()),
    ];
    for (model, content) in contents {
        let prior = Prior::trained(model);
        let code = compress(&content, &Options::default().prior(prior.clone()));
        let known = Limits::default().prior(prior);
        for bit in 0..code.len() * 8 {
            let mut damaged = code.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            assert!(decompress(&damaged, &known).is_err(), "bit {bit}");
        }
        for length in 0..code.len() {
            assert!(decompress(&code[..length], &known).is_err(), "{length} bytes");
        }
    }
}

#[test]
fn larger_content_segments_and_noise_come_back_with_the_model_and_only_with_it() {
    let prior = Prior::trained(trained(4));
    let noise: Vec<u8> =
        (0..5000u64).map(|i| (i.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 56) as u8).collect();
    let content = [records(400, 300), noise, records(9, 100)].concat();
    let known = Limits::default().prior(prior.clone());
    for options in [
        Options::default().prior(prior.clone()).segment_bytes(7000).threads(2),
        Options::default().prior(prior.clone()).block_bytes(3000),
        Options::default().prior(prior).content_size(content.len() as u64),
    ] {
        let code = compress(&content, &options);
        assert_eq!(decompress(&code, &known).unwrap(), content);
        let other = Limits::default().prior(Prior::trained(trained(3)));
        for limits in [Limits::default(), other] {
            let error = decompress(&code, &limits).unwrap_err();
            assert!(matches!(error, Error::PriorMissing { offset: 0, .. }), "{error}");
        }
        assert_eq!(
            inspect(&code[..], &Limits::default()).unwrap()[0].raw_bytes,
            content.len() as u64
        );
    }
}

#[test]
fn a_prime_is_read_by_every_segment_and_needed_to_decode() {
    let (old, new) = (records(0, 300), records(0, 310));
    let prior = Prior::primed(old);
    for options in [Options::default(), Options::default().segment_bytes(4000)] {
        let code = compress(&new, &options.clone().prior(prior.clone()));
        assert!(code.len() * 2 < compress(&new, &options).len());
        let known = Limits::default().prior(prior.clone());
        assert_eq!(decompress(&code, &known).unwrap(), new);
        let other = Limits::default().prior(Prior::primed(&b"other"[..]));
        assert!(matches!(decompress(&code, &other), Err(Error::PriorMissing { .. })));
    }
}
