//! Long lists are read past the library. What running work writes, events and points, comes as lists of thousands in the
//! variables of a request; made into the library's values, checked by it, copied and made into ours they would take most
//! of the time that a write takes.
//!
//! So they are cut out of a body before it is read (`cut.rs`), and stand among the variables as their text, as
//! `Value::Binary`: no JSON and no document becomes such a value, so nobody can send one. The inputs that hold them are
//! [`Long`], which reads the text by the rules of the same inputs (`text.rs`). It is done for a list that stands where
//! `LISTS` says and nowhere else, and with which nothing is wrong. All other bodies are read as if this were not here, so
//! that what is refused is refused in the same words.

mod cut;
mod text;

use std::convert::Infallible;

use async_graphql::parser::types::{Field, OperationType, Selection};
use async_graphql::{Name, Request, Value, Variables};
use domain::json::parse_strictly;
use serde_json::Map;

use crate::execution::{RunEventInput, SeriesLogInput};
use crate::operation::{kind, operation};
use cut::{Cut, Place};
pub use text::{As, FromText, Long, Members, Object, or_absent};

/// Where long lists stand.
const LISTS: [Listed; 2] = [
    Listed { field: "appendRunEvents", member: "events", is_good: text::is_good::<RunEventInput> },
    Listed { field: "logSeries", member: "series", is_good: text::is_good::<SeriesLogInput> },
];

/// Where a long list stands: the field at the root, and the member of its input.
struct Listed {
    field: &'static str,
    member: &'static str,
    /// Whether there is nothing wrong with a text.
    is_good: fn(&str) -> bool,
}

/// The request of a body, which is made of its members; none where no long list was cut out of it, or where anything is
/// unusual: then the body is to be read as a whole.
pub fn request<E>(
    body: &str,
    read: impl FnOnce(Map<String, serde_json::Value>) -> Result<Request, E>,
) -> Option<Request> {
    let cut = Cut::of(body)?;
    let Ok(serde_json::Value::Object(members)) = parse_strictly(&cut.rest) else { return None };
    let mut request = read(members).ok()?;
    for (place, text) in cut.lists {
        if !is_expected(&mut request, place, text) {
            return None;
        }
        let gap = gap(&mut request.variables, place).filter(|gap| **gap == Value::Null)?;
        *gap = Value::Binary(text.to_owned().into());
    }
    Some(request)
}

/// Whether a list belongs where it stands, stands there alone, and has nothing wrong with it.
fn is_expected(request: &mut Request, place: Place<'_>, text: &str) -> bool {
    if kind(request) != Some(OperationType::Mutation) || uses(&request.query, place.variable) != 2 {
        return false;
    }
    let name = request.operation_name.clone();
    let Ok(document) = request.parsed_query() else { return false };
    let Some(operation) = operation(document, name.as_deref()) else { return false };
    operation.node.selection_set.node.items.iter().any(|selection| match &selection.node {
        Selection::Field(field) => LISTS.iter().any(|list| {
            field.node.name.node == list.field && place.is_in(&field.node, list.member) && (list.is_good)(text)
        }),
        Selection::FragmentSpread(_) | Selection::InlineFragment(_) => false,
    })
}

impl Place<'_> {
    /// Whether this member of a field's input is what stands here.
    fn is_in(self, field: &Field, member: &str) -> bool {
        let Some(input) = field.get_argument("input") else { return false };
        // A variable stands for itself as a name that no value of an enumeration has.
        let named = |name: Name| Ok::<_, Infallible>(Value::Enum(Name::new(format!("${name}"))));
        let Ok(input) = input.node.clone().into_const_with(named);
        let is_it = |value: &Value| matches!(value, Value::Enum(name) if name.strip_prefix('$').is_some_and(|name| name == self.variable));
        match (self.member, &input) {
            (Some(own), input) => own == member && is_it(input),
            (None, Value::Object(members)) => members.get(member).is_some_and(is_it),
            (None, _) => false,
        }
    }
}

/// How often a document names a variable: twice, where it is declared and used once, and nothing in a comment looks like it.
fn uses(document: &str, variable: &str) -> usize {
    let is_end = |rest: &str| !rest.starts_with(|c: char| c == '_' || c.is_ascii_alphanumeric());
    document.split('$').skip(1).filter(|rest| rest.strip_prefix(variable).is_some_and(is_end)).count()
}

/// Where a list was cut out of the variables.
fn gap<'a>(variables: &'a mut Variables, place: Place<'_>) -> Option<&'a mut Value> {
    let variable = variables.get_mut(&Name::new(place.variable))?;
    match (place.member, variable) {
        (None, variable) => Some(variable),
        (Some(member), Value::Object(members)) => members.get_mut(member),
        (Some(_), _) => None,
    }
}

/// What a text weighs in a request at most: each value comes after one of these signs, and a text weighs by its length.
pub(crate) fn most_weight(text: &[u8]) -> u64 {
    let signs = text.iter().filter(|byte| b"[:,".contains(byte)).count();
    u64::try_from(signs + text.len() / crate::limits::BYTES + 1).unwrap_or(u64::MAX)
}

/// Puts ordinary values in the place of texts; says whether there were any.
pub(crate) fn put_back(variables: &mut Variables) -> bool {
    let mut found = false;
    for value in variables.values_mut() {
        let inner = if let Value::Object(members) = value { members.values_mut().collect() } else { vec![value] };
        for value in inner {
            if let Value::Binary(text) = value {
                let read = serde_json::from_slice(text).ok().and_then(|json| Value::from_json(json).ok());
                (*value, found) = (read.unwrap_or_default(), true);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests;
