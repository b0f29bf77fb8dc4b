//! Joins the shell with the crate that executes GraphQL.

use async_graphql::parser::types::OperationType;
use domain::Viewer;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use graphql::operation::kind;
use graphql::{Engine, Followed, Metered};

use super::seams::Execute;

impl Execute for Engine {
    fn execute(
        &self,
        mut request: async_graphql::Request,
        who: Viewer,
        request_id: Option<String>,
    ) -> BoxFuture<'_, (async_graphql::Response, Metered)> {
        if kind(&mut request) != Some(OperationType::Mutation) {
            return Self::execute(self, request, who, request_id).boxed();
        }
        // A client that goes away, or waits too long, does not cut off what is half done.
        let (engine, id) = (self.clone(), request_id.clone());
        let running = tokio::spawn(async move { engine.execute(request, who, request_id).await });
        running.map(move |done| done.unwrap_or_else(|why| panicked(self, &why, id.as_deref()))).boxed()
    }

    fn follow(
        &self,
        request: async_graphql::Request,
        who: Viewer,
        request_id: Option<String>,
        after: Option<i64>,
    ) -> Followed {
        Self::follow(self, request, who, request_id, after)
    }
}

/// The answer to a mutation that came to no end; its unit of work is rolled back.
fn panicked(
    engine: &Engine,
    why: &tokio::task::JoinError,
    request_id: Option<&str>,
) -> (async_graphql::Response, Metered) {
    let failure = graphql::error::Failure::from(storage::Error::internal(why));
    let error = async_graphql::Error::from(failure).into_server_error(async_graphql::Pos::default());
    let response = async_graphql::Response::from_errors(vec![error]);
    engine.keep(&response, request_id);
    (response, Metered::default())
}
