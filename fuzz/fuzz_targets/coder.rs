//! Our coder of single bits against constriction's own: no longer a code for the same bits,
//! each decodes the other's, and the same bits come from arbitrary code.

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

/// The words of `code`, the last one perhaps without its low bytes, and zeros behind them.
fn words(code: &[u8]) -> Vec<u32> {
    let word = |bytes: &[u8]| {
        let mut word = [0; 4];
        word[4 - bytes.len()..].copy_from_slice(bytes);
        u32::from_le_bytes(word)
    };
    code.chunks(4).map(word).chain([0; 2]).collect()
}

fuzz_target!(|case: Case<'_>| {
    let steps: Vec<_> =
        case.steps.iter().map(|&(bit, p)| (bit, Probability::from_u16_clamped(p.into()))).collect();
    let (mut encoder, mut theirs) = (BitEncoder::new(), RangeEncoder::<u32, u64>::new());
    for &(bit, p) in &steps {
        encoder.put(bit, p);
        theirs.encode_symbol(bit, p).expect("both bits are possible");
    }
    let code = encoder.finish();
    let their_code: Vec<u8> = theirs
        .into_compressed()
        .expect("a Vec takes any word")
        .iter()
        .flat_map(|word| word.to_le_bytes())
        .collect();
    assert!(code.len() <= their_code.len());
    let (mut ours, mut ours_of_theirs) = (BitDecoder::new(&code), BitDecoder::new(&their_code));
    let mut theirs = RangeDecoder::<u32, u64, _>::from_compressed(words(&code)).expect("its code");
    for &(bit, p) in &steps {
        assert_eq!((ours.take(p), ours_of_theirs.take(p)), (bit, bit));
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
