//! What the shell asks of the rest: who a viewer is, and the execution of a request.

use axum::http::request::Parts;
use domain::{Secret, Viewer};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use graphql::{Followed, Metered};

use super::answer::Refusal;

/// A way in for a browser.
#[derive(Debug)]
pub enum Way {
    /// A link with this token, which a start printed.
    Link(Secret<String>),
    /// To a provider of sign-ins.
    ToProvider,
    /// Back from it, with what it said.
    FromProvider {
        /// The code by which it tells who it is.
        code: String,
        /// What belongs to the sign-in that the browser began.
        state: String,
    },
}

/// Where a browser goes on, and what it keeps.
#[derive(Debug)]
pub struct Passed {
    /// The address.
    pub to: String,
    /// The headers that set its cookies.
    pub cookies: Vec<String>,
}

/// Finds out who asks.
pub trait Authenticate: Send + Sync {
    /// The viewer of a request, told from its head.
    fn viewer<'a>(&'a self, head: &'a Parts) -> BoxFuture<'a, Result<Viewer, Refusal>>;

    /// Whether a link was signed here for what is at this address, given without a slash at its beginning, and still works.
    fn opens(&self, _link: &str) -> bool {
        false
    }

    /// Lets a browser in, or a step further on its way in; where there is no such way, there is nothing at its address.
    fn pass<'a>(&'a self, _way: Way, _head: &'a Parts) -> BoxFuture<'a, Result<Passed, Refusal>> {
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

    /// The answers of a subscription, from after a position where the client goes on there.
    fn follow(
        &self,
        request: async_graphql::Request,
        who: Viewer,
        request_id: Option<String>,
        after: Option<i64>,
    ) -> Followed;
}
