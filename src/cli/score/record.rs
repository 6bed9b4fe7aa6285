//! Records of one line of JSON: their text, and where something is added.

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use std::{borrow::Cow, fmt};

/// The text in `field` of the JSON object `raw`: that of the last one, if there are several.
pub(super) fn text_of<'a>(raw: &'a [u8], field: &str) -> Result<Cow<'a, str>, String> {
    let record = std::str::from_utf8(raw).map_err(invalid)?;
    let malformed = |error| format!("malformed JSON: {error}");
    let mut json = serde_json::Deserializer::from_str(record);
    let place = if field.starts_with('/') { Place::Pointer(field) } else { Place::Field(field) };
    let found = place.deserialize(&mut json).map_err(malformed)?;
    json.end().map_err(malformed)?;
    if !record.trim_ascii_start().starts_with('{') {
        return Err("malformed JSON: not an object".to_owned());
    }
    match found {
        Found::Text(text) => Ok(text),
        Found::Other => Err(format!("field {field:?} is no string")),
        Found::Nothing => Err(format!("no field {field:?}")),
    }
}

/// What is found at a place.
enum Found<'a> {
    Nothing,
    /// A value that is no string.
    Other,
    Text(Cow<'a, str>),
}

/// Where a value is looked for in another. All of that is read, and what is elsewhere is
/// dropped as it is read: a tree of values costs more than a short document.
#[derive(Clone, Copy)]
enum Place<'p> {
    /// It is the other.
    Here,
    /// The field of this name.
    Field(&'p str),
    /// What this JSON pointer (RFC 6901) leads to; it begins with a slash.
    Pointer(&'p str),
    /// It is not looked for there.
    Nowhere,
}

impl<'p> Place<'p> {
    /// The name of the field or place in a list that the value is in, and where there.
    fn step(self) -> Option<(Cow<'p, str>, Self)> {
        match self {
            Self::Here | Self::Nowhere => None,
            Self::Field(name) => Some((name.into(), Self::Here)),
            Self::Pointer(pointer) => {
                let path = &pointer[1..];
                let (name, rest) = path.split_at(path.find('/').unwrap_or(path.len()));
                let inner = if rest.is_empty() { Self::Here } else { Self::Pointer(rest) };
                let is_plain = !name.contains('~');
                let unescaped = || name.replace("~1", "/").replace("~0", "~").into();
                Some((if is_plain { name.into() } else { unescaped() }, inner))
            }
        }
    }

    /// What is there in a value without parts, or without those that are looked for.
    fn without_parts<'a>(self) -> Found<'a> {
        if let Self::Here = self { Found::Other } else { Found::Nothing }
    }
}

impl<'de> DeserializeSeed<'de> for Place<'_> {
    type Value = Found<'de>;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Found<'de>, D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Place<'_> {
    type Value = Found<'de>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("any value")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Found<'de>, E> {
        Ok(if let Self::Here = self { Found::Text(text.into()) } else { Found::Nothing })
    }

    fn visit_str<E>(self, text: &str) -> Result<Found<'de>, E> {
        Ok(if let Self::Here = self { Found::Text(text.to_owned().into()) } else { Found::Nothing })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Found<'de>, A::Error> {
        let (name, inner) = self.step().unzip();
        let mut found = self.without_parts();
        while let Some(is_it) = fields.next_key_seed(Name(name.as_deref()))? {
            let inside = inner.filter(|_| is_it).unwrap_or(Self::Nowhere);
            let value = fields.next_value_seed(inside)?;
            if is_it {
                found = value;
            }
        }
        Ok(found)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Found<'de>, A::Error> {
        let (name, inner) = self.step().unzip();
        let is_number = |name: &str| name == "0" || !name.starts_with(['0', '+']);
        let index = name.filter(|name| is_number(name)).and_then(|name| name.parse().ok());
        let mut found = self.without_parts();
        for number in 0_usize.. {
            let is_it = index == Some(number);
            let inside = inner.filter(|_| is_it).unwrap_or(Self::Nowhere);
            let Some(value) = list.next_element_seed(inside)? else { break };
            if is_it {
                found = value;
            }
        }
        Ok(found)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Found<'de>, E> {
        Ok(self.without_parts())
    }

    fn visit_i64<E>(self, _: i64) -> Result<Found<'de>, E> {
        Ok(self.without_parts())
    }

    fn visit_u64<E>(self, _: u64) -> Result<Found<'de>, E> {
        Ok(self.without_parts())
    }

    fn visit_f64<E>(self, _: f64) -> Result<Found<'de>, E> {
        Ok(self.without_parts())
    }

    fn visit_unit<E>(self) -> Result<Found<'de>, E> {
        Ok(self.without_parts())
    }
}

