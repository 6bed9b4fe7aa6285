//! How far estimates are from the truth: every estimator on the sources of known entropy
//! rate, as Markdown tables. Prints `docs/estimators.md`'s tables; takes minutes.
//!
//! `cargo bench --bench estimators` prints all; two numbers behind `--` are the smallest and
//! the largest sample.

use foretell::{
    measure::{
        self, Estimate, Repetitions, Spectrum, batch_means, conditional_entropy_error,
        count_orders, jackknife_error,
    },
    models::{Level, Model},
    sources::{SOURCES, Source},
};

/// Sample sizes, and how many seeds there are of each.
const SIZES: [(usize, u64); 5] =
    [(1_000, 100), (10_000, 100), (100_000, 100), (1_000_000, 100), (10_000_000, 100)];
/// Symbols of all seeds together at most for estimators that take long; one seed at least.
const SLOW_SYMBOLS: u64 = 10_000_000;
/// Classes of a symbol.
const ALPHABET: f64 = 256.0;
/// The one that is an upper bound.
const BOUND: &str = "level 5, a bound";

/// Estimates of one estimator over seeds.
struct Row {
    name: String,
    truth: f64,
    estimates: Vec<Estimate>,
}

fn main() {
    let numbers = std::env::args().filter_map(|argument| argument.parse::<usize>().ok());
    let limits: Vec<usize> = numbers.collect();
    let is_asked = |n: usize| match limits[..] {
        [least, most] => (least..=most).contains(&n),
        _ => true,
    };
    let sizes = SIZES.into_iter().filter(|&(n, _)| is_asked(n));
    println!("| source | n | estimator | truth | bias | s.d. | stated error | inside ± 2 errors |");
    println!("|:--|--:|:--|--:|--:|--:|--:|--:|");
    for source in &SOURCES {
        for (n, seeds) in sizes.clone() {
            for row in rows(source, n, seeds) {
                print(source, n, &row);
            }
        }
    }
}

fn print(source: &Source, n: usize, row: &Row) {
    let seeds = row.estimates.len() as f64;
    let mean = |of: &dyn Fn(&Estimate) -> f64| row.estimates.iter().map(of).sum::<f64>() / seeds;
    let value = mean(&|estimate| estimate.value);
    let spread = mean(&|estimate| (estimate.value - value).powi(2)).sqrt();
    let error = mean(&|estimate| estimate.standard_error);
    // A code is longer than the rate on average: its error bounds it from one side.
    let distance = |e: &Estimate| match row.name.as_str() {
        BOUND => row.truth - e.value,
        _ => (e.value - row.truth).abs(),
    };
    let near = |e: &&Estimate| distance(e) <= 2.0 * e.standard_error;
    let inside = row.estimates.iter().filter(near).count();
    let (error, inside) = if error.is_finite() {
        (format!("{error:.5}"), format!("{inside} of {seeds}"))
    } else {
        ("–".to_owned(), "–".to_owned())
    };
    let spread = if seeds > 1.0 { format!("{spread:.5}") } else { "–".to_owned() };
    println!(
        "| {} | 10^{:.0} | {} | {:.4} | {:+.5} | {spread} | {error} | {inside} |",
        source.name,
        (n as f64).log10(),
        row.name,
        row.truth,
        value - row.truth,
    );
}

/// The order whose conditional entropy is estimated: that of the source, or 2.
fn order(source: &Source) -> usize {
    match source.name {
        "bernoulli" | "geometric" => 0,
        "markov1" => 1,
        _ => 2,
    }
}

fn rows(source: &Source, n: usize, seeds: u64) -> Vec<Row> {
    let order = order(source);
    let conditional = source.conditional_entropies[order];
    let mut rows: Vec<Row> = Vec::new();
    let mut add = |name: String, truth: f64, value: f64, standard_error: f64| {
        let estimate = Estimate { value, standard_error };
        match rows.iter_mut().find(|row| row.name == name) {
            Some(row) => row.estimates.push(estimate),
            None => rows.push(Row { name, truth, estimates: vec![estimate] }),
        }
    };
    for seed in 1..=seeds {
        let bytes: Vec<u8> = source.symbols(seed).take(n).collect();
        let counts = &count_orders(&[&bytes], order)[order];
        let error = conditional_entropy_error(&bytes, order);
        if order > 0 {
            add(format!("plug-in H_{order}"), conditional, counts.conditional_entropy(), f64::NAN);
        }
        let corrected = counts.conditional_miller_madow();
        add(format!("Miller–Madow H_{order}"), conditional, corrected, error);
        if order == 0 {
            for (name, value, error) in singles(&counts.transitions) {
                add(name.to_owned(), conditional, value, error);
            }
        }
        if seed * n as u64 <= SLOW_SYMBOLS || seed == 1 {
            for (name, value, error) in rates(&bytes) {
                add(name.to_owned(), source.entropy_rate, value, error);
            }
        }
    }
    rows
}

/// Estimators of the entropy of independent symbols, with jackknifed errors, bias included.
fn singles(sample: &Spectrum) -> Vec<(&'static str, f64, f64)> {
    let jackknifed =
        |name, of: fn(&Spectrum) -> f64| (name, of(sample), jackknife_error(sample, of));
    let (corrected, error) = measure::jackknife(sample, measure::plug_in);
    // Their terms alternate with the parity of counts, where the jackknife means nothing.
    let spread = |name, of: fn(&Spectrum) -> f64| (name, of(sample), error);
    let posterior = measure::nsb(sample, ALPHABET);
    vec![
        jackknifed("plug-in", measure::plug_in),
        jackknifed("Miller–Madow", measure::miller_madow),
        ("jackknife", corrected, error),
        jackknifed("Chao–Shen", measure::chao_shen),
        spread("Grassberger 1988", measure::grassberger_1988),
        spread("Grassberger 2003", measure::grassberger_2003),
        jackknifed("James–Stein", |sample| measure::james_stein(sample, ALPHABET)),
        ("NSB", posterior.mean_bits, posterior.deviation_bits),
    ]
}

/// Estimators of the entropy rate.
fn rates(bytes: &[u8]) -> Vec<(&'static str, f64, f64)> {
    let repetitions = Repetitions::of(bytes).expect("samples are short");
    let mut costs = measure::ByteCosts::new();
    Model::new(&Level::DEFAULT.spec().fitted(bytes.len() as u64)).encode(bytes, &mut costs);
    let costs: Vec<f64> = costs.costs().iter().map(|&cost| f64::from(cost)).collect();
    let cost = batch_means(&costs, 32);
    vec![
        ("LZ76 phrases", repetitions.lz76_rate(), f64::NAN),
        ("LZ78 phrases", measure::lz78_rate(bytes), f64::NAN),
        ("match lengths", repetitions.match_length_rate(), f64::NAN),
        (BOUND, cost.value, cost.standard_error),
    ]
}
