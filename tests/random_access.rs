//! Parts of what a file holds: ranges of its content, and what damage has left of it.

use foretell::{
    Error, Limits, Options,
    codec::{RangeDecoder, recover},
    compress,
    container::{BlockHeader, BlockKind, SegmentHeader, SegmentStart, block_check},
    models::ModelSpec,
};
use proptest::prelude::*;
use std::io::{Cursor, Read, Seek, SeekFrom};

fn options(segment_bytes: u64) -> Options {
    let spec = ModelSpec::Order { order: 1, log2_slots: 10 };
    Options::default().spec(spec).block_bytes(200).segment_bytes(segment_bytes)
}

/// Bytes whose every stretch is another, in part foreseeable.
fn content(count: usize) -> Vec<u8> {
    let line =
        |i: usize| format!("{i}: {:x}\n", i.wrapping_mul(0x9E37_79B9) % 999_983).into_bytes();
    let mut content: Vec<u8> = (0..=count / 5).flat_map(line).collect();
    content.truncate(count);
    content
}

fn range_of(code: &[u8], (start, end): (u64, u64), threads: usize) -> Result<Vec<u8>, Error> {
    let limits = Limits::default().threads(threads);
    let mut decoder = RangeDecoder::new(Cursor::new(code), start..end, limits)?;
    let mut part = Vec::new();
    decoder.read_to_end(&mut part)?;
    Ok(part)
}

/// A file that counts the bytes read from it.
struct Counted<'a>(Cursor<&'a [u8]>, &'a mut u64);

impl Read for Counted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.0.read(buffer)?;
        *self.1 += count as u64;
        Ok(count)
    }
}

impl Seek for Counted<'_> {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        self.0.seek(to)
    }
}

#[test]
fn a_range_reads_its_segments_and_the_index_only() {
    let content = content(1 << 20);
    let code = compress(&content, &options(1 << 14));
    let mut read_bytes = 0;
    let file = Counted(Cursor::new(&code), &mut read_bytes);
    let mut part = Vec::new();
    let mut decoder = RangeDecoder::new(file, 500_000..500_100, Limits::default()).unwrap();
    decoder.read_to_end(&mut part).unwrap();
    assert!(part == content[500_000..500_100]);
    drop(decoder);
    assert!(read_bytes < code.len() as u64 / 10, "{read_bytes} of {}", code.len());
}

#[test]
fn without_an_index_and_behind_other_frames_ranges_are_found_too() {
    let (one, two) = (content(3000), content(700));
    let whole = [&one[..], &two, &one].concat();
    for segment_bytes in [[500, 1000, 500], [500, 500, 5000], [5000, 500, 500]] {
        let frames = segment_bytes.into_iter().zip([&one, &two, &one]);
        let code: Vec<u8> =
            frames.flat_map(|(bytes, content)| compress(content, &options(bytes))).collect();
        for start in (0..6000).step_by(271) {
            let part = range_of(&code, (start, start + 600), 1).unwrap();
            assert!(part == whole[start as usize..start as usize + 600], "{start}");
        }
        let error = range_of(&code, (0, 6701), 1).unwrap_err();
        assert!(
            matches!(error, Error::RangeBeyondContent { end: 6701, content_bytes: 6700 }),
            "{error}"
        );
    }
}

#[test]
fn an_index_that_leads_nowhere_is_refused_by_the_headers() {
    // The index of one frame behind the segments of another of the same size.
    let (good, other) = (compress(&content(3000), &options(700)), content(3000));
    let other = compress(&other.iter().rev().copied().collect::<Vec<_>>(), &options(900));
    let index = u32::from_le_bytes(other[other.len() - 8..][..4].try_into().unwrap()) as usize;
    let sizes = [&good[..good.len() / 2], &other[other.len() - index..]].concat();
    let error = range_of(&sizes, (2000, 2010), 1).unwrap_err();
    assert!(error.is_data_error(), "{error}");
}

#[test]
fn what_lies_before_the_end_of_a_cut_file_can_be_read() {
    let content = content(3000);
    let code = compress(&content, &options(500));
    let frames = foretell::inspect(&code[..], &Limits::default()).unwrap();
    let fourth = &frames[0].segments[3];
    for end in [code.len() - 1, code.len() - 20, (fourth.offset + fourth.coded_bytes) as usize] {
        let cut = &code[..end];
        assert!(range_of(cut, (0, 2000), 1).unwrap() == content[..2000]);
        assert!(range_of(cut, (1250, 1990), 2).unwrap() == content[1250..1990]);
        assert!(range_of(cut, (1250, 3001), 1).unwrap_err().is_data_error());
        let open = RangeDecoder::new(Cursor::new(cut), 10.., Limits::default());
        assert!(open.err().unwrap().is_data_error());
    }
}

fn recovered(code: &[u8]) -> (Vec<u8>, usize) {
    let mut content = Vec::new();
    let limits = Limits::default();
    let recovery = recover(&mut Cursor::new(code), &mut content, &limits);
    let recovery = recovery.expect("a Vec can be written and limits allow a small model");
    assert_eq!(recovery.content_bytes, content.len() as u64);
    for hole in &recovery.holes {
        assert!(hole.offset <= hole.end && hole.end <= code.len() as u64, "{hole:?}");
    }
    (content, recovery.holes.len())
}

