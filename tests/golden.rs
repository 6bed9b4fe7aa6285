//! Files that were written once decode for ever, and files that were refused stay
//! refused, for the same reason. `tests/files/README.md` lists them.

use foretell::{
    Limits, Options, compress,
    container::{
        BlockHeader, BlockKind, ContentCheck, FrameReader, Mark, SegmentHeader, SegmentStart,
        TransformStep,
    },
    decompress,
    models::{Level, ModelSpec},
    read,
    transform::{Transform, TransformError},
    write,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::{self, Read, Write},
    path::PathBuf,
};

const SMALL: ModelSpec = ModelSpec::Order { order: 2, log2_slots: 12 };

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/files")
}

/// What decoding `code` gives: its length and check, or the error.
fn outcome(code: &[u8]) -> String {
    match decompress(code, &Limits::default()) {
        Ok(content) => {
            let mut check = ContentCheck::default();
            check.update(&content);
            format!("{} bytes, XXH3-64 {:016x}", content.len(), check.digest())
        }
        Err(error) => error.to_string(),
    }
}

/// File name → outcome, as the README's tables list them.
fn listed() -> BTreeMap<String, String> {
    let readme = fs::read_to_string(folder().join("README.md")).expect("the list is there");
    readme
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.strip_suffix(" |")?.split_once("` | "))
        .map(|(name, outcome)| (name.to_owned(), outcome.to_owned()))
        .collect()
}

/// File name → outcome, as the files and this version have them.
fn found() -> BTreeMap<String, String> {
    let entries = fs::read_dir(folder()).expect("the folder is there");
    let paths = entries.map(|entry| entry.expect("the folder can be read").path());
    let files = paths.filter(|path| path.extension().is_some_and(|suffix| suffix == "fore"));
    files
        .map(|path| {
            let name = path.file_name().expect("a file has a name").to_string_lossy().into_owned();
            (name, outcome(&fs::read(path).expect("the file can be read")))
        })
        .collect()
}

#[test]
fn every_file_decodes_or_is_refused_as_listed() {
    let (listed, found) = (listed(), found());
    assert!(!listed.is_empty());
    for (name, outcome) in &found {
        assert_eq!(Some(outcome), listed.get(name), "{name}: found, listed");
    }
    let missing: Vec<_> = listed.keys().filter(|name| !found.contains_key(*name)).collect();
    assert!(missing.is_empty(), "listed, but not there: {missing:?}");
}

/// The ids of all transforms in the blocks of `code`.
fn transforms_in(code: &[u8]) -> BTreeSet<u8> {
    let (mut ids, mut rest, mut reader) = (BTreeSet::new(), code, FrameReader::new());
    while let Some(mark) = reader.next(&mut rest).expect("a good file") {
        if let Mark::Block(header) = mark {
            ids.extend(header.transforms.iter().map(|step| step.id));
            assert!(reader.skip_payload(&mut rest), "a good file is whole");
        }
    }
    ids
}

#[test]
fn every_transform_has_a_file_that_holds_its_inverse_for_ever() {
    let good = |entry: io::Result<fs::DirEntry>| {
        let path = entry.expect("the folder can be read").path();
        let is_good = path.file_name()?.to_str()?.starts_with("good-");
        is_good.then(|| fs::read(path).expect("the file can be read"))
    };
    let files = fs::read_dir(folder()).expect("the folder is there").filter_map(good);
    let held: BTreeSet<u8> = files.flat_map(|code| transforms_in(&code)).collect();
    let is_known =
        |id: &u8| !matches!(Transform::from_parts(*id, &[]), Err(TransformError::UnknownId(_)));
    let missing: Vec<_> = (0..=255).filter(is_known).filter(|id| !held.contains(id)).collect();
    assert!(
        missing.is_empty(),
        "transforms {missing:?} are in no good file: add content for which they are chosen to \
         `good_files` and write the file that is missing (tests/files/README.md)"
    );
}

