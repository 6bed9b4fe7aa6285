//! Which estimator decided, where in the file, and what it means.

use super::Unit;
use crate::measure::min_entropy::{Assessment, Detail, Outcome, Prediction, Repeat, Symbols, View};

/// Symbols of a pattern that are shown.
const SHOWN_SYMBOLS: usize = 16;

/// Sentences for a reader who knows nothing of the standard.
pub(super) fn sentences(symbols: &Symbols<'_>, assessment: &Assessment, unit: Unit) -> Vec<String> {
    let assessed = assessment.assessed();
    let guess = format!(
        "Assessed: {:.6} {}. An attacker guesses a symbol with probability up to {:.6}.",
        assessed * unit.per_bit(),
        unit.per("symbol"),
        (-assessed).exp2(),
    );
    let Some(outcome) = assessment.decisive() else { return vec![guess] };
    let Ok(detail) = &outcome.result else { return vec![guess] };
    let view = if outcome.view == View::Literal { "the symbols" } else { "the bitstring" };
    let (name, section) = (outcome.estimator.name(), outcome.estimator.section());
    vec![
        guess,
        format!(
            "Decided by {name} (§{section}) on {view}: {}. {}",
            outcome.estimator.meaning(),
            place(symbols, outcome, detail)
        ),
    ]
}

fn place(symbols: &Symbols<'_>, outcome: &Outcome, detail: &Detail) -> String {
    let locator = Locator { symbols, view: outcome.view };
    match detail {
        Detail::MostCommon(d) => {
            let value = locator.value(d.symbol);
            let percent = 100.0 * d.share;
            format!("The most common one, {value}, is {percent:.3} % of them.")
        }
        Detail::Collision(d) => format!(
            "It takes {:.4} bits until one comes again, of a fair coin 2.5; so one value may have \
             p = {:.4}.",
            d.mean, d.p
        ),
        Detail::Markov(d) => {
            let (path, cost) = (d.path, d.bits);
            format!("The likeliest 128 bits are {path}, and cost {cost:.2} bits.")
        }
        Detail::Compression(d) => format!(
            "Six-bit blocks come again after 2^{:.4} blocks, of fair bits 2^5.2177; so one block \
             may have p = {:.4}.",
            d.mean, d.p
        ),
        Detail::CommonTuples(d) => locator.repeat(&d.decisive),
        Detail::RepeatedTuples(d) => {
            format!("The longest is {} symbols. {}", d.longest, locator.repeat(&d.decisive))
        }
        Detail::Prediction(d) => locator.prediction(d),
    }
}

/// Finds places in the file.
struct Locator<'a> {
    symbols: &'a Symbols<'a>,
    view: View,
}

impl Locator<'_> {
    /// Offset in bytes of symbol `at` of the view.
    fn byte(&self, at: usize) -> usize {
        if self.view == View::Literal { at } else { at / self.symbols.width() as usize }
    }

    fn offset(&self, at: usize) -> String {
        match self.view {
            View::Literal => format!("byte {at}"),
            View::Bitstring => {
                format!("byte {}, bit {}", self.byte(at), at % self.symbols.width() as usize)
            }
        }
    }

    /// A symbol of the view as it stands in the file.
    fn value(&self, symbol: u8) -> String {
        if self.view == View::Bitstring {
            return format!("bit {symbol}");
        }
        let at = self.symbols.literal().iter().position(|&literal| literal == symbol);
        let raw = at.map_or(symbol, |at| self.symbols.raw()[at]);
        format!("{raw} (0x{raw:02x})")
    }

    fn repeat(&self, repeat: &Repeat) -> String {
        let Repeat { length, count, places: (first, again) } = *repeat;
        let again = again.map_or(String::new(), |at| format!(", again at {}", self.offset(at)));
        format!(
            "Decisive are {length} symbols, {}, {count} times, first at {}{again}.",
            self.pattern(first, length),
            self.offset(first),
        )
    }

    /// The first symbols of a pattern, as they stand in the file.
    fn pattern(&self, at: usize, length: usize) -> String {
        let shown = length.min(SHOWN_SYMBOLS);
        let text = match self.view {
            View::Literal => {
                let bytes = &self.symbols.raw()[at..at + shown];
                bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(" ")
            }
            View::Bitstring => {
                let width = self.symbols.width() as usize;
                let bit =
                    |at: usize| self.symbols.raw()[at / width] >> (width - 1 - at % width) & 1;
                (at..at + shown).map(|at| if bit(at) == 1 { '1' } else { '0' }).collect()
            }
        };
        let rest = if shown < length { "…" } else { "" };
        format!("“{text}{rest}”")
    }

    fn prediction(&self, prediction: &Prediction) -> String {
        let Prediction { tried, correct, longest_run, run_start, .. } = *prediction;
        let share = 100.0 * prediction.share();
        if prediction.is_local() {
            return format!(
                "Decisive is a run of {longest_run} right predictions from {} on; of all {tried} \
                 {share:.3} % were right.",
                self.offset(run_start)
            );
        }
        format!("{correct} of {tried} predictions were right, {share:.3} %.")
    }
}
