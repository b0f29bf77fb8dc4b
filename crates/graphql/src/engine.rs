//! The engine runs a request: level by level, with one loader, and with errors that say what they are.

use std::sync::Arc;
use std::time::Duration;

use async_graphql::parser::types::{ExecutableDocument, OperationType, Selection, SelectionSet};
use async_graphql::{EmptySubscription, Pos, Positioned, Request, Response, Schema, ServerError, Variables};
use domain::Viewer;
use storage::{Level, Loader, Store};

use crate::error::Code;
use crate::files::Files;
use crate::input::locate;
use crate::schema::{Mutation, Query, schema};

/// Runs requests on a store.
#[derive(Clone)]
pub struct Engine {
    schema: Schema<Query, Mutation, EmptySubscription>,
    store: Store,
}

/// What a request's statements came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Metered {
    /// How many statements there were.
    pub statements: u64,
    /// How long the database took, all together.
    pub time: Duration,
}

impl Engine {
    /// An engine on a store, with where files are kept.
    pub fn new(store: Store, files: Files) -> Self {
        Self { schema: schema(files), store }
    }

    /// The store.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Runs a request for a viewer.
    pub async fn execute(
        &self,
        mut request: Request,
        viewer: Viewer,
        request_id: Option<String>,
    ) -> (Response, Metered) {
        let reader = self.store.reader(viewer, request_id);
        let meter = Arc::clone(reader.meter());
        let document = match request.parsed_query() {
            Ok(document) => document.clone(),
            Err(mut error) => {
                set_code(&mut error, Code::GraphqlParseFailed);
                return (Response::from_errors(vec![error]), Metered::default());
            }
        };
        let loader = Loader::new(reader);
        let request = request.data(loader.clone());
        let mut response = Level::new(loader, self.schema.execute(request)).await;
        for error in &mut response.errors {
            complete(error, &document);
        }
        (response, Metered { statements: meter.statements(), time: meter.time() })
    }

    /// Whether a document's operation is a mutation, as far as it can be told.
    pub fn is_mutation(request: &mut Request) -> bool {
        let name = request.operation_name.clone();
        let Ok(document) = request.parsed_query() else { return false };
        document.operations.iter().any(|(known, operation)| {
            let meant = name.is_none() || known.map(async_graphql::Name::as_str) == name.as_deref();
            meant && operation.node.ty == OperationType::Mutation
        })
    }
}

/// Gives an error that is not ours its code, its place and a message for people.
fn complete(error: &mut ServerError, document: &ExecutableDocument) {
    let coded = error.extensions.as_ref().is_some_and(|extensions| extensions.get("code").is_some());
    if coded {
        return;
    }
    // The library names no path for what it finds before it runs anything.
    if error.path.is_empty() {
        set_code(error, Code::GraphqlValidationFailed);
    } else {
        let argument = error.locations.first().and_then(|place| argument_at(document, *place));
        locate(error, argument.as_deref());
    }
}

fn set_code(error: &mut ServerError, code: Code) {
    error.extensions.get_or_insert_default().set("code", code.as_str());
}

/// The argument whose value stands at this place of the document.
fn argument_at(document: &ExecutableDocument, place: Pos) -> Option<String> {
    let operations = document.operations.iter().map(|(_, operation)| &operation.node.selection_set);
    let fragments = document.fragments.values().map(|fragment| &fragment.node.selection_set);
    operations.chain(fragments).find_map(|selections| argument_in(selections, place))
}

fn argument_in(selections: &Positioned<SelectionSet>, place: Pos) -> Option<String> {
    selections.node.items.iter().find_map(|selection| match &selection.node {
        Selection::Field(field) => {
            let own = field.node.arguments.iter().find(|(_, value)| value.pos == place);
            own.map(|(name, _)| name.node.to_string()).or_else(|| argument_in(&field.node.selection_set, place))
        }
        Selection::InlineFragment(fragment) => argument_in(&fragment.node.selection_set, place),
        Selection::FragmentSpread(_) => None,
    })
}

/// The variables of a request, from JSON.
pub fn variables(json: serde_json::Value) -> Variables {
    Variables::from_json(json)
}
