//! Violations travel in the extensions of input errors, and gain a part of their path at each level.

use async_graphql::{InputType, InputValueError, Pos, ServerError, Value};
use domain::Invalid;
use storage::Violation;

use crate::error::violation_value;

/// The name under which violations travel.
const VIOLATIONS: &str = "violations";

/// An input error that carries these violations.
pub fn fail<T: InputType>(violations: &[Violation]) -> InputValueError<T> {
    let values: Vec<Value> = violations.iter().map(violation_value).collect();
    InputValueError::custom("the input breaks a rule").with_extension(VIOLATIONS, Value::List(values))
}

/// An input error by a leaf.
pub fn fail_leaf<T: InputType>(why: Invalid) -> InputValueError<T> {
    fail(&[of_leaf(why)])
}

/// The violations of an error, each one level further down.
pub fn at<T: InputType>(place: &str, error: InputValueError<T>) -> Vec<Violation> {
    let mut violations = of_input_error(error);
    for violation in &mut violations {
        violation.path.insert(0, place.to_owned());
    }
    violations
}

/// A violation by a leaf, without a path yet.
fn of_leaf(why: Invalid) -> Violation {
    Violation { path: Vec::new(), rule: why.rule.into(), message: why.message }
}

pub(crate) fn of_input_error<T: InputType>(error: InputValueError<T>) -> Vec<Violation> {
    let error = error.into_server_error(Pos::default());
    of_error(&error)
        .unwrap_or_else(|| vec![Violation { path: Vec::new(), rule: "type".into(), message: plain(&error.message) }])
}

/// The violations that an error carries.
fn of_error(error: &ServerError) -> Option<Vec<Violation>> {
    let Some(Value::List(values)) = error.extensions.as_ref()?.get(VIOLATIONS) else { return None };
    Some(values.iter().filter_map(of_value).collect())
}

fn of_value(value: &Value) -> Option<Violation> {
    let Value::Object(fields) = value else { return None };
    let text = |name: &str| match fields.get(name) {
        Some(Value::String(text)) => Some(text.clone()),
        _ => None,
    };
    let Some(Value::List(path)) = fields.get("path") else { return None };
    let path = path.iter().filter_map(|part| if let Value::String(part) = part { Some(part.clone()) } else { None });
    Some(Violation { path: path.collect(), rule: text("rule")?, message: text("message")? })
}

/// The library's message without its wrapping.
fn plain(message: &str) -> String {
    let inner = message.split(" (occurred while parsing").next().unwrap_or(message);
    match inner.strip_prefix("Failed to parse ").and_then(|rest| rest.split_once(": ")) {
        Some((_, message)) => message.to_owned(),
        None => inner.to_owned(),
    }
}
