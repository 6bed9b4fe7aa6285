//! Measurements → pictures, each with a name and what it says.

#![expect(clippy::disallowed_methods, reason = "places on a logistic axis")]

use super::{PageArgs, gather::Gathered};
use crate::{
    cli::{args::Unit, profile},
    report::{
        plot::{Axis, Chart, Ink, Mark, Point, Scale, Scatter, Series},
        units,
    },
};

/// A picture, its name, and its caption.
pub(super) type Figure = (String, &'static str, String);

/// All pictures, in the order of the page.
pub(super) fn all(gathered: &Gathered, args: &PageArgs) -> Vec<Figure> {
    let mut figures = vec![
        orders(gathered, args),
        learning(gathered, args.unit),
        along(gathered, args),
        lags(gathered, args.unit),
        reliability(gathered),
        histogram(gathered),
    ];
    if !gathered.trials.is_empty() {
        figures.push(speeds(gathered, args.unit));
    }
    figures
}

fn series(label: &str, ink: Ink, mark: Mark, points: impl Iterator<Item = (f64, f64)>) -> Series {
    Series { label: label.to_owned(), ink, mark, points: points.collect() }
}

fn orders(gathered: &Gathered, args: &PageArgs) -> Figure {
    let (measured, unit) = (&gathered.measured, args.unit);
    let orders = || measured.orders.iter().enumerate();
    let bytes = measured.size.bytes as f64;
    let last = measured.orders.len().saturating_sub(1) as f64;
    let model = gathered.cost.value * unit.per_bit();
    let chart = Chart {
        title: "Entropy after k bytes of context".to_owned(),
        x: Axis::linear("k, bytes"),
        y: Axis::linear(unit.per("byte")).showing(0.0, 1.0),
        series: vec![
            series(
                &gathered.measure,
                Ink::Own,
                Mark::Dashes,
                [(0.0, model), (last, model)].into_iter(),
            ),
            series(
                "plug-in",
                Ink::Reference,
                Mark::Line,
                orders().map(|(k, order)| (k as f64, order.conditional_entropy() * unit.per_bit())),
            ),
            series(
                "Miller–Madow",
                Ink::Second,
                Mark::Line,
                orders().map(|(k, order)| {
                    (k as f64, order.conditional_miller_madow() * unit.per_bit())
                }),
            ),
            series(
                "adaptive order k",
                Ink::Third,
                Mark::Line,
                measured
                    .adaptive_bits
                    .iter()
                    .enumerate()
                    .map(|(k, bits)| (k as f64, bits / bytes * unit.per_bit())),
            ),
        ],
    };
    let caption = "What a byte costs once the k bytes before it are known. Plug-in estimates fall \
                   towards 0 where contexts are too rare to be known; an adaptive model of the \
                   same contexts pays for learning them. The dashed line mixes them all.";
    (chart.svg(), "entropies by order", caption.to_owned())
}

fn learning(gathered: &Gathered, unit: Unit) -> Figure {
    let points = gathered.learning.iter();
    let points = points.map(|&(bytes, cost)| (bytes as f64, cost * unit.per_bit()));
    let chart = Chart {
        title: "Learning curve".to_owned(),
        x: Axis::linear("bytes read").scaled(Scale::LogBytes),
        y: Axis::linear(format!("{} so far", unit.per("byte"))).showing(0.0, 1.0),
        series: vec![series("", Ink::Own, Mark::Line, points)],
    };
    let caption = "Mean cost of all bytes so far. It falls while the model learns; where it is \
                   still falling at the end, more of the same would cost less.";
    (chart.svg(), "learning curve", caption.to_owned())
}

fn along(gathered: &Gathered, args: &PageArgs) -> Figure {
    let windows = gathered.profile.windows();
    let title = "Cost along the file".to_owned();
    let chart = profile::profile_chart(windows, title, args.unit, &gathered.measure);
    let edges = windows.iter().filter(|window| window.is_edge).count();
    let marks = match edges {
        0 => "No edges".to_owned(),
        1 => "A rule marks the edge".to_owned(),
        _ => format!("Rules mark {edges} edges"),
    };
    let caption = format!(
        "{} windows. H₀ and H₁ are each window's own, the model has read all before. {marks}, \
         where H₀ changes by a bit or more.",
        windows.len()
    );
    (chart.svg(), "profile", caption)
}

fn lags(gathered: &Gathered, unit: Unit) -> Figure {
    let of = |value: fn(&(usize, f64, f64)) -> f64| {
        let lags = gathered.lags.iter();
        lags.map(move |lag| (lag.0 as f64, value(lag) * unit.per_bit())).collect::<Vec<_>>()
    };
    let shuffled = gathered.shuffled * unit.per_bit();
    let level = gathered.lags.iter().map(|lag| (lag.0 as f64, shuffled));
    let chart = Chart {
        title: "Mutual information by distance".to_owned(),
        x: Axis::linear("distance d, bytes"),
        y: Axis::linear(unit.per("byte")).showing(0.0, 0.01),
        series: vec![
            series("shuffled", Ink::Reference, Mark::Dashes, level),
            series("plug-in", Ink::Other, Mark::Line, of(|lag| lag.1).into_iter()),
            series("corrected", Ink::Own, Mark::Line, of(|lag| lag.2).into_iter()),
        ],
    };
    let caption = "What a byte tells of the one d places on. Peaks at multiples of one distance \
                   are records. In a random order nothing is told: the dashed line is bias.";
    (chart.svg(), "mutual information by lag", caption.to_owned())
}

fn reliability(gathered: &Gathered) -> Figure {
    /// Log odds beyond these are those of 2⁻¹⁶.
    const REACH: f64 = 11.1;
    /// What is shown: a little more.
    const SHOWN: f64 = 12.0;
    let logit = |p: f64| (p / (1.0 - p)).ln().clamp(-REACH, REACH);
    let bins: Vec<_> = gathered.reliability.bins().iter().filter(|bin| bin.count > 0).collect();
    let place = |stated: f64, share: f64| (logit(stated), logit(share));
    let mut all = vec![series(
        "honest",
        Ink::Reference,
        Mark::Dashes,
        [(-REACH, -REACH), (REACH, REACH)].into_iter(),
    )];
    for bin in &bins {
        let error = 2.0 * bin.standard_error();
        let ends = [bin.frequency() - error, bin.frequency() + error].map(|p| p.clamp(0.0, 1.0));
        let bar = ends.map(|p| place(bin.mean_stated(), p));
        all.push(series("", Ink::Own, Mark::Line, bar.into_iter()));
    }
    let dots = bins.iter().map(|bin| place(bin.mean_stated(), bin.frequency()));
    all.push(series("this model", Ink::Own, Mark::Dots, dots));
    let chart = Chart {
        title: "Reliability".to_owned(),
        x: Axis::linear("stated P(1)").scaled(Scale::Logit).showing(-SHOWN, SHOWN),
        y: Axis::linear("share of ones").scaled(Scale::Logit).showing(-SHOWN, SHOWN),
        series: all,
    };
    let caption = format!(
        "Of all bits foretold to be 1 with probability p, which share were? Bars: two standard \
         errors of honest predictions. Expected calibration error {:.5}, Brier score {:.5}.",
        gathered.reliability.expected_error(),
        gathered.reliability.brier_score()
    );
    (chart.svg(), "reliability diagram", caption)
}

fn histogram(gathered: &Gathered) -> Figure {
    let shares = gathered.frequencies.iter().enumerate();
    let bars = shares.map(|(byte, share)| (byte as f64, share * 100.0));
    let chart = Chart {
        title: "Byte values".to_owned(),
        x: Axis::linear("byte value").showing(-0.5, 255.5),
        y: Axis::linear("% of bytes").showing(0.0, 0.1),
        series: vec![series("", Ink::Own, Mark::Bars, bars)],
    };
    let caption = format!(
        "{} of 256 values occur.",
        gathered.frequencies.iter().filter(|&&share| share > 0.0).count()
    );
    (chart.svg(), "byte histogram", caption)
}

fn speeds(gathered: &Gathered, unit: Unit) -> Figure {
    let points = gathered.trials.iter().filter_map(|outcome| {
        let trial = outcome.trial;
        Some(Point {
            label: outcome.name.replace("foretell ", ""),
            x: units::megabytes_per_second(trial.raw_bytes, trial.round_trip_seconds())?,
            y: units::bits_per_byte(trial.coded_bytes, trial.raw_bytes)? * unit.per_bit(),
            is_own: outcome.is_own,
            is_filled: outcome.is_on_front,
        })
    });
    let scatter = Scatter {
        title: "Size and speed".to_owned(),
        x_label: "round trip, MB/s of one core".to_owned(),
        y_label: unit.per("byte"),
        points: points.collect(),
    };
    let caption = format!(
        "Coding and decoding {} bytes from the middle of the file, startup included. Coloured: \
         levels of foretell. Filled: no other coder is both as small and as fast.",
        units::count(gathered.trial_bytes as u64)
    );
    (scatter.small_svg(), "size against speed", caption)
}
