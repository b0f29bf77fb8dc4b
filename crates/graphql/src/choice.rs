//! `Chosen<T>` shows an enumeration of the domain, with its names and sentences, in inputs and answers alike.

use std::borrow::Cow;

use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::Field;
use async_graphql::registry::{EnumBuilder, MetaEnumValue, MetaType, MetaTypeId, Registry};
use async_graphql::{
    ContextSelectionSet, InputType, InputValueResult, Name, OutputType, Positioned, ServerResult, Value,
};
use domain::text::with_article;
use domain::{Choice, Invalid};

use crate::input::fail_leaf;

/// A value of an enumeration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chosen<T>(pub T);

/// The type of an enumeration: its name, its sentence, and each value with its sentence.
pub(crate) fn enum_type(
    name: impl Into<String>,
    sentence: &str,
    values: impl IntoIterator<Item = (String, String)>,
    rust_name: &'static str,
) -> MetaType {
    let mut shown = IndexMap::new();
    for (name, sentence) in values {
        let mut value = MetaEnumValue::new(name.clone());
        value.description = Some(sentence.trim().to_owned());
        shown.insert(name, value);
    }
    EnumBuilder::new(name, shown).description(Some(sentence.trim().to_owned())).rust_typename(rust_name).build()
}

/// The name that a client wrote for a value of an enumeration.
pub(crate) fn enum_name(value: Option<Value>) -> Option<String> {
    match value? {
        Value::Enum(name) => Some(name.to_string()),
        Value::String(name) => Some(name),
        _ => None,
    }
}

fn described<T: Choice>() -> MetaType {
    let values = T::ALL.iter().map(|value| (value.name().to_owned(), value.sentence().to_owned()));
    enum_type(T::NAME, T::SENTENCE, values, std::any::type_name::<Chosen<T>>())
}

impl<T: Choice> InputType for Chosen<T> {
    type RawValueType = Self;

    fn type_name() -> Cow<'static, str> {
        Cow::Borrowed(T::NAME)
    }

    fn create_type_info(registry: &mut Registry) -> String {
        registry.create_input_type::<Self, _>(MetaTypeId::Enum, |_| described::<T>())
    }

    fn parse(value: Option<Value>) -> InputValueResult<Self> {
        let name = enum_name(value)
            .ok_or_else(|| fail_leaf(Invalid::new("type", format!("must be {}", with_article(T::NAME)))))?;
        T::parse(name).map(Self).map_err(fail_leaf)
    }

    fn to_value(&self) -> Value {
        Value::Enum(Name::new(self.0.name()))
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }
}

impl<T: Choice> OutputType for Chosen<T> {
    fn type_name() -> Cow<'static, str> {
        Cow::Borrowed(T::NAME)
    }

    fn create_type_info(registry: &mut Registry) -> String {
        registry.create_output_type::<Self, _>(MetaTypeId::Enum, |_| described::<T>())
    }

    async fn resolve(&self, _: &ContextSelectionSet<'_>, _: &Positioned<Field>) -> ServerResult<Value> {
        Ok(Value::Enum(Name::new(self.0.name())))
    }
}
