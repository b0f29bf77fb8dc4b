//! Writes a GraphQL response: its status, its media type, and a code for each error that GraphQL itself raised.

use async_graphql::parser::parse_query;
use async_graphql::{Response as Executed, ServerError, Value as Data};
use axum::http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::accept::MediaType;
use crate::http::answer::Refusal;
use crate::http::seams::Metered;

const SERVER_TIMING: HeaderName = HeaderName::from_static("server-timing");

/// A response without data, which says that nothing was executed.
#[derive(Serialize)]
struct Unexecuted<'a> {
    errors: &'a [ServerError],
}

/// Whether the request was refused before anything was executed: then no error has a place in the data.
fn is_unexecuted(executed: &Executed) -> bool {
    !executed.errors.is_empty()
        && executed.data == Data::Null
        && executed.errors.iter().all(|error| error.path.is_empty())
}

/// Gives the errors of GraphQL itself their codes.
pub(super) fn add_codes(executed: &mut Executed, document: &str) {
    if !is_unexecuted(executed) {
        return;
    }
    let parsed = parse_query(document).is_ok();
    let code = if parsed { "GRAPHQL_VALIDATION_FAILED" } else { "GRAPHQL_PARSE_FAILED" };
    for error in &mut executed.errors {
        let extensions = error.extensions.get_or_insert_default();
        if extensions.get("code").is_none() {
            extensions.set("code", code);
        }
    }
}

/// The answer to a well-formed request.
pub(super) fn write(mut executed: Executed, metered: Metered, media_type: MediaType) -> Response {
    let unexecuted = is_unexecuted(&executed);
    let status = match media_type {
        MediaType::GraphqlResponse if unexecuted => StatusCode::BAD_REQUEST,
        MediaType::GraphqlResponse | MediaType::Json => StatusCode::OK,
    };
    let headers = std::mem::take(&mut executed.http_headers);
    let body = if unexecuted {
        serde_json::to_vec(&Unexecuted { errors: &executed.errors })
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
    answer
}

fn add_timing(headers: &mut HeaderMap, metered: Metered) {
    let ms = metered.time.as_secs_f64() * 1000.0;
    let timing = format!("sql;desc=\"{} statements\";dur={ms:.3}", metered.statements);
    if let Ok(timing) = HeaderValue::try_from(timing) {
        headers.insert(SERVER_TIMING, timing);
    }
}
