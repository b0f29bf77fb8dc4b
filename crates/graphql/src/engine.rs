//! The engine runs a request: level by level, with one loader, and with errors that say what they are.

use std::sync::Arc;
use std::time::Duration;

use async_graphql::{ObjectType, Request, Response, Schema, SchemaBuilder, ServerError, SubscriptionType, Value};
use domain::{Clock, Viewer};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use futures_util::stream::{self, BoxStream, StreamExt};
use serde_json::json;
use storage::ledger::report;
use storage::{Level, Loader, Reader, Store};

use crate::account::door::Door;
use crate::budget::{Budgets, Purse};
use crate::direct::Layouts;
use crate::documents::{self, Offer};
use crate::error::{Code, Internal};
use crate::explore::{Explore, Telling};
use crate::files::Files;
use crate::guarded::Guarded;
use crate::limits::{self, Limits, set_code};
use crate::operation;
use crate::schema::schema;
use crate::subscribers::Together;

/// Runs requests on a store.
#[derive(Clone)]
pub struct Engine {
    schema: Arc<dyn Run>,
    store: Store,
    explore: Explore,
    budgets: Arc<Budgets>,
    direct: bool,
    together: Arc<Together>,
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
    /// An engine on a store, with where files are kept, and the door through which people come in.
    pub fn new(store: Store, files: Files, door: Arc<dyn Door>) -> Self {
        Self::explored(Explore::default(), store, files, door)
    }

    /// The same, whose schema can be explored this far.
    pub fn explored(explore: Explore, store: Store, files: Files, door: Arc<dyn Door>) -> Self {
        Self { explore, ..Self::with(explore.limit(schema().data(door)), store, files) }
    }

    /// An engine of this schema: a test's may have more at its roots.
    pub fn with<Q: ObjectType + 'static, M: ObjectType + 'static, S: SubscriptionType + 'static>(
        schema: SchemaBuilder<Guarded<Q>, Guarded<M>, Guarded<S>>,
        store: Store,
        files: Files,
    ) -> Self {
        let schema = Arc::new(schema.limit_recursive_depth(limits::levels()).data(files).finish());
        Self {
            schema,
            store,
            explore: Explore::default(),
            budgets: Arc::new(Budgets::without_any()),
            direct: true,
            together: Arc::default(),
        }
    }

    /// The same engine with these limits; what viewers have used comes back by this clock. Without it there are the limits
    /// of a request alone.
    #[must_use]
    pub fn limited(self, limits: Limits, clock: &Arc<dyn Clock>) -> Self {
        Self { budgets: Arc::new(Budgets::new(limits, clock)), ..self }
    }

    /// The same engine, which leaves all fields to their resolvers.
    #[must_use]
    pub fn by_resolvers(self) -> Self {
        Self { direct: false, ..self }
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
        let mut admitted = match self.admit(&mut request, &reader) {
            Ok(admitted) => admitted,
            Err(error) => return (Response::from_errors(vec![error]), Metered::default()),
        };
        let loader = Loader::new(reader.clone());
        let request = self.with_data(request, &loader, &admitted.purse);
        let mut response = Level::new(loader, self.schema.execute(request)).await;
        admitted.purse.settle(&mut response);
        admitted.complete(&mut response);
        self.keep(&response, reader.request());
        (response, Metered { statements: meter.statements(), time: meter.time() })
    }

    /// The answers of what is followed, as they come, and what each costs.
    pub(crate) fn responses(
        &self,
        request: Request,
        reader: &Reader,
        admitted: Admitted,
    ) -> BoxStream<'static, (Response, u64)> {
        let loader = Loader::new(reader.clone());
        let request = self.with_data(request, &loader, &admitted.purse);
        let running = (self.clone(), loader, admitted, self.schema.execute_stream(request));
        let responses = stream::unfold(running, async |(engine, loader, mut admitted, mut responses)| {
            let mut response = Level::new(loader.clone(), responses.next()).await?;
            let cost = admitted.purse.price(&mut response);
            admitted.complete(&mut response);
            engine.keep(&response, loader.reader().request());
            // What comes next is read anew.
            loader.clear();
            Some(((response, cost), (engine, loader, admitted, responses)))
        });
        responses.boxed()
    }
}

/// A schema whose roots matter to nobody but itself: what they are made of is compiled once, where they are named.
pub(crate) trait Run: Send + Sync {
    fn execute(&self, request: Request) -> BoxFuture<'_, Response>;

    fn execute_stream(&self, request: Request) -> BoxStream<'static, Response>;
}

impl<Q: ObjectType + 'static, M: ObjectType + 'static, S: SubscriptionType + 'static> Run for Schema<Q, M, S> {
    fn execute(&self, request: Request) -> BoxFuture<'_, Response> {
        Self::execute(self, request).boxed()
    }

    fn execute_stream(&self, request: Request) -> BoxStream<'static, Response> {
        Self::execute_stream(self, request)
    }
}

/// A request that was let in.
pub(crate) struct Admitted {
    /// What its errors may tell.
    telling: Telling,
    /// Its document, if it is to be kept.
    offer: Offer,
    /// What pays for it.
    pub(crate) purse: Purse,
}

impl Admitted {
    /// Gives errors their codes, and keeps the document of what was executed.
    fn complete(&mut self, response: &mut Response) {
        response.errors.iter_mut().for_each(|error| complete(error, &self.telling));
        self.offer.executed(response);
    }
}

impl Engine {
    /// The request with what its resolvers need.
    fn with_data(&self, request: Request, loader: &Loader, purse: &Purse) -> Request {
        let request = request.data(loader.clone()).data(purse.clone());
        if self.direct { request.data(Layouts::default()) } else { request }
    }

    /// Lets a request in that is within the limits, and takes what it costs.
    pub(crate) fn admit(&self, request: &mut Request, reader: &Reader) -> Result<Admitted, ServerError> {
        let viewer = reader.viewer();
        let telling = self.explore.telling(request);
        let offer = documents::offer(request, &viewer)?;
        let asked = limits::check(request, self.budgets.limits())?;
        self.explore.check(request)?;
        operation::check_variables(request)?;
        let purse = Purse::new(&self.budgets, &viewer, request, asked);
        purse.pay()?;
        Ok(Admitted { telling, offer, purse })
    }

    /// Lets a request in that was let in before.
    pub(crate) fn again(&self, request: &Request, purse: Purse) -> Admitted {
        Admitted { telling: self.explore.telling(request), offer: Offer::none(), purse }
    }

    /// The subscriptions that run for several.
    pub(crate) fn together(&self) -> &Together {
        &self.together
    }

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

/// Whether a request was refused before anything was executed: then no error has a place in the data.
pub fn is_unexecuted(response: &Response) -> bool {
    let placed = response.errors.iter().any(|error| !error.path.is_empty());
    !response.errors.is_empty() && response.data == Value::Null && !placed
}

/// Gives an error of the library its code: what it finds before it runs anything has no path.
fn complete(error: &mut ServerError, telling: &Telling) {
    let coded = error.extensions.as_ref().is_some_and(|extensions| extensions.get("code").is_some());
    if !coded {
        telling.only_what_was_said(error);
        set_code(error, if error.path.is_empty() { Code::GraphqlValidationFailed } else { Code::BadUserInput });
    }
}
