//! Results → text. Never measures: plain data in, text out.
//!
//! A [`Report`] is a few [`Table`]s and notes. Every [`Column`] has a key that carries its
//! unit, a label and the unit itself, so that no number is ever shown without one. One
//! report renders as any [`Format`].

mod csv;
mod grid;
mod json;
mod markdown;
pub mod page;
pub mod plot;
mod table;
pub mod units;

use serde::Serialize;

/// How a [`Report`] is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// Aligned columns for a terminal.
    #[default]
    Table,
    /// One JSON object.
    Json,
    /// Comma-separated values with a header line.
    Csv,
    /// Markdown pipe tables.
    Markdown,
}

/// Everything that one command has to say.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Report {
    title: String,
    tables: Vec<Table>,
    notes: Vec<String>,
}

impl Report {
    /// A report with nothing in it yet.
    pub fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), ..Self::default() }
    }

    /// Adds a table below those already there.
    pub fn push(&mut self, table: Table) {
        self.tables.push(table);
    }

    /// Whether it has no tables.
    pub fn is_empty(&self) -> bool {
        self.tables.is_empty()
    }

    /// Adds a sentence to the end of the report.
    pub fn note(&mut self, sentence: impl Into<String>) {
        self.notes.push(sentence.into());
    }

    /// The report as text that ends with a line feed.
    ///
    /// `width` is the number of terminal columns that [`Format::Table`] may fill; cells of
    /// text wrap to fit. The other formats ignore it.
    pub fn render(&self, format: Format, width: u16) -> String {
        match format {
            Format::Table => table::render(self, width),
            Format::Json => json::render(self),
            Format::Csv => csv::render(self),
            Format::Markdown => markdown::render(self),
        }
    }
}

/// Rows of cells under headed columns.
#[derive(Clone, Debug, Serialize)]
pub struct Table {
    /// Names the table in JSON and CSV.
    key: String,
    title: String,
    columns: Vec<Column>,
    #[serde(serialize_with = "json::rows")]
    rows: Rows,
    #[serde(skip)]
    layout: Layout,
    /// The title says the unit of all columns, so that their headings need not.
    #[serde(skip)]
    is_unit_in_title: bool,
}

/// Rows, and the keys under which JSON shows their cells.
#[derive(Clone, Debug)]
struct Rows {
    keys: Vec<String>,
    cells: Vec<Vec<Cell>>,
}

/// What a table looks like to a reader; JSON and CSV ignore it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Layout {
    /// A line for each row.
    Across,
    /// A line for each column, headed by the row's first cell: few rows, many quantities.
    Down,
}

impl Table {
    /// A table with a line for each row.
    pub fn new(key: impl Into<String>, title: impl Into<String>, columns: Vec<Column>) -> Self {
        let keys = columns.iter().map(|column| column.key.clone()).collect();
        Self {
            key: key.into(),
            title: title.into(),
            columns,
            rows: Rows { keys, cells: Vec::new() },
            layout: Layout::Across,
            is_unit_in_title: false,
        }
    }

    /// The same table shown with a line for each column and the rows side by side, headed
    /// by their first cells. JSON and CSV stay as they are.
    #[must_use]
    pub fn down(mut self) -> Self {
        self.layout = Layout::Down;
        self
    }

    /// The same table whose headings leave the unit to the title.
    #[must_use]
    pub fn with_unit_in_title(mut self) -> Self {
        self.is_unit_in_title = true;
        self
    }

    /// Adds a row.
    ///
    /// # Panics
    /// If there are not as many cells as columns.
    pub fn push(&mut self, row: Vec<Cell>) {
        assert_eq!(row.len(), self.columns.len(), "a row of table {} fills its columns", self.key);
        self.rows.cells.push(row);
    }
}

/// What a column holds, in which unit, and how it is shown.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Column {
    /// Name in JSON and CSV, with the unit in it: `compress_mb_per_s`.
    key: String,
    /// Heading for readers, without the unit.
    label: String,
    /// Unit for readers; empty for text, marks and pure counts.
    unit: String,
    #[serde(skip)]
    align: Align,
    /// Digits after the point of [`Cell::Number`].
    #[serde(skip)]
    digits: usize,
    /// Left out where people read.
    #[serde(skip)]
    is_detail: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Align {
    Left,
    Centre,
    Right,
}

impl Column {
    fn new(key: &str, label: &str, unit: &str, align: Align, digits: usize) -> Self {
        Self {
            key: key.into(),
            label: label.into(),
            unit: unit.into(),
            align,
            digits,
            is_detail: false,
        }
    }

    /// The same column shown in JSON and CSV only.
    #[must_use]
    pub fn detail(mut self) -> Self {
        self.is_detail = true;
        self
    }

    /// A column of text, aligned left.
    pub fn text(key: &str, label: &str) -> Self {
        Self::new(key, label, "", Align::Left, 0)
    }

    /// A column of whole numbers, aligned right.
    pub fn count(key: &str, label: &str, unit: &str) -> Self {
        Self::new(key, label, unit, Align::Right, 0)
    }

    /// A column of numbers with `digits` after the point, aligned right.
    pub fn number(key: &str, label: &str, unit: &str, digits: usize) -> Self {
        Self::new(key, label, unit, Align::Right, digits)
    }

    /// A column of yes and no.
    pub fn mark(key: &str, label: &str) -> Self {
        Self::new(key, label, "", Align::Centre, 0)
    }
}

/// One value of a table.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Words.
    Text(String),
    /// A whole number.
    Count(u64),
    /// A measured number; one that is not finite shows as its name and is null in JSON.
    Number(f64),
    /// Yes or no.
    Mark(bool),
    /// Not measured, or without meaning here.
    Missing,
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<u64> for Cell {
    fn from(count: u64) -> Self {
        Self::Count(count)
    }
}

impl From<f64> for Cell {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<bool> for Cell {
    fn from(mark: bool) -> Self {
        Self::Mark(mark)
    }
}

impl<T: Into<Self>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Missing, Into::into)
    }
}

#[cfg(test)]
mod tests;
