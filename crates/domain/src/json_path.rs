//! A path into a JSON value: names of members joined by dots, and places of elements, `optimizer.lr` or `layers[0].size`.
//! A name that is empty, or holds a dot, a bracket, a quote or white space, stands in quotes, as JSON writes it.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;

use crate::{Invalid, JsonObject, Leaf};

/// A path into a JSON value.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct JsonPath(Vec<JsonStep>);

/// A step of a path.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum JsonStep {
    /// To the member of an object.
    Member(String),
    /// To the element of a list, from 0.
    Element(u16),
}

/// What can be compared at the end of a path.
#[derive(Clone, Debug, PartialEq)]
pub enum JsonScalar {
    /// A text.
    Text(String),
    /// A number, as a double.
    Number(f64),
    /// True or false.
    Flag(bool),
}

impl JsonPath {
    /// The most steps that a path may have.
    pub const MOST: usize = 32;
    /// The most characters that a path may have.
    pub const LONGEST: usize = 1000;

    /// Reads a path, which begins with the name of a member.
    pub fn try_new(text: &str) -> Result<Self, Invalid> {
        if text.chars().count() > Self::LONGEST {
            return Err(Invalid::new("length", format!("must have at most {} characters", Self::LONGEST)));
        }
        let (first, mut rest) = member(text)?;
        let mut steps = vec![first];
        while !rest.is_empty() {
            let (step, after) = if rest.starts_with('[') { element(rest)? } else { member(after_dot(rest)?)? };
            steps.push(step);
            rest = after;
        }
        if steps.len() > Self::MOST {
            return Err(Invalid::new("length", format!("must have at most {} steps", Self::MOST)));
        }
        Ok(Self(steps))
    }

    /// The characters because of which a name stands in quotes, NUL apart, which no name has.
    pub fn characters_in_quotes() -> impl Iterator<Item = char> {
        ('\u{1}'..='\u{3000}').filter(|c| needs_quotes(*c))
    }

    /// The steps, of which there is at least one, and which begin with a member.
    pub fn steps(&self) -> &[JsonStep] {
        &self.0
    }

    /// The values that are not made of others, each by its path; what lies deeper than paths lead stays whole.
    pub fn leaves(object: &JsonObject) -> BTreeMap<Self, &Value> {
        let mut leaves = BTreeMap::new();
        Self(Vec::new()).gather(object.value(), &mut leaves);
        leaves
    }

    fn gather<'a>(&self, value: &'a Value, leaves: &mut BTreeMap<Self, &'a Value>) {
        let parts: Vec<(Option<JsonStep>, &Value)> = match value {
            Value::Object(members) => {
                members.iter().map(|(name, value)| (Some(JsonStep::Member(name.clone())), value)).collect()
            }
            Value::Array(items) => {
                let element = |at: usize| u16::try_from(at).ok().map(JsonStep::Element);
                items.iter().enumerate().map(|(at, value)| (element(at), value)).collect()
            }
            _ => Vec::new(),
        };
        let further: Option<Vec<_>> =
            parts.into_iter().map(|(step, value)| Some((self.further(step?)?, value))).collect();
        match further {
            Some(parts) if !parts.is_empty() => parts.iter().for_each(|(path, value)| path.gather(value, leaves)),
            _ if self.0.is_empty() => {}
            _ => drop(leaves.insert(self.clone(), value)),
        }
    }

    /// The path that goes one step further; none where it would be too long.
    fn further(&self, step: JsonStep) -> Option<Self> {
        let further = Self(self.0.iter().cloned().chain([step]).collect());
        (further.0.len() <= Self::MOST && further.to_string().chars().count() <= Self::LONGEST).then_some(further)
    }

    /// What is found at its end, where it leads anywhere.
    pub fn find<'a>(&self, value: &'a Value) -> Option<&'a Value> {
        self.0.iter().try_fold(value, |value, step| match step {
            JsonStep::Member(name) => value.as_object()?.get(name),
            JsonStep::Element(at) => value.as_array()?.get(usize::from(*at)),
        })
    }
}

fn mistaken() -> Invalid {
    Invalid::new("path", "must be names of members joined by dots, like optimizer.lr or layers[0].size")
}

fn after_dot(text: &str) -> Result<&str, Invalid> {
    text.strip_prefix('.').ok_or_else(mistaken)
}

/// A member's name at the beginning of a text, and what comes after it.
fn member(text: &str) -> Result<(JsonStep, &str), Invalid> {
    let (name, rest) = if text.starts_with('"') {
        let mut quoted = serde_json::Deserializer::from_str(text).into_iter::<String>();
        let name = quoted.next().and_then(Result::ok).ok_or_else(mistaken)?;
        (name, &text[quoted.byte_offset()..])
    } else {
        let (name, rest) = text.split_at(text.find(needs_quotes).unwrap_or(text.len()));
        if name.is_empty() || !(rest.is_empty() || rest.starts_with(['.', '['])) {
            return Err(mistaken());
        }
        (name.to_owned(), rest)
    };
    if name.contains('\0') {
        return Err(Invalid::new("nul", "must not contain the character NUL"));
    }
    Ok((JsonStep::Member(name), rest))
}

/// An element's place at the beginning of a text, and what comes after it.
fn element(text: &str) -> Result<(JsonStep, &str), Invalid> {
    let (place, rest) = text.strip_prefix('[').and_then(|text| text.split_once(']')).ok_or_else(mistaken)?;
    let at = place.parse().ok().filter(|at: &u16| at.to_string() == place).ok_or_else(mistaken)?;
    Ok((JsonStep::Element(at), rest))
}

