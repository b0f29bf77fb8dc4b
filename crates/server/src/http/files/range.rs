//! Which part of a file is asked for, and whether the client has it already (RFC 9110, for one range).

use std::ops::Range;

use axum::http::HeaderMap;
use axum::http::header::{IF_RANGE, RANGE};

use crate::http::tag::is_known;

/// What of a file is to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// All of it.
    Whole,
    /// A part.
    Part(Range<u64>),
    /// A part that it does not have.
    Outside,
    /// Nothing: the client has it.
    Nothing,
}

/// What a request asks for of a file of this size, whose strong tag this is.
pub(super) fn asked(headers: &HeaderMap, tag: &str, size: u64) -> Asked {
    let text = |name| headers.get(name).map(|value: &axum::http::HeaderValue| value.to_str().unwrap_or_default());
    if is_known(headers, tag) {
        return Asked::Nothing;
    }
    // A part of another state of the file would not fit to what the client has. We give no times to compare with.
    if text(IF_RANGE).is_some_and(|given| given != tag) {
        return Asked::Whole;
    }
    match text(RANGE).and_then(|range| range.strip_prefix("bytes=")) {
        Some(range) => part(range, size),
        None => Asked::Whole,
    }
}

/// One range: `0-99`, `100-`, `-100`. What is none, and several, is answered with the whole file, as is allowed.
fn part(range: &str, size: u64) -> Asked {
    let Some((first, last)) = range.trim().split_once('-') else { return Asked::Whole };
    let number = |text: &str| (!text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok());
    let range = match (number(first), number(last)) {
        (Some(Some(first)), None) if last.is_empty() => first..size,
        (Some(Some(first)), Some(Some(last))) if first <= last => first..size.min(u64::saturating_add(last, 1)),
        (None, Some(Some(count))) if first.is_empty() => {
            if count == 0 {
                return Asked::Outside;
            }
            size.saturating_sub(count)..size
        }
        _ => return Asked::Whole,
    };
    if range.is_empty() { Asked::Outside } else { Asked::Part(range) }
}

#[cfg(test)]
mod tests {
    use axum::http::header::IF_NONE_MATCH;

    use super::*;

    fn of(headers: &[(axum::http::HeaderName, &str)], size: u64) -> Asked {
        let headers = headers.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect();
        asked(&headers, "\"tag\"", size)
    }

    #[test]
    fn one_range_is_served_and_others_are_not_understood() {
        for (range, asked) in [
            ("bytes=0-99", Asked::Part(0..10)),
            ("bytes=2-4", Asked::Part(2..5)),
            ("bytes=9-", Asked::Part(9..10)),
            ("bytes=-3", Asked::Part(7..10)),
            ("bytes=-99", Asked::Part(0..10)),
            ("bytes=10-", Asked::Outside),
            ("bytes=10-12", Asked::Outside),
            ("bytes=-0", Asked::Outside),
            ("bytes=4-2", Asked::Whole),
            ("bytes=0-1,3-4", Asked::Whole),
            ("bytes=-", Asked::Whole),
            ("bytes=+1-2", Asked::Whole),
            ("bytes=a-b", Asked::Whole),
            ("bytes=0-18446744073709551615", Asked::Part(0..10)),
            ("bytes=99999999999999999999-", Asked::Whole),
            ("items=0-1", Asked::Whole),
        ] {
            assert_eq!(of(&[(RANGE, range)], 10), asked, "{range}");
        }
        assert_eq!(of(&[(RANGE, "bytes=0-")], 0), Asked::Outside);
        assert_eq!(of(&[(RANGE, "bytes=-5")], 0), Asked::Outside);
    }

    #[test]
    fn what_the_client_has_is_not_sent_again() {
        for (tags, nothing) in [("\"tag\"", true), ("\"a\", W/\"tag\"", true), ("*", true), ("\"other\"", false)] {
            assert_eq!(of(&[(IF_NONE_MATCH, tags)], 10) == Asked::Nothing, nothing, "{tags}");
        }
    }

    #[test]
    fn a_part_of_another_state_is_not_sent() {
        let range = (RANGE, "bytes=0-1");
        assert_eq!(of(&[range.clone(), (IF_RANGE, "\"tag\"")], 10), Asked::Part(0..2));
        assert_eq!(of(&[range.clone(), (IF_RANGE, "\"other\"")], 10), Asked::Whole);
        assert_eq!(of(&[range, (IF_RANGE, "Sat, 21 Nov 2026 09:00:00 GMT")], 10), Asked::Whole);
    }
}
