//! What the shell asks of the rest: who a viewer is, and the execution of a request.

use std::time::Duration;

use axum::http::request::Parts;
use domain::Viewer;
use futures_util::future::BoxFuture;

use super::answer::Refusal;

/// Finds out who asks.
pub trait Authenticate: Send + Sync {
    /// The viewer of a request, told from its head.
    fn viewer<'a>(&'a self, head: &'a Parts) -> BoxFuture<'a, Result<Viewer, Refusal>>;
}

/// Executes GraphQL.
pub trait Execute: Send + Sync {
    /// The response to a request, and what it cost.
    fn execute(
        &self,
        request: async_graphql::Request,
        who: Viewer,
        request_id: Option<String>,
    ) -> BoxFuture<'_, (async_graphql::Response, Metered)>;
}

/// What a request cost the database.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Metered {
    /// How many statements there were.
    pub statements: u64,
    /// How long they took, all together.
    pub time: Duration,
}