/// `content` in three parts with a flush behind each; after each, all before is decoded.
fn flushed_in_three(content: &[u8], options: Options) -> Vec<u8> {
    let mut encoder = write::Encoder::new(Vec::new(), options);
    let ends = [content.len() - 999, content.len() - 99, content.len()];
    let mut start = 0;
    for end in ends {
        encoder.write_all(&content[start..end]).expect("a Vec takes all");
        encoder.flush().expect("a Vec takes all");
        let mut so_far = vec![0; end];
        let mut decoder = read::Decoder::new(encoder.get_ref().as_slice());
        decoder.read_exact(&mut so_far).expect("all that was flushed");
        assert!(so_far == content[..end], "{end} of {} bytes", content.len());
        start = end;
    }
    encoder.finish().expect("a Vec takes all")
}

#[test]
fn a_flush_gives_everything_so_far_whatever_it_was_rewritten_by() {
    let (small, default) = (small_options, || Options::new(Level::DEFAULT));
    let contents = [
        (noise(2000).repeat(6), small().block_bytes(2500)),
        (medley(), small()),
        (sound(), small()),
        (picture(), default()),
        (arm64(), small()),
        (counters(), small()),
        (records(), small()),
        (prose(), default()),
    ];
    let codes = contents.map(|(content, options)| flushed_in_three(&content, options));
    let used: BTreeSet<u8> = codes.iter().flat_map(|code| transforms_in(code)).collect();
    assert_eq!(used, BTreeSet::from([1, 2, 3, 4, 5, 6, 7]));
}

#[test]
fn names_tell_what_becomes_of_the_files() {
    for (name, outcome) in listed() {
        let is_content = outcome.contains("XXH3-64");
        let is_unsupported = outcome.contains("unsupported");
        let sort = match (is_content, is_unsupported) {
            (true, _) => "good-",
            (_, true) => "unsupported-",
            _ => "bad-",
        };
        assert!(name.starts_with(sort), "{name}: {outcome}");
    }
}

fn noise(count: usize) -> Vec<u8> {
    let mut state = 0x5851_F42D_4C95_7F2Du64;
    let next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 56) as u8
    };
    std::iter::repeat_with(next).take(count).collect()
}

/// Words, numbers, columns, calls of x86 and noise: something for every component.
fn medley() -> Vec<u8> {
    let words = ["the ", "next ", "byte ", "is ", "foretold, ", "Paid ", "in ", "bits.\n"];
    let picks = noise(6000);
    let mut content: Vec<u8> = picks[..2000]
        .iter()
        .flat_map(|&pick| words[usize::from(pick) % words.len()].bytes())
        .collect();
    for (row, &pick) in picks[2000..3000].iter().enumerate() {
        content.extend((row as u32 * 1000).to_le_bytes());
        content.extend([0, 0, pick & 7, 255]);
    }
    for &pick in &picks[3000..4500] {
        let target = u32::from(pick) * 64;
        let here = content.len() as u32 + 5;
        content.push(0xE8);
        content.extend(target.wrapping_sub(here).to_le_bytes());
        content.extend([0x8B, 0x45, pick & 0x3C, 0x89, 0xC7]);
    }
    content.extend(&picks[4500..]);
    content
}

/// Prose in lines of at most 60 bytes, which end with CR LF.
fn prose() -> Vec<u8> {
    let words = ["Whatever", "the", "next", "byte", "is,", "somebody", "Foretold", "it.", "BITS"];
    let (mut text, mut column) = (String::new(), 0);
    for pick in noise(1500) {
        let word = words[usize::from(pick) % words.len()];
        let (gap, before) = match column {
            0 => ("", 0),
            column if column + 1 + word.len() > 60 => ("\r\n", 0),
            column => (" ", column + 1),
        };
        text.extend([gap, word]);
        column = before + word.len();
    }
    text.into_bytes()
}

