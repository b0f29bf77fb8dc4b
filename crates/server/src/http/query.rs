//! Reads a query string, and refuses what is not UTF-8 rather than changing it.

use percent_encoding::percent_decode_str;

use super::answer::Refusal;

/// The names and values of a query string, in their order.
pub(crate) fn pairs(text: &str) -> Result<Vec<(String, String)>, Refusal> {
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    pairs.map(|pair| pair.split_once('=').unwrap_or((pair, ""))).map(|(k, v)| Ok((decode(k)?, decode(v)?))).collect()
}

fn decode(text: &str) -> Result<String, Refusal> {
    let spaced = text.replace('+', " ");
    let decoded = percent_decode_str(&spaced).decode_utf8();
    decoded.map(Into::into).map_err(|_| Refusal::bad_input("the address is not UTF-8"))
}
