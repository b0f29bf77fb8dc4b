//! `Parsed<T>` is a leaf of the domain in an input, and `GlobalId<T>` an id.

use std::borrow::Cow;

use async_graphql::registry::Registry;
use async_graphql::{ID, InputType, InputValueResult, Value};
use domain::Entity;

use super::violations::{fail, fail_leaf, of_input_error};
use crate::scalar::{Wire, name_of, register};

/// A leaf, which shows as its scalar.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Parsed<T>(pub T);

impl<T: Wire> InputType for Parsed<T> {
    type RawValueType = Self;

    fn type_name() -> Cow<'static, str> {
        name_of::<T>()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        register::<T>(registry)
    }

    fn parse(value: Option<Value>) -> InputValueResult<Self> {
        let scalar = T::Scalar::parse(value).map_err(|error| fail(&of_input_error(error)))?;
        T::from_scalar(scalar).map(Self).map_err(fail_leaf)
    }

    fn to_value(&self) -> Value {
        self.0.to_scalar().to_value()
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }
}

/// The id of a `T`, which shows as `ID`.
pub struct GlobalId<T: Entity>(pub T::Id);

impl<T: Entity> PartialEq for GlobalId<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<T: Entity> Eq for GlobalId<T> {}

impl<T: Entity> std::fmt::Debug for GlobalId<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Debug::fmt(&self.0, f)
    }
}

impl<T: Entity> Clone for GlobalId<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Entity> Copy for GlobalId<T> {}

impl<T: Entity> InputType for GlobalId<T> {
    type RawValueType = Self;

    fn type_name() -> Cow<'static, str> {
        <ID as InputType>::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        <ID as InputType>::create_type_info(registry)
    }

    fn parse(value: Option<Value>) -> InputValueResult<Self> {
        let id = <ID as InputType>::parse(value).map_err(|error| fail(&of_input_error(error)))?;
        id.parse().map(Self).map_err(fail_leaf)
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }
}
