//! Reads a body that may not be larger than a limit.

use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, EXPECT};
use futures_util::StreamExt;

use super::answer::Refusal;

/// How much of a body that is refused is still read, so that the client gets to see the refusal.
const DRAINED: usize = 4 << 20;
const DRAINED_FOR: Duration = Duration::from_secs(2);

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

/// The whole body.
pub(crate) async fn read(body: Body, what: &str, limit: u64) -> Result<Vec<u8>, Refusal> {
    let mut stream = body.into_data_stream();
    let mut bytes = Vec::new();
    while let Some(piece) = stream.next().await {
        let piece = piece.map_err(|_| Refusal::bad_input("the body broke off"))?;
        let size = u64::try_from(bytes.len().saturating_add(piece.len())).unwrap_or(u64::MAX);
        if size > limit {
            drain(&mut stream).await;
            return Err(Refusal::too_large(what, limit));
        }
        bytes.extend_from_slice(&piece);
    }
    Ok(bytes)
}

/// The same refusal, after the body that it leaves unread was read for a while. Who asked whether to send at all does
/// not send.
pub(crate) async fn refuse_unread(headers: &HeaderMap, body: Body, refusal: Refusal) -> Refusal {
    if !headers.contains_key(EXPECT) {
        drain(&mut body.into_data_stream()).await;
    }
    refusal
}

/// Reads on for a while: a client that is still sending sees a closed connection instead of the answer.
pub(crate) async fn drain(stream: &mut BodyDataStream) {
    let drained = async {
        let mut left = DRAINED;
        while let Some(Ok(piece)) = stream.next().await {
            left = left.saturating_sub(piece.len());
            if left == 0 {
                break;
            }
        }
    };
    // Whoever takes longer sees what they see.
    let _ = tokio::time::timeout(DRAINED_FOR, drained).await;
}
