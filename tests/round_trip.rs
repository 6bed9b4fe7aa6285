//! Whatever goes in comes out, in whatever pieces and at whatever options.

use foretell::{
    Limits, Options, bufread,
    codec::Input,
    compress, decompress, inspect,
    models::{Level, ModelSpec},
    read, write,
};
use proptest::prelude::*;
use std::io::{self, BufReader, Read, Write};

/// A small model, quick to build a hundred times.
const SMALL: ModelSpec = ModelSpec::Order { order: 2, log2_slots: 16 };

fn small_options() -> Options {
    Options::default().spec(SMALL)
}

fn round_trip(content: &[u8], options: &Options) -> Vec<u8> {
    let code = compress(content, options);
    let decoded = decompress(&code, &Limits::default()).expect("our own frame decodes");
    assert!(decoded == content, "{} bytes came back as {}", content.len(), decoded.len());
    code
}

/// Bytes that no model can foretell.
fn noise(count: usize) -> Vec<u8> {
    let mut state = 0x9E37_79B9_7F4A_7C15u64;
    let next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 56) as u8
    };
    std::iter::repeat_with(next).take(count).collect()
}

fn prose(count: usize) -> Vec<u8> {
    let words = ["the ", "model ", "foretells ", "every ", "next ", "byte, ", "and ", "pays. "];
    let mut text = Vec::new();
    for at in noise(count) {
        text.extend_from_slice(words[usize::from(at) % words.len()].as_bytes());
    }
    text.truncate(count);
    text
}

/// A writer or reader that takes or gives at most so many bytes at once.
struct Trickle<T>(T, usize);

impl<R: Read> Read for Trickle<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.1.min(buffer.len());
        self.0.read(&mut buffer[..count])
    }
}

impl<W: Write> Write for Trickle<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(&bytes[..self.1.min(bytes.len())])
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[test]
fn empty_and_tiny_contents_come_back_and_grow_by_at_most_32_bytes() {
    for count in [0, 1, 2, 3, 5, 127, 128, 129, 999] {
        let content = noise(count);
        let code = round_trip(&content, &Options::default());
        assert!(code.len() <= count + 32, "{count} bytes became {}", code.len());
    }
}

#[test]
fn every_level_brings_prose_back_smaller() {
    let content = prose(20_000);
    for number in 1..=9 {
        let code = round_trip(&content, &Options::new(Level::new(number).unwrap()));
        assert!(code.len() < content.len() / 3, "level {number}: {} bytes", code.len());
    }
}

#[test]
fn the_edges_of_blocks_and_segments_come_back() {
    for count in [255, 256, 257, 511, 512, 513, 1024, 1025, 5000] {
        for content in [prose(count), noise(count), vec![0; count]] {
            let options = small_options().block_bytes(256);
            round_trip(&content, &options);
            round_trip(&content, &options.clone().segment_bytes(512));
            round_trip(&content, &options.clone().segment_bytes(100));
            round_trip(&content, &options.segment_bytes(700).content_size(0));
        }
    }
}

#[test]
fn a_flush_makes_everything_so_far_decodable() {
    let mut encoder = write::Encoder::new(Vec::new(), small_options());
    let content = prose(3000);
    for (at, part) in content.chunks(1000).enumerate() {
        encoder.write_all(part).unwrap();
        encoder.flush().unwrap();
        let mut decoder = read::Decoder::new(encoder.get_ref().as_slice());
        let mut so_far = vec![0; 1000 * (at + 1)];
        decoder.read_exact(&mut so_far).unwrap();
        assert_eq!(so_far, content[..so_far.len()]);
        let end = decoder.read(&mut [0]).unwrap_err();
        assert_eq!(end.kind(), io::ErrorKind::UnexpectedEof);
    }
    let code = encoder.finish().unwrap();
    assert_eq!(decompress(&code, &Limits::default()).unwrap(), content);
}

#[test]
fn concatenated_frames_decode_as_one_and_single_frame_stops_after_the_first() {
    let mut code = compress(b"one, ", &small_options());
    let first_bytes = code.len();
    code.extend(compress(b"", &small_options()));
    code.extend(compress(b"two", &small_options()));
    assert_eq!(decompress(&code, &Limits::default()).unwrap(), b"one, two");

    let mut decoder = bufread::Decoder::new(code.as_slice()).single_frame();
    let mut content = Vec::new();
    decoder.read_to_end(&mut content).unwrap();
    assert_eq!(content, b"one, ");
    assert_eq!(decoder.total_in(), first_bytes as u64);
    assert_eq!(decoder.into_inner(), &code[first_bytes..]);

    let mut decoder = write::Decoder::new(Vec::new()).single_frame();
    let mut taken = 0;
    while let count @ 1.. = decoder.write(&code[taken..]).unwrap() {
        taken += count;
    }
    assert_eq!(taken, first_bytes);
    assert_eq!(decoder.finish().unwrap(), b"one, ");
}

