//! Models without a coder: nanoseconds per byte to predict and to learn.

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use foretell::{
    coding::{BitSink, Probability},
    models::{Level, Model, ModelSpec},
};

const TEXT: &str = include_str!("../src/container/FORMAT.md");

/// Takes predictions and forgets them.
struct Sink;

impl BitSink for Sink {
    fn put(&mut self, _: bool, p: Probability) {
        std::hint::black_box(p);
    }
}

/// Times one model, made anew for each pass, on the text.
fn model(criterion: &mut Criterion, group: &str, name: &str, spec: &ModelSpec) {
    let mut group = criterion.benchmark_group(group);
    group.throughput(Throughput::Bytes(TEXT.len() as u64)).sample_size(10);
    group.bench_function(name, |bencher| {
        bencher.iter_batched_ref(
            || Model::new(spec),
            |model| model.encode(TEXT.as_bytes(), &mut Sink),
            BatchSize::PerIteration,
        );
    });
    group.finish();
}

fn orders(criterion: &mut Criterion) {
    for order in 0..=6 {
        let spec = ModelSpec::Order { order, log2_slots: 20 };
        model(criterion, "order", &order.to_string(), &spec);
    }
}

/// The same work on tables that fit a cache less and less: what is left is the lookup.
fn lookup(criterion: &mut Criterion) {
    for log2_slots in [12, 16, 20, 24] {
        let spec = ModelSpec::Order { order: 3, log2_slots };
        model(criterion, "lookup", &format!("2^{log2_slots} slots"), &spec);
    }
}

fn levels(criterion: &mut Criterion) {
    for number in 1..=9 {
        let level = Level::new(number).expect("levels are 1 to 9");
        let spec = level.spec().fitted(TEXT.len() as u64);
        model(criterion, "level", &number.to_string(), &spec);
    }
}

criterion_group!(benches, orders, lookup, levels);
criterion_main!(benches);
