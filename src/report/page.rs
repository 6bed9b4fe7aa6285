//! Results → one page of HTML that needs nothing else: no network, no script.

use super::{Align, Table, grid::Grid, plot::DARK};

/// A page under construction.
#[derive(Clone, Debug)]
pub struct Page {
    title: String,
    lead: String,
    body: String,
}

/// What every page looks like: a column on a telephone, two on a desk; light or dark as the
/// reader's system is.
const STYLE: &str = "\
:root{color-scheme:light dark;--paper:#fff;--ink:#1e293b;--soft:#475569;--line:#e2e8f0;--card:#f8fafc;--own:#c2410c}
*{box-sizing:border-box}
body{margin:0 auto;max-width:72rem;padding:1rem;background:var(--paper);color:var(--ink);\
font:16px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
h1{font-size:1.5rem;line-height:1.2;margin:.5rem 0}
h2{font-size:1.15rem;margin:2rem 0 .5rem}
p{margin:.4rem 0;max-width:46rem}
.lead,figcaption,footer,small{color:var(--soft)}
.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(9.5rem,1fr));gap:.6rem;margin:1rem 0}
.card{background:var(--card);border:1px solid var(--line);border-radius:.5rem;padding:.6rem .7rem}
.card b{display:block;font-size:1.3rem;line-height:1.3;color:var(--own);overflow-wrap:normal}
.card span,.card small{display:block;font-size:.82rem}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,26rem),1fr));gap:1rem}
figure{margin:0;border:1px solid var(--line);border-radius:.5rem;padding:.5rem;min-width:0}
figure svg{display:block;width:100%;height:auto}
figcaption{font-size:.85rem;padding:.2rem .3rem}
.scroll{overflow-x:auto}
table{border-collapse:collapse;font-size:.85rem;font-variant-numeric:tabular-nums}
th,td{padding:.2rem .7rem .2rem 0;text-align:right;white-space:nowrap}
th{border-bottom:1px solid var(--line);vertical-align:bottom}
th small{display:block;font-weight:400}
.left{text-align:left}.centre{text-align:center}
summary{cursor:pointer;margin:.6rem 0}
";

/// Colours of a dark page.
const DARK_STYLE: &str = "\
:root{--paper:#0f172a;--ink:#e2e8f0;--soft:#94a3b8;--line:#334155;--card:#1e293b;--own:#fb923c}
";

impl Page {
    /// A page with nothing below its title and one sentence.
    pub fn new(title: impl Into<String>, lead: impl Into<String>) -> Self {
        Self { title: title.into(), lead: lead.into(), body: String::new() }
    }

    /// The beginning of a page whose rest is written piece by piece: up to its lead.
    /// `style` is added to the style sheet.
    pub fn begin(title: &str, lead: &str, style: &str) -> String {
        let (title, lead) = (escaped(title), escaped(lead));
        format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <link rel=\"icon\" href=\"data:,\">\n<title>{title}</title>\n\
             <style>\n{STYLE}{style}@media (prefers-color-scheme:dark){{\n{DARK_STYLE}{DARK}}}\n\
             </style>\n</head>\n<body>\n<h1>{title}</h1>\n<p class=\"lead\">{lead}</p>\n"
        )
    }

    /// The end of a page that was begun.
    pub const fn end() -> &'static str {
        "</body>\n</html>\n"
    }

    /// Adds a heading.
    pub fn heading(&mut self, text: &str) {
        self.markup(&format!("<h2>{}</h2>\n", escaped(text)));
    }

    /// Adds a paragraph.
    pub fn paragraph(&mut self, text: &str) {
        self.markup(&format!("<p>{}</p>\n", escaped(text)));
    }

    /// Adds markup as it is: whoever gives it has escaped it.
    pub fn markup(&mut self, markup: &str) {
        self.body += markup;
    }

    /// Adds figures side by side: a value each, what it is, and one line more.
    pub fn cards(&mut self, cards: &[(String, String, String)]) {
        self.body += "<div class=\"cards\">\n";
        for (value, what, more) in cards {
            let [value, what, more] = [value, what, more].map(|text| escaped(text));
            self.markup(&format!(
                "<div class=\"card\"><span>{what}</span><b>{value}</b><small>{more}</small></div>\n"
            ));
        }
        self.body += "</div>\n";
    }

    /// Adds pictures (SVG documents) with a name and a caption each, as many in a row as fit.
    pub fn figures(&mut self, figures: &[(String, &str, String)]) {
        self.body += "<div class=\"figures\">\n";
        for (svg, name, caption) in figures {
            let svg = named(svg, name);
            let caption = escaped(caption);
            self.markup(&format!("<figure>{svg}<figcaption>{caption}</figcaption></figure>\n"));
        }
        self.body += "</div>\n";
    }

    /// Adds a table, folded away behind its title.
    pub fn table(&mut self, table: &Table) {
        let grid = Grid::of(table);
        let class = |align: Align| match align {
            Align::Left => " class=\"left\"",
            Align::Centre => " class=\"centre\"",
            Align::Right => "",
        };
        let title = escaped(&table.title);
        self.markup(&format!(
            "<details><summary>{title}</summary><div class=\"scroll\"><table>\n<tr>"
        ));
        for heading in &grid.headings {
            let (class, label) = (class(heading.align), escaped(&heading.label));
            let unit = escaped(&heading.unit);
            self.markup(&format!("<th{class}>{label}<small>{unit}</small></th>"));
        }
        self.body += "</tr>\n";
        for line in &grid.lines {
            self.body += "<tr>";
            for (cell, heading) in line.iter().zip(&grid.headings) {
                self.markup(&format!("<td{}>{}</td>", class(heading.align), escaped(cell)));
            }
            self.body += "</tr>\n";
        }
        self.body += "</table></div></details>\n";
    }

    /// The whole page. `style` is added to the style sheet.
    pub fn html(&self, style: &str) -> String {
        Self::begin(&self.title, &self.lead, style) + &self.body + Self::end()
    }
}

/// An SVG document as an element of a page, as wide as its figure, with a name for those
/// who do not see it.
fn named(svg: &str, name: &str) -> String {
    let inner = svg.find("viewBox").map_or(svg, |start| &svg[start..]);
    // Within a page the name of the markup's language is known.
    let inner = inner.replacen(" xmlns=\"http://www.w3.org/2000/svg\"", "", 1);
    format!("<svg role=\"img\" aria-label=\"{}\" {}", escaped(name), inner.trim_end())
}

/// `text` as text of a page, whatever it holds.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Column;

    #[test]
    fn a_page_holds_all_it_was_given_and_nothing_of_it_is_markup() {
        let mut page = Page::new("<script>", "a & b");
        page.cards(&[("1".into(), "<b>".into(), "\"".into())]);
        page.figures(&[(
            "<svg width=\"5\" viewBox=\"0 0 5 5\"></svg>\n".into(),
            "x",
            "<i>".into(),
        )]);
        let mut table = Table::new("t", "<u>", vec![Column::text("a", "<th>")]);
        table.push(vec!["<td>".into()]);
        page.table(&table);
        let html = page.html("");
        for text in ["script", "b", "i", "u"] {
            let literal = html.matches(&format!("<{text}>")).count();
            let expected = usize::from(text == "b");
            assert_eq!(literal, expected, "{text}");
        }
        assert!(html.contains("<svg role=\"img\" aria-label=\"x\" viewBox=\"0 0 5 5\"></svg>"));
        assert!(html.contains("&lt;th&gt;") && html.contains("&lt;td&gt;"));
        assert!(!html.contains("http"));
    }
}