#[test]
fn a_writer_that_fails_once_loses_nothing() {
    struct FailsOnce(Vec<u8>, bool);
    impl Write for FailsOnce {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if std::mem::take(&mut self.1) {
                return Err(io::ErrorKind::StorageFull.into());
            }
            self.0.write(&bytes[..bytes.len().min(3)])
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let mut encoder = write::Encoder::new(FailsOnce(Vec::new(), true), small_options());
    encoder.write_all(b"content").unwrap();
    let error = encoder.try_finish().unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::StorageFull);
    let code = encoder.finish().unwrap().0;
    assert_eq!(decompress(&code, &Limits::default()).unwrap(), b"content");
}

#[test]
fn a_flush_gives_everything_so_far_with_threads_too() {
    let options = small_options().block_bytes(300).segment_bytes(1000);
    let mut encoders =
        [1, 3].map(|threads| write::Encoder::new(Vec::new(), options.clone().threads(threads)));
    for part in prose(5000).chunks(777) {
        for encoder in &mut encoders {
            encoder.write_all(part).unwrap();
            encoder.flush().unwrap();
        }
        assert!(encoders[0].get_ref() == encoders[1].get_ref());
    }
    let [alone, crew] = encoders.map(|encoder| encoder.finish().unwrap());
    assert!(alone == crew);
}

#[test]
fn what_waits_for_threads_is_bounded() {
    // Each segment decodes within the limit, two at a time do not: one after the other.
    let content = prose(50_000);
    let options = small_options().segment_bytes(10_000).threads(4);
    let code = compress(&content, &options);
    let limits = Limits::default().memory_bytes(options.decoder_bytes()).threads(4);
    assert!(decompress(&code, &limits).unwrap() == content);
}

#[test]
fn auto_finish_completes_the_frame_when_dropped() {
    let mut code = Vec::new();
    write::Encoder::new(&mut code, small_options()).auto_finish().write_all(b"gone").unwrap();
    assert_eq!(decompress(&code, &Limits::default()).unwrap(), b"gone");
}

#[test]
fn an_announced_length_must_be_kept() {
    let mut encoder = write::Encoder::new(Vec::new(), small_options().content_size(5));
    encoder.write_all(b"six by").unwrap();
    let error = foretell::Error::from(encoder.finish().unwrap_err());
    assert!(matches!(error, foretell::Error::ContentSize { announced: 5, written: 6 }), "{error}");
}

#[test]
fn a_mebibyte_of_noise_grows_by_less_than_a_thousandth() {
    let content = noise(1 << 20);
    for number in [1, 5, 9] {
        let options = Options::new(Level::new(number).unwrap());
        let code = round_trip(&content, &options);
        assert!(code.len() <= content.len() + 40, "level {number}: {}", code.len());
        let blocks = options.block_bytes(1 << 16);
        let code = round_trip(&content, &blocks);
        assert!(code.len() <= content.len() + content.len() / 1000 + 32, "{}", code.len());
    }
}

#[test]
fn text_and_noise_share_a_frame_and_each_goes_its_way() {
    let loud = prose(200_000).to_ascii_uppercase();
    let content = [prose(200_000), noise(200_000), loud].concat();
    let code = round_trip(&content, &small_options());
    let frames = inspect(code.as_slice(), &Limits::default()).unwrap();
    let segment = &frames[0].segments[0];
    assert_eq!((segment.stored.blocks, segment.modelled.blocks), (1, 2));
    assert!(segment.stored.raw_bytes >= 131_072, "{segment:?}");
    assert!(segment.modelled.payload_bytes * 3 < segment.modelled.raw_bytes, "{segment:?}");
}