fn needs_quotes(c: char) -> bool {
    matches!(c, '.' | '[' | ']' | '"') || c.is_whitespace() || c.is_control()
}

impl fmt::Display for JsonPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, step) in self.0.iter().enumerate() {
            match step {
                JsonStep::Element(place) => write!(f, "[{place}]")?,
                JsonStep::Member(name) => {
                    f.write_str(if at == 0 { "" } else { "." })?;
                    if name.is_empty() || name.contains(needs_quotes) {
                        write!(f, "{}", Value::from(name.as_str()))?;
                    } else {
                        f.write_str(name)?;
                    }
                }
            }
        }
        Ok(())
    }
}

impl Leaf for JsonPath {
    type Raw = String;

    fn parse(raw: String) -> Result<Self, Invalid> {
        Self::try_new(&raw)
    }

    fn raw(&self) -> String {
        self.to_string()
    }
}

impl Leaf for JsonScalar {
    type Raw = Value;

    fn parse(raw: Value) -> Result<Self, Invalid> {
        let mistaken = || Invalid::new("type", "must be a text, a number, true or false");
        match raw {
            Value::String(text) if text.contains('\0') => {
                Err(Invalid::new("nul", "must not contain the character NUL"))
            }
            Value::String(text) => Ok(Self::Text(text)),
            Value::Number(number) => number.as_f64().map(Self::Number).ok_or_else(mistaken),
            Value::Bool(flag) => Ok(Self::Flag(flag)),
            Value::Null | Value::Array(_) | Value::Object(_) => Err(mistaken()),
        }
    }

    fn raw(&self) -> Value {
        match self {
            Self::Text(text) => text.as_str().into(),
            Self::Number(number) => (*number).into(),
            Self::Flag(flag) => (*flag).into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_read_and_written_alike() {
        for text in
            ["lr", "optimizer.lr", "layers[0].size", "a[1][2]", r#""a.b".c"#, r#""".x"#, r#""say \"hi\"""#, "größe"]
        {
            assert_eq!(JsonPath::try_new(text).unwrap().to_string(), text);
        }
        assert_eq!(JsonPath::try_new(r#""plain".x"#).unwrap().to_string(), "plain.x");
    }

    #[test]
    fn all_characters_in_quotes_are_known() {
        let beyond = ('\u{3001}'..=char::MAX).filter(|c| needs_quotes(*c));
        assert_eq!(beyond.count(), 0);
        assert!(JsonPath::characters_in_quotes().count() > 80);
    }

    #[test]
    fn a_path_that_leads_nowhere_is_refused() {
        for text in [
            "", ".", "a.", ".a", "a..b", "[0]", "a[", "a[]", "a[-1]", "a[01]", "a[1", "a[1]b", "a b", r#""a"#,
            r#"a"b""#,
        ] {
            assert!(JsonPath::try_new(text).is_err(), "{text:?}");
        }
        assert!(JsonPath::try_new(&"a.".repeat(40)).is_err());
        assert!(JsonPath::try_new(&"a".repeat(1001)).is_err());
    }

    #[test]
    fn leaves_are_what_has_no_parts() {
        let leaves = |value: Value| {
            let object = JsonObject::parse(value).unwrap();
            let leaves = JsonPath::leaves(&object);
            leaves.into_iter().map(|(path, value)| (path.to_string(), value.clone())).collect::<Vec<_>>()
        };
        let found = leaves(serde_json::json!({ "a": { "b.c": 1, "d": [2, { "e": null }, []] }, "f": {}, "g": "x" }));
        let expected = [
            (r#"a."b.c""#, serde_json::json!(1)),
            ("a.d[0]", serde_json::json!(2)),
            ("a.d[1].e", Value::Null),
            ("a.d[2]", serde_json::json!([])),
            ("f", serde_json::json!({})),
            ("g", serde_json::json!("x")),
        ];
        assert_eq!(found, expected.map(|(path, value)| (path.to_owned(), value)));
        assert_eq!(leaves(serde_json::json!({})), []);
    }

    #[test]
    fn what_lies_deeper_than_paths_lead_stays_whole() {
        let deep = (0..40).fold(serde_json::json!(1), |value, _| serde_json::json!({ "a": value }));
        let object = JsonObject::parse(deep).unwrap();
        let leaves = JsonPath::leaves(&object);
        assert_eq!(leaves.keys().map(|path| path.steps().len()).collect::<Vec<_>>(), [JsonPath::MOST]);
        assert!(leaves.values().all(|value| value.is_object()));
        let long = JsonObject::parse(serde_json::json!({ "a": { "b".repeat(1001): 1, "c": 2 } })).unwrap();
        assert_eq!(JsonPath::leaves(&long).keys().map(ToString::to_string).collect::<Vec<_>>(), ["a"]);
    }

    #[test]
    fn members_are_of_objects_and_elements_of_lists() {
        let value = serde_json::json!({ "a": [{ "b.c": 1 }], "0": { "x": 2 } });
        let find = |path: &str| JsonPath::try_new(path).unwrap().find(&value).cloned();
        assert_eq!(find(r#"a[0]."b.c""#), Some(1.into()));
        assert_eq!(find("0.x"), Some(2.into()));
        assert_eq!((find("a.0"), find("a[1]"), find("0[0]")), (None, None, None));
    }
}
