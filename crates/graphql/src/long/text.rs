//! Inputs that are read from their text as well, by the same rules: whatever an input refuses, its text is refused for too.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use async_graphql::registry::Registry;
use async_graphql::{InputType, InputValueError, InputValueResult, Value};
use domain::json::{Strict, read_strictly};
use domain::text::Label;
use domain::{Choice, JsonObject, Leaf, Timestamp};
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use crate::choice::Chosen;
use crate::input::{Given, Item, Items, List, Parsed};
use crate::scalar::Real;

/// What is said of a text that is refused; nobody hears it, since the input says what is wrong.
const REFUSED: &str = "it is refused";

/// An input that is read from its text as well.
pub trait FromText: InputType {
    /// Reads it; a leaf by what it makes of a value.
    fn from_text<'de, D: Deserializer<'de>>(text: D) -> Result<Self, D::Error> {
        Self::parse(Some(Value::deserialize(text)?)).map_err(|_| Error::custom(REFUSED))
    }
}

impl FromText for Real {}
impl FromText for Parsed<Label> {}
impl FromText for Parsed<Timestamp> {}
impl<T: Choice> FromText for Chosen<T> {}

impl FromText for Parsed<JsonObject> {
    fn from_text<'de, D: Deserializer<'de>>(text: D) -> Result<Self, D::Error> {
        JsonObject::parse(Strict.deserialize(text)?).map(Self).map_err(Error::custom)
    }
}

/// A field that is not null: what it holds refuses that.
impl<T: FromText> FromText for Given<T> {
    fn from_text<'de, D: Deserializer<'de>>(text: D) -> Result<Self, D::Error> {
        T::from_text(text).map(|value| Self(Some(value)))
    }
}

impl<T: Item> FromText for Items<T> {
    fn from_text<'de, D: Deserializer<'de>>(text: D) -> Result<Self, D::Error> {
        struct Cells<T>(PhantomData<T>);

        impl<'de, T: Item> Visitor<'de> for Cells<T> {
            type Value = Items<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Items<T>, A::Error> {
                let mut read = Vec::new();
                while let Some(value) = items.next_element()? {
                    read.push(T::read(value).map_err(Error::custom)?);
                }
                Ok(Items(read))
            }
        }

        text.deserialize_seq(Cells(PhantomData))
    }
}

/// An input object that is read member by member.
pub trait Members: InputType {
    /// Reads its members: its own, each once.
    fn read<'de, A: MapAccess<'de>>(members: A) -> Result<Self, A::Error>;
}

/// Reads something as this input.
pub struct As<T>(pub PhantomData<T>);

impl<'de, T: FromText> DeserializeSeed<'de> for As<T> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, text: D) -> Result<T, D::Error> {
        T::from_text(text)
    }
}

/// Reads an object, and nothing that could stand for one.
pub struct Object<T>(pub PhantomData<T>);

impl<'de, T: Members> Visitor<'de> for Object<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<T, A::Error> {
        T::read(members)
    }
}

/// A field as it was given, or as it is when it is absent.
pub fn or_absent<T: InputType, E: Error>(given: Option<T>) -> Result<T, E> {
    given.map_or_else(|| T::parse(None).map_err(|_| E::custom(REFUSED)), Ok)
}

/// Lets an input object be read from its text as well; it names its fields.
#[macro_export]
macro_rules! from_text {
    ($name:ident { $($field:ident),+ $(,)? }) => {
        impl $crate::long::FromText for $name {
            fn from_text<'de, D: serde::Deserializer<'de>>(text: D) -> std::result::Result<Self, D::Error> {
                text.deserialize_map($crate::long::Object::<Self>(std::marker::PhantomData))
            }
        }

        impl $crate::long::Members for $name {
            fn read<'de, A: serde::de::MapAccess<'de>>(mut members: A) -> std::result::Result<Self, A::Error> {
                $(let mut $field = None;)+
                while let Some(name) = members.next_key::<String>()? {
                    match name.as_str() {
                        $(name if $field.is_none() && $crate::input::is_camel(name, stringify!($field)) => {
                            $field = Some(members.next_value_seed($crate::long::As(std::marker::PhantomData))?);
                        })+
                        _ => return Err(serde::de::Error::custom("it is no field, or stands twice")),
                    }
                }
                Ok(Self { $($field: $crate::long::or_absent($field)?),+ })
            }
        }
    };
}

/// A list of inputs that may be long: it comes as a list of values, or as its text, with which nothing is wrong then.
#[derive(Clone, Debug, Default)]
pub struct Long<T>(pub Vec<T>);

impl<T: FromText> InputType for Long<T> {
    type RawValueType = Self;

    fn type_name() -> Cow<'static, str> {
        List::<T>::type_name()
    }

    fn qualified_type_name() -> String {
        List::<T>::qualified_type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        List::<T>::create_type_info(registry)
    }

    fn parse(value: Option<Value>) -> InputValueResult<Self> {
        match value {
            Some(Value::Binary(text)) => {
                let items = Inputs(PhantomData).deserialize(&mut serde_json::Deserializer::from_slice(&text));
                items.map(Self).map_err(InputValueError::custom)
            }
            value => List::parse(value).map(|list| Self(list.0)).map_err(InputValueError::propagate),
        }
    }

    fn to_value(&self) -> Value {
        Value::List(self.0.iter().map(InputType::to_value).collect())
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }
}

/// Whether a text is a list of inputs with which nothing is wrong.
pub(super) fn is_good<T: FromText>(text: &str) -> bool {
    read_strictly(text, Inputs::<T>(PhantomData)).is_ok()
}

/// Reads a list of inputs.
struct Inputs<T>(PhantomData<T>);

impl<'de, T: FromText> DeserializeSeed<'de> for Inputs<T> {
    type Value = Vec<T>;

    fn deserialize<D: Deserializer<'de>>(self, text: D) -> Result<Vec<T>, D::Error> {
        text.deserialize_seq(self)
    }
}

impl<'de, T: FromText> Visitor<'de> for Inputs<T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Vec<T>, A::Error> {
        let mut read = Vec::new();
        while let Some(item) = items.next_element_seed(As(PhantomData))? {
            read.push(item);
        }
        Ok(read)
    }
}
