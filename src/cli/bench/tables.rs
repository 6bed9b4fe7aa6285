use super::super::args::Unit;
use crate::{
    evaluation::{Contender, Corpus, Input, Trial},
    report::{
        Cell, Column, Format, Report, Table,
        plot::{Point, Scatter},
        units,
    },
};

/// What a bench found out.
pub(super) struct Results<'a> {
    pub(super) corpus: &'a Corpus,
    pub(super) contenders: &'a [Contender],
    /// A row for each input, in it a trial for each contender; none if it failed.
    pub(super) trials: Vec<Vec<Option<Trial>>>,
    pub(super) is_embedded: bool,
}

/// Files beside one another in the table of costs at most.
const MOST_ACROSS: usize = 8;

/// Everything that the command prints.
pub(super) fn report(results: &Results<'_>, format: Format, unit: Unit) -> Report {
    let inputs = &results.corpus.inputs;
    let mut report = Report::new("");
    // For people, the small embedded files are told apart by their costs only.
    if !results.is_embedded || matches!(format, Format::Json | Format::Csv) {
        for (input, trials) in inputs.iter().zip(&results.trials) {
            report.push(table(&Subject::one(input), results.contenders, trials, unit));
        }
    }
    if (2..=MOST_ACROSS).contains(&inputs.len()) {
        report.push(costs(results, unit));
    }
    if inputs.len() > 1 {
        let totals = totals(results);
        report.push(table(&Subject::all(inputs), results.contenders, &totals, unit));
    }
    report
}

/// Each contender's trials on all inputs taken together; none if one of them failed.
pub(super) fn totals(results: &Results<'_>) -> Vec<Option<Trial>> {
    let of = |index: usize| {
        let trials: Option<Vec<Trial>> = results.trials.iter().map(|row| row[index]).collect();
        trials.and_then(|trials| Trial::total(&trials))
    };
    (0..results.contenders.len()).map(of).collect()
}

/// Cost of all inputs against the speed of a round trip.
pub(super) fn scatter(results: &Results<'_>, unit: Unit) -> Scatter {
    let totals = totals(results);
    let front = pareto_front(&totals);
    let points = totals.iter().zip(results.contenders).zip(front).filter_map(
        |((trial, contender), is_on_front)| {
            let trial = trial.as_ref()?;
            let seconds = trial.round_trip_seconds();
            Some(Point {
                label: contender.name(),
                x: units::megabytes_per_second(trial.raw_bytes, seconds)?,
                y: units::bits_per_byte(trial.coded_bytes, trial.raw_bytes)? * unit.per_bit(),
                is_own: contender.is_own(),
                is_filled: is_on_front,
            })
        },
    );
    Scatter {
        title: Subject::all(&results.corpus.inputs).title,
        x_label: "round trip, MB/s of one core".to_owned(),
        y_label: format!("{}/byte", unit.name()),
        points: points.collect(),
    }
}

/// What a table is about: one input, or all of them.
struct Subject {
    key: String,
    title: String,
    raw_bytes: u64,
    /// Empirical order-0 entropy of the whole, bits.
    order_0_bits: f64,
    /// Entropy of the source for as many bytes, bits.
    source_bits: Option<f64>,
}

impl Subject {
    fn one(input: &Input) -> Self {
        let bytes = input.bytes as f64;
        Self {
            key: input.name.clone(),
            title: format!("{}, {} bytes", input.name, units::count(input.bytes)),
            raw_bytes: input.bytes,
            order_0_bits: input.order_0_entropy * bytes,
            source_bits: input.entropy_rate.map(|rate| rate * bytes),
        }
    }

    fn all(inputs: &[Input]) -> Self {
        if let [input] = inputs {
            return Self::one(input);
        }
        let parts: Vec<Self> = inputs.iter().map(Self::one).collect();
        let raw_bytes = parts.iter().map(|part| part.raw_bytes).sum();
        Self {
            key: "total".to_owned(),
            title: format!("all {} files, {} bytes", inputs.len(), units::count(raw_bytes)),
            raw_bytes,
            order_0_bits: parts.iter().map(|part| part.order_0_bits).sum(),
            source_bits: parts.iter().map(|part| part.source_bits).sum(),
        }
    }
}

/// One line per codec, smallest first, between what theory says of the same bytes.
fn table(
    subject: &Subject,
    contenders: &[Contender],
    trials: &[Option<Trial>],
    unit: Unit,
) -> Table {
    let mut lines = theory(subject);
    let front = pareto_front(trials);
    for ((contender, trial), is_on_front) in contenders.iter().zip(trials).zip(front) {
        lines.push(Line {
            codec: contender.name(),
            implementation: contender.implementation(),
            coded_bits: trial.map_or(f64::INFINITY, |trial| trial.coded_bytes as f64 * 8.0),
            trial: trial.map(|trial| (trial, is_on_front)),
        });
    }
    lines.sort_by(|left, right| left.coded_bits.total_cmp(&right.coded_bits));
    let mut table = Table::new(&subject.key, &subject.title, columns(unit));
    for line in &lines {
        table.push(line.cells(subject.raw_bytes, unit));
    }
    table
}