#[test]
fn copies_of_earlier_blocks_cost_a_reference() {
    let once = [prose(30_000), noise(30_000)].concat();
    let alone = compress(&once, &small_options()).len();
    let copies = once.repeat(5);
    for options in [small_options(), small_options().block_bytes(7000)] {
        let code = round_trip(&copies, &options);
        assert!(code.len() < alone + copies.len() / 100, "{}", code.len());
        let apart = options.segment_bytes(once.len() as u64);
        assert!(round_trip(&copies, &apart).len() > 4 * alone);
    }
    let near = small_options().block_bytes(7000).window_bytes(20_000);
    let near = round_trip(&copies, &near).len();
    assert!(near > 3 * alone, "{near}, {alone}");
}

#[test]
fn repetitive_content_costs_next_to_nothing_at_every_level() {
    let record = b"a record of 27 bytes' length".repeat(40_000);
    let contents = [(vec![0; 1_000_000], 1000), (record, 1000), (noise(50_000).repeat(20), 51_000)];
    for (content, most) in contents {
        for level in [1, 2, 5] {
            let options = Options::new(Level::new(level).unwrap()).block_bytes(300_000);
            let code = round_trip(&content, &options).len();
            assert!(code < most, "level {level}: {code}");
        }
    }
}

#[test]
fn a_decoder_needs_a_window_only_as_far_as_there_is_content() {
    let content = prose(40_000);
    let options = small_options().block_bytes(1 << 10);
    let code = compress(&content, &options);
    let needed = inspect(code.as_slice(), &Limits::default()).unwrap()[0].memory_bytes();
    assert!(needed < options.decoder_bytes() && needed > 40_000);
    let limits = |bytes| Limits::default().memory_bytes(bytes);
    assert!(decompress(&code, &limits(needed)).unwrap() == content);
    let error = decompress(&code, &limits(needed - 2000)).unwrap_err();
    assert!(matches!(error, foretell::Error::MemoryLimit { .. }), "{error}");
    let small = compress(&content, &options.window_bytes(4096));
    assert!(decompress(&small, &limits(needed - 30_000)).unwrap() == content);
}

#[test]
fn a_mapped_file_and_a_pipe_give_the_same_code() {
    let content = [prose(150_000), noise(100_000)].concat();
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(&content).unwrap();
    for options in [small_options(), small_options().block_bytes(70_000).segment_bytes(200_000)] {
        let mut mapped = Vec::new();
        let input = Input::open(file.path()).unwrap();
        assert!(input.is_mapped());
        bufread::Encoder::new(input, options.clone()).read_to_end(&mut mapped).unwrap();
        let mut piped = Vec::new();
        let pipe = Input::from_reader(Trickle(io::Cursor::new(content.clone()), 4099));
        bufread::Encoder::new(pipe, options.clone()).read_to_end(&mut piped).unwrap();
        assert!(mapped == piped);
        assert!(mapped == compress(&content, &options));
    }
}

#[test]
fn a_listing_tells_what_a_decoder_finds() {
    let content = prose(5000);
    let options = small_options().block_bytes(1024).segment_bytes(2000).content_size(0);
    let mut code = compress(&content, &options);
    let first_bytes = code.len() as u64;
    code.extend(compress(b"", &small_options()));
    let frames = inspect(BufReader::with_capacity(7, code.as_slice()), &Limits::default()).unwrap();
    assert_eq!(frames.len(), 2);
    let first = &frames[0];
    assert_eq!((first.offset, first.coded_bytes), (0, first_bytes));
    assert_eq!((first.raw_bytes, first.announced_bytes), (5000, Some(5000)));
    let starts: Vec<u64> = first.segments.iter().map(|segment| segment.raw_offset).collect();
    assert_eq!(starts, [0, 2000, 4000]);
    let blocks: Vec<u64> = first.segments.iter().map(|segment| segment.modelled.blocks).collect();
    assert_eq!(blocks, [2, 2, 1]);
    for pair in first.segments.windows(2) {
        assert_eq!(pair[0].offset + pair[0].coded_bytes, pair[1].offset);
    }
    assert_eq!(first.memory_bytes(), SMALL.fitted(2000).memory_bytes() + 4 * 1024 + 2000);
    assert_eq!((frames[1].offset, frames[1].raw_bytes), (first_bytes, 0));
    assert_eq!(frames[1].offset + frames[1].coded_bytes, code.len() as u64);
}

fn contents() -> impl Strategy<Value = Vec<u8>> {
    let part = prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..300),
        (0usize..2000).prop_map(prose),
        (any::<u8>(), 0usize..2000).prop_map(|(byte, count)| vec![byte; count]),
        (0usize..700).prop_map(noise),
    ];
    proptest::collection::vec(part, 0..5).prop_map(|parts| parts.concat())
}

