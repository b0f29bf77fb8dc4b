//! Tests of texts, as a model has them.

use proptest::prelude::*;
use serde_json::{Value, json};

/// Words that tell the databases' orders and comparisons apart.
const WORDS: [&str; 10] = ["a", "A", "b", "B", "ab", "é", "Z", "z", "a b", "ß"];

pub(crate) fn word() -> impl Strategy<Value = String> {
    proptest::sample::select(WORDS.as_slice()).prop_map(str::to_owned)
}

/// A test of a text.
#[derive(Clone, Debug)]
pub(crate) enum Text {
    Eq(String),
    In(Vec<String>),
    Contains(String),
    StartsWith(String),
    EndsWith(String),
    IsNull(bool),
}

pub(crate) fn texts() -> impl Strategy<Value = Text> {
    prop_oneof![
        word().prop_map(Text::Eq),
        proptest::collection::vec(word(), 0..4).prop_map(Text::In),
        word().prop_map(Text::Contains),
        word().prop_map(Text::StartsWith),
        word().prop_map(Text::EndsWith),
        any::<bool>().prop_map(Text::IsNull),
    ]
}

impl Text {
    pub(crate) fn passes(&self, text: Option<&str>) -> bool {
        match (self, text) {
            (Self::IsNull(absent), text) => text.is_none() == *absent,
            (_, None) => false,
            (Self::Eq(other), Some(text)) => text == other,
            (Self::In(others), Some(text)) => others.iter().any(|other| other == text),
            (Self::Contains(part), Some(text)) => text.contains(part.as_str()),
            (Self::StartsWith(start), Some(text)) => text.starts_with(start.as_str()),
            (Self::EndsWith(end), Some(text)) => text.ends_with(end.as_str()),
        }
    }

    pub(crate) fn to_json(&self) -> Value {
        match self {
            Self::Eq(other) => json!({ "eq": other }),
            Self::In(others) => json!({ "in": others }),
            Self::Contains(part) => json!({ "contains": part }),
            Self::StartsWith(start) => json!({ "startsWith": start }),
            Self::EndsWith(end) => json!({ "endsWith": end }),
            Self::IsNull(absent) => json!({ "isNull": absent }),
        }
    }
}
