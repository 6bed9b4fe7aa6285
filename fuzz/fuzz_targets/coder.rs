//! Our coder of bits and symbols against constriction's own: no longer a code for the same
//! steps, each decodes the other's, and the same comes from arbitrary code.

#![no_main]

use constriction::stream::{
    Decode, Encode,
    queue::{RangeDecoder, RangeEncoder},
};
use foretell::coding::{BitDecoder, BitEncoder, BitSink, BitSource, Cumulative, Probability};
use libfuzzer_sys::{
    arbitrary::{self, Arbitrary},
    fuzz_target,
};

#[derive(Arbitrary, Debug)]
struct Case<'a> {
    steps: Vec<RawStep>,
    code: &'a [u8],
}

#[derive(Arbitrary, Debug)]
enum RawStep {
    Bit(bool, u16),
    Symbol(u8, [u8; 15]),
}

/// What is coded, and how likely it was said to be.
enum Step {
    Bit(bool, Probability),
    Symbol(usize, Cumulative),
}

impl From<&RawStep> for Step {
    fn from(raw: &RawStep) -> Self {
        match *raw {
            RawStep::Bit(bit, p) => Self::Bit(bit, Probability::from_u16_clamped(p.into())),
            RawStep::Symbol(symbol, widths) => {
                let mut start = 0;
                let bounds = std::array::from_fn(|s| {
                    start += if s == 0 { 0 } else { 1 + u16::from(widths[s - 1]).pow(2) / 16 };
                    start
                });
                let cumulative = Cumulative::new(bounds).expect("they rise");
                Self::Symbol(usize::from(symbol) % Cumulative::SYMBOLS, cumulative)
            }
        }
    }
}

/// What the decoder of the project gives in place of a step.
fn ours(decoder: &mut BitDecoder, step: &Step) -> usize {
    match step {
        Step::Bit(_, p) => decoder.take(*p).into(),
        Step::Symbol(_, cumulative) => decoder.take_symbol(cumulative),
    }
}

/// What constriction's decoder gives, `None` for code that no encoder gives.
fn theirs(
    decoder: &mut RangeDecoder<
        u32,
        u64,
        impl constriction::backends::ReadWords<u32, constriction::Queue>,
    >,
    step: &Step,
) -> Option<usize> {
    match step {
        Step::Bit(_, p) => decoder.decode_symbol(*p).ok().map(usize::from),
        Step::Symbol(_, cumulative) => decoder.decode_symbol(*cumulative).ok(),
    }
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
    let steps: Vec<Step> = case.steps.iter().map(Step::from).collect();
    let (mut encoder, mut their_encoder) = (BitEncoder::new(), RangeEncoder::<u32, u64>::new());
    for step in &steps {
        match step {
            Step::Bit(bit, p) => {
                encoder.put(*bit, *p);
                their_encoder.encode_symbol(*bit, *p).expect("both bits are possible");
            }
            Step::Symbol(symbol, cumulative) => {
                encoder.put_symbol(*symbol, cumulative);
                their_encoder.encode_symbol(*symbol, *cumulative).expect("all are possible");
            }
        }
    }
    let code = encoder.finish();
    let their_code: Vec<u8> = their_encoder
        .into_compressed()
        .expect("a Vec takes any word")
        .iter()
        .flat_map(|word| word.to_le_bytes())
        .collect();
    assert!(code.len() <= their_code.len());
    let (mut of_ours, mut of_theirs) = (BitDecoder::new(&code), BitDecoder::new(&their_code));
    let mut decoder = RangeDecoder::<u32, u64, _>::from_compressed(words(&code)).expect("its code");
    for step in &steps {
        let coded = match step {
            Step::Bit(bit, _) => usize::from(*bit),
            Step::Symbol(symbol, _) => *symbol,
        };
        assert_eq!((ours(&mut of_ours, step), ours(&mut of_theirs, step)), (coded, coded));
        assert_eq!(theirs(&mut decoder, step), Some(coded));
    }

    let mut of_any = BitDecoder::new(case.code);
    let their_decoder = RangeDecoder::<u32, u64, _>::from_compressed(words(case.code));
    let mut their_decoder = their_decoder.expect("any words are taken");
    for step in &steps {
        let given = ours(&mut of_any, step);
        match theirs(&mut their_decoder, step) {
            Some(their_given) => assert_eq!(given, their_given),
            // It tells code that no encoder gives; ours leaves that to the block's check.
            None => break,
        }
    }
});