/// Numbers of four bytes that grow, most significant byte first, from the third byte on.
fn counters() -> Vec<u8> {
    let sums = noise(3000).into_iter().scan(0, |sum: &mut u32, step| {
        *sum += u32::from(step) * 3;
        Some(*sum)
    });
    [0, 0].into_iter().chain(sums.flat_map(u32::to_be_bytes)).collect()
}

/// Records of twelve bytes, of which some change, each in its way.
fn records() -> Vec<u8> {
    let record = |(row, noise): (u8, &[u8])| {
        [noise[0], row, 7, 0, noise[1] / 64, noise[2], 0, 1, noise[3], row / 16, 200, 9]
    };
    (0..=255).cycle().zip(noise(4000).chunks_exact(4)).flat_map(record).collect()
}

/// Calls of ARM64.
fn arm64() -> Vec<u8> {
    let call = |(at, &pick): (u32, &u8)| {
        let offset = (u32::from(pick) * 64).wrapping_sub(at) & 0x3FF_FFFF;
        (0x9400_0000 | offset).to_le_bytes()
    };
    (0..).zip(&noise(1500)).flat_map(call).collect()
}

/// Two strings that are plucked now and then, 16 bits, the left one and the right one.
fn sound() -> Vec<u8> {
    let mut strings = [[0_i32; 2]; 2];
    let samples = noise(12_000).into_iter().enumerate().map(|(i, noise)| {
        let [last, before] = &mut strings[i % 2];
        let pluck = if i % 3000 < 2 { 9000 } else { i32::from(noise) - 128 };
        let next = ((*last * (127 - 2 * (i as i32 % 2))) >> 6) - *before + pluck - *last / 99;
        (*last, *before) = (next.clamp(-20_000, 20_000), *last);
        *last as i16
    });
    samples.flat_map(i16::to_le_bytes).collect()
}

/// Rows of 96 pixels: slanting waves under some noise.
fn picture() -> Vec<u8> {
    let pixel = |(i, noise): (usize, u8)| {
        let phase = (3 * (i % 96) + 2 * (i / 96)) % 256;
        phase.min(255 - phase) as u8 + noise / 16
    };
    noise(96 * 160).into_iter().enumerate().map(pixel).collect()
}

fn small_options() -> Options {
    Options::default().spec(SMALL)
}

fn flushed() -> Vec<u8> {
    let mut encoder = write::Encoder::new(Vec::new(), small_options());
    for part in [&b"ab cd ab cd ab cd ab cd ab cd "[..], &noise(20), b"ab cd ab cd ab cd ab cd"] {
        encoder.write_all(part).and_then(|()| encoder.flush()).expect("a Vec takes all");
    }
    encoder.finish().expect("a Vec takes all")
}

fn good_files() -> Vec<(String, Vec<u8>)> {
    let cut = small_options().block_bytes(3000).segment_bytes(10_000);
    let one = compress(b"one, ", &small_options());
    let two = compress(b"two", &small_options());
    let mut files = vec![
        ("good-empty", compress(b"", &small_options())),
        ("good-one-byte", compress(b"a", &small_options())),
        ("good-noise", compress(&noise(5000), &small_options())),
        ("good-noise-segments", compress(&noise(20_000), &cut)),
        ("good-text", compress(&prose(), &small_options())),
        ("good-announced", compress(&noise(100), &small_options().content_size(0))),
        ("good-concatenated", [one, compress(b"", &small_options()), two].concat()),
        ("good-order-2", compress(&medley(), &small_options())),
        ("good-order-2-segments", compress(&medley(), &cut)),
        ("good-order-2-flushed", flushed()),
        ("good-copies", compress(&noise(2000).repeat(3), &small_options().block_bytes(2500))),
        ("good-sound", compress(&sound(), &small_options())),
        ("good-picture", compress(&picture(), &Options::new(Level::DEFAULT))),
        ("good-arm64", compress(&arm64(), &small_options())),
        ("good-counters", compress(&counters(), &small_options())),
        ("good-records", compress(&records(), &small_options())),
    ]
    .into_iter()
    .map(|(name, code)| (name.to_owned(), code))
    .collect::<Vec<_>>();
    for number in 1..=9 {
        let options = Options::new(Level::new(number).expect("a level"));
        files.push((format!("good-level-{number}"), compress(&medley(), &options)));
        let cut = options.block_bytes(7000).segment_bytes(20_000);
        files.push((format!("good-level-{number}-segments"), compress(&medley(), &cut)));
    }
    files
}

