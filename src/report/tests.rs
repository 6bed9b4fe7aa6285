use super::*;

/// A codec table with one row of every kind of cell.
fn sample(key: &str) -> Table {
    let mut table = Table::new(
        key,
        "dickens",
        vec![
            Column::text("codec", "codec"),
            Column::count("compressed_bytes", "size", "bytes"),
            Column::number("bits_per_byte", "cost", "bits/byte", 4),
            Column::mark("pareto", "Pareto"),
            Column::count("memory_bytes", "memory", "bytes").detail(),
        ],
    );
    table.push(vec![
        "foretell -5".into(),
        2_103_456_u64.into(),
        1.651_f64.into(),
        true.into(),
        9_u64.into(),
    ]);
    table.push(vec![
        "a|b, \"c\"".into(),
        7_u64.into(),
        f64::NAN.into(),
        Cell::Missing,
        8_u64.into(),
    ]);
    table
}

fn report() -> Report {
    let mut report = Report::new("Bench");
    report.push(sample("dickens"));
    report.note("Sizes are exact and speeds are not, because other work shares the machine.");
    report
}

#[test]
fn a_table_aligns_numbers_right_under_label_and_unit() {
    let text = report().render(Format::Table, 100);
    let expected = "\
Bench

dickens
codec             size       cost  Pareto
                 bytes  bits/byte
──────────────────────────────────────────
foretell -5  2,103,456     1.6510     ●
a|b, \"c\"             7        NaN     –

Sizes are exact and speeds are not, because other work shares the machine.
";
    assert_eq!(text, expected);
}

#[test]
fn no_line_of_a_table_is_wider_than_the_terminal() {
    let mut report = Report::new("");
    let mut table = sample("wide");
    table.push(vec![
        "word ".repeat(60).into(),
        1_u64.into(),
        1.0.into(),
        false.into(),
        7_u64.into(),
    ]);
    report.push(table);
    report.note("A sentence that is longer than the terminal is wide breaks between its words.");
    for width in [60, 80, 100, 120] {
        let text = report.render(Format::Table, width);
        let widest = text.lines().map(|line| line.chars().count()).max();
        assert!(widest <= Some(usize::from(width)), "{widest:?} > {width}\n{text}");
    }
}

#[test]
fn a_table_laid_down_has_a_line_for_each_quantity() {
    let mut report = Report::new("");
    report.push(sample("dickens").down());
    let text = report.render(Format::Markdown, 0);
    assert!(text.contains("| codec |  | foretell -5 | a\\|b, \"c\" |\n| :-- | :-- | --: | --: |"));
    assert!(text.contains("| cost | bits/byte | 1.6510 | NaN |"));
}

#[test]
fn a_title_may_say_the_unit_for_all_columns() {
    let mut report = Report::new("");
    report.push(sample("dickens").with_unit_in_title());
    let text = report.render(Format::Markdown, 0);
    assert!(text.contains("| codec | size | cost | Pareto |\n"), "{text}");
}

#[test]
fn markdown_escapes_pipes_and_names_units() {
    let text = report().render(Format::Markdown, 0);
    assert!(text.starts_with("## Bench\n\n### dickens\n\n| codec | size (bytes) |"));
    assert!(text.contains("| :-- | --: | --: | :-: |\n"));
    assert!(text.contains("| a\\|b, \"c\" | 7 | NaN | – |\n"));
}

#[test]
fn json_is_versioned_and_keyed_by_column_and_has_null_for_what_is_not_a_number() {
    let json: serde_json::Value =
        serde_json::from_str(&report().render(Format::Json, 0)).expect("valid JSON");
    assert_eq!(json["schema"], 1);
    let table = &json["tables"][0];
    assert_eq!(table["key"], "dickens");
    assert_eq!(table["columns"][2]["unit"], "bits/byte");
    assert_eq!(table["rows"][0]["compressed_bytes"], 2_103_456);
    assert_eq!(table["rows"][0]["bits_per_byte"], 1.651);
    assert_eq!(table["rows"][0]["pareto"], true);
    assert_eq!(table["rows"][0]["memory_bytes"], 9);
    assert!(table["rows"][1]["bits_per_byte"].is_null());
    assert!(table["rows"][1]["pareto"].is_null());
}

#[test]
fn csv_joins_tables_of_the_same_columns_and_parts_others() {
    let mut report = Report::new("");
    report.push(sample("one"));
    report.push(sample("two"));
    report.push(Table::new("other", "", vec![Column::count("bytes", "size", "bytes")]));
    let text = report.render(Format::Csv, 0);
    let expected = "\
table,codec,compressed_bytes,bits_per_byte,pareto,memory_bytes
one,foretell -5,2103456,1.651,true,9
one,\"a|b, \"\"c\"\"\",7,NaN,,8
two,foretell -5,2103456,1.651,true,9
two,\"a|b, \"\"c\"\"\",7,NaN,,8

table,bytes
";
    assert_eq!(text, expected);
}
