//! Joins the shell with the crate that executes GraphQL.

use domain::Viewer;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use graphql::{Engine, Metered};

use super::seams::Execute;

impl Execute for Engine {
    fn execute(
        &self,
        request: async_graphql::Request,
        who: Viewer,
        request_id: Option<String>,
    ) -> BoxFuture<'_, (async_graphql::Response, Metered)> {
        Self::execute(self, request, who, request_id).boxed()
    }
}
