use super::{
    Align, Report,
    grid::{Grid, Heading},
};

/// The report as Markdown: headings, pipe tables and paragraphs.
pub(super) fn render(report: &Report) -> String {
    let heading = (!report.title.is_empty()).then(|| format!("## {}\n", report.title));
    let tables = report.tables.iter().map(|table| {
        let grid = pipes(&Grid::of(table));
        if table.title.is_empty() { grid } else { format!("### {}\n\n{grid}", table.title) }
    });
    let notes = report.notes.iter().map(|note| format!("{note}\n"));
    heading.into_iter().chain(tables).chain(notes).collect::<Vec<_>>().join("\n")
}

fn pipes(grid: &Grid) -> String {
    let headings = grid.headings.iter().map(|Heading { label, unit, .. }| {
        if unit.is_empty() { label.clone() } else { format!("{label} ({unit})") }
    });
    let rules = grid.headings.iter().map(|heading| match heading.align {
        Align::Left => ":--".to_owned(),
        Align::Centre => ":-:".to_owned(),
        Align::Right => "--:".to_owned(),
    });
    let mut text = line(headings) + &line(rules);
    text.extend(grid.lines.iter().map(|cells| line(cells.iter().cloned())));
    text
}

fn line(cells: impl Iterator<Item = String>) -> String {
    let cells: Vec<String> =
        cells.map(|cell| cell.replace('|', "\\|").replace('\n', " ")).collect();
    format!("| {} |\n", cells.join(" | "))
}
