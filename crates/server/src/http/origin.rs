//! Keeps other web sites out, which can make a browser send requests here: one that changes something must come from
//! our own pages, from those of a site that the settings name, or from no page, and the host that it names must be ours.

use axum::extract::{Request, State};
use axum::http::header::{ACCEPT_ENCODING, HOST, ORIGIN, UPGRADE};
use axum::http::{HeaderMap, HeaderName, Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::Response;

use super::App;
use super::answer::Refusal;
use crate::public_url::PublicUrl;
use graphql::error::Code;

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

pub(crate) async fn guard(State(app): State<App>, mut request: Request, next: Next) -> Result<Response, Refusal> {
    let (headers, public) = (request.headers(), app.public_url());
    if !is_our_host(host(headers, request.uri()), public) {
        let message = "the request names a host that is not this server's: public_url says which is";
        return Err(Refusal::new(StatusCode::MISDIRECTED_REQUEST, Code::BadUserInput, message));
    }
    if !is_foreign(headers, public) || app.parts().limits.origins.named(headers).is_some() {
        return Ok(next.run(request).await);
    }
    let reads = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    // What is said in a websocket may change something, and a browser opens one to anywhere.
    if !reads || headers.contains_key(UPGRADE) {
        let message = "the request comes from the page of another site";
        return Err(Refusal::new(StatusCode::FORBIDDEN, Code::Forbidden, message));
    }
    // How long a compressed answer is would tell whoever chose a part of the query what else stands in it.
    request.headers_mut().remove(ACCEPT_ENCODING);
    Ok(next.run(request).await)
}

fn host<'a>(headers: &'a HeaderMap, uri: &'a Uri) -> Option<&'a str> {
    let named = uri.authority().map(axum::http::uri::Authority::as_str);
    named.or_else(|| headers.get(HOST)?.to_str().ok()).map(without_port)
}

fn without_port(authority: &str) -> &str {
    match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => host,
        _ => authority,
    }
}

/// A name that somebody else can point at this machine has a dot and is no address: only our own is taken.
fn is_our_host(host: Option<&str>, public: &PublicUrl) -> bool {
    let Some(host) = host else { return true };
    let address = host.parse::<std::net::IpAddr>().is_ok() || host.starts_with('[');
    address || !host.contains('.') || host.eq_ignore_ascii_case(public.host()) || host.ends_with(".localhost")
}

/// Whether a browser says that the request comes from another site's page. Programs say nothing of the kind.
fn is_foreign(headers: &HeaderMap, public: &PublicUrl) -> bool {
    let text = |name| headers.get(name).map(|value: &axum::http::HeaderValue| value.to_str().unwrap_or_default());
    match (text(ORIGIN), text(FETCH_SITE)) {
        (Some(origin), _) if origin == public.origin() => false,
        (_, Some(site)) => site != "same-origin" && site != "none",
        (Some(origin), None) => {
            let own = origin.split_once("://").map(|(_, authority)| authority);
            own.is_none() || own != text(HOST)
        }
        (None, None) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn public() -> PublicUrl {
        "https://reprograph.example.org/a/b".parse().unwrap()
    }

    #[test]
    fn a_name_that_others_can_point_here_is_not_taken() {
        for (host, ours) in [
            ("127.0.0.1", true),
            ("[::1]", true),
            ("localhost", true),
            ("upstream", true),
            ("reprograph.example.org", true),
            ("evil.example.com", false),
        ] {
            assert_eq!(is_our_host(Some(host), &public()), ours, "{host}");
        }
        assert_eq!(without_port("[::1]:8080"), "[::1]");
        assert_eq!(without_port("[::1]"), "[::1]");
    }

    #[test]
    fn a_page_of_another_site_is_foreign_and_a_program_is_not() {
        for (headers, foreign) in [
            (&[][..], false),
            (&[("host", "localhost:8080"), ("origin", "http://localhost:8080")], false),
            (
                &[
                    ("host", "upstream"),
                    ("origin", "https://reprograph.example.org"),
                    ("sec-fetch-site", "same-origin"),
                ],
                false,
            ),
            (&[("host", "localhost:8080"), ("origin", "http://localhost:3000")], true),
            (&[("origin", "https://evil.example.com"), ("sec-fetch-site", "cross-site")], true),
            (&[("origin", "null")], true),
            (&[("sec-fetch-site", "same-site")], true),
        ] {
            let name = |name: &str| name.parse::<HeaderName>().unwrap();
            let map = headers.iter().map(|(key, value)| (name(key), value.parse().unwrap())).collect();
            assert_eq!(is_foreign(&map, &public()), foreign, "{headers:?}");
        }
    }
}