/// A frame of one block, all checks right except where `damage` strikes.
fn damaged(options: &Options, damage: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut code = compress(&noise(100), options);
    damage(&mut code);
    code
}

/// The start of a frame with this header and block.
fn start(spec: &[u8], block: Option<BlockHeader>) -> Vec<u8> {
    let frame = SegmentStart::Frame { content_bytes: None, segment_bytes: None };
    let mut code = Vec::new();
    SegmentHeader::new(frame, 1024, spec.to_vec(), 16 << 10).write(&mut code);
    if let Some(block) = block {
        block.write(&mut code);
        code.resize(code.len() + block.coded_bytes as usize, b'x');
    }
    code
}

fn block(kind: BlockKind, raw_bytes: u64, coded_bytes: u64) -> BlockHeader {
    let (transforms, model_bytes) = (Vec::new(), raw_bytes);
    BlockHeader { kind, raw_bytes, transforms, model_bytes, coded_bytes, check: 0 }
}

fn bad_files() -> Vec<(&'static str, Vec<u8>)> {
    let plain = small_options();
    let segments = small_options().segment_bytes(30);
    let transformed = BlockHeader {
        transforms: vec![TransformStep { id: 251, parameters: vec![1, 2] }],
        ..block(BlockKind::Learnt, 10, 10)
    };
    let spec = SMALL.to_bytes();
    vec![
        ("bad-no-bytes", Vec::new()),
        ("bad-magic", damaged(&plain, |code| code[3] = b'x')),
        ("bad-header-check", damaged(&plain, |code| code[8] ^= 1)),
        ("bad-block-bound", damaged(&plain, |code| code[6] ^= 4)),
        ("bad-block-length", damaged(&plain, |code| code[13] ^= 1)),
        ("bad-block-content", damaged(&plain, |code| code[50] ^= 1)),
        ("bad-block-too-large", start(&[], Some(block(BlockKind::Stored, 1025, 1025)))),
        ("bad-block-empty", start(&[], Some(block(BlockKind::Stored, 0, 0)))),
        ("bad-block-grown", start(&spec, Some(block(BlockKind::Modelled, 9, 9)))),
        ("bad-block-without-model", start(&[], Some(block(BlockKind::Learnt, 9, 9)))),
        ("bad-code", start(&spec, Some(block(BlockKind::Modelled, 90, 9)))),
        (
            "bad-number-not-shortest",
            damaged(&plain, |code| code.splice(6..7, [0x81, 0]).for_each(drop)),
        ),
        ("bad-total", damaged(&plain, |code| code[121] ^= 1)),
        ("bad-content-check", damaged(&plain, |code| *code.last_mut().expect("a frame") ^= 1)),
        ("bad-truncated", damaged(&plain, |code| code.truncate(100))),
        ("bad-trailing", damaged(&plain, |code| code.push(0))),
        ("bad-second-frame-truncated", damaged(&plain, |code| code.extend_from_within(..40))),
        ("bad-announced-length", damaged(&small_options().content_size(0), |code| code[6] ^= 1)),
        ("bad-segment-missing", damaged(&segments, |code| code.drain(50..102).for_each(drop))),
        (
            "bad-index",
            damaged(&segments, |code| {
                let at = code.len() - 14;
                code[at] ^= 1;
            }),
        ),
        ("bad-index-magic", damaged(&segments, |code| *code.last_mut().expect("a frame") ^= 1)),
        ("unsupported-version", damaged(&plain, |code| code[4] = 2)),
        ("unsupported-flag", damaged(&plain, |code| code[5] = 0x80)),
        ("unsupported-model", start(&[200, 1, 2, 3], None)),
        ("unsupported-sorted-bytes", start(&[2, 0, 1, 0, 0, 0], None)),
        ("unsupported-mark", damaged(&plain, |code| code[12] = 0x0C)),
        ("unsupported-transform", start(&spec, Some(transformed))),
    ]
}

