use super::{Cell, Report, Rows};
use serde::{Serialize, Serializer};

/// Raised when a reader of the JSON would have to change.
const SCHEMA: u32 = 1;

/// The report as one JSON object; rows are objects keyed by their columns' keys.
pub(super) fn render(report: &Report) -> String {
    #[derive(Serialize)]
    struct Versioned<'a> {
        schema: u32,
        #[serde(flatten)]
        report: &'a Report,
    }
    let text = serde_json::to_string_pretty(&Versioned { schema: SCHEMA, report });
    text.expect("keys are strings and numbers are finite or null") + "\n"
}

/// Rows as a list of objects, their keys in the columns' order.
pub(super) fn rows<S: Serializer>(rows: &Rows, serializer: S) -> Result<S::Ok, S::Error> {
    struct Object<'a>(&'a [String], &'a [Cell]);
    impl Serialize for Object<'_> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_map(self.0.iter().zip(self.1))
        }
    }
    serializer.collect_seq(rows.cells.iter().map(|cells| Object(&rows.keys, cells)))
}

impl Serialize for Cell {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Count(count) => serializer.serialize_u64(*count),
            Self::Number(number) if number.is_finite() => serializer.serialize_f64(*number),
            Self::Mark(mark) => serializer.serialize_bool(*mark),
            Self::Number(_) | Self::Missing => serializer.serialize_none(),
        }
    }
}
