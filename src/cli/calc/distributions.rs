//! Entropies and divergences of given distributions, term by term.

use super::{arguments::Numbers, information, numbers, pure_numbers, report_of};
use crate::{
    cli::failure::Failure,
    measure::{self, Joint},
    report::{Column, Report, Table},
};
use clap::Args;
use std::f64::consts::LN_2;

/// Arguments of `foretell calc entropy`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  foretell calc entropy 0.5,0.25,0.25
  foretell calc entropy 1/6,1/6,1/6,1/6,1/6,1/6
  foretell calc entropy 0.5 0.5
  echo 12 7 1 | foretell calc entropy -")]
pub(super) struct EntropyArgs {
    /// Probabilities or counts.
    #[command(flatten)]
    p: Numbers,
    #[command(flatten)]
    scaling: Scaling,
}

/// What becomes of probabilities that do not add up to 1.
#[derive(Debug, Args)]
pub(super) struct Scaling {
    /// Divide what does not add up to 1 by its sum; counts are in any case
    #[arg(long)]
    scale: bool,
}

/// Arguments of `foretell calc coin`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  foretell calc coin 0.11
  foretell calc coin   the whole curve")]
pub(super) struct CoinArgs {
    /// Probability of heads; without it the curve from 0 to 1
    #[arg(value_name = "P", allow_negative_numbers = true)]
    p: Option<String>,
}

/// Arguments of `foretell calc divergence`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  foretell calc divergence 0.5,0.5 0.9,0.1
  foretell calc divergence 0.4,0.3,0.2,0.1 0.1,0.1,0.1,0.7
  foretell calc divergence 1,1 1,0 --floor 1e-12")]
pub(super) struct DivergenceArgs {
    /// Probabilities or counts of P, the truth
    #[arg(value_name = "P,P,…", allow_hyphen_values = true)]
    p: String,
    /// Probabilities or counts of Q, the model, of the same classes
    #[arg(value_name = "Q,Q,…", allow_hyphen_values = true)]
    q: String,
    /// Show too what comes out where nothing of Q, or of P, is taken for less than EPSILON
    #[arg(long, value_name = "EPSILON", allow_negative_numbers = true)]
    floor: Option<f64>,
    #[command(flatten)]
    scaling: Scaling,
}

/// Arguments of `foretell calc joint`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  foretell calc joint '0.25,0.25; 0,0.5'
  foretell calc joint - < table.csv")]
pub(super) struct JointArgs {
    /// Probabilities or counts: a row for each x, apart by ; or line breaks; - reads
    /// standard input
    #[arg(value_name = "TABLE", allow_hyphen_values = true)]
    table: String,
    #[command(flatten)]
    scaling: Scaling,
}

const SCALED: &str = "The numbers do not add up to 1: they were divided by their sum.";

/// Entropy of one distribution.
pub(super) fn entropies(args: &EntropyArgs) -> Result<Report, Failure> {
    let (p, scaled) = numbers::distribution(&args.p.list()?, args.scaling.scale)?;
    let columns = vec![
        Column::count("class", "class", ""),
        Column::number("p", "p", "", 6),
        Column::number("surprise_bits", "surprise −log₂ p", "bits", 6),
        Column::number("term_bits", "term −p log₂ p", "bits", 6),
    ];
    let mut terms = Table::new("terms", "", columns);
    for (class, &p) in (1_u64..).zip(&p) {
        let surprise = measure::surprise(p);
        let term = if p > 0.0 { p * surprise } else { 0.0 };
        terms.push(vec![class.into(), p.into(), surprise.into(), term.into()]);
    }
    let entropy = measure::entropy(&p);
    let uniform = measure::entropy(&vec![1.0 / p.len() as f64; p.len()]);
    let results = information(&[
        ("entropy H(P), the sum of the terms", entropy),
        ("most that as many classes can have, log K", uniform),
        ("min-entropy −log max p", measure::min_entropy(&p)),
        ("collision (Rényi-2) entropy −log Σ p²", measure::renyi_entropy(&p, 2.0)),
    ]);
    let choices = pure_numbers(&[
        ("perplexity 2^H: equally likely choices", measure::perplexity(entropy)),
        ("classes", p.len() as f64),
    ]);
    let mut report = report_of([terms, results, choices]);
    if scaled {
        report.note(SCALED);
    }
    Ok(report)
}

