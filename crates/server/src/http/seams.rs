//! What the shell asks of the rest: who a viewer is, and the execution of a request.

use axum::http::request::Parts;
use domain::Viewer;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use graphql::Metered;

use super::answer::Refusal;

/// Finds out who asks.
pub trait Authenticate: Send + Sync {
    /// The viewer of a request, told from its head.
    fn viewer<'a>(&'a self, head: &'a Parts) -> BoxFuture<'a, Result<Viewer, Refusal>>;

    /// Signs in whoever has a link with this token, and answers the header by which their browser keeps it; where there
    /// are no links, there is nothing at their address.
    fn by_link<'a>(&'a self, _token: &'a str, _head: &'a Parts) -> BoxFuture<'a, Result<String, Refusal>> {
        async { Err(Refusal::not_found()) }.boxed()
    }
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
