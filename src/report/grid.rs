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
        let shown = || table.columns.iter().enumerate().filter(|(_, column)| !column.is_detail);
        let heading = |(_, column): (usize, &Column)| {
            let unit = if table.is_unit_in_title { "" } else { &column.unit };
            Heading::new(&column.label, unit, column.align)
        };
        let line = |row: &Vec<Cell>| shown().map(|(i, column)| show(&row[i], column)).collect();
        Self {
            headings: shown().map(heading).collect(),
            lines: table.rows.cells.iter().map(line).collect(),
        }
    }

    fn down(table: &Table) -> Self {
        let rows = &table.rows.cells;
        let shown = table.columns.iter().enumerate().filter(|(_, column)| !column.is_detail);
        let mut lines = shown.map(|(i, column)| {
            let values = rows.iter().map(move |row| show(&row[i], column));
            [column.label.clone(), column.unit.clone()].into_iter().chain(values).collect()
        });
        let names: Vec<String> = lines.next().unwrap_or_default();
        let align = |index| if index < 2 { Align::Left } else { Align::Right };
        let heading = |(index, name): (usize, &String)| Heading::new(name, "", align(index));
        Self { headings: names.iter().enumerate().map(heading).collect(), lines: lines.collect() }
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
