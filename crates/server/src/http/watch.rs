//! What happens around every request: an id, a line in the log, counters, a time limit, safe headers, and no panic that
//! gets out. Neither queries nor headers nor bodies are logged, since secrets stand in them.

use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use tracing::Instrument;

use super::answer::Refusal;
use super::client::{Client, Peer, REQUEST_ID, RequestId};
use super::metrics::Watched;
use super::{App, Parts};

/// Gives the request its id and its client, and tells the log and the counters of it.
pub(crate) async fn watch(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let began = Instant::now();
    let id = RequestId::of(request.headers());
    let client = client(&request, app.parts());
    request.extensions_mut().insert(id.clone());
    if let Some(client) = client {
        request.extensions_mut().insert(client);
    }
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let span = tracing::info_span!("request", request_id = id.as_str());
    let watched = Watched::begin(&method);
    let mut answer = next.run(request).instrument(span.clone()).await;
    add_headers(answer.headers_mut(), &id);
    let took = began.elapsed();
    watched.end(&route, answer.status(), took);
    span.in_scope(|| {
        let client = client.map(|client| client.0.to_string()).unwrap_or_default();
        let (status, micros) = (answer.status().as_u16(), u64::try_from(took.as_micros()).unwrap_or(u64::MAX));
        tracing::info!(target: "server::request", %method, path, status, micros, client, "answered");
    });
    answer
}

fn client(request: &Request, parts: &Parts) -> Option<Client> {
    let peer = *request.extensions().get::<Peer>()?;
    Some(Client::behind(peer, request.headers(), &parts.limits.trusted_proxies))
}

/// Answers that say nothing else are for nobody's cache, no frame, and no guess at what they are.
fn add_headers(headers: &mut HeaderMap, id: &RequestId) {
    let mut by_default = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    by_default(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    by_default(header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'");
    by_default(header::REFERRER_POLICY, "no-referrer");
    by_default(header::X_FRAME_OPTIONS, "DENY");
    by_default(header::CACHE_CONTROL, "no-store");
    if let Some(id) = id.header() {
        headers.insert(REQUEST_ID, id);
    }
}

/// Stops a request that takes too long.
pub(crate) async fn limit_time(State(app): State<App>, request: Request, next: Next) -> Response {
    let limit = app.parts().limits.request_timeout;
    match tokio::time::timeout(limit, next.run(request)).await {
        Ok(answer) => answer,
        Err(_) => late(limit).into_response(),
    }
}

/// The refusal of a request that takes longer than this.
pub(crate) fn late(limit: Duration) -> Refusal {
    Refusal::unavailable(format!("the request took longer than {limit:?} and was stopped"))
}

/// Answers a request whose handler panics.
pub(crate) async fn catch_panics(request: Request, next: Next) -> Response {
    let answer = AssertUnwindSafe(next.run(request)).catch_unwind().await;
    // The panic's own message and place are in the log already.
    answer.unwrap_or_else(|_| Refusal::internal("a request panicked").into_response())
}