/// Whether a field has this name.
struct Name<'n>(Option<&'n str>);

impl<'de> DeserializeSeed<'de> for Name<'_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, name: D) -> Result<bool, D::Error> {
        name.deserialize_str(self)
    }
}

impl Visitor<'_> for Name<'_> {
    type Value = bool;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("the name of a field")
    }

    fn visit_str<E>(self, name: &str) -> Result<bool, E> {
        Ok(self.0 == Some(name))
    }
}

/// The JSON object `raw`, which holds a text, up to where fields can be added.
pub(super) fn without_end(raw: &[u8]) -> &[u8] {
    let body = raw.trim_ascii_end();
    body.strip_suffix(b"}").unwrap_or(body)
}

/// What is said of text that is none.
pub(super) fn invalid(error: std::str::Utf8Error) -> String {
    format!("invalid UTF-8 at byte {}", error.valid_up_to())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::Value;

    #[test]
    fn the_text_is_that_of_the_field_or_the_reason_is_told() {
        let text = |raw, field| text_of(str::as_bytes(raw), field);
        let is = |text: &'static str| Ok(Cow::Borrowed(text));
        assert_eq!(text(r#"{"a":1,"text":"x\ny\u0142"}"#, "text"), is("x\nył"));
        assert_eq!(text(r#"{"a":{"b":"c"}}"#, "/a/b"), is("c"));
        assert_eq!(text(r#"{"a":1}"#, "text"), Err("no field \"text\"".to_owned()));
        assert_eq!(text(r#"{"text":1}"#, "text"), Err("field \"text\" is no string".to_owned()));
        assert!(text("{", "text").unwrap_err().starts_with("malformed JSON"));
        assert!(text_of(b"{\"text\":\"\xFF\"}", "text").unwrap_err().starts_with("invalid UTF-8"));
    }

    /// What a tree of all values tells.
    fn plain(record: &str, field: &str) -> Result<String, String> {
        let tree: Value =
            serde_json::from_str(record).map_err(|error| format!("malformed JSON: {error}"))?;
        if !tree.is_object() {
            return Err("malformed JSON: not an object".to_owned());
        }
        match if field.starts_with('/') { tree.pointer(field) } else { tree.get(field) } {
            Some(Value::String(text)) => Ok(text.clone()),
            Some(_) => Err(format!("field {field:?} is no string")),
            None => Err(format!("no field {field:?}")),
        }
    }

    /// Values in which a few names and places occur, whole and damaged.
    fn records() -> impl Strategy<Value = String> {
        let leaf = prop_oneof![
            r#"(null|true|-3|7|1e999|0.5|"t"|"x\\ny\\u0142"|"\\ud800"|"é"|01)"#,
            "\"[ -~]{0,4}\"",
        ];
        let value = leaf.prop_recursive(4, 24, 4, |inner| {
            let field = (r"(a|b|text|a~1b|a/b|m~n|0|1|\\u0061)?", inner.clone());
            let field = field.prop_map(|(name, value)| format!("\"{name}\": {value}"));
            prop_oneof![
                3 => prop::collection::vec(field, 0..4).prop_map(|all| format!("{{{}}}", all.join(","))),
                1 => prop::collection::vec(inner, 0..4).prop_map(|all| format!("[{}]", all.join(" , "))),
            ]
        });
        (value, "( | x|,|\r|\u{c})?", any::<prop::sample::Index>(), 0..9).prop_map(
            |(value, behind, cut, damage)| {
                let mut record = format!("{value}{behind}");
                if damage == 0 {
                    let at = record.char_indices().nth(cut.index(record.chars().count()));
                    record.truncate(at.map_or(0, |(at, _)| at));
                }
                record
            },
        )
    }

    proptest! {
        #[test]
        fn a_record_tells_what_a_tree_of_its_values_does(
            record in records(),
            field in "(a|text|0|a/b||/a|/a/b|/a/0|/a/1/b|/b/01|/b/+1|/a~1b|/m~0n|/|/a//b|/text)",
        ) {
            let text = text_of(record.as_bytes(), &field).map(Cow::into_owned);
            prop_assert_eq!(text, plain(&record, &field));
        }
    }
}
