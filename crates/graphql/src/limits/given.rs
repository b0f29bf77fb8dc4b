//! What a request's variables hold, and what that weighs wherever it is used.

use std::collections::HashMap;
use std::convert::Infallible;

use async_graphql::parser::types::{ExecutableDocument, Field};
use async_graphql::{Name, Value, Variables};

use super::{Exceeded, NESTING};
use crate::long;

/// How many bytes of a text weigh as much as a value.
pub(crate) const BYTES: usize = 64;

/// A document's variables: what each weighs, and the number that it is, or the length of the list.
pub(super) struct Given<'a>(HashMap<&'a str, (u64, Value)>);

impl<'a> Given<'a> {
    /// What was given, or else the defaults; refused when it is nested too deep.
    pub(super) fn new(document: &'a ExecutableDocument, variables: &'a Variables) -> Result<Self, Exceeded> {
        let definitions = document.operations.iter().flat_map(|(_, operation)| &operation.node.variable_definitions);
        let defaults = definitions.filter_map(|definition| {
            let definition = &definition.node;
            Some((definition.name.node.as_str(), &definition.default_value.as_ref()?.node))
        });
        let given = defaults.chain(variables.iter().map(|(name, value)| (name.as_str(), value)));
        let known = given.map(|(name, value)| Ok((name, (weight(value, 0)?, stand_in(value)))));
        known.collect::<Result<_, _>>().map(Self)
    }

    /// What all variables weigh together.
    pub(super) fn weight(&self) -> u64 {
        self.0.values().fold(0, |sum, (weight, _)| sum.saturating_add(*weight))
    }

    /// What the arguments of a field weigh, with the variables in them.
    pub(super) fn weight_of(&self, field: &Field) -> Result<u64, Exceeded> {
        let mut sum = 0_u64;
        for (_, argument) in &field.arguments {
            let held = argument.node.clone().into_const_with(|name| {
                sum = sum.saturating_add(self.0.get(name.as_str()).map_or(0, |(weight, _)| *weight));
                Ok::<_, Infallible>(Value::Null)
            });
            let Ok(held) = held;
            sum = sum.saturating_add(weight(&held, 0)?);
        }
        Ok(sum)
    }

    /// How many an argument asks for: its number, or as many as its list has.
    pub(super) fn count(&self, field: &Field, argument: &str) -> Option<u64> {
        let written = field.get_argument(argument)?.node.clone();
        let known = |name: Name| self.0.get(name.as_str()).map(|(_, stand_in)| stand_in.clone()).ok_or(());
        match stand_in(&written.into_const_with(known).ok()?) {
            Value::Number(number) => number.as_u64(),
            _ => None,
        }
    }
}

/// A number for itself, and a list's length for the list.
fn stand_in(value: &Value) -> Value {
    match value {
        Value::Number(_) => value.clone(),
        Value::List(items) => u64::try_from(items.len()).unwrap_or(u64::MAX).into(),
        _ => Value::Null,
    }
}

/// A value weighs one with each value in it, and a long text more.
pub(crate) fn weight(value: &Value, depth: u64) -> Result<u64, Exceeded> {
    NESTING.check(depth)?;
    let inside = match value {
        Value::String(text) => u64::try_from(text.len() / BYTES).unwrap_or(u64::MAX),
        Value::List(items) => sum(items.iter(), depth)?,
        Value::Binary(text) => long::most_weight(text),
        Value::Object(members) => sum(members.values(), depth)?,
        _ => 0,
    };
    Ok(inside.saturating_add(1))
}

fn sum<'a>(mut values: impl Iterator<Item = &'a Value>, depth: u64) -> Result<u64, Exceeded> {
    values.try_fold(0_u64, |sum, value| Ok(sum.saturating_add(weight(value, depth + 1)?)))
}
