//! Which media type an answer has, by what the client accepts.

use axum::http::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderValue};

/// A media type of answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MediaType {
    /// `application/json`: whoever reads it trusts no status but 200.
    Json,
    /// `application/graphql-response+json`: the status says whether the request was executed.
    GraphqlResponse,
}

impl MediaType {
    pub(super) fn header(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Json => "application/json; charset=utf-8",
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
        })
    }

    fn essence(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::GraphqlResponse => "application/graphql-response+json",
        }
    }

    /// How much the client wants it, and where in its list it says so; a wildcard stands after all names.
    fn wanted(self, ranges: &[Range]) -> Option<(u16, usize)> {
        let named = ranges.iter().position(|range| range.name == self.essence());
        let wildcard = |name| ranges.iter().position(|range| range.name == name);
        let at = named.or_else(|| wildcard("application/*")).or_else(|| wildcard("*/*"))?;
        let quality = ranges[at].quality;
        (quality > 0).then_some((quality, if named.is_some() { at } else { usize::MAX }))
    }
}

/// The media type that the client wants most; none when it wants neither. Who names none gets `application/json`.
pub(super) fn negotiate(headers: &HeaderMap) -> Option<MediaType> {
    let lines = headers.get_all(ACCEPT).iter().map(|line| line.to_str().unwrap_or_default());
    let ranges: Vec<_> = lines.flat_map(|line| line.split(',')).filter_map(Range::parse).collect();
    if ranges.is_empty() {
        return Some(MediaType::Json);
    }
    let both = [MediaType::Json, MediaType::GraphqlResponse];
    let wanted = both.into_iter().filter_map(|media| media.wanted(&ranges).map(|wish| (media, wish)));
    // Of two that are wanted alike, the one that is listed first; of two by wildcard, the first.
    wanted.min_by_key(|(_, (quality, at))| (u16::MAX - quality, *at)).map(|(media, _)| media)
}

/// One part of an `Accept` header, with its quality in thousandths.
struct Range {
    name: String,
    quality: u16,
}

impl Range {
    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(';').map(str::trim);
        let name = parts.next().filter(|name| !name.is_empty())?.to_ascii_lowercase();
        let mut quality = 1000;
        for (key, value) in parts.filter_map(|part| part.split_once('=')) {
            let value = value.trim().trim_matches('"');
            match key.trim().to_ascii_lowercase().as_str() {
                "q" => quality = thousandths(value)?,
                // We write UTF-8 and nothing else.
                "charset" if !value.eq_ignore_ascii_case("utf-8") => quality = 0,
                _ => {}
            }
        }
        Some(Self { name, quality })
    }
}

/// A quality like `0.8`, in thousandths.
fn thousandths(text: &str) -> Option<u16> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = fraction.bytes().all(|b| b.is_ascii_digit()) && fraction.len() <= 3;
    let whole: u16 = whole.parse().ok()?;
    let fraction: u16 = format!("{fraction:0<3}").parse().ok().filter(|_| digits)?;
    Some(whole.checked_mul(1000)?.checked_add(fraction)?.min(1000))
}

/// Whether the body is JSON in UTF-8: anything else could be sent by a page of another site without being asked.
pub(super) fn is_json(headers: &HeaderMap) -> bool {
    let Some(text) = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()) else { return false };
    let mut parts = text.split(';').map(str::trim);
    let json = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("application/json"));
    json && parts.filter_map(|part| part.split_once('=')).all(|(key, value)| {
        !key.trim().eq_ignore_ascii_case("charset") || value.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_client_gets_what_it_wants_most() {
        use MediaType::{GraphqlResponse, Json};
        for (accept, media) in [
            ("", Some(Json)),
            ("*/*", Some(Json)),
            ("application/*", Some(Json)),
            ("application/json", Some(Json)),
            ("application/graphql-response+json", Some(GraphqlResponse)),
            (
                "application/graphql-response+json; charset=utf-8, application/json; charset=utf-8",
                Some(GraphqlResponse),
            ),
            ("application/json, application/graphql-response+json", Some(Json)),
            ("application/json;q=0.5, application/graphql-response+json;q=0.9", Some(GraphqlResponse)),
            ("application/json;q=0.5, */*;q=0.4", Some(Json)),
            ("*/*, application/graphql-response+json", Some(GraphqlResponse)),
            ("*/*;q=0.9, application/json;q=0", Some(GraphqlResponse)),
            ("Application/JSON", Some(Json)),
            ("text/html, application/xhtml+xml, */*;q=0.8", Some(Json)),
            ("application/graphql-response+json; charset=latin1, application/json", Some(Json)),
            ("text/html", None),
            ("application/json;q=0", None),
            ("application/json;charset=utf-16", None),
            ("text/event-stream", None),
        ] {
            let headers = HeaderMap::from_iter([(ACCEPT, accept.parse().unwrap())]);
            assert_eq!(negotiate(&headers), media, "{accept:?}");
        }
        assert_eq!(negotiate(&HeaderMap::new()), Some(Json));
    }

    #[test]
    fn only_json_in_utf8_is_taken() {
        for (text, taken) in [
            ("application/json", true),
            ("application/json; charset=utf-8", true),
            ("Application/Json;Charset=\"UTF-8\"", true),
            ("application/json; charset=latin1", false),
            ("application/json+x", false),
            ("text/plain", false),
            ("application/x-www-form-urlencoded", false),
            ("multipart/form-data; boundary=x", false),
            ("application/graphql", false),
            ("", false),
        ] {
            let headers = HeaderMap::from_iter([(CONTENT_TYPE, text.parse().unwrap())]);
            assert_eq!(is_json(&headers), taken, "{text:?}");
        }
        assert!(!is_json(&HeaderMap::new()));
    }
}
