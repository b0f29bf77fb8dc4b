//! Optional fields: `Given<T>` may be absent but not null; `Change<T>` may be absent, null or a value.

use std::borrow::Cow;

use async_graphql::registry::Registry;
use async_graphql::{InputType, InputValueResult, MaybeUndefined, Value};
use domain::Invalid;

use super::violations::{fail, fail_leaf, of_input_error};

/// A field of an update that null clears: absent it stays.
pub type Change<T> = MaybeUndefined<T>;

/// A field that may be left out, but not be null.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Given<T>(pub Option<T>);

impl<T> Default for Given<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T: InputType> InputType for Given<T> {
    type RawValueType = Self;

    fn type_name() -> Cow<'static, str> {
        T::type_name()
    }

    fn qualified_type_name() -> String {
        T::type_name().into_owned()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        T::create_type_info(registry);
        Self::qualified_type_name()
    }

    fn parse(value: Option<Value>) -> InputValueResult<Self> {
        match value {
            None => Ok(Self(None)),
            Some(Value::Null) => Err(fail_leaf(Invalid::new("null", "must not be null; leave it out instead"))),
            given => T::parse(given).map(|value| Self(Some(value))).map_err(|error| fail(&of_input_error(error))),
        }
    }

    fn to_value(&self) -> Value {
        self.0.as_ref().map_or(Value::Null, InputType::to_value)
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }
}
