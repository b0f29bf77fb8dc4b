//! The engine runs a request: level by level, with one loader, and with errors that say what they are.

use std::sync::Arc;
use std::time::Duration;

use async_graphql::{ObjectType, Request, Response, Schema, SchemaBuilder, ServerError, SubscriptionType};
use domain::{Clock, Viewer};
use futures_util::stream::{self, BoxStream, StreamExt};
use serde_json::json;
use storage::ledger::report;
use storage::{Level, Loader, Reader, Store};

use crate::account::door::Door;
use crate::budget::{Budgets, Purse};
use crate::error::{Code, Internal};
use crate::files::Files;
use crate::guarded::Guarded;
use crate::limits::{self, Limits, MAX_LEVELS, set_code};
use crate::operation;
use crate::schema::{Mutation, Query, Subscription, schema};

/// Runs requests on a store; the roots are ours, unless a test has more of them.
pub struct Engine<Q = Query, M = Mutation, S = Subscription> {
    schema: Schema<Guarded<Q>, Guarded<M>, Guarded<S>>,
    store: Store,
    budgets: Arc<Budgets>,
}

/// What a request's statements came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Metered {
    /// How many statements there were.
    pub statements: u64,
    /// How long the database took, all together.
    pub time: Duration,
}

impl<Q, M, S> Clone for Engine<Q, M, S> {
    fn clone(&self) -> Self {
        Self { schema: self.schema.clone(), store: self.store.clone(), budgets: Arc::clone(&self.budgets) }
    }
}

impl Engine {
    /// An engine on a store, with where files are kept, and the door through which people come in.
    pub fn new(store: Store, files: Files, door: Arc<dyn Door>) -> Self {
        Self::with(schema().data(door), store, files)
    }
}

impl<Q: ObjectType + 'static, M: ObjectType + 'static, S: SubscriptionType + 'static> Engine<Q, M, S> {
    /// An engine of this schema.
    pub fn with(schema: SchemaBuilder<Guarded<Q>, Guarded<M>, Guarded<S>>, store: Store, files: Files) -> Self {
        let most = usize::try_from(MAX_LEVELS).unwrap_or(usize::MAX);
        let schema = schema.limit_recursive_depth(most).data(files).finish();
        Self { schema, store, budgets: Arc::new(Budgets::without_any()) }
    }

    /// The same engine with these limits; what viewers have used comes back by this clock. Without it there are the limits
    /// of a request alone.
    #[must_use]
    pub fn limited(self, limits: Limits, clock: &Arc<dyn Clock>) -> Self {
        Self { budgets: Arc::new(Budgets::new(limits, clock)), ..self }
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
        let purse = match self.admit(&mut request, &reader) {
            Ok(purse) => purse,
            Err(error) => return (Response::from_errors(vec![error]), Metered::default()),
        };
        let loader = Loader::new(reader.clone());
        let request = request.data(loader.clone()).data(purse.clone());
        let mut response = Level::new(loader, self.schema.execute(request)).await;
        purse.settle(&mut response);
        response.errors.iter_mut().for_each(complete);
        self.keep(&response, reader.request());
        (response, Metered { statements: meter.statements(), time: meter.time() })
    }

    /// Runs a subscription for a viewer, or once what is none.
    pub fn follow(&self, mut request: Request, viewer: Viewer, request_id: Option<String>) -> Followed {
        let reader = self.store.reader(viewer, request_id);
        let purse = match self.admit(&mut request, &reader) {
            Ok(purse) => purse,
            Err(error) => {
                let refused = Response::from_errors(vec![error]);
                return Followed { responses: stream::once(async { refused }).boxed(), reader };
            }
        };
        purse.pay_later();
        let loader = Loader::new(reader.clone());
        let responses = self.schema.execute_stream(request.data(loader.clone()).data(purse.clone()));
        let running = (self.clone(), loader, purse, responses);
        let responses = stream::unfold(running, async |(engine, loader, purse, mut responses)| {
            let mut response = Level::new(loader.clone(), responses.next()).await?;
            purse.spend(&mut response);
            response.errors.iter_mut().for_each(complete);
            engine.keep(&response, loader.reader().request());
            // What comes next is read anew.
            loader.clear();
            Some((response, (engine, loader, purse, responses)))
        });
        Followed { responses: responses.boxed(), reader }
    }
}

impl<Q, M, S> Engine<Q, M, S> {
    /// Refuses a request that asks for too much, and takes what others cost.
    fn admit(&self, request: &mut Request, reader: &Reader) -> Result<Purse, ServerError> {
        let asked = limits::check(request, self.budgets.limits())?;
        operation::check_variables(request)?;
        let purse = Purse::new(&self.budgets, &reader.viewer(), request, asked);
        purse.pay()?;
        Ok(purse)
    }
}

/// A subscription that runs.
pub struct Followed {
    /// Its responses, as they come.
    pub responses: BoxStream<'static, Response>,
    /// Its way to the database, by which it is told who the viewer is by now.
    pub reader: Reader,
}

impl<Q, M, S> Engine<Q, M, S> {
    /// Keeps the causes of INTERNAL errors in the error log, under the ids that clients were given.
    pub fn keep(&self, response: &Response, request: Option<&str>) {
        for error in &response.errors {
            if let Some(internal) = error.source::<Internal>() {
                let id = error.extensions.as_ref().and_then(|extensions| extensions.get("errorId"));
                let id = id.and_then(|id| id.clone().into_json().ok()).unwrap_or_default();
                report(&self.store, &internal.0, json!({ "errorId": id, "requestId": request }));
            }
        }
    }
}

/// Gives an error of the library its code: what it finds before it runs anything has no path.
fn complete(error: &mut ServerError) {
    let coded = error.extensions.as_ref().is_some_and(|extensions| extensions.get("code").is_some());
    if !coded {
        set_code(error, if error.path.is_empty() { Code::GraphqlValidationFailed } else { Code::BadUserInput });
    }
}
