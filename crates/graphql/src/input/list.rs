//! A list whose items are refused by their place.

use std::borrow::Cow;

use async_graphql::registry::Registry;
use async_graphql::{InputType, InputValueResult, Value};

use super::violations::{at, fail};

/// The values of a list; a single value stands for a list of one, as GraphQL has it.
pub(super) fn listed(value: Option<Value>) -> Vec<Value> {
    match value.unwrap_or_default() {
        Value::List(values) => values,
        value => vec![value],
    }
}

/// A list of inputs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct List<T>(pub Vec<T>);

impl<T: InputType> InputType for List<T> {
    type RawValueType = Self;

    fn type_name() -> Cow<'static, str> {
        Cow::Owned(format!("[{}]", T::qualified_type_name()))
    }

    fn qualified_type_name() -> String {
        format!("[{}]!", T::qualified_type_name())
    }

    fn create_type_info(registry: &mut Registry) -> String {
        T::create_type_info(registry);
        Self::qualified_type_name()
    }

    fn parse(value: Option<Value>) -> InputValueResult<Self> {
        let values = listed(value);
        let mut items = Vec::with_capacity(values.len());
        let mut violations = Vec::new();
        for (place, value) in values.into_iter().enumerate() {
            match T::parse(Some(value)) {
                Ok(item) => items.push(item),
                Err(error) => violations.extend(at(&place.to_string(), error)),
            }
        }
        if violations.is_empty() { Ok(Self(items)) } else { Err(fail(&violations)) }
    }

    fn to_value(&self) -> Value {
        Value::List(self.0.iter().map(InputType::to_value).collect())
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }
}
