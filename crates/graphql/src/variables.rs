//! The variables of a request: what an operation asks for must be given before any of it runs.

use async_graphql::parser::types::{ExecutableDocument, OperationDefinition, OperationType};
use async_graphql::{Positioned, Request, ServerError, Value};
use domain::Invalid;
use storage::Violation;

use crate::error::{Code, sentence, violation_value};

/// Refuses a request that leaves out a variable which its operation needs.
pub(crate) fn check(request: &mut Request) -> Result<(), ServerError> {
    let variables = std::mem::take(&mut request.variables);
    let name = request.operation_name.clone();
    let missing =
        request.parsed_query().ok().and_then(|document| operation(document, name.as_deref())).and_then(|operation| {
            let missing = operation.node.variable_definitions.iter().find(|definition| {
                let definition = &definition.node;
                let given =
                    variables.get(&definition.name.node).or(definition.default_value.as_ref().map(|value| &value.node));
                !definition.var_type.node.nullable && matches!(given, None | Some(Value::Null))
            })?;
            let why = Invalid::new("required", format!("the variable ${} must be given", missing.node.name.node));
            let path = vec!["variables".to_owned(), missing.node.name.node.to_string()];
            Some((missing.pos, Violation { path, rule: why.rule.into(), message: why.message }))
        });
    request.variables = variables;
    match missing {
        None => Ok(()),
        Some((pos, violation)) => {
            let mut error = ServerError::new(sentence(&violation), Some(pos));
            let extensions = error.extensions.get_or_insert_default();
            extensions.set("code", Code::BadUserInput.as_str());
            extensions.set("violations", Value::List(vec![violation_value(&violation)]));
            Err(error)
        }
    }
}

/// Whether a request is a mutation; one that is nothing at all is none.
pub fn is_mutation(request: &mut Request) -> bool {
    let name = request.operation_name.clone();
    let document = request.parsed_query().ok();
    let operation = document.and_then(|document| operation(document, name.as_deref()));
    operation.is_some_and(|operation| operation.node.ty == OperationType::Mutation)
}

/// The operation that a request means.
fn operation<'a>(document: &'a ExecutableDocument, name: Option<&str>) -> Option<&'a Positioned<OperationDefinition>> {
    let mut operations = document.operations.iter();
    match name {
        Some(name) => {
            operations.find(|(known, _)| known.is_some_and(|known| known.as_str() == name)).map(|(_, found)| found)
        }
        None => operations.next().map(|(_, only)| only).filter(|_| document.operations.iter().count() == 1),
    }
}