/// Divergences of two distributions.
pub(super) fn divergences(args: &DivergenceArgs) -> Result<Report, Failure> {
    let scale = args.scaling.scale;
    let (p, p_scaled) = numbers::distribution(&numbers::list(&args.p)?, scale)?;
    let (q, q_scaled) = numbers::distribution(&numbers::list(&args.q)?, scale)?;
    if p.len() != q.len() {
        let (p, q) = (p.len(), q.len());
        return Err(Failure::usage(format_args!(
            "P has {p} classes and Q has {q}: give both the same classes in the same order"
        )));
    }
    let mut report = report_of([divergence_terms(&p, &q), between(&p, &q), distances(&p, &q)]);
    for (one, other, names) in [(&p, &q, "PQ"), (&q, &p, "QP")] {
        let (allows, forbids) = names.split_at(1);
        if let Some(class) = measure::impossible_outcome(one, other) {
            report.note(format!(
                "KL({allows}‖{forbids}) is infinite: class {} is possible under {allows} and \
                 impossible under {forbids}. Smoothing {forbids}, not {allows}, makes it finite.",
                class + 1
            ));
        }
        if let Some(sentence) = floored(one, other, names, args.floor)? {
            report.note(sentence);
        }
    }
    if p_scaled || q_scaled {
        report.note(SCALED);
    }
    Ok(report)
}

/// What a program says of KL(P‖Q) that takes nothing of Q for less than `floor`, if that is
/// something else.
fn floored(
    p: &[f64],
    q: &[f64],
    names: &str,
    floor: Option<f64>,
) -> Result<Option<String>, Failure> {
    let Some(floor) = floor else { return Ok(None) };
    if floor.is_nan() || floor <= 0.0 || floor >= 1.0 {
        return Err(Failure::usage("a floor is a small number above 0, like 1e-12"));
    }
    let [exact, shown] = [q, &measure::floored(q, floor)].map(|q| measure::kl_divergence(p, q));
    let (p, q) = names.split_at(1);
    Ok((shown < exact).then(|| {
        format!(
            "With nothing of {q} below {floor:e}, KL({p}‖{q}) comes out as {shown:.6} bits; \
             exactly it is {exact:.6}."
        )
    }))
}

/// Entropies and divergences, in units of information.
fn between(p: &[f64], q: &[f64]) -> Table {
    let middle: Vec<f64> = p.iter().zip(q).map(|(p, q)| f64::midpoint(*p, *q)).collect();
    information(&[
        ("H(P)", measure::entropy(p)),
        ("H(Q)", measure::entropy(q)),
        ("cross-entropy H(P, Q): outcomes of P in a code for Q", measure::cross_entropy(p, q)),
        ("cross-entropy H(Q, P)", measure::cross_entropy(q, p)),
        ("KL(P‖Q), forward (mode-covering): H(P, Q) − H(P)", measure::kl_divergence(p, q)),
        ("KL(Q‖P), reverse (mode-seeking): H(Q, P) − H(Q)", measure::kl_divergence(q, p)),
        ("H of the even mixture of both", measure::entropy(&middle)),
        ("Jensen–Shannon: that − (H(P) + H(Q))/2", measure::jensen_shannon(p, q)),
        ("Rényi divergence of order 2 of P from Q", measure::renyi_divergence(p, q, 2.0)),
    ])
}

