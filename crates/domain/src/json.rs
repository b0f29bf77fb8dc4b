//! JSON values that both databases keep exactly: no duplicate keys, no NUL, no number that an `i64` or an `f64` would
//! change.

use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use crate::number::SAFE_MAX;
use crate::{Invalid, Leaf};

/// Any JSON value that is kept exactly.
#[derive(Clone, Debug, PartialEq)]
pub struct Json(Value);

impl Json {
    /// Checks a value that was parsed already.
    pub fn try_new(value: Value) -> Result<Self, Invalid> {
        check(&value)?;
        Ok(Self(value))
    }

    /// The value itself.
    pub fn value(&self) -> &Value {
        &self.0
    }

    /// The canonical form (RFC 8785). Whole numbers beyond 2⁵³ have none, since it would round them.
    pub fn canonical(&self) -> Result<String, Invalid> {
        check_safe(&self.0)?;
        serde_json_canonicalizer::to_string(&self.0).map_err(|why| Invalid::new("canonical", why.to_string()))
    }
}

impl Leaf for Json {
    type Raw = Value;

    fn parse(raw: Value) -> Result<Self, Invalid> {
        Self::try_new(raw)
    }

    fn raw(&self) -> Value {
        self.0.clone()
    }
}

/// A JSON object: settings, metadata.
#[derive(Clone, Debug, PartialEq)]
pub struct JsonObject(Json);

impl JsonObject {
    /// The object without members.
    pub fn empty() -> Self {
        Self(Json(Value::Object(serde_json::Map::new())))
    }

    /// The object as a value.
    pub fn value(&self) -> &Value {
        self.0.value()
    }

    /// The object as text without white space, its members sorted by their names.
    pub fn text(&self) -> Result<String, Invalid> {
        serde_json::to_string(self.value()).map_err(|why| Invalid::new("json", why.to_string()))
    }
}

impl Default for JsonObject {
    fn default() -> Self {
        Self::empty()
    }
}

impl Leaf for JsonObject {
    type Raw = Value;

    fn parse(raw: Value) -> Result<Self, Invalid> {
        if raw.is_object() {
            Json::try_new(raw).map(Self)
        } else {
            Err(Invalid::new("object", "must be a JSON object"))
        }
    }

    fn raw(&self) -> Value {
        self.0.raw()
    }
}

fn check(value: &Value) -> Result<(), Invalid> {
    match value {
        Value::String(text) => check_text(text),
        Value::Array(items) => items.iter().try_for_each(check),
        Value::Object(members) => {
            members.iter().try_for_each(|(key, value)| check_text(key).and_then(|()| check(value)))
        }
        Value::Number(number) if number.is_u64() && !number.is_i64() => {
            Err(Invalid::new("number", format!("the whole number {number} is larger than 9223372036854775807")))
        }
        Value::Number(_) | Value::Bool(_) | Value::Null => Ok(()),
    }
}

fn check_text(text: &str) -> Result<(), Invalid> {
    if text.contains('\0') {
        return Err(Invalid::new("nul", "must not contain the character NUL"));
    }
    Ok(())
}

fn check_safe(value: &Value) -> Result<(), Invalid> {
    match value {
        Value::Array(items) => items.iter().try_for_each(check_safe),
        Value::Object(members) => members.values().try_for_each(check_safe),
        Value::Number(number) => match number.as_i64() {
            Some(whole) if whole.abs() > SAFE_MAX => {
                Err(Invalid::new("number", format!("the whole number {whole} is beyond what the canonical form holds")))
            }
            _ => Ok(()),
        },
        Value::String(_) | Value::Bool(_) | Value::Null => Ok(()),
    }
}

/// Parses JSON text, and refuses what an ordinary parser would change without a word: duplicate keys, and whole
/// numbers too long for an `i64`.
pub fn parse_strictly(text: &str) -> Result<Value, Invalid> {
    read_strictly(text, Strict)
}

/// Reads JSON text in a way of its own, which refuses duplicate keys itself, and refuses such numbers.
pub fn read_strictly<'de, S: DeserializeSeed<'de>>(text: &'de str, seed: S) -> Result<S::Value, Invalid> {
    if let Some(number) = long_whole_number(text) {
        return Err(Invalid::new("number", format!("the whole number {number} does not fit in 64 bits")));
    }
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = seed.deserialize(&mut deserializer).map_err(|why| Invalid::new("json", why.to_string()))?;
    deserializer.end().map_err(|why| Invalid::new("json", why.to_string()))?;
    Ok(value)
}

/// The first whole number outside of strings that no `i64` holds; a `u64` is left for whoever takes it.
fn long_whole_number(text: &str) -> Option<&str> {
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c == '"' || c == '-' || c.is_ascii_digit()) {
        rest = &rest[at..];
        let end = if rest.starts_with('"') { string_end(rest) } else { number_end(rest) };
        let token = &rest[..end];
        let whole = !token.starts_with('"') && !token.contains(['.', 'e', 'E']);
        if whole && token.len() > 18 && token.parse::<i64>().is_err() && token.parse::<u64>().is_err() {
            return Some(token);
        }
        rest = &rest[end..];
    }
    None
}

fn string_end(text: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

fn number_end(text: &str) -> usize {
    let part = |b: u8| b.is_ascii_digit() || b"+-.eE".contains(&b);
    text.bytes().position(|b| !part(b)).unwrap_or(text.len())
}

/// Builds a value like `serde_json` does, but for its refusal of a key that stands twice.
#[derive(Clone, Copy, Debug)]
pub struct Strict;

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(self)? {
            list.push(item);
        }
        Ok(list.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = serde_json::Map::new();
        while let Some(key) = members.next_key::<String>()? {
            if object.contains_key(&key) {
                return Err(de::Error::custom(format!("the key {key:?} stands twice in one object")));
            }
            object.insert(key, members.next_value_seed(self)?);
        }
        Ok(object.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duplicate_key_is_refused_however_it_is_written() {
        assert!(parse_strictly(r#"{"a": 1, "b": {"c": 1, "\u0063": 2}}"#).unwrap_err().message.contains("\"c\""));
    }

    #[test]
    fn whole_numbers_stay_exact_or_are_refused() {
        assert_eq!(parse_strictly("9223372036854775807").unwrap().as_i64(), Some(i64::MAX));
        assert!(parse_strictly("[123456789012345678901234567890]").is_err());
        assert!(parse_strictly(r#""123456789012345678901234567890""#).is_ok());
        assert!(parse_strictly("1e400").is_err());
        assert!(Json::try_new(parse_strictly("18446744073709551615").unwrap()).is_err());
    }

    #[test]
    fn the_canonical_form_refuses_what_it_would_round() {
        assert!(Json::try_new(9_007_199_254_740_993_i64.into()).unwrap().canonical().is_err());
        assert_eq!(
            Json::try_new(serde_json::json!({"b": 1.0, "a": "é"})).unwrap().canonical().unwrap(),
            r#"{"a":"é","b":1}"#
        );
    }
}
