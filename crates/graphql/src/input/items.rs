//! `Items<T>`: a long list of plain values, read and shown at the speed of a loop; what is wrong is named by its place, as
//! in any list.

use std::borrow::Cow;

use async_graphql::parser::types::Field;
use async_graphql::registry::Registry;
use async_graphql::{
    ContextSelectionSet, InputType, InputValueResult, OutputType, Positioned, ScalarType, ServerResult, Value,
};
use domain::execution::Reading;
use domain::{Count, Invalid, Real, Timestamp};
use storage::Violation;

use super::list::listed;
use super::violations::fail;
use crate::direct::{Text, Write};
use crate::limits::ITEMS;
use crate::scalar::{self, DateTime, SafeInt};

/// The most items that are named; what is wrong with the rest is much the same.
const NAMED: usize = 1000;

/// A value of a long list, as it is shown.
pub trait Cell: Copy + std::fmt::Debug + Send + Sync + 'static {
    /// What it shows as.
    type Scalar: InputType;

    /// The name of that, with an exclamation mark where it is never null.
    fn name() -> String {
        format!("{}!", Self::Scalar::type_name())
    }

    /// The value as it goes over the wire.
    fn shown(self) -> Value;

    /// Writes the value as it goes over the wire.
    fn write(self, text: &mut Text);
}

/// A value of a long list that clients send.
pub trait Item: Cell {
    /// The value that a client sent.
    fn read(value: Value) -> Result<Self, Invalid>;
}

/// A long list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Items<T>(pub Vec<T>);

impl<T: Cell> OutputType for Items<T> {
    fn type_name() -> Cow<'static, str> {
        Cow::Owned(format!("[{}]", T::name()))
    }

    fn qualified_type_name() -> String {
        format!("[{}]!", T::name())
    }

    fn create_type_info(registry: &mut Registry) -> String {
        T::Scalar::create_type_info(registry);
        <Self as OutputType>::qualified_type_name()
    }

    async fn resolve(&self, _: &ContextSelectionSet<'_>, _: &Positioned<Field>) -> ServerResult<Value> {
        Ok(Value::List(self.0.iter().map(|item| item.shown()).collect()))
    }
}

impl<T: Cell> Write for Items<T> {
    fn write(&self, text: &mut Text) {
        text.list(&self.0, |text, item| Cell::write(*item, text));
        text.count(u64::try_from(self.0.len()).unwrap_or(u64::MAX).div_ceil(ITEMS));
    }
}

impl<T: Item> InputType for Items<T> {
    type RawValueType = Self;

    fn type_name() -> Cow<'static, str> {
        <Self as OutputType>::type_name()
    }

    fn qualified_type_name() -> String {
        <Self as OutputType>::qualified_type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        <Self as OutputType>::create_type_info(registry)
    }

    fn parse(value: Option<Value>) -> InputValueResult<Self> {
        let values = listed(value);
        let mut items = Vec::with_capacity(values.len());
        let mut violations = Vec::new();
        for (place, value) in values.into_iter().enumerate() {
            match T::read(value) {
                Ok(item) => items.push(item),
                Err(why) if violations.len() < NAMED => violations.push(violation(place, why)),
                Err(_) => break,
            }
        }
        if violations.is_empty() { Ok(Self(items)) } else { Err(fail(&violations)) }
    }

    fn to_value(&self) -> Value {
        Value::List(self.0.iter().map(|item| item.shown()).collect())
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }
}

fn violation(place: usize, why: Invalid) -> Violation {
    Violation { path: vec![place.to_string()], rule: why.rule.into(), message: why.message }
}

/// What a scalar says of a value that it refuses.
fn wrong(message: &str) -> Invalid {
    Invalid::new("type", message)
}

impl Cell for Count {
    type Scalar = SafeInt;

    fn shown(self) -> Value {
        ScalarType::to_value(&SafeInt(self.get()))
    }

    fn write(self, text: &mut Text) {
        text.value(&self.get());
    }
}

impl Item for Count {
    fn read(value: Value) -> Result<Self, Invalid> {
        let whole = <SafeInt as ScalarType>::parse(value).map_err(|_| wrong("must be a whole number"))?;
        Self::try_new(whole.0)
    }
}

impl Cell for Reading {
    type Scalar = scalar::Real;

    fn shown(self) -> Value {
        ScalarType::to_value(&scalar::Real(self))
    }

    fn write(self, text: &mut Text) {
        Write::write(&scalar::Real(self), text);
    }
}

impl Item for Reading {
    fn read(value: Value) -> Result<Self, Invalid> {
        let real = <scalar::Real as ScalarType>::parse(value);
        real.map(|real| real.0).map_err(|_| wrong(r#"must be a number, "NaN", "Infinity" or "-Infinity""#))
    }
}

impl Cell for Real {
    type Scalar = f64;

    fn shown(self) -> Value {
        self.get().into()
    }

    fn write(self, text: &mut Text) {
        text.value(&self.get());
    }
}

impl Item for Real {
    fn read(value: Value) -> Result<Self, Invalid> {
        match &value {
            Value::Number(number) => number.as_f64().map(Self::try_new).ok_or_else(|| wrong("must be a number"))?,
            _ => Err(wrong("must be a number")),
        }
    }
}

impl Cell for Timestamp {
    type Scalar = DateTime;

    fn shown(self) -> Value {
        ScalarType::to_value(&DateTime(self))
    }

    fn write(self, text: &mut Text) {
        Write::write(&DateTime(self), text);
    }
}

impl Item for Timestamp {
    fn read(value: Value) -> Result<Self, Invalid> {
        match value {
            Value::String(text) => text.parse(),
            _ => Err(wrong("must be a time with its offset, like 2026-01-31T09:30:00.000Z")),
        }
    }
}

impl Cell for Option<Real> {
    type Scalar = f64;

    fn name() -> String {
        <f64 as InputType>::type_name().into_owned()
    }

    fn shown(self) -> Value {
        self.map_or(Value::Null, Cell::shown)
    }

    fn write(self, text: &mut Text) {
        match self {
            Some(value) => value.write(text),
            None => text.null(),
        }
    }
}