/// Distances and other pure numbers.
fn distances(p: &[f64], q: &[f64]) -> Table {
    let forward = measure::kl_divergence(p, q);
    pure_numbers(&[
        ("√JS (of bits), a metric", measure::jensen_shannon(p, q).sqrt()),
        ("total variation", measure::total_variation(p, q)),
        ("Pinsker: it is at most √(KL(P‖Q) / 2 in nats)", measure::pinsker_bound(forward)),
        ("Hellinger", measure::hellinger(p, q)),
        ("χ²(P‖Q)", measure::chi_squared(p, q)),
        ("Wasserstein-1, classes one apart", measure::wasserstein_1(p, q)),
        ("perplexity of P under Q, 2^H(P, Q)", measure::perplexity(measure::cross_entropy(p, q))),
    ])
}

/// Entropy of a coin, or the curve of it.
pub(super) fn coin(args: &CoinArgs) -> Result<Report, Failure> {
    let points = match &args.p {
        Some(p) => vec![numbers::number(p)?],
        None => (0..=20).map(|step| f64::from(step) / 20.0).collect(),
    };
    if points.iter().any(|p| !(0.0..=1.0).contains(p)) {
        return Err(Failure::usage("a probability is between 0 and 1"));
    }
    let columns = vec![
        Column::number("p", "p", "", 4),
        Column::number("entropy_bits", "H(p)", "bits", 6),
        Column::number("entropy_nats", "H(p)", "nats", 6),
        Column::text("bar", "0 to 1 bit"),
    ];
    let mut table = Table::new("coin", "", columns);
    for p in points {
        let bits = measure::binary_entropy(p);
        let bar = "█".repeat((bits * 40.0).round() as usize);
        table.push(vec![p.into(), bits.into(), (bits * LN_2).into(), bar.into()]);
    }
    Ok(report_of([table]))
}

fn divergence_terms(p: &[f64], q: &[f64]) -> Table {
    let columns = vec![
        Column::count("class", "class", ""),
        Column::number("p", "p", "", 6),
        Column::number("q", "q", "", 6),
        Column::number("forward_term_bits", "p log₂ p/q", "bits", 6),
        Column::number("reverse_term_bits", "q log₂ q/p", "bits", 6),
    ];
    let mut terms = Table::new("terms", "", columns);
    let term = |p: f64, q: f64| {
        if p > 0.0 { p * (measure::surprise(q) - measure::surprise(p)) } else { 0.0 }
    };
    for (class, (&p, &q)) in (1_u64..).zip(p.iter().zip(q)) {
        terms.push(vec![class.into(), p.into(), q.into(), term(p, q).into(), term(q, p).into()]);
    }
    terms
}

/// Entropies of a table of two variables.
pub(super) fn joint(args: &JointArgs) -> Result<Report, Failure> {
    let rows = numbers::rows(&args.table)?;
    let scaled = numbers::distribution(&rows.concat(), args.scaling.scale)?.1;
    let joint = Joint::new(rows).ok_or_else(|| {
        Failure::usage("the rows of the table must have equally many numbers of at least 0")
    })?;
    let (x, y) = (measure::entropy(&joint.marginal_x()), measure::entropy(&joint.marginal_y()));
    let (both, information_shared) = (joint.entropy(), joint.mutual_information());
    let results = information(&[
        ("H(X), rows", x),
        ("H(Y), columns", y),
        ("joint entropy H(X, Y)", both),
        ("conditional entropy H(Y | X) = H(X, Y) − H(X)", joint.conditional_entropy()),
        ("conditional entropy H(X | Y) = H(X, Y) − H(Y)", both - y),
        ("mutual information I(X; Y) = H(X) + H(Y) − H(X, Y)", information_shared),
    ]);
    let smaller = x.min(y);
    let share = if smaller > 0.0 { information_shared / smaller } else { 0.0 };
    let pure = pure_numbers(&[("I(X; Y) / min(H(X), H(Y))", share)]);
    let mut report = report_of([results, pure]);
    if scaled {
        report.note(SCALED);
    }
    Ok(report)
}
