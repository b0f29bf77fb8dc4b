//! `RowId` names a row of whatever table: it is the id of its object, where it has one.

use std::borrow::Cow;

use async_graphql::registry::Registry;
use async_graphql::{ID, InputType, InputValueResult, Value};
use domain::{AnyId, Invalid, Part};
use uuid::Uuid;

use crate::filter::{Kinds, Operand};
use crate::input::{fail, fail_leaf, of_input_error};
use crate::node::TABLES;

/// A row of some table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowId(Uuid);

impl RowId {
    /// The id as clients know it; of a row that is no object, its UUID.
    pub fn shown(table: &str, row: Uuid) -> ID {
        match TABLES.iter().find(|(known, _)| *known == table) {
            Some((_, prefix)) => AnyId { prefix: (*prefix).into(), parts: vec![Part::Uuid(row)] }.to_string().into(),
            None => row.to_string().into(),
        }
    }

    fn read(text: &str) -> Result<Self, Invalid> {
        if let Ok(uuid) = text.parse() {
            return Ok(Self(uuid));
        }
        match text.parse::<AnyId>()?.parts.as_slice() {
            [Part::Uuid(uuid)] => Ok(Self(*uuid)),
            _ => Err(Invalid::new("id", "must be the id of a row that has one of its own")),
        }
    }
}

impl InputType for RowId {
    type RawValueType = Self;

    fn type_name() -> Cow<'static, str> {
        <ID as InputType>::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        <ID as InputType>::create_type_info(registry)
    }

    fn parse(value: Option<Value>) -> InputValueResult<Self> {
        let id = <ID as InputType>::parse(value).map_err(|error| fail(&of_input_error(error)))?;
        Self::read(&id).map_err(fail_leaf)
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }
}

impl Operand for RowId {
    fn filter_name() -> Cow<'static, str> {
        Cow::Borrowed("IDFilter")
    }

    const KINDS: Kinds = Kinds::Same;

    fn value(self) -> storage::Value {
        self.0.into()
    }
}
