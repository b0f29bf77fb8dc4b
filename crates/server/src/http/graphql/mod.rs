//! GraphQL over HTTP, as its specification has it: queries and mutations by POST, queries by GET.

mod accept;
mod named;
pub(super) mod request;
pub(super) mod response;

use axum::body::Body;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::StatusCode;
use axum::http::header::{ALLOW, HeaderValue};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};

use super::answer::Refusal;
use super::client::{Client, RequestId, user_agent};
use super::{App, body, live, metrics};
use accept::MediaType;
use async_graphql::parser::types::OperationType;
use domain::Viewer;
use graphql::Metered;
use graphql::account::door;
use graphql::error::Code;
use graphql::operation::kind;
use request::Asked;

const BODY: &str = "the body";
/// How large a body may be that comes from nobody: enough to sign in, and to look around.
const MAX_STRANGERS_BYTES: u64 = 65_536;

pub(super) async fn by_post(State(app): State<App>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    negotiated(&head, async |media_type| {
        let viewer = app.parts().authenticate.viewer(&head).await?;
        match read(&app, &viewer, (&head, body), app.parts().limits.max_batch).await? {
            Asked::One(request) => {
                let (executed, metered) = execute(&app, &head, *request, viewer).await;
                Ok(response::write(executed, metered, media_type))
            }
            Asked::Batch(requests) => Ok(execute_all(&app, &head, requests, (viewer, media_type)).await),
        }
    })
    .await
}

pub(super) async fn by_get(State(app): State<App>, request: Request) -> Response {
    let (mut head, _) = request.into_parts();
    if let Ok(upgrade) = WebSocketUpgrade::from_request_parts(&mut head, &app).await {
        return live::open(app, &head, upgrade);
    }
    negotiated(&head, async |media_type| {
        let request = asked(&app, &head, &[OperationType::Query])?;
        let viewer = app.parts().authenticate.viewer(&head).await?;
        let (executed, metered) = execute(&app, &head, request, viewer).await;
        Ok(response::write(executed, metered, media_type))
    })
    .await
}

/// Answers by server-sent events.
pub(super) async fn stream_by_post(State(app): State<App>, request: Request) -> Result<Response, Refusal> {
    let (head, body) = request.into_parts();
    let viewer = app.parts().authenticate.viewer(&head).await?;
    match read(&app, &viewer, (&head, body), 0).await? {
        Asked::One(request) => live::answer(&app, head, *request).await,
        Asked::Batch(_) => Err(Refusal::bad_input("several requests at once have no stream of events")),
    }
}

/// The same for a request in the address, which asks but changes nothing.
pub(super) async fn stream_by_get(State(app): State<App>, request: Request) -> Result<Response, Refusal> {
    let (head, _) = request.into_parts();
    let request = asked(&app, &head, &[OperationType::Query, OperationType::Subscription])?;
    live::answer(&app, head, request).await
}

/// The request in an address, of one of these sorts.
fn asked(app: &App, head: &Parts, taken: &[OperationType]) -> Result<async_graphql::Request, Refusal> {
    let mut request = request::from_query(head.uri.query().unwrap_or_default(), &app.parts().documents)?;
    // A document that says nothing clear is left to whoever validates it.
    if kind(&mut request).is_some_and(|kind| !taken.contains(&kind)) {
        let refusal = "only queries can be sent by GET: send it by POST";
        let refusal = Refusal::new(StatusCode::METHOD_NOT_ALLOWED, Code::BadUserInput, refusal);
        return Err(refusal.with(ALLOW, HeaderValue::from_static("POST")));
    }
    Ok(request)
}

/// Answers in a media type that the client accepts, refusals too.
async fn negotiated(head: &Parts, answer: impl AsyncFnOnce(MediaType) -> Result<Response, Refusal>) -> Response {
    let Some(media_type) = accept::negotiate(&head.headers) else {
        let message = "answers are application/graphql-response+json or application/json: accept one of them";
        return Refusal::new(StatusCode::NOT_ACCEPTABLE, Code::BadUserInput, message).into_response();
    };
    answer(media_type).await.unwrap_or_else(|refusal| refusal.in_media_type(media_type.header()))
}

/// What the body asks. Whoever is nobody asks little: what they send is not worth much memory.
async fn read(app: &App, viewer: &Viewer, (head, body): (&Parts, Body), max_batch: usize) -> Result<Asked, Refusal> {
    if !accept::is_json(&head.headers) {
        return Err(Refusal::unsupported("the body must be application/json in UTF-8, and say so in Content-Type"));
    }
    let limit = app.parts().limits.max_request_bytes;
    let limit = if viewer.is_nobody() { limit.min(MAX_STRANGERS_BYTES) } else { limit };
    body::check_head(&head.headers, BODY, limit)?;
    request::from_body(body::read(body, BODY, limit).await?, &app.parts().documents, max_batch)
}

async fn execute(
    app: &App,
    head: &Parts,
    request: async_graphql::Request,
    viewer: Viewer,
) -> (async_graphql::Response, Metered) {
    let request_id = head.extensions.get::<RequestId>().map(|id| id.as_str().to_owned());
    let address = head.extensions.get::<Client>().map(|client| client.0);
    let request = request.data(door::Client { address, user_agent: user_agent(&head.headers) });
    let (executed, metered) = app.parts().execute.execute(request, viewer, request_id).await;
    metrics::executed(metered);
    (executed, metered)
}

/// Answers several requests, one after the other.
async fn execute_all(
    app: &App,
    head: &Parts,
    requests: Vec<async_graphql::Request>,
    (viewer, media_type): (Viewer, MediaType),
) -> Response {
    let (mut all, mut sum) = (Vec::new(), Metered::default());
    for request in requests {
        let (executed, metered) = execute(app, head, request, viewer.clone()).await;
        all.push(executed);
        sum = Metered { statements: sum.statements + metered.statements, time: sum.time + metered.time };
    }
    response::write_batch(all, sum, media_type)
}
