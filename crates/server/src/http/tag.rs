//! Whether a client has what it asks for already (RFC 9110), by the tags that it names.

use axum::http::HeaderMap;
use axum::http::header::IF_NONE_MATCH;

/// Whether this tag, weak or not, is among those that a request names.
pub(crate) fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    let lines = headers.get_all(IF_NONE_MATCH).iter().filter_map(|line| line.to_str().ok());
    let mut tags = lines.flat_map(|line| line.split(',')).map(str::trim);
    tags.any(|known| known == "*" || opaque(known) == opaque(tag))
}

fn opaque(tag: &str) -> &str {
    tag.strip_prefix("W/").unwrap_or(tag)
}
