//! `Ordering<E>` shows the orders of an entity as an enumeration: each sort up and down.

use std::borrow::Cow;

use async_graphql::registry::{MetaTypeId, Registry};
use async_graphql::{InputType, InputValueResult, Name, Value};
use domain::Invalid;
use storage::{Order, Sorted};

use crate::choice::{enum_name, enum_type};
use crate::error::{Failure, Result};
use crate::input::fail_leaf;
use crate::object::plural;

/// An order of the rows of `E`.
#[derive(Clone)]
pub struct Ordering<E: Sorted>(pub Order<E>);

impl<E: Sorted> InputType for Ordering<E> {
    type RawValueType = Self;

    fn type_name() -> Cow<'static, str> {
        Cow::Owned(format!("{}Order", crate::object::type_name::<E>()))
    }

    fn create_type_info(registry: &mut Registry) -> String {
        registry.create_input_type::<Self, _>(MetaTypeId::Enum, |_| {
            let values = E::orders().into_iter().map(|(order, sentence)| (order.name.to_string(), sentence));
            let sentence = format!("Orders of {}; rows without a value come last both ways.", plural::<E>());
            enum_type(Self::type_name(), &sentence, values, std::any::type_name::<Self>())
        })
    }

    fn parse(value: Option<Value>) -> InputValueResult<Self> {
        let name = enum_name(value);
        let order = E::orders().into_iter().find(|(order, _)| Some(&*order.name) == name.as_deref());
        order.map(|(order, _)| Self(order)).ok_or_else(|| fail_leaf(Invalid::new("known", "there is no such order")))
    }

    fn to_value(&self) -> Value {
        Value::Enum(Name::new(&self.0.name))
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }
}

/// Another way to order rows, which some lists take in place of an [`Ordering`].
pub trait OtherOrder {
    /// Whose rows.
    type Entity: Sorted;

    /// The order.
    fn order(self) -> Order<Self::Entity>;
}

/// The order that was given one way or the other.
pub fn either<E: Sorted, O: OtherOrder<Entity = E>>(
    order: Option<Ordering<E>>,
    other: Option<O>,
    argument: &str,
) -> Result<Option<Ordering<E>>> {
    match (order, other) {
        (Some(_), Some(_)) => {
            let message = format!("give orderBy or {argument}, not both");
            Err(Failure::refused(&[argument], &Invalid::new("one_of", message)))
        }
        (order, other) => Ok(order.or_else(|| other.map(|other| Ordering(other.order())))),
    }
}
