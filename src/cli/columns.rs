//! Two columns of a CSV file.

use super::failure::Failure;
use std::{collections::BTreeMap, fmt::Display, path::Path};

/// The pairs of values of the two `columns` of `bytes`, CSV (RFC 4180) under a line of
/// headings, row by row.
///
/// # Errors
/// If a row has more or fewer cells than there are headings, or is no UTF-8, or no heading is
/// as named. The failure names the file at `path` and the line.
pub(super) fn pairs(
    bytes: &[u8],
    columns: &[String; 2],
    path: &Path,
) -> Result<Vec<(String, String)>, Failure> {
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
    let (x, y) = (place(&columns[0])?, place(&columns[1])?);
    let mut pairs = Vec::new();
    for record in reader.into_records() {
        let record = record.map_err(|error| wrong(&error))?;
        pairs.push((record[x].to_owned(), record[y].to_owned()));
    }
    Ok(pairs)
}
