//! Our coder of single bits against constriction's own: the same code from the same bits, and
//! the same bits from sound and from arbitrary code.

#![no_main]

use constriction::stream::{
    Decode, Encode,
    queue::{RangeDecoder, RangeEncoder},
};
use foretell::coding::{BitDecoder, BitEncoder, BitSink, BitSource, Probability};
use libfuzzer_sys::{
    arbitrary::{self, Arbitrary},
    fuzz_target,
};

#[derive(Arbitrary, Debug)]
struct Case<'a> {
    steps: Vec<(bool, u16)>,
    code: &'a [u8],
}

fn words(code: &[u8]) -> Vec<u32> {
    let word = |bytes: &[u8]| {
        let mut word = [0; 4];
        word[..bytes.len()].copy_from_slice(bytes);
        u32::from_le_bytes(word)
    };
    code.chunks(4).map(word).collect()
}

fuzz_target!(|case: Case<'_>| {
    let steps: Vec<_> = case
        .steps
        .iter()
        .map(|&(bit, p)| (bit, Probability::from_u16_clamped(p.into())))
        .collect();
    let (mut encoder, mut theirs) = (BitEncoder::new(), RangeEncoder::<u32, u64>::new());
    for &(bit, p) in &steps {
        encoder.put(bit, p);
        theirs.encode_symbol(bit, p).expect("both bits are possible");
    }
    let code = encoder.finish();
    assert_eq!(words(&code), theirs.into_compressed().expect("a Vec takes any word"));
    let mut ours = BitDecoder::new(&code);
    let mut theirs = RangeDecoder::<u32, u64, _>::from_compressed(words(&code)).expect("its code");
    for &(bit, p) in &steps {
        assert_eq!(ours.take(p), bit);
        assert_eq!(theirs.decode_symbol(p).ok(), Some(bit));
    }

    let mut ours = BitDecoder::new(case.code);
    let theirs = RangeDecoder::<u32, u64, _>::from_compressed(words(case.code));
    let mut theirs = theirs.expect("any words are taken");
    for &(_, p) in &steps {
        let bit = ours.take(p);
        match theirs.decode_symbol(p) {
            Ok(their_bit) => assert_eq!(bit, their_bit),
            // It tells code that no encoder gives; ours leaves that to the block's check.
            Err(_) => break,
        }
    }
});
