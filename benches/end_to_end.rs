//! Whole frames: bytes per second both ways.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use foretell::{Limits, Options, compress, decompress, models::Level, sources::Source};

const TEXT: &str = include_str!("../src/container/FORMAT.md");

fn round_trip(criterion: &mut Criterion, name: &str, bytes: &[u8]) {
    for number in [1, 3, 5, 7, 9] {
        let options = Options::new(Level::new(number).expect("levels are 1 to 9"));
        let code = compress(bytes, &options);
        let mut group = criterion.benchmark_group(name);
        group.throughput(Throughput::Bytes(bytes.len() as u64)).sample_size(10);
        group.bench_function(format!("compress -{number}"), |bencher| {
            bencher.iter(|| compress(bytes, &options));
        });
        group.bench_function(format!("decompress -{number}"), |bencher| {
            bencher.iter(|| decompress(&code, &Limits::default()).expect("our own code"));
        });
        group.finish();
    }
}

fn end_to_end(criterion: &mut Criterion) {
    let markov = Source::find("markov2").expect("a source").bytes(50_000);
    round_trip(criterion, "text", TEXT.as_bytes());
    round_trip(criterion, "markov2", &markov);
}

criterion_group!(benches, end_to_end);
criterion_main!(benches);
