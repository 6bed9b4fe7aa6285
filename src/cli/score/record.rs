//! Records of one line of JSON: their text, and what is added to them.

use serde_json::Value;

/// The text in `field` of the JSON object `raw`.
pub(super) fn text_of(raw: &[u8], field: &str) -> Result<String, String> {
    let text = std::str::from_utf8(raw).map_err(invalid)?;
    let mut record: Value =
        serde_json::from_str(text).map_err(|error| format!("malformed JSON: {error}"))?;
    if !record.is_object() {
        return Err("malformed JSON: not an object".to_owned());
    }
    let found =
        if field.starts_with('/') { record.pointer_mut(field) } else { record.get_mut(field) };
    match found.map(Value::take) {
        Some(Value::String(text)) => Ok(text),
        Some(_) => Err(format!("field {field:?} is no string")),
        None => Err(format!("no field {field:?}")),
    }
}

/// The JSON object `raw`, which holds a text, with `added` (each a comma, a name and a value)
/// behind its last field; what it holds stays as it was written.
pub(super) fn with(raw: &[u8], added: &str) -> Vec<u8> {
    let body = raw.trim_ascii_end();
    let body = body.strip_suffix(b"}").unwrap_or(body);
    [body, added.as_bytes(), b"}"].concat()
}

/// What is said of text that is none.
pub(super) fn invalid(error: std::str::Utf8Error) -> String {
    format!("invalid UTF-8 at byte {}", error.valid_up_to())
}

#[cfg(test)]
mod tests {
    use super::{text_of, with};

    #[test]
    fn what_is_added_stands_behind_the_fields_that_are_there() {
        assert_eq!(with(b"{\"a\": \"x\"} \r", ",\"b\":1"), b"{\"a\": \"x\",\"b\":1}");
    }

    #[test]
    fn the_text_is_that_of_the_field_or_the_reason_is_told() {
        let text = |raw: &str, field| text_of(raw.as_bytes(), field);
        assert_eq!(text(r#"{"a":1,"text":"x\ny\u0142"}"#, "text"), Ok("x\nył".to_owned()));
        assert_eq!(text(r#"{"a":{"b":"c"}}"#, "/a/b"), Ok("c".to_owned()));
        assert_eq!(text(r#"{"a":1}"#, "text"), Err("no field \"text\"".to_owned()));
        assert_eq!(text(r#"{"text":1}"#, "text"), Err("field \"text\" is no string".to_owned()));
        assert!(text("{", "text").unwrap_err().starts_with("malformed JSON"));
        assert!(text_of(b"{\"text\":\"\xFF\"}", "text").unwrap_err().starts_with("invalid UTF-8"));
    }
}
