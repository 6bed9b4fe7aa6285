//! The coding layer alone: nanoseconds per binary decision.

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use foretell::coding::{BitDecoder, BitEncoder, BitSink, BitSource, CostMeter, Probability};

const BITS: u64 = 1 << 20;

/// Bits that come as foretold, and their probabilities: from nearly certain to even.
fn foretold() -> Vec<(bool, Probability)> {
    let mut state = 1_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state >> 16
    };
    let bit = |_| {
        let p = Probability::from_u16_clamped(((next() * next()) >> 16) as i32);
        (next() < u32::from(p.to_u16()), p)
    };
    (0..BITS).map(bit).collect()
}

fn put_all(sink: &mut impl BitSink, bits: &[(bool, Probability)]) {
    for &(bit, p) in bits {
        sink.put(bit, p);
    }
}

fn coder(criterion: &mut Criterion) {
    let bits = foretold();
    let mut encoder = BitEncoder::new();
    put_all(&mut encoder, &bits);
    let code = encoder.finish();
    let mut group = criterion.benchmark_group("coder");
    group.throughput(Throughput::Elements(BITS));
    group.bench_function("encode", |bencher| {
        bencher.iter_batched_ref(
            BitEncoder::new,
            |encoder| put_all(encoder, &bits),
            BatchSize::LargeInput,
        );
    });
    group.bench_function("decode", |bencher| {
        bencher.iter_batched_ref(
            || BitDecoder::new(&code),
            |decoder| bits.iter().filter(|&&(_, p)| decoder.take(p)).count(),
            BatchSize::LargeInput,
        );
    });
    group.bench_function("measure", |bencher| {
        bencher.iter(|| {
            let mut meter = CostMeter::new();
            put_all(&mut meter, &bits);
            meter.bits()
        });
    });
    group.finish();
}

criterion_group!(benches, coder);
criterion_main!(benches);
