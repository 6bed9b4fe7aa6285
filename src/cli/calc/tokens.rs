//! Losses of language models, softmax, Gaussians: formulas on a few numbers.

use super::{information, numbers, pure_numbers, report_of};
use crate::{
    cli::{args::Unit, failure::Failure},
    measure::{self, Gaussian, GaussianMixture, PairCounts, Smoothing},
    report::{Cell, Column, Report, Table},
};
use clap::Args;

/// Arguments of `foretell calc softmax`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  foretell calc softmax 2,1.5,0.8,0.2 --target 1
  foretell calc softmax 2,1,0.1 --temperature 0.5 --smoothing 0.1 --target 1")]
pub(super) struct SoftmaxArgs {
    /// Logits, in nats
    #[arg(value_name = "LOGITS", allow_hyphen_values = true)]
    logits: String,
    /// Divides the logits; 0 picks the largest
    #[arg(long, value_name = "T", default_value_t = 1.0, allow_negative_numbers = true)]
    temperature: f64,
    /// The true class, counted from 1
    #[arg(long, value_name = "CLASS")]
    target: Option<usize>,
    /// Probability that label smoothing takes from the target, 0 to 1
    #[arg(long, value_name = "EPSILON", requires = "target", allow_negative_numbers = true)]
    smoothing: Option<f64>,
}

/// Arguments of `foretell calc convert`.
#[derive(Debug, Args)]
#[command(after_help = "\
A perplexity per token says how many tokens there were as much as how good the model
is: a tokenizer that cuts the text into half as many tokens squares it. Bits per byte
are the code length of the text itself, and compare across tokenizers.

Examples:
  foretell calc convert 3.2
  foretell calc convert 3.2 --tokens 1000 --bytes 4200
  foretell calc convert 1.1 --unit bits --tokens 4200 --bytes 4200")]
pub(super) struct ConvertArgs {
    /// Mean loss per token
    #[arg(value_name = "LOSS", allow_negative_numbers = true)]
    loss: f64,
    /// Unit of the loss
    #[arg(long, value_enum, default_value_t = Unit::Nats)]
    unit: Unit,
    /// Tokens that the loss is a mean of
    #[arg(long, value_name = "N", requires = "bytes", allow_negative_numbers = true)]
    tokens: Option<f64>,
    /// Bytes of the same text
    #[arg(long, value_name = "N", requires = "tokens", allow_negative_numbers = true)]
    bytes: Option<f64>,
    /// Characters of the same text
    #[arg(long, value_name = "N", requires = "tokens", allow_negative_numbers = true)]
    characters: Option<f64>,
}

/// Arguments of `foretell calc gauss`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  foretell calc gauss 0,1 1,2
  foretell calc gauss --rho 0.9
  foretell calc gauss --rho 0.9 --pairs 20000")]
pub(super) struct GaussArgs {
    /// Mean and standard deviation of P
    #[arg(value_name = "P", allow_hyphen_values = true, required_unless_present = "rho")]
    p: Option<String>,
    /// Mean and standard deviation of Q
    #[arg(value_name = "Q", allow_hyphen_values = true, required_unless_present = "rho")]
    q: Option<String>,
    /// Correlation of two jointly normal variables, −1 to 1
    #[arg(long, value_name = "RHO", allow_hyphen_values = true, conflicts_with_all = ["p", "q"])]
    rho: Option<f64>,
    /// With --rho: draw N pairs, and see what counting them in classes makes of it
    #[arg(long, value_name = "N", requires = "rho")]
    #[arg(value_parser = clap::value_parser!(u32).range(2..=10_000_000))]
    pairs: Option<u32>,
}

/// Arguments of `foretell calc infonce`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  foretell calc infonce --candidates 256 --loss 2.1")]
pub(super) struct ContrastArgs {
    /// Candidates, the positive one included
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    candidates: f64,
    /// Contrastive loss, in nats
    #[arg(long, value_name = "NATS", allow_negative_numbers = true)]
    loss: f64,
}

