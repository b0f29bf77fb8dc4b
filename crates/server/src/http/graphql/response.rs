//! Writes GraphQL responses: their status, their media type, and what they cost.

use async_graphql::Response as Executed;
use axum::http::header::{ACCEPT, CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER, VARY};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use graphql::Metered;
use graphql::direct::body;
use graphql::engine::is_unexecuted;
use graphql::error::retry_after;

use super::accept::MediaType;

pub(in crate::http) const SERVER_TIMING: HeaderName = HeaderName::from_static("server-timing");

/// The status of what was executed with some errors, as the specification of GraphQL over HTTP has it: no other says it.
const PARTIAL_SUCCESS: u16 = 294;

/// The answer to a well-formed request.
pub(super) fn write(mut executed: Executed, metered: Metered, media_type: MediaType) -> Response {
    let headers = headers(std::slice::from_mut(&mut executed));
    let status = status(&executed, media_type);
    answer(body(&executed), (status, headers), metered, media_type)
}

/// The answer to several well-formed requests: each response says for itself how it went.
pub(super) fn write_batch(mut batch: Vec<Executed>, metered: Metered, media_type: MediaType) -> Response {
    let headers = headers(&mut batch);
    let written: Vec<_> = batch.iter().map(body).collect();
    answer(format!("[{}]", written.join(",")), (StatusCode::OK, headers), metered, media_type)
}

/// The headers of responses: their own, and how long to wait before trying again.
fn headers(batch: &mut [Executed]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for executed in &mut *batch {
        headers.extend(std::mem::take(&mut executed.http_headers));
    }
    if let Some(seconds) = batch.iter().filter_map(wait).max() {
        headers.insert(RETRY_AFTER, seconds.into());
    }
    headers
}

/// After how many seconds trying again may help.
fn wait(executed: &Executed) -> Option<u64> {
    executed.errors.iter().filter_map(retry_after).max()
}

/// Whoever reads `application/json` trusts no status but 200.
fn status(executed: &Executed, media_type: MediaType) -> StatusCode {
    match media_type {
        MediaType::Json => StatusCode::OK,
        MediaType::GraphqlResponse if is_unexecuted(executed) => match wait(executed) {
            Some(_) => StatusCode::TOO_MANY_REQUESTS,
            None => StatusCode::BAD_REQUEST,
        },
        MediaType::GraphqlResponse if executed.errors.is_empty() => StatusCode::OK,
        MediaType::GraphqlResponse => StatusCode::from_u16(PARTIAL_SUCCESS).unwrap_or(StatusCode::OK),
    }
}

fn answer(
    body: String,
    (status, headers): (StatusCode, HeaderMap),
    metered: Metered,
    media_type: MediaType,
) -> Response {
    let mut answer = (status, headers, body).into_response();
    answer.headers_mut().insert(CONTENT_TYPE, media_type.header());
    answer.headers_mut().append(VARY, HeaderValue::from(ACCEPT));
    add_timing(answer.headers_mut(), metered);
    answer
}

fn add_timing(headers: &mut HeaderMap, metered: Metered) {
    let ms = metered.time.as_secs_f64() * 1000.0;
    let timing = format!("sql;desc=\"{} statements\";dur={ms:.3}", metered.statements);
    if let Ok(timing) = HeaderValue::try_from(timing) {
        headers.insert(SERVER_TIMING, timing);
    }
}
