//! Measurements and pictures → the page.

use super::{PageArgs, figures, gather::Gathered};
use crate::{
    cli::{args::Unit, explain, measure::tables},
    measure::perplexity,
    report::{page::Page, units},
};

/// The page as text.
pub(super) fn html(gathered: &Gathered, args: &PageArgs) -> String {
    let level = args.level.0.number();
    let lead = format!(
        "What foretell {} finds in {} bytes, under {}.",
        env!("CARGO_PKG_VERSION"),
        units::count(gathered.measured.size.bytes),
        gathered.measure,
    );
    let mut page = Page::new(gathered.name.clone(), lead);
    page.cards(&cards(gathered, args));
    page.heading("Pictures");
    page.figures(&figures::all(gathered, args));
    surprises(&mut page, gathered, args.unit);
    page.heading("Numbers");
    for table in tables::of_page(&gathered.measured, args.unit, level) {
        page.table(&table);
    }
    page.paragraph(
        "Every entropy and code length is in the unit that stands with it. Standard errors are \
         of the spread of an estimate, not of its bias.",
    );
    page.paragraph(
        "Ideal code lengths and sizes are of the compressor, which first rewrites what a model \
         alone sees badly: words, lines, samples, far copies. Pictures, and costs of single \
         characters, are of the model on the bytes as they are.",
    );
    page.html(&explain::heat_style())
}

/// What each piece of the excerpt costs.
fn surprises(page: &mut Page, gathered: &Gathered, unit: Unit) {
    let (one, shown) =
        if gathered.is_text { ("character", "") } else { ("byte", ", in hexadecimal digits") };
    page.heading(&format!("Surprise, {one} by {one}"));
    page.paragraph(&format!(
        "From the middle of the file{shown}, after the model has read all before. The redder, the \
         more bits it cost; point at a {one}, or touch it, for the number."
    ));
    page.markup("<div class=\"heat\">");
    for piece in &gathered.excerpt {
        let span = if gathered.is_text {
            explain::heat_span(piece, unit, "")
        } else {
            explain::heat_digits(piece, unit)
        };
        page.markup(&span);
    }
    page.markup("</div>\n");
}

/// The summary: value, what it is, one line more.
fn cards(gathered: &Gathered, args: &PageArgs) -> Vec<(String, String, String)> {
    let (measured, unit) = (&gathered.measured, args.unit);
    let (size, bill) = (measured.size, measured.bill);
    let card = |value: String, what: &str, more: String| (value, what.to_owned(), more);
    let per = |bits: f64, count: u64| bits / count as f64;
    let in_unit = |bits: f64| format!("{:.4}", bits * unit.per_bit());
    let error = Some(gathered.cost.standard_error).filter(|error| error.is_finite());
    let error = error.map_or_else(String::new, |error| format!(" ± {}", in_unit(error)));
    let ideal = bill.ideal_bits / 8.0;
    let overhead = (bill.frame_bytes() as f64 / ideal - 1.0) * 100.0;
    let mut cards = vec![
        card(units::iec(size.bytes), "size", format!("{} bytes", units::count(size.bytes))),
        card(
            in_unit(per(bill.ideal_bits, size.bytes)),
            &format!("{}, {}", unit.per("byte"), gathered.measure),
            format!("untransformed, as pictured: {}{error}", in_unit(gathered.cost.value)),
        ),
        card(
            units::iec(bill.frame_bytes()),
            "compressed",
            format!("{} bytes, {overhead:+.3} % over ideal", units::count(bill.frame_bytes())),
        ),
    ];
    if let Some(order_0) = measured.orders.first() {
        let entropy = order_0.conditional_entropy() * unit.per_bit();
        let more = format!("of single bytes, {}", unit.per("byte"));
        cards.push(card(format!("{entropy:.4}"), "H₀", more));
    }
    let choices = perplexity(per(bill.ideal_bits, size.bytes));
    cards.push(card(format!("{choices:.3}"), "perplexity", "choices a byte".to_owned()));
    if size.is_utf8 && size.words > 0 {
        cards.extend(text_cards(bill.ideal_bits, size.characters, size.words, unit));
    }
    if let Some((name, bytes)) = measured.peers.iter().min_by_key(|(_, bytes)| bytes) {
        let ratio = (*bytes as f64 / bill.frame_bytes() as f64 - 1.0) * 100.0;
        let more = format!("{name}: {ratio:+.1} % against ours");
        cards.push(card(units::iec(*bytes), "smallest peer", more));
    }
    cards
}

fn text_cards(bits: f64, characters: u64, words: u64, unit: Unit) -> [(String, String, String); 2] {
    let cost = |count: u64| format!("{:.3}", bits / count as f64 * unit.per_bit());
    [
        (cost(characters), unit.per("char"), format!("{} characters", units::count(characters))),
        (cost(words), unit.per("word"), format!("{} words", units::count(words))),
    ]
}
