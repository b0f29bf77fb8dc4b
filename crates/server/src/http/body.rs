//! Reads a body that may not be larger than a limit, and reads on for a while what is refused: whoever is still sending,
//! a proxy above all, takes a connection that closes for a failure and never sees the answer.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::{Body, BodyDataStream, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, EXPECT};
use axum::middleware::Next;
use axum::response::Response;
use futures_util::{Stream, StreamExt};
use tokio::runtime::Handle;

use super::answer::Refusal;

/// How long what is refused is read on, and how long for a single piece: what nginx takes for the same.
const LINGERING: Duration = Duration::from_secs(30);
const LINGERING_IDLE: Duration = Duration::from_secs(5);

/// How long a body may take to come that is held in memory until it is whole.
const READING: Duration = Duration::from_secs(30);

/// Lets every body be read on when it is dropped before its end.
pub(crate) async fn linger(request: Request, next: Next) -> Response {
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    let asks = request.headers().contains_key(EXPECT);
    next.run(request.map(|body| Body::from_stream(Lingering { body: Some(body.into_data_stream()), asks }))).await
}

/// A body that is read on when it is dropped before its end.
struct Lingering {
    body: Option<BodyDataStream>,
    /// Whether its sender waits to be told that it may send: as long as nothing is read, nothing is sent.
    asks: bool,
}

impl Stream for Lingering {
    type Item = Result<Bytes, axum::Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.asks = false;
        let Some(body) = &mut self.body else { return Poll::Ready(None) };
        let piece = ready!(body.poll_next_unpin(context));
        if !matches!(piece, Some(Ok(_))) {
            self.body = None;
        }
        Poll::Ready(piece)
    }
}

impl Drop for Lingering {
    fn drop(&mut self) {
        let left = self.body.take().filter(|_| !self.asks);
        if let (Some(body), Ok(runtime)) = (left, Handle::try_current()) {
            runtime.spawn(tokio::time::timeout(LINGERING, drain(body)));
        }
    }
}

async fn drain(mut body: BodyDataStream) {
    while let Ok(Some(Ok(_))) = tokio::time::timeout(LINGERING_IDLE, body.next()).await {}
}

/// Refuses a body that says of itself that it is too large, or that is compressed.
pub(crate) fn check_head(headers: &HeaderMap, what: &str, limit: u64) -> Result<(), Refusal> {
    let length = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|length| length > limit) {
        return Err(Refusal::too_large(what, limit));
    }
    match headers.get(CONTENT_ENCODING) {
        Some(encoding) if !encoding.as_bytes().eq_ignore_ascii_case(b"identity") => {
            Err(Refusal::unsupported("a body with a Content-Encoding is not taken: send it as it is"))
        }
        _ => Ok(()),
    }
}

/// The whole body, which may take its sender so long and no longer.
pub(crate) async fn read(body: Body, what: &str, limit: u64) -> Result<Vec<u8>, Refusal> {
    let reading = tokio::time::timeout(READING, collect(body, what, limit));
    reading.await.unwrap_or_else(|_| Err(Refusal::too_slow(what, READING)))
}

async fn collect(body: Body, what: &str, limit: u64) -> Result<Vec<u8>, Refusal> {
    let (mut body, mut bytes) = (body.into_data_stream(), Vec::new());
    while let Some(piece) = body.next().await {
        let piece = piece.map_err(|_| Refusal::bad_input("the body broke off"))?;
        let size = u64::try_from(bytes.len().saturating_add(piece.len())).unwrap_or(u64::MAX);
        if size > limit {
            return Err(Refusal::too_large(what, limit));
        }
        bytes.extend_from_slice(&piece);
    }
    Ok(bytes)
}