fn options() -> impl Strategy<Value = Options> {
    let segment = proptest::option::of(1u64..3000);
    (0u8..=6, 8u8..=14, 1usize..3000, segment, any::<bool>()).prop_map(
        |(order, log2_slots, block_bytes, segment_bytes, is_announced)| {
            let spec = ModelSpec::Order { order, log2_slots };
            let mut options = Options::default().spec(spec).block_bytes(block_bytes);
            if let Some(bytes) = segment_bytes {
                options = options.segment_bytes(bytes);
            }
            if is_announced { options.content_size(0) } else { options }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn any_content_comes_back_at_any_options(content in contents(), options in options()) {
        round_trip(&content, &options);
    }

    #[test]
    fn any_content_comes_back_at_any_level(
        content in proptest::collection::vec(any::<u8>(), 0..400),
        number in 1u8..=9,
    ) {
        round_trip(&content, &Options::new(Level::new(number).unwrap()));
    }

    #[test]
    fn pieces_do_not_change_the_code(
        content in contents(),
        block_bytes in 1usize..3000,
        piece in 1usize..400,
    ) {
        let options = small_options().block_bytes(block_bytes);
        let code = compress(&content, &options);
        let mut writer = write::Encoder::new(Trickle(Vec::new(), piece), options.clone());
        for part in content.chunks(piece) {
            writer.write_all(part).unwrap();
        }
        prop_assert!(writer.finish().unwrap().0 == code);
        let mut read = Vec::new();
        read::Encoder::new(Trickle(content.as_slice(), piece), options).read_to_end(&mut read).unwrap();
        prop_assert!(read == code);
    }

    #[test]
    fn threads_change_neither_code_nor_content(
        content in contents(),
        block_bytes in 1usize..900,
        segment_bytes in 1u64..3000,
        threads in 2usize..9,
        piece in 1usize..400,
    ) {
        let options = small_options().block_bytes(block_bytes).segment_bytes(segment_bytes);
        let code = compress(&content, &options);
        let side_by_side = options.threads(threads);
        prop_assert!(compress(&content, &side_by_side) == code);
        let mut writer = write::Encoder::new(Trickle(Vec::new(), piece), side_by_side);
        let half = content.len() / 2;
        writer.write_all(&content[..half]).unwrap();
        writer.write_all(&content[half..]).unwrap();
        prop_assert!(writer.finish().unwrap().0 == code);

        let both = [&code[..], &code[..]].concat();
        let limits = Limits::default().threads(threads);
        let input = BufReader::with_capacity(piece, both.as_slice());
        let mut decoded = Vec::new();
        bufread::Decoder::with_limits(input, limits.clone()).read_to_end(&mut decoded).unwrap();
        prop_assert!(decoded == [&content[..], &content[..]].concat());
        let mut first = bufread::Decoder::with_limits(both.as_slice(), limits).single_frame();
        decoded.clear();
        first.read_to_end(&mut decoded).unwrap();
        prop_assert!(decoded == content);
        prop_assert_eq!(first.total_in(), code.len() as u64);
    }

    #[test]
    fn decoders_take_and_give_any_pieces(
        content in contents(),
        cuts in proptest::collection::vec(1usize..500, 0..4),
        piece in 1usize..400,
    ) {
        let mut writer = write::Encoder::new(Vec::new(), small_options().block_bytes(900));
        let mut rest = content.as_slice();
        for cut in cuts {
            let (part, behind) = rest.split_at(cut.min(rest.len()));
            writer.write_all(part).unwrap();
            writer.flush().unwrap();
            rest = behind;
        }
        writer.write_all(rest).unwrap();
        let code = writer.finish().unwrap();

        let mut decoder = write::Decoder::new(Trickle(Vec::new(), piece));
        code.chunks(piece).for_each(|part| decoder.write_all(part).unwrap());
        prop_assert_eq!(decoder.total_in(), code.len() as u64);
        prop_assert!(decoder.finish().unwrap().0 == content);

        let input = BufReader::with_capacity(piece, Trickle(code.as_slice(), piece));
        let mut decoder = Trickle(bufread::Decoder::new(input), piece);
        let mut decoded = Vec::new();
        decoder.read_to_end(&mut decoded).unwrap();
        prop_assert!(decoded == content);
        prop_assert_eq!(decoder.0.total_out(), content.len() as u64);
    }
}
