use super::{
    Align, Report,
    grid::{Grid, Heading},
};
use comfy_table::{
    CellAlignment, ColumnConstraint, ContentArrangement, ContentLineStyle, LineStyle, TableStyle,
    Width,
};

/// Two spaces between columns and one rule under the header.
const STYLE: TableStyle = TableStyle::new()
    .header_lines(ContentLineStyle::none())
    .header_separator(LineStyle::none().fill('─').junction('─'))
    .content_lines(ContentLineStyle::none());

/// Width of the longest text that never wraps, characters.
const SHORT: u16 = 24;

/// The report for a terminal of `width` columns.
pub(super) fn render(report: &Report, width: u16) -> String {
    let heading = (!report.title.is_empty()).then(|| format!("{}\n", report.title));
    let tables = report.tables.iter().map(|table| {
        let title =
            if table.title.is_empty() { String::new() } else { format!("{}\n", table.title) };
        title + &grid(&Grid::of(table), width)
    });
    let notes = (!report.notes.is_empty()).then(|| notes(&report.notes, width));
    heading.into_iter().chain(tables).chain(notes).collect::<Vec<_>>().join("\n")
}

fn grid(grid: &Grid, terminal_width: u16) -> String {
    let mut table = comfy_table::Table::new();
    table.load_style(STYLE).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(terminal_width);
    table.set_header(grid.headings.iter().map(header)).add_rows(&grid.lines);
    let widths = table.column_max_content_widths();
    for ((column, heading), width) in table.column_iter_mut().zip(&grid.headings).zip(widths) {
        column.set_padding((0, 1));
        column.set_constraint(constraint(width, heading.align));
        column.set_cell_alignment(match heading.align {
            Align::Left => CellAlignment::Left,
            Align::Centre => CellAlignment::Center,
            Align::Right => CellAlignment::Right,
        });
    }
    table.trim_fmt() + "\n"
}

/// Numbers and short names stay whole; longer text wraps.
fn constraint(content_width: u16, align: Align) -> ColumnConstraint {
    if align == Align::Left && content_width > SHORT {
        ColumnConstraint::LowerBoundary(Width::Fixed(SHORT))
    } else {
        ColumnConstraint::ContentWidth
    }
}

/// A label with its unit on the line below.
fn header(heading: &Heading) -> String {
    if heading.unit.is_empty() {
        heading.label.clone()
    } else {
        format!("{}\n{}", heading.label, heading.unit)
    }
}

/// Sentences filled to `width` columns, each beginning a line.
fn notes(sentences: &[String], width: u16) -> String {
    sentences.iter().map(|sentence| fill(sentence, usize::from(width))).collect()
}

/// One sentence broken at spaces into lines of at most `width` characters.
fn fill(sentence: &str, width: usize) -> String {
    let (mut text, mut column) = (String::new(), 0);
    for word in sentence.split_whitespace() {
        let length = word.chars().count();
        if column > 0 {
            let fits = column + 1 + length <= width;
            text.push(if fits { ' ' } else { '\n' });
            column = if fits { column + 1 } else { 0 };
        }
        text.push_str(word);
        column += length;
    }
    text + "\n"
}