/// Probabilities of logits, and what the target costs.
pub(super) fn softmaxes(args: &SoftmaxArgs) -> Result<Report, Failure> {
    let logits = numbers::list(&args.logits)?;
    if args.temperature.is_nan() || args.temperature < 0.0 {
        return Err(Failure::usage("a temperature is at least 0"));
    }
    let p = measure::softmax(&logits, args.temperature);
    let columns = vec![
        Column::count("class", "class", ""),
        Column::number("logit_nats", "logit", "nats", 4),
        Column::number("p", "p", "", 6),
        Column::number("surprise_bits", "surprise", "bits", 6),
        Column::number("gradient", "slope of the loss p − y", "nats/nat", 6),
    ];
    let class_of = |target: usize| {
        let class = target.checked_sub(1).filter(|&class| class < p.len());
        class.ok_or_else(|| {
            Failure::usage(format_args!("there is no class {target}: they are 1 to {}", p.len()))
        })
    };
    let target = args.target.map(class_of).transpose()?;
    let scaled: Vec<f64> = logits.iter().map(|z| z / args.temperature).collect();
    let slopes = target.filter(|_| args.temperature > 0.0);
    let slopes = slopes.map(|target| measure::softmax_loss_gradient(&scaled, target));
    let mut terms = Table::new("terms", "", columns);
    for (class, (&logit, &p)) in logits.iter().zip(&p).enumerate() {
        let slope = slopes.as_ref().map(|slopes| slopes[class]);
        let surprise = measure::surprise(p);
        let number = (class as u64 + 1).into();
        terms.push(vec![number, logit.into(), p.into(), surprise.into(), slope.into()]);
    }
    let mut report = report_of([terms, information(&[("entropy H(P)", measure::entropy(&p))])]);
    if let Some(class) = target {
        let loss = measure::surprise(p[class]);
        report.push(information(&[("cross-entropy loss, −log p of the target", loss)]));
        report.push(pure_numbers(&[("perplexity", measure::perplexity(loss))]));
        if let Some(epsilon) = args.smoothing {
            report.push(smoothed(&p, class, epsilon)?);
        }
    }
    Ok(report)
}

/// The two ways in which label smoothing is written, and the loss under each.
fn smoothed(p: &[f64], target: usize, epsilon: f64) -> Result<Table, Failure> {
    if !(0.0..=1.0).contains(&epsilon) || p.len() < 2 {
        return Err(Failure::usage("smoothing takes 0 to 1 from a target of at least 2 classes"));
    }
    let columns = vec![
        Column::text("shares", "ε goes to"),
        Column::number("target_p", "target", "p", 6),
        Column::number("other_p", "each other", "p", 6),
        Column::number("loss_bits", "cross-entropy", "bits", 6),
        Column::number("least_loss_bits", "least possible", "bits", 6),
    ];
    let mut table = Table::new("smoothing", "Label smoothing, both ways", columns);
    let ways = [
        ("the K − 1 others: (1 − ε, ε/(K − 1))", Smoothing::Others),
        ("all K: (1 − ε + ε/K, ε/K)", Smoothing::All),
    ];
    for (name, way) in ways {
        let labels = way.distribution(p.len(), target, epsilon);
        table.push(vec![
            name.into(),
            labels[target].into(),
            labels[usize::from(target == 0)].into(),
            measure::cross_entropy(&labels, p).into(),
            measure::entropy(&labels).into(),
        ]);
    }
    Ok(table)
}

/// One loss in every unit.
pub(super) fn convert(args: &ConvertArgs) -> Result<Report, Failure> {
    let counts = [args.tokens, args.bytes, args.characters];
    if args.loss.is_nan() || args.loss < 0.0 || counts.into_iter().flatten().any(|n| n <= 0.0) {
        return Err(Failure::usage("a loss is at least 0, and counts are above 0"));
    }
    let bits = args.loss / args.unit.per_bit();
    let tokens = args.tokens.unwrap_or(1.0);
    let columns = vec![
        Column::text("per", "per"),
        Column::number("count", "count", "", 0),
        Column::number("bits", "loss", "bits", 6),
        Column::number("nats", "loss", "nats", 6),
        Column::number("perplexity", "perplexity", "choices", 4),
        Column::number("p", "p of the truth", "geom. mean", 6),
    ];
    let mut table = Table::new("loss", "One code length in different units", columns);
    let symbols = [("token", args.tokens), ("byte", args.bytes), ("character", args.characters)];
    for (symbol, count) in symbols {
        if count.is_none() && symbol != "token" {
            continue;
        }
        let each = measure::bits_per_byte_of_tokens(bits, tokens, count.unwrap_or(1.0));
        table.push(vec![
            symbol.into(),
            Cell::from(count),
            each.into(),
            (each * Unit::Nats.per_bit()).into(),
            measure::perplexity(each).into(),
            (1.0 / measure::perplexity(each)).into(),
        ]);
    }
    let mut report = report_of([table]);
    if let Some(bytes) = args.bytes {
        report.note(format!(
            "An arithmetic coder driven by this model would make the {bytes:.0} bytes {:.0}.",
            (bits * tokens / 8.0).ceil()
        ));
    } else {
        report.note("With --tokens and --bytes of the same text this becomes bits per byte.");
    }
    report.note(
        "Perplexities per token do not compare between tokenizers: fewer, longer tokens each cost \
         more. Bits per byte do: they are the length of the same text in a code.",
    );
    Ok(report)
}

