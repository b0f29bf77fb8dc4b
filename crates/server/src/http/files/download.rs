//! `GET` and `HEAD /files/{id}`: gives a file, or a part of it, always as an attachment.

use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_SECURITY_POLICY,
    CONTENT_TYPE, ETAG, HeaderMap, HeaderValue,
};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use domain::text::MediaType;

use super::disposition::attachment;
use super::range::{Asked, asked};
use super::rows::{self, StoredFile};
use crate::http::App;
use crate::http::answer::Refusal;
use graphql::error::Code;

pub(in crate::http) async fn download(
    State(app): State<App>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, Refusal> {
    let (head, _) = request.into_parts();
    let reader = app.reader_by_link(&head).await?;
    let file = rows::find(&reader, &id).await?.ok_or_else(Refusal::not_found)?;
    let size = u64::try_from(file.size.get()).map_err(Refusal::internal)?;
    let tag = format!("\"{}\"", file.sha256.as_str());
    let range = match asked(&head.headers, &tag, size) {
        Asked::Nothing => return Ok((StatusCode::NOT_MODIFIED, validators(&tag)?).into_response()),
        Asked::Outside => return Err(outside(size)),
        Asked::Whole => None,
        Asked::Part(range) => Some(range),
    };
    let mut headers = validators(&tag)?;
    describe(&mut headers, &file);
    let length = range.as_ref().map_or(size, |range| range.end - range.start);
    headers.insert(CONTENT_LENGTH, length.into());
    let mut status = StatusCode::OK;
    if let Some(range) = &range {
        status = StatusCode::PARTIAL_CONTENT;
        let given = format!("bytes {}-{}/{size}", range.start, range.end - 1);
        headers.insert(CONTENT_RANGE, HeaderValue::try_from(given).map_err(Refusal::internal)?);
    }
    if head.method == Method::HEAD {
        return Ok((status, headers, Body::empty()).into_response());
    }
    let object = app.parts().objects.get(&file.path, range).await?;
    if object.size != size {
        return Err(Refusal::internal(format!("{} has {} bytes, its row says {size}", file.path, object.size)));
    }
    Ok((status, headers, Body::from_stream(object.bytes)).into_response())
}

fn validators(tag: &str) -> Result<HeaderMap, Refusal> {
    let mut headers = HeaderMap::new();
    headers.insert(ETAG, HeaderValue::try_from(tag).map_err(Refusal::internal)?);
    // Whoever may see it now may not tomorrow: a copy is asked about each time.
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    headers.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    Ok(headers)
}

fn describe(headers: &mut HeaderMap, file: &StoredFile) {
    let media_type = file.media_type.as_ref().map_or("application/octet-stream", MediaType::as_str);
    let fallback = HeaderValue::from_static("application/octet-stream");
    headers.insert(CONTENT_TYPE, HeaderValue::from_str(media_type).unwrap_or(fallback));
    headers.insert(CONTENT_DISPOSITION, attachment(file.file_name.as_ref().map(domain::text::FileName::as_str)));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'"));
}

fn outside(size: u64) -> Refusal {
    let message = format!("the range lies outside of the file, which has {size} bytes");
    let refusal = Refusal::new(StatusCode::RANGE_NOT_SATISFIABLE, Code::BadUserInput, message);
    match HeaderValue::try_from(format!("bytes */{size}")) {
        Ok(range) => refusal.with(CONTENT_RANGE, range),
        Err(_) => refusal,
    }
}
