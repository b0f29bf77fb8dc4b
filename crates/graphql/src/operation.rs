//! The operation of a request: what it is, and whether the variables that it needs are given, before any of it runs.

use async_graphql::parser::types::{DocumentOperations, ExecutableDocument, OperationDefinition, OperationType};
use async_graphql::{Name, Positioned, Request, ServerError, Value};
use domain::Invalid;
use storage::Violation;

use crate::error::{Code, sentence, violation_value};
use crate::limits;

/// Refuses a request that leaves out a variable which its operation needs.
pub(crate) fn check_variables(request: &mut Request) -> Result<(), ServerError> {
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

/// Whether a request is a query, a mutation or a subscription; a document that says nothing clear is none of them, and
/// refused by whoever validates it.
pub fn kind(request: &mut Request) -> Option<OperationType> {
    // Parsing a text that is over the limits could take the whole stack.
    limits::tokens(&request.query)?;
    let name = request.operation_name.clone();
    let document = request.parsed_query().ok()?;
    operation(document, name.as_deref()).map(|operation| operation.node.ty)
}

/// The operation that a request means: the one of this name, or the only one.
pub(crate) fn operation<'a>(
    document: &'a ExecutableDocument,
    name: Option<&str>,
) -> Option<&'a Positioned<OperationDefinition>> {
    match (&document.operations, name) {
        (DocumentOperations::Single(only), _) => Some(only),
        (DocumentOperations::Multiple(named), Some(name)) => named.get(&Name::new(name)),
        (DocumentOperations::Multiple(named), None) => named.values().next().filter(|_| named.len() == 1),
    }
}