/// Whether all of `part` is in `whole`, in this order and in few pieces.
fn is_in_pieces(part: &[u8], whole: &[u8], segment_bytes: usize) -> bool {
    let mut segments = whole.chunks(segment_bytes);
    let mut rest = part;
    while !rest.is_empty() {
        let Some(segment) = segments.next() else { return false };
        let common = rest.iter().zip(segment).take_while(|(a, b)| a == b).count();
        // A segment comes back up to the damage, block by block.
        let blocks = if common == segment.len() { common } else { common / 200 * 200 };
        rest = &rest[blocks..];
    }
    true
}

#[test]
fn a_whole_file_is_recovered_without_holes() {
    for code in [
        compress(&content(3000), &options(700)),
        compress(b"", &options(700)),
        [compress(&content(3000), &options(700)), compress(b"more", &options(9))].concat(),
    ] {
        assert_eq!(recovered(&code).1, 0);
    }
}

#[test]
fn the_frame_header_the_index_and_whole_segments_may_be_missing() {
    let content = content(3000);
    let code = compress(&content, &options(500));
    let mut headless = code.clone();
    headless[7] ^= 0xFF;
    assert!(recovered(&headless).0 == content[500..]);
    let (tailless, holes) = recovered(&code[..code.len() - 20]);
    assert!(tailless == content && holes == 1);
    let frames = foretell::inspect(&code[..], &Limits::default()).unwrap();
    let third = &frames[0].segments[2];
    let (start, end) = (third.offset as usize, (third.offset + third.coded_bytes) as usize);
    let cut_out = [&code[..start], &code[end..]].concat();
    let (rest, holes) = recovered(&cut_out);
    assert!(rest == [&content[..1000], &content[1500..]].concat());
    assert!(holes >= 1);
}

#[test]
fn a_compressed_file_inside_a_damaged_one_is_not_mistaken_for_a_part_of_it() {
    let inner = compress(&content(2000), &options(300));
    let whole = [&inner[..], &inner].concat();
    let mut code = compress(&whole, &options(400));
    let frames = foretell::inspect(&code[..], &Limits::default()).unwrap();
    let second = frames[0].segments[1].offset as usize;
    code[second + 30] ^= 1;
    let (rest, holes) = recovered(&code);
    assert!(holes >= 1);
    assert!(is_in_pieces(&rest, &whole, 400), "{} bytes", rest.len());
}

/// Segments of a block each that belong nowhere, where `starts` say that they do.
fn strays(starts: impl IntoIterator<Item = (u64, u64)>) -> Vec<u8> {
    let mut code = Vec::new();
    for (number, raw_offset) in starts {
        let start = SegmentStart::Later { number, raw_offset };
        SegmentHeader::new(start, 1, Vec::new(), 0).write(&mut code);
        let header = BlockHeader {
            kind: BlockKind::Stored,
            raw_bytes: 1,
            transforms: Vec::new(),
            model_bytes: 1,
            coded_bytes: 1,
            check: block_check(BlockKind::Stored, b"x", b"x"),
        };
        header.write(&mut code);
        code.push(b'x');
    }
    code
}

#[test]
fn segments_at_the_end_of_all_numbers_end_there() {
    let mut code = compress(b"content", &options(700));
    code.truncate(code.len() - 5);
    code.extend(strays([(u64::MAX, u64::MAX - 1), (u64::MAX, u64::MAX), (u64::MAX, u64::MAX)]));
    let (rest, holes) = recovered(&code);
    assert!(rest.starts_with(b"contentx") && holes > 0);
}

#[test]
fn a_file_full_of_false_starts_is_read_a_few_times() {
    let mut code = compress(b"content", &options(700));
    code.truncate(code.len() - 5);
    code.extend(strays((0..20_000).rev().map(|number| (number, 2 * number + 100))));
    let mut read_bytes = 0;
    let file = Counted(Cursor::new(&code), &mut read_bytes);
    recover(&mut { file }, &mut Vec::new(), &Limits::default()).unwrap();
    let times = read_bytes / code.len() as u64;
    assert!(times < 1000, "read {times} times");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_range_is_that_part_of_the_content(
        count in 0usize..4000,
        segment_bytes in 1u64..2000,
        ends in any::<(prop::sample::Index, prop::sample::Index)>(),
        threads in 1usize..4,
    ) {
        let content = content(count);
        let code = compress(&content, &options(segment_bytes));
        let (a, b) = (ends.0.index(count + 1), ends.1.index(count + 1));
        let (start, end) = (a.min(b), a.max(b));
        let part = range_of(&code, (start as u64, end as u64), threads).unwrap();
        prop_assert!(part == content[start..end]);
    }

    #[test]
    fn damage_takes_no_more_than_its_segments(
        at in any::<prop::sample::Index>(),
        damage in proptest::collection::vec(any::<u8>(), 1..=16),
        way in 0..3,
    ) {
        let content = content(6000);
        let code = compress(&content, &options(700));
        let start = at.index(code.len());
        let end = (start + damage.len()).min(code.len());
        let damaged = match way {
            0 => [&code[..start], &damage[..end - start], &code[end..]].concat(),
            1 => [&code[..start], &damage[..], &code[start..]].concat(),
            _ => [&code[..start], &code[end..]].concat(),
        };
        let (rest, holes) = recovered(&damaged);
        prop_assert_eq!(holes == 0, damaged == code);
        prop_assert!(is_in_pieces(&rest, &content, 700));
        // Sixteen bytes touch at most two segments.
        prop_assert!(rest.len() + 1400 >= content.len(), "{} bytes left", rest.len());
    }
}
