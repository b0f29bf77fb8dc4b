//! The playground: the page at `/` on which the graph is explored, and what it loads. The program carries all of it, made
//! by `scripts/build-playground`; the page asks `/graphql` like any other client, so a stranger sees no data on it.

use std::io;

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, HeaderMap, VARY,
};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use brotli_decompressor::BrotliDecompress;

use super::answer::Refusal;
use super::tag::is_known;
use super::{App, compress};

/// Whether the playground is served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Playground {
    /// At `/`.
    Served,
    /// Nowhere.
    Absent,
}

impl Playground {
    pub(super) fn routes(self) -> Router<App> {
        match self {
            Self::Absent => Router::new(),
            Self::Served => Router::new()
                .route("/", get(page))
                .merge(Router::new().route("/playground/{version}/{name}", get(file)).layer(compress::layer())),
        }
    }
}

/// It runs its own script and asks this server; nothing comes from, or goes to, anywhere else.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
                      connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The page, which names what it loads by its version.
const PAGE: &str = include_str!("bundle/index.html");

/// A digest of all files of the bundle: it stands in their addresses, so whoever has them need not ask again.
const VERSION: &str = include_str!("bundle/version");

/// A file of the bundle as the program carries it.
#[derive(Clone, Copy)]
enum Carried {
    Plain(&'static str),
    Brotli(&'static [u8]),
}

/// The files of the bundle: their names, their media types, and what they hold.
const FILES: [(&str, &str, Carried); 3] = [
    ("app.js", "text/javascript; charset=utf-8", Carried::Brotli(include_bytes!("bundle/app.js.br"))),
    ("app.css", "text/css; charset=utf-8", Carried::Brotli(include_bytes!("bundle/app.css.br"))),
    ("LICENSES.txt", "text/plain; charset=utf-8", Carried::Plain(include_str!("bundle/LICENSES.txt"))),
];

async fn page(headers: HeaderMap) -> Response {
    // A browser that has it takes the headers of the answer for those of the page, so it hears the policy each time.
    let always = [(ETAG, tag()), (CACHE_CONTROL, "no-cache".into()), (CONTENT_SECURITY_POLICY, POLICY.into())];
    if is_known(&headers, &tag()) {
        return (StatusCode::NOT_MODIFIED, always).into_response();
    }
    (always, [(CONTENT_TYPE, "text/html; charset=utf-8")], PAGE).into_response()
}

async fn file(Path((version, name)): Path<(String, String)>, headers: HeaderMap) -> Result<Response, Refusal> {
    let found = FILES.iter().find(|(known, ..)| version == VERSION && name == *known);
    let &(_, media_type, carried) = found.ok_or_else(Refusal::not_found)?;
    let always = [(ETAG, tag()), (CACHE_CONTROL, "public, max-age=31536000, immutable".into())];
    if is_known(&headers, &tag()) {
        return Ok((StatusCode::NOT_MODIFIED, always).into_response());
    }
    let described = [(CONTENT_TYPE, media_type), (VARY, "accept-encoding")];
    let body = match carried {
        Carried::Plain(text) => text.into_response(),
        Carried::Brotli(bytes) if takes_brotli(&headers) => ([(CONTENT_ENCODING, "br")], bytes).into_response(),
        Carried::Brotli(bytes) => decompressed(bytes).map_err(Refusal::internal)?.into_response(),
    };
    Ok((always, described, body).into_response())
}

/// The tag of whatever is here, compressed or not.
fn tag() -> String {
    format!("W/\"{VERSION}\"")
}

/// Browsers take brotli over TLS and from their own machine; for others it is decompressed, and compressed in their way.
fn takes_brotli(headers: &HeaderMap) -> bool {
    let lines = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|line| line.to_str().ok());
    let mut codings =
        lines.flat_map(|line| line.split(',')).map(|coding| coding.split_once(';').unwrap_or((coding, "")));
    codings.any(|(name, quality)| {
        let refused = quality.trim().strip_prefix("q=").is_some_and(|q| q.trim().parse() == Ok(0_f32));
        name.trim().eq_ignore_ascii_case("br") && !refused
    })
}

fn decompressed(mut bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut plain = Vec::new();
    BrotliDecompress(&mut bytes, &mut plain)?;
    Ok(plain)
}
