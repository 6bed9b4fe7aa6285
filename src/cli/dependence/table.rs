//! What columns of a table tell of one another.

use super::{DependenceArgs, associations, columns};
use crate::{
    cli::{args::Unit, failure::Failure},
    measure::{self, PairCounts},
    report::{Cell, Column, Report, Table},
};
use std::collections::HashMap;

/// The columns to compare, as the counts see them.
struct Variables<'a> {
    names: &'a [String],
    values: Vec<Vec<String>>,
    /// The numbers that X and Y are, where they are to be put into classes.
    numbers: Option<[Vec<f64>; 2]>,
}

/// Measures what the `names` of `args` tell of one another: two columns, or two given a third.
pub(super) fn measured(
    bytes: &[u8],
    names: &[String],
    args: &DependenceArgs,
) -> Result<Report, Failure> {
    let mut variables =
        Variables { names, values: columns::values(bytes, names, &args.file)?, numbers: None };
    if let Some(bins) = args.bins {
        variables.bin(u32::from(bins), args)?;
    }
    let [x, y] = [0, 1].map(|column| variables.values[column].iter().cloned());
    let pairs = PairCounts::of(x.zip(y));
    let mut report = Report::new("");
    report.push(variables.summary(&pairs, args.report.unit));
    associations(&pairs, &|value| value.clone(), args, &mut report);
    if args.bins.is_none() && variables.is_scattered() {
        report.note(
            "Most values are different: their counts say little. If they are numbers, --bins N \
             puts them into N classes of equal counts.",
        );
    }
    Ok(report)
}

impl Variables<'_> {
    /// Puts the numbers of X and Y, and of Z if it has any, into `bins` classes of equal
    /// counts, named by their rank.
    fn bin(&mut self, bins: u32, args: &DependenceArgs) -> Result<(), Failure> {
        let width = bins.to_string().len();
        let mut all = Vec::new();
        for (column, (values, name)) in self.values.iter_mut().zip(self.names).enumerate() {
            let numbers = match columns::numbers(values, name, &args.file) {
                Err(_) if column > 1 => break,
                numbers => numbers?,
            };
            let classes = measure::equal_count_bins(&numbers, bins).into_iter();
            *values = classes.map(|class| format!("{:0width$} of {bins}", class + 1)).collect();
            all.push(numbers);
        }
        let mut all = all.into_iter();
        self.numbers = all.next().zip(all.next()).map(|(x, y)| [x, y]);
        Ok(())
    }

    /// Whether most rows have a value of X or Y of their own.
    fn is_scattered(&self) -> bool {
        self.values[..2].iter().any(|values| {
            let different = values.iter().collect::<std::collections::HashSet<_>>().len();
            values.len() > 20 && 2 * different > values.len()
        })
    }

    fn summary(&self, pairs: &PairCounts<String>, unit: Unit) -> Table {
        let number = |key: &str, label: &str| Column::number(&unit.key(key), label, unit.name(), 6);
        let mut columns = vec![
            Column::text("columns", "columns"),
            Column::count("rows", "rows", ""),
            number("entropy_x", "H(X)"),
            number("entropy_y", "H(Y)"),
            number("entropy_y_given_x", "H(Y | X)"),
            number("mutual_information", "I(X; Y)"),
            number("standard_error", "± s.e."),
            number("corrected", "Miller–Madow"),
        ];
        let (x, y) = pairs.entropies();
        let shared = pairs.mutual_information();
        let error = pairs.mutual_information_error();
        let corrected = pairs.miller_madow_mutual_information();
        let mut cells = vec![x, y, y - shared, shared, error, corrected];
        if self.names.len() > 2 {
            columns.push(number("conditional_mutual_information", "I(X; Y | Z)"));
            cells.push(self.given_z());
        }
        let mut row = vec![self.names.join(", ").into(), Cell::from(pairs.total())];
        row.extend(cells.into_iter().map(|bits| Cell::Number(bits * unit.per_bit())));
        if let Some([x, y]) = &self.numbers {
            columns.push(Column::number("correlation", "correlation ρ", "−1 … 1", 6));
            columns.push(number("gaussian_mutual_information", "I of Gaussians at ρ"));
            let rho = measure::correlation(x, y);
            let known = Some(rho).filter(|rho| !rho.is_nan());
            row.push(known.into());
            let shared = known.map(measure::gaussian_mutual_information);
            row.push(shared.map(|bits| bits * unit.per_bit()).into());
        }
        let letters = ["X", "Y", "Z"].into_iter().zip(self.names);
        let title: Vec<String> =
            letters.map(|(letter, name)| format!("{letter} = {name}")).collect();
        let mut table = Table::new("columns", title.join(", "), columns).down();
        table.push(row);
        table
    }

    /// I(X; Y | Z), in bits.
    fn given_z(&self) -> f64 {
        let numbered = |values: &[String]| -> Vec<u32> {
            let mut known: HashMap<&str, u32> = HashMap::new();
            let number = |value| {
                let next = known.len() as u32;
                *known.entry(value).or_insert(next)
            };
            values.iter().map(String::as_str).map(number).collect()
        };
        let [x, y, z] = [0, 1, 2].map(|column| numbered(&self.values[column]));
        let samples: Vec<_> = x.into_iter().zip(y).zip(z).map(|((x, y), z)| (x, y, z)).collect();
        measure::conditional_mutual_information(&samples)
    }
}