/// What is made today of the content of each good file: bytes, and their XXH3-64. The files
/// themselves may be the work of coders of earlier days.
const MADE: &str = "\
good-empty 22 86d5c45e0ab3e4d0
good-one-byte 31 9157460beaa7e19a
good-noise 5032 357dbb98a085cd43
good-noise-segments 20144 c55931788cfc09c8
good-text 1057 e0e11e300bcb044e
good-announced 131 6437671cf2c50f9d
good-concatenated 90 6d6b9cc331b606a3
good-order-2 15671 447b16b0d8cb7734
good-order-2-segments 13074 2bda87bf5b403ca8
good-order-2-flushed 91 f86be19d3d77125d
good-copies 2087 ac703bb64687bb21
good-sound 19309 d73e2936a4591dab
good-picture 8975 6193a886cf551c07
good-arm64 2465 f045756eac02fc05
good-counters 4648 23a6383935759045
good-records 4608 148acf1e540bb047
good-level-1 7921 3da7f57cf0e22b96
good-level-1-segments 8152 bbad857cf1f0d184
good-level-2 7756 a03b8c89688aeb54
good-level-2-segments 8084 e682387e2023b2d6
good-level-3 7406 40d6562b320c02ec
good-level-3-segments 7017 0e2ac6494bdfc10b
good-level-4 7314 c2bab894ee3bdd9f
good-level-4-segments 6948 e396dd8077669221
good-level-5 6460 9e11335981ba348a
good-level-5-segments 6480 325ff99c6ee85a5e
good-level-6 5781 7476942827459e78
good-level-6-segments 6137 b19f27703df1d40e
good-level-7 5736 cfbc146ffc58288e
good-level-7-segments 6170 89326d5ebebc7854
good-level-8 5345 8c5606c36285cd77
good-level-8-segments 5815 1e55793ed96ebe87
good-level-9 5019 dadd4f7436395263
good-level-9-segments 5394 e61292aaef3cccdc
";

#[test]
fn every_machine_makes_the_same_bytes() {
    let row = |(name, code): (String, Vec<u8>)| {
        let mut check = ContentCheck::default();
        check.update(&code);
        format!("{name} {} {:016x}\n", code.len(), check.digest())
    };
    let made: String = good_files().into_iter().map(row).collect();
    assert!(
        made == MADE,
        "coders made other bytes than before; if they should, these are:\n{made}"
    );
}

/// Adds a file for every name above that has none, and prints the rows to add to
/// `tests/files/README.md`. Never changes a file that is there.
#[test]
#[ignore = "writes files that are then kept for ever"]
fn write_the_files_that_are_missing() {
    let bad = bad_files().into_iter().map(|(name, code)| (name.to_owned(), code));
    for (name, code) in good_files().into_iter().chain(bad) {
        let name = format!("{name}.fore");
        let path = folder().join(&name);
        if !path.exists() {
            fs::write(path, &code).expect("the file can be written");
            println!("| `{name}` | {} |", outcome(&code));
        }
    }
}

#[test]
fn a_trained_model_that_is_not_there_is_named() {
    // As the header of a frame with flag 1; the check is that of these fields.
    let mut code = b"\xF0For\x01\x02\x08\x07\x06\x05\x04\x03\x02\x01\x00\x00".to_vec();
    let mut check = ContentCheck::default();
    check.update(&code);
    code.extend((check.digest() as u32).to_le_bytes());
    let error = decompress(&code, &Limits::default()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the segment at offset 0 needs the trained model 0102030405060708, given is none"
    );
}
