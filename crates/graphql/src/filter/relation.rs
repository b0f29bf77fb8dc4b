//! Filters through relations: some, every or none of the rows at the other end.

use std::borrow::Cow;

use async_graphql::indexmap::IndexMap;
use async_graphql::registry::{InputObjectBuilder, MetaInputValue, MetaTypeId, Registry};
use async_graphql::{InputType, InputValueError, InputValueResult, Value};
use storage::{Edge, Predicate, Quantifier};

use super::Filter;
use crate::input::{at, fail};

/// How many of the rows at the other end must pass, and what.
#[derive(Clone, Debug)]
pub struct Many<F>(Vec<(Quantifier, F)>);

const QUANTIFIERS: [(&str, Quantifier, &str); 3] = [
    ("some", Quantifier::Some, "At least one passes."),
    ("every", Quantifier::Every, "All that there are pass; so it is where there are none."),
    ("none", Quantifier::None, "Not one passes."),
];

impl<F: Filter> Many<F> {
    /// The condition on the parent.
    pub fn predicate<X: Edge<Child = F::Entity>>(self) -> Predicate<X::Parent> {
        let parts =
            self.0.into_iter().map(|(quantifier, filter)| Predicate::children::<X>(quantifier, filter.predicate()));
        Predicate::All(parts.collect())
    }
}

impl<F: Filter> InputType for Many<F> {
    type RawValueType = Self;

    fn type_name() -> Cow<'static, str> {
        let filter = F::type_name();
        Cow::Owned(format!("{}ListFilter", filter.strip_suffix("Filter").unwrap_or(&filter)))
    }

    fn create_type_info(registry: &mut Registry) -> String {
        registry.create_input_type::<Self, _>(MetaTypeId::InputObject, |registry| {
            F::create_type_info(registry);
            let mut fields = IndexMap::new();
            for (name, _, sentence) in QUANTIFIERS {
                let mut field = MetaInputValue::new(name, F::type_name());
                field.description = Some(sentence.to_owned());
                fields.insert(name.to_owned(), field);
            }
            InputObjectBuilder::new(Self::type_name(), fields)
                .description(Some("How many of the related rows pass a filter; all that are given must hold.".into()))
                .rust_typename(std::any::type_name::<Self>())
                .build()
        })
    }

    fn parse(value: Option<Value>) -> InputValueResult<Self> {
        let Some(Value::Object(mut object)) = value else {
            return Err(InputValueError::expected_type(value.unwrap_or_default()));
        };
        let (mut parts, mut violations) = (Vec::new(), Vec::new());
        for (name, quantifier, _) in QUANTIFIERS {
            if let Some(value) = object.swap_remove(name) {
                match F::parse(Some(value)) {
                    Ok(filter) => parts.push((quantifier, filter)),
                    Err(error) => violations.extend(at(name, error)),
                }
            }
        }
        if violations.is_empty() { Ok(Self(parts)) } else { Err(fail(&violations)) }
    }

    fn to_value(&self) -> Value {
        Value::Null
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }
}
