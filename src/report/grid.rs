use super::{Align, Cell, Column, Layout, Table, units};

/// A [`Table`] as a reader sees it: its layout applied and every cell turned to text.
pub(super) struct Grid {
    pub(super) headings: Vec<Heading>,
    pub(super) lines: Vec<Vec<String>>,
}

/// What stands over a column of text.
pub(super) struct Heading {
    pub(super) label: String,
    pub(super) unit: String,
    pub(super) align: Align,
}

impl Heading {
    fn new(label: &str, unit: &str, align: Align) -> Self {
        Self { label: label.into(), unit: unit.into(), align }
    }
}

impl Grid {
    pub(super) fn of(table: &Table) -> Self {
        match table.layout {
            Layout::Across => Self::across(table),
            Layout::Down => Self::down(table),
        }
    }

    fn across(table: &Table) -> Self {
        let headings =
            table.columns.iter().map(|c| Heading::new(&c.label, &c.unit, c.align)).collect();
        let shown = |row: &Vec<Cell>| {
            row.iter().zip(&table.columns).map(|(cell, column)| show(cell, column)).collect()
        };
        Self { headings, lines: table.rows.cells.iter().map(shown).collect() }
    }

    fn down(table: &Table) -> Self {
        let Some((first, quantities)) = table.columns.split_first() else {
            return Self { headings: Vec::new(), lines: Vec::new() };
        };
        let rows = &table.rows.cells;
        let mut headings = vec![
            Heading::new(&first.label, "", Align::Left),
            Heading::new("unit", "", Align::Left),
        ];
        headings.extend(rows.iter().map(|r| Heading::new(&show(&r[0], first), "", Align::Right)));
        let line = |(index, column): (usize, &Column)| {
            let values = rows.iter().map(|row| show(&row[index + 1], column));
            [column.label.clone(), column.unit.clone()].into_iter().chain(values).collect()
        };
        Self { headings, lines: quantities.iter().enumerate().map(line).collect() }
    }
}

/// A cell as a reader sees it.
fn show(cell: &Cell, column: &Column) -> String {
    match cell {
        Cell::Text(text) => text.clone(),
        Cell::Count(value) => units::count(*value),
        Cell::Number(value) => units::number(*value, column.digits),
        Cell::Mark(true) => "●".to_owned(),
        Cell::Mark(false) => String::new(),
        Cell::Missing => "–".to_owned(),
    }
}
