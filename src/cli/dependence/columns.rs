//! Columns of a CSV file.

use crate::cli::failure::Failure;
use std::{collections::BTreeMap, fmt::Display, path::Path};

/// The values of the columns called `names` of `bytes`, CSV (RFC 4180) under a line of
/// headings: a list for each name, from the first row to the last.
///
/// # Errors
/// If a row has more or fewer cells than there are headings, or is no UTF-8, or no heading is
/// as named. The failure names the file at `path` and the line.
pub(super) fn values(
    bytes: &[u8],
    names: &[String],
    path: &Path,
) -> Result<Vec<Vec<String>>, Failure> {
    let wrong = |what: &dyn Display| Failure::at(path, what);
    let mut reader = csv::Reader::from_reader(bytes);
    let headings = reader.headers().map_err(|error| wrong(&error))?;
    let places: BTreeMap<&str, usize> = headings.iter().zip(0..).collect();
    let place = |name: &String| {
        places.get(name.as_str()).copied().ok_or_else(|| {
            let known = headings.iter().collect::<Vec<_>>().join(", ");
            wrong(&format_args!("has no column {name:?}; it has {known}"))
        })
    };
    let places = names.iter().map(place).collect::<Result<Vec<_>, _>>()?;
    let mut columns = vec![Vec::new(); names.len()];
    for record in reader.into_records() {
        let record = record.map_err(|error| wrong(&error))?;
        for (column, &place) in columns.iter_mut().zip(&places) {
            column.push(record[place].to_owned());
        }
    }
    Ok(columns)
}

/// The numbers that the `values` of the column called `name` are.
///
/// # Errors
/// If one is not a finite number; the failure names the file at `path` and the row.
pub(super) fn numbers(values: &[String], name: &str, path: &Path) -> Result<Vec<f64>, Failure> {
    let number = |(row, value): (usize, &String)| {
        let number = value.trim().parse::<f64>().ok().filter(|number| number.is_finite());
        number.ok_or_else(|| {
            let what = format!("row {row} of column {name:?} is {value:?}, not a number");
            Failure::at(path, format_args!("{what}: leave out --bins"))
        })
    };
    (1..).zip(values).map(number).collect()
}
