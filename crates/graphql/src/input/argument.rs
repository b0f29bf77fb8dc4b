//! An argument is parsed where its field is resolved, so that what is wrong with it fails that field alone.

use std::borrow::Cow;

use async_graphql::registry::Registry;
use async_graphql::{InputType, InputValueResult, Value};
use storage::{Error, Violation};

use super::violations::of_input_error;
use crate::error::{Failure, Result};

/// An argument, or what is wrong with it.
pub struct Argument<T>(std::result::Result<T, Vec<Violation>>);

impl<T> Argument<T> {
    /// The argument of this name, or a failure that says what is wrong with it and where.
    pub fn get(self, name: &str) -> Result<T> {
        self.0.map_err(|mut violations| {
            for violation in &mut violations {
                violation.path.insert(0, name.to_owned());
            }
            Failure::from(Error::Refused(violations))
        })
    }
}

impl<T: InputType> InputType for Argument<T> {
    type RawValueType = Self;

    fn type_name() -> Cow<'static, str> {
        T::type_name()
    }

    fn qualified_type_name() -> String {
        T::qualified_type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        T::create_type_info(registry)
    }

    fn parse(value: Option<Value>) -> InputValueResult<Self> {
        Ok(Self(T::parse(value).map_err(of_input_error)))
    }

    fn to_value(&self) -> Value {
        self.0.as_ref().map_or(Value::Null, InputType::to_value)
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }
}