/// A line of a table of codecs.
struct Line {
    codec: String,
    implementation: String,
    /// Infinite for a trial that failed.
    coded_bits: f64,
    /// What was measured, and whether nothing dominates it.
    trial: Option<(Trial, bool)>,
}

/// What no code, or none that takes bytes singly, can go below.
fn theory(subject: &Subject) -> Vec<Line> {
    let line = |codec: &str, implementation: &str, coded_bits| Line {
        codec: codec.to_owned(),
        implementation: implementation.to_owned(),
        coded_bits,
        trial: None,
    };
    let order_0 = line("empirical H_0", "entropy of single bytes", subject.order_0_bits);
    let source = subject.source_bits.map(|bits| line("entropy rate", "known of the source", bits));
    [order_0].into_iter().chain(source).collect()
}

/// [`Trial::pareto_front`] of the trials that did not fail.
fn pareto_front(trials: &[Option<Trial>]) -> Vec<bool> {
    let held: Vec<Trial> = trials.iter().flatten().copied().collect();
    let mut front = Trial::pareto_front(&held).into_iter();
    trials.iter().map(|trial| trial.is_some() && front.next().unwrap_or(false)).collect()
}

fn columns(unit: Unit) -> Vec<Column> {
    let name = unit.name();
    vec![
        Column::text("codec", "codec"),
        Column::text("implementation", "implementation").detail(),
        Column::count("raw_bytes", "raw size", "bytes").detail(),
        Column::count("compressed_bytes", "size", "bytes"),
        Column::number(&format!("{name}_per_byte"), "cost", &format!("{name}/byte"), 4),
        Column::number("compress_mb_per_s", "compress", "MB/s", 2),
        Column::number("decompress_mb_per_s", "decompress", "MB/s", 2),
        Column::number("peak_memory_mib", "memory", "MiB", 0),
        Column::mark("pareto", "Pareto"),
        Column::number("compress_cpu_s", "compress", "CPU s", 3).detail(),
        Column::number("decompress_cpu_s", "decompress", "CPU s", 3).detail(),
        Column::number("compress_wall_s", "compress", "wall s", 3).detail(),
        Column::number("decompress_wall_s", "decompress", "wall s", 3).detail(),
        Column::number("compress_peak_memory_mib", "compress", "MiB", 1).detail(),
        Column::number("decompress_peak_memory_mib", "decompress", "MiB", 1).detail(),
    ]
}

impl Line {
    fn cells(&self, raw_bytes: u64, unit: Unit) -> Vec<Cell> {
        let is_known = self.coded_bits.is_finite();
        let cost = self.coded_bits / raw_bytes as f64 * unit.per_bit();
        let size = (self.coded_bits / 8.0).ceil() as u64;
        let mut cells = vec![
            self.codec.as_str().into(),
            self.implementation.as_str().into(),
            raw_bytes.into(),
            is_known.then_some(size).into(),
            (is_known && raw_bytes > 0).then_some(cost).into(),
        ];
        cells.extend(match &self.trial {
            Some((trial, is_on_front)) => measured(trial, *is_on_front),
            None => [const { Cell::Missing }; 10],
        });
        cells
    }
}

/// The cells behind the cost of a codec.
fn measured(trial: &Trial, is_on_front: bool) -> [Cell; 10] {
    let (compress, decompress) = (trial.compress, trial.decompress);
    let memory = [compress, decompress].map(|cost| units::mebibytes(cost.peak_memory_bytes));
    [
        units::megabytes_per_second(trial.raw_bytes, compress.cpu_seconds).into(),
        units::megabytes_per_second(trial.raw_bytes, decompress.cpu_seconds).into(),
        memory[0].max(memory[1]).into(),
        is_on_front.into(),
        compress.cpu_seconds.into(),
        decompress.cpu_seconds.into(),
        compress.wall_seconds.into(),
        decompress.wall_seconds.into(),
        memory[0].into(),
        memory[1].into(),
    ]
}

/// Cost of every input under every codec, side by side.
fn costs(results: &Results<'_>, unit: Unit) -> Table {
    let inputs = &results.corpus.inputs;
    let (name, each) = (unit.name(), format!("{}/byte", unit.name()));
    let column = |input: &Input| {
        Column::number(&format!("{}_{name}_per_byte", input.name), &input.name, &each, 4)
    };
    let columns = [Column::text("codec", "codec")].into_iter().chain(inputs.iter().map(column));
    let mut table =
        Table::new("costs", format!("{each} of each file"), columns.collect()).with_unit_in_title();
    let mut push = |codec: &str, costs: &mut dyn Iterator<Item = Option<f64>>| {
        let costs = costs.map(|bits| bits.map(|bits| bits * unit.per_bit()).into());
        table.push([codec.into()].into_iter().chain(costs).collect());
    };
    if results.is_embedded {
        push("entropy rate", &mut inputs.iter().map(|input| input.entropy_rate));
    }
    push("empirical H_0", &mut inputs.iter().map(|input| Some(input.order_0_entropy)));
    for (index, contender) in results.contenders.iter().enumerate() {
        let trials = results.trials.iter().map(|row| row[index]);
        let mut costs = trials.map(|trial| {
            trial.and_then(|trial| units::bits_per_byte(trial.coded_bytes, trial.raw_bytes))
        });
        push(&contender.name(), &mut costs);
    }
    table
}
