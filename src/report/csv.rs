use super::{Cell, Report, Table};

/// The report as comma-separated values: tables with the same columns follow one another
/// under one header, told apart by a first column `table`; a table with other columns
/// begins anew after an empty line. Notes are left out.
pub(super) fn render(report: &Report) -> String {
    report
        .tables
        .chunk_by(|left, right| left.columns == right.columns)
        .map(|alike| block(alike, report.tables.len() > 1))
        .collect::<Vec<_>>()
        .join("\n")
}

fn block(tables: &[Table], named: bool) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let name = |key: &str| named.then(|| key.to_owned());
    let header = tables[0].rows.keys.iter().cloned();
    let rows = tables.iter().flat_map(|table| {
        table
            .rows
            .cells
            .iter()
            .map(move |row| name(&table.key).into_iter().chain(row.iter().map(value)))
    });
    writer.write_record(name("table").into_iter().chain(header)).expect("a Vec takes any record");
    rows.for_each(|row| writer.write_record(row).expect("a Vec takes any record"));
    let bytes = writer.into_inner().expect("a Vec flushes");
    String::from_utf8(bytes).expect("records of text are text")
}

/// A cell without rounding or separators.
fn value(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => text.clone(),
        Cell::Count(count) => count.to_string(),
        Cell::Number(number) => number.to_string(),
        Cell::Mark(mark) => mark.to_string(),
        Cell::Missing => String::new(),
    }
}
