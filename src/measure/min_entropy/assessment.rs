use super::{
    Collision, Compression, Detail, Estimator, Markov, MostCommon, Outcome, Symbols, Tuples,
    lag::lag, lz78y::lz78y, multi_mmc::multi_mmc, windows::multi_mcw,
};
use crate::measure::parallel;

/// How the samples are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum View {
    /// As symbols.
    Literal,
    /// As the bits of all symbols.
    Bitstring,
}

/// What is assessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Output of a noise source (§3.1.3): both views.
    Source,
    /// Output of a conditioning component (§3.1.5.2): bits only, for h′.
    Conditioned,
    /// Rows or columns of restarts (§3.1.4): symbols only.
    Restarted,
}

/// All estimators on all views.
#[derive(Clone, Debug, PartialEq)]
pub struct Assessment {
    /// Bits a symbol.
    width: u32,
    /// By view, then in the standard's order.
    outcomes: Vec<Outcome>,
}

/// One view's samples.
struct Samples<'a> {
    view: View,
    values: &'a [u8],
    alphabet: usize,
}

impl Assessment {
    /// Assesses `symbols` on all cores, of the bitstring the first `bits` bits.
    ///
    /// Takes time linear in the samples, and memory of about 10 bytes a bit assessed and
    /// up to 100 MB besides.
    pub fn of(symbols: &Symbols<'_>, scope: Scope, bits: usize) -> Self {
        let has_bits = match scope {
            Scope::Source => !symbols.is_binary(),
            Scope::Conditioned => true,
            Scope::Restarted => false,
        };
        let bits = if has_bits { symbols.bits(bits) } else { Vec::new() };
        let bitstring = Samples { view: View::Bitstring, values: &bits, alphabet: 2 };
        let literal = Samples {
            view: View::Literal,
            values: symbols.literal(),
            alphabet: symbols.alphabet(),
        };
        let mut jobs = Vec::new();
        if has_bits {
            jobs.extend(bitstring.jobs());
        }
        if scope != Scope::Conditioned {
            jobs.extend(literal.jobs());
        }
        let found = parallel::map(&jobs, Job::run);
        let mut outcomes: Vec<_> = found.into_iter().flatten().collect();
        outcomes.sort_by_key(|outcome| (outcome.view, outcome.estimator));
        Self { width: symbols.width(), outcomes }
    }

    /// All outcomes, literal ones first, each view's in the standard's order.
    pub fn outcomes(&self) -> &[Outcome] {
        &self.outcomes
    }

    /// The outcomes of `view`.
    pub fn of_view(&self, view: View) -> impl Iterator<Item = &Outcome> {
        self.outcomes.iter().filter(move |outcome| outcome.view == view)
    }

    /// `H_original`, bits a symbol: the least of the literal estimates, at most the width.
    pub fn h_original(&self) -> Option<f64> {
        self.least(View::Literal, f64::from(self.width))
    }

    /// `H_bitstring`, bits a bit: the least of the bitstring's, at most 1. Of conditioned
    /// output h′.
    pub fn h_bitstring(&self) -> Option<f64> {
        self.least(View::Bitstring, 1.0)
    }

    /// min(width, `H_original`, width · `H_bitstring`), in bits a symbol.
    pub fn assessed(&self) -> f64 {
        let width = f64::from(self.width);
        let bits = self.h_bitstring().map_or(width, |h| h * width);
        self.h_original().map_or(width, |h| h.min(width)).min(bits)
    }

    /// The outcome that decided; none if no estimate is below the width.
    pub fn decisive(&self) -> Option<&Outcome> {
        let per_symbol = |outcome: &Outcome| {
            let scale = if outcome.view == View::Bitstring { f64::from(self.width) } else { 1.0 };
            outcome.min_entropy().map(|h| h * scale)
        };
        let estimates = self.outcomes.iter().filter_map(|o| per_symbol(o).map(|h| (h, o)));
        let least = estimates.reduce(|least, next| if next.0 < least.0 { next } else { least });
        least.filter(|&(h, _)| h <= f64::from(self.width)).map(|(_, outcome)| outcome)
    }

