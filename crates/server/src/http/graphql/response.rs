//! Writes a GraphQL response: its status, its media type, and what it cost.

use std::collections::BTreeMap;

use async_graphql::{Response as Executed, ServerError, Value as Data};
use axum::http::header::{CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use graphql::Metered;
use graphql::error::retry_after;
use serde::Serialize;

use super::accept::MediaType;
use crate::http::answer::Refusal;

const SERVER_TIMING: HeaderName = HeaderName::from_static("server-timing");

/// A response without data, which says that nothing was executed.
#[derive(Serialize)]
struct Unexecuted<'a> {
    errors: &'a [ServerError],
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    extensions: &'a BTreeMap<String, Data>,
}

/// Whether the request was refused before anything was executed: then no error has a place in the data.
pub(in crate::http) fn is_unexecuted(executed: &Executed) -> bool {
    !executed.errors.is_empty()
        && executed.data == Data::Null
        && executed.errors.iter().all(|error| error.path.is_empty())
}

/// The answer to a well-formed request.
pub(super) fn write(mut executed: Executed, metered: Metered, media_type: MediaType) -> Response {
    let unexecuted = is_unexecuted(&executed);
    let retry_after = executed.errors.iter().filter_map(retry_after).max();
    let status = match media_type {
        MediaType::GraphqlResponse if unexecuted && retry_after.is_some() => StatusCode::TOO_MANY_REQUESTS,
        MediaType::GraphqlResponse if unexecuted => StatusCode::BAD_REQUEST,
        MediaType::GraphqlResponse | MediaType::Json => StatusCode::OK,
    };
    let headers = std::mem::take(&mut executed.http_headers);
    let body = if unexecuted {
        serde_json::to_vec(&Unexecuted { errors: &executed.errors, extensions: &executed.extensions })
    } else {
        serde_json::to_vec(&executed)
    };
    let body = match body {
        Ok(body) => body,
        Err(why) => return Refusal::internal(why).in_media_type(media_type.header()),
    };
    let mut answer = (status, headers, body).into_response();
    answer.headers_mut().insert(CONTENT_TYPE, media_type.header());
    add_timing(answer.headers_mut(), metered);
    if let Some(seconds) = retry_after {
        answer.headers_mut().insert(RETRY_AFTER, seconds.into());
    }
    answer
}

fn add_timing(headers: &mut HeaderMap, metered: Metered) {
    let ms = metered.time.as_secs_f64() * 1000.0;
    let timing = format!("sql;desc=\"{} statements\";dur={ms:.3}", metered.statements);
    if let Ok(timing) = HeaderValue::try_from(timing) {
        headers.insert(SERVER_TIMING, timing);
    }
}