/// Two Gaussians, or a correlation.
pub(super) fn gaussians(args: &GaussArgs) -> Result<Report, Failure> {
    if let Some(rho) = args.rho {
        if !(-1.0..=1.0).contains(&rho) {
            return Err(Failure::usage("a correlation is between -1 and 1"));
        }
        let shared = measure::gaussian_mutual_information(rho);
        let exact = information(&[("I(X; Y) = −½ log (1 − ρ²)", shared)]);
        let drawn = args.pairs.map(|count| binned(rho, count as usize));
        let mut report = report_of([exact].into_iter().chain(drawn));
        if args.pairs.is_some() {
            report.note(
                "Few classes lose information, many classes count chance for it: trust rows in \
                 which both estimates agree.",
            );
        }
        return Ok(report);
    }
    let p = gaussian(args.p.as_deref().unwrap_or_default())?;
    let q = gaussian(args.q.as_deref().unwrap_or_default())?;
    let (one, other) = (GaussianMixture::from(p), GaussianMixture::from(q));
    Ok(report_of([
        information(&[
            ("h(P), differential", p.entropy()),
            ("h(Q), differential", q.entropy()),
            ("KL(P‖Q)", p.kl_divergence(q)),
            ("KL(Q‖P)", q.kl_divergence(p)),
            ("Jensen–Shannon, by quadrature", one.jensen_shannon(&other)),
        ]),
        pure_numbers(&[("Wasserstein-2, in the variable's unit", p.wasserstein_2(q))]),
    ]))
}

/// Mutual information of `count` drawn pairs, counted in more and more classes.
fn binned(rho: f64, count: usize) -> Table {
    let (x, y): (Vec<f64>, Vec<f64>) = measure::correlated_pairs(rho, count, 1).into_iter().unzip();
    let columns = vec![
        Column::count("bins", "classes each", ""),
        Column::number("plug_in_bits", "plug-in I", "bits", 6),
        Column::number("corrected_bits", "Miller–Madow", "bits", 6),
        Column::number("standard_error_bits", "± s.e.", "bits", 6),
    ];
    let title = format!("{count} pairs, in classes of equal counts");
    let mut table = Table::new("binned", title, columns);
    for bins in [2, 4, 8, 16, 32, 64, 128, 256] {
        let [x, y] = [&x, &y].map(|values| measure::equal_count_bins(values, bins));
        let pairs = PairCounts::of(x.into_iter().zip(y));
        table.push(vec![
            u64::from(bins).into(),
            pairs.mutual_information().into(),
            pairs.miller_madow_mutual_information().into(),
            pairs.mutual_information_error().into(),
        ]);
    }
    table
}

fn gaussian(text: &str) -> Result<Gaussian, Failure> {
    match numbers::list(text)?[..] {
        [mean, deviation] if deviation > 0.0 => Ok(Gaussian { mean, deviation }),
        _ => Err(Failure::usage(format_args!(
            "{text:?} is not a mean and a standard deviation above 0, like 0,1"
        ))),
    }
}

/// The `InfoNCE` bound.
pub(super) fn contrast(args: &ContrastArgs) -> Result<Report, Failure> {
    if args.candidates.is_nan() || args.candidates < 1.0 || !(0.0..).contains(&args.loss) {
        return Err(Failure::usage("there is at least 1 candidate, and a loss is at least 0"));
    }
    let bound = measure::infonce_bound(args.candidates, args.loss / Unit::Nats.per_bit());
    let ceiling = measure::infonce_bound(args.candidates, 0.0);
    let mut report = report_of([information(&[
        ("lower bound of I(X; Y): log N − L", bound),
        ("most it can say: log N", ceiling),
    ])]);
    report.note("However much X and Y share, N candidates show at most log N of it.");
    Ok(report)
}
