//! How much of the schema a client can find out by asking, and checking a document without executing it.

use std::sync::Arc;

use async_graphql::extensions::{Extension, ExtensionContext, ExtensionFactory, NextValidation};
use async_graphql::parser::types::{Selection, SelectionSet};
use async_graphql::{ObjectType, Request, SchemaBuilder, ServerError, SubscriptionType, ValidationResult};

use crate::engine::Run;
use crate::error::Code;
use crate::limits::{self, Limits, set_code};
use crate::schema::schema;

/// How much of the schema a client can find out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Explore {
    /// All of it, and an error proposes the name that was meant.
    #[default]
    Helped,
    /// All of it by introspection, and no error proposes a name.
    Unhelped,
    /// Nothing that the client does not name itself.
    Nothing,
}

impl Explore {
    /// The schema that can be explored this far.
    pub(crate) fn limit<Q: ObjectType + 'static, M: ObjectType + 'static, S: SubscriptionType + 'static>(
        self,
        schema: SchemaBuilder<Q, M, S>,
    ) -> SchemaBuilder<Q, M, S> {
        match self {
            Self::Helped => schema,
            Self::Unhelped => schema.disable_suggestions(),
            Self::Nothing => schema.disable_suggestions().disable_introspection(),
        }
    }

    /// Refuses introspection where there is none; the document is within the limits.
    pub(crate) fn check(self, request: &mut Request) -> Result<(), ServerError> {
        let introspects = self == Self::Nothing
            && request.parsed_query().is_ok_and(|document| {
                let operations = document.operations.iter().map(|(_, operation)| &operation.node.selection_set.node);
                let fragments = document.fragments.values().map(|fragment| &fragment.node.selection_set.node);
                operations.chain(fragments).any(introspects)
            });
        if !introspects {
            return Ok(());
        }
        let mut error = ServerError::new("introspection is switched off here", None);
        set_code(&mut error, Code::GraphqlValidationFailed);
        Err(error)
    }

    /// What may be told of a request's errors.
    pub(crate) fn telling(self, request: &Request) -> Telling {
        Telling(match self {
            Self::Helped | Self::Unhelped => None,
            Self::Nothing => Some(request.query.clone()),
        })
    }
}

fn introspects(set: &SelectionSet) -> bool {
    set.items.iter().any(|selection| match &selection.node {
        Selection::Field(field) => {
            ["__schema", "__type"].contains(&field.node.name.node.as_str())
                || introspects(&field.node.selection_set.node)
        }
        Selection::InlineFragment(inline) => introspects(&inline.node.selection_set.node),
        // Fragments are looked through by themselves.
        Selection::FragmentSpread(_) => false,
    })
}

/// What the client said itself, where nothing else may be told.
pub(crate) struct Telling(Option<String>);

impl Telling {
    /// Leaves out of the library's own errors every name that the client did not say.
    pub(crate) fn only_what_was_said(&self, error: &mut ServerError) {
        if let Some(said) = &self.0 {
            error.message = without_names(&error.message, said);
        }
    }
}

/// The message without what stands in quotes and was not said.
fn without_names(message: &str, said: &str) -> String {
    let shown = |(at, part): (usize, &str)| {
        let quoted = at % 2 == 1;
        if quoted && !said.contains(part) { "…".to_owned() } else { part.to_owned() }
    };
    message.split('"').enumerate().map(shown).collect::<Vec<_>>().join("\"")
}

/// Checks documents without executing anything of them.
pub struct Checker {
    schema: Arc<dyn Run>,
    limits: Limits,
}

impl Checker {
    /// A checker of documents that are to be executed within these limits.
    pub fn new(limits: Limits) -> Self {
        let schema = schema().limit_recursive_depth(limits::levels()).extension(OnlyValidate).finish();
        Self { schema: Arc::new(schema), limits }
    }

    /// Whether a document is within the limits and fits the schema.
    pub async fn check(&self, document: &str) -> Result<(), String> {
        let mut request = Request::new(document);
        limits::check(&mut request, &self.limits).map_err(|error| error.message)?;
        let errors = self.schema.execute(request).await.errors;
        if errors.is_empty() {
            return Ok(());
        }
        Err(errors.into_iter().map(|error| error.message).collect::<Vec<_>>().join(", "))
    }
}

/// Ends a request when it was validated.
struct OnlyValidate;

impl ExtensionFactory for OnlyValidate {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Self)
    }
}

#[async_graphql::async_trait::async_trait]
impl Extension for OnlyValidate {
    async fn validation(
        &self,
        ctx: &ExtensionContext<'_>,
        next: NextValidation<'_>,
    ) -> Result<ValidationResult, Vec<ServerError>> {
        next.run(ctx).await?;
        // An error that is none ends it.
        Err(Vec::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_said_is_told() {
        let told = without_names(r#"Unknown field "a" on type "Query"."#, "{ a }");
        assert_eq!(told, r#"Unknown field "a" on type "…"."#);
        assert_eq!(without_names("nothing in quotes", ""), "nothing in quotes");
    }
}
