//! The worked example of `FORMAT.md` is what this version writes and reads.

use foretell::{Limits, Options, compress, decompress, models::ModelSpec};

const FORMAT: &str = include_str!("../src/container/FORMAT.md");

/// The bytes of the example: the columns of two hexadecimal digits at the start of each
/// line between the fences.
fn example() -> Vec<u8> {
    let (_, rest) = FORMAT.split_once("```hex\n").expect("the example begins with ```hex");
    let (lines, _) = rest.split_once("```").expect("the example ends with ```");
    lines
        .lines()
        .flat_map(|line| line.split("  ").next().into_iter().flat_map(str::split_whitespace))
        .map(|byte| u8::from_str_radix(byte, 16).expect("two hexadecimal digits"))
        .collect()
}

const CONTENT: &[u8] = b"ab cd ab cd ab cd ab cd ab cd ab cd ab cd ab cd ab cd ab cd ab cd\n";

#[test]
fn the_example_decodes_to_its_content() {
    assert_eq!(decompress(&example(), &Limits::default()).unwrap(), CONTENT);
}

#[test]
fn the_example_is_what_is_written_for_its_content() {
    let options = Options::default().spec(ModelSpec::Order { order: 2, log2_slots: 12 });
    let code = compress(CONTENT, &options);
    assert!(code == example(), "{code:02X?}");
}
