//! Headers: what is read is written back byte for byte, and what is written is read back.

#![no_main]

use foretell::{
    container::{FrameReader, Mark, SegmentHeader, SegmentStart},
    models::ModelSpec,
};
use libfuzzer_sys::{
    arbitrary::{self, Arbitrary},
    fuzz_target,
};

#[derive(Arbitrary, Debug)]
struct Fields<'a> {
    sizes: Option<(Option<u64>, Option<u64>)>,
    number: u64,
    raw_offset: u64,
    block_kib: u64,
    spec: &'a [u8],
    model_kib: u64,
    bytes: &'a [u8],
}

fuzz_target!(|fields: Fields<'_>| {
    if let Some(header) = SegmentHeader::at_start(fields.bytes, 0) {
        let mut again = Vec::new();
        header.write(&mut again);
        assert!(fields.bytes.starts_with(&again));
    }
    let mut rest = fields.bytes;
    let mut reader = FrameReader::new();
    while let Ok(Some(mark)) = reader.next(&mut rest) {
        if matches!(mark, Mark::Block(_)) && !reader.skip_payload(&mut rest) {
            break;
        }
    }
    if let Ok(spec) = ModelSpec::from_bytes(fields.spec) {
        assert_eq!(spec.to_bytes(), fields.spec);
        let _ = (spec.memory_bytes(), spec.fitted(fields.number));
    }
    let start = match fields.sizes {
        Some((content_bytes, segment_bytes)) => {
            SegmentStart::Frame { content_bytes, segment_bytes }
        }
        None => SegmentStart::Later { number: fields.number, raw_offset: fields.raw_offset },
    };
    let spec = fields.spec[..fields.spec.len().min(255)].to_vec();
    let header = SegmentHeader::new(
        start,
        (fields.block_kib % (1 << 20)) << 10,
        spec,
        (fields.model_kib % (1 << 53)) << 10,
    );
    let mut written = Vec::new();
    header.write(&mut written);
    assert!(written.len() <= SegmentHeader::MAX_BYTES);
    assert_eq!(SegmentHeader::at_start(&written, 0), Some(header));
});