    fn least(&self, view: View, most: f64) -> Option<f64> {
        let is_there = self.of_view(view).next().is_some();
        let estimates = self.of_view(view).filter_map(Outcome::min_entropy);
        is_there.then(|| estimates.fold(most, f64::min))
    }
}

/// A piece of the work: estimators that share a pass.
struct Job<'a> {
    samples: &'a Samples<'a>,
    work: Work,
}

#[derive(Clone, Copy)]
enum Work {
    /// Both tuple estimators: one sorting.
    Tuples,
    MultiMmc,
    Lz78y,
    Lag,
    MultiMcw,
    /// The estimators that take no time.
    Statistics,
}

impl Samples<'_> {
    /// The longest first. The bits' sorting and the symbols' dictionaries take most memory:
    /// whoever sorts is done before the other comes to dictionaries.
    fn jobs(&self) -> impl Iterator<Item = Job<'_>> {
        let all = [
            Work::Tuples,
            Work::MultiMmc,
            Work::Lz78y,
            Work::Lag,
            Work::MultiMcw,
            Work::Statistics,
        ];
        all.into_iter().map(|work| Job { samples: self, work })
    }
}

impl Job<'_> {
    fn run(&self) -> Vec<Outcome> {
        let &Samples { view, values, alphabet } = self.samples;
        let outcome = |estimator, result| Outcome { estimator, view, result };
        let predicted =
            |prediction: Option<_>, needs| prediction.map(Detail::Prediction).ok_or(needs);
        match self.work {
            Work::Tuples => self.tuples(),
            Work::MultiMmc => {
                let prediction = (values.len() > 3).then(|| multi_mmc(values, alphabet));
                vec![outcome(Estimator::MultiMmc, predicted(prediction, "needs 4 symbols"))]
            }
            Work::Lz78y => {
                let prediction = lz78y(values, alphabet);
                vec![outcome(Estimator::Lz78y, predicted(prediction, "needs 18 symbols"))]
            }
            Work::Lag => {
                let prediction = (values.len() > 2).then(|| lag(values, alphabet));
                vec![outcome(Estimator::Lag, predicted(prediction, "needs 3 symbols"))]
            }
            Work::MultiMcw => {
                let prediction = multi_mcw(values, alphabet);
                vec![outcome(Estimator::MultiMcw, predicted(prediction, "needs 4,096 symbols"))]
            }
            Work::Statistics => self.statistics(),
        }
    }

    fn tuples(&self) -> Vec<Outcome> {
        let Tuples { common, repeated } = Tuples::of(self.samples.values);
        let common = common.map(Detail::CommonTuples).ok_or("no symbol occurs 35 times");
        let repeated = repeated.map(Detail::RepeatedTuples).ok_or("nothing longer is repeated");
        let view = self.samples.view;
        vec![
            Outcome { estimator: Estimator::TTuple, view, result: common },
            Outcome { estimator: Estimator::Lrs, view, result: repeated },
        ]
    }

    fn statistics(&self) -> Vec<Outcome> {
        let &Samples { view, values, alphabet } = self.samples;
        let outcome = |estimator, result| Outcome { estimator, view, result };
        let most_common = Detail::MostCommon(MostCommon::of(values));
        let mut outcomes = vec![outcome(Estimator::MostCommonValue, Ok(most_common))];
        if alphabet == 2 {
            let collision = Collision::of(values);
            let collision = if collision.searches > 1 {
                Ok(Detail::Collision(collision))
            } else {
                Err("needs two collisions")
            };
            let compression =
                Compression::of(values).map(Detail::Compression).ok_or("needs 6,006 bits");
            outcomes.push(outcome(Estimator::Collision, collision));
            outcomes.push(outcome(Estimator::Markov, Ok(Detail::Markov(Markov::of(values)))));
            outcomes.push(outcome(Estimator::Compression, compression));
        }
        outcomes
    }
}
