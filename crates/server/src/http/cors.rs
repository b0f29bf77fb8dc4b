//! Pages of other sites: those of the settings may use the API from a browser, and all others see nothing of its answers.
//!
//! A page that is let in acts for whoever visits it: with a token that it holds, or with our cookie where the browser sends
//! that. It is `SameSite=Lax`, so it is sent from pages of the same site alone, like those of another host of the domain.

use axum::extract::{Request, State};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD,
    HeaderMap, HeaderValue, ORIGIN, VARY,
};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::App;

const METHODS: &str = "GET,HEAD,POST";
/// What a page may send beside what every page may.
const SENT: &str = "authorization,content-type,if-match,if-none-match,if-range,last-event-id,range,x-request-id";
/// What a page may read beside what every page may.
const SHOWN: &str = "allow,content-disposition,content-range,etag,location,retry-after,server-timing,www-authenticate,\
                     x-request-id";
/// For how many seconds a browser need not ask again: none keeps it for longer.
const KEPT: &str = "7200";

/// The other sites whose pages may use the API.
#[derive(Clone, Debug, Default)]
pub struct Origins(Vec<HeaderValue>);

impl FromIterator<String> for Origins {
    /// What no header can hold is no origin that a browser sends.
    fn from_iter<T: IntoIterator<Item = String>>(origins: T) -> Self {
        Self(origins.into_iter().filter_map(|origin| HeaderValue::from_str(&origin).ok()).collect())
    }
}

impl Origins {
    /// The origin that a request names, if it is one of these.
    pub(crate) fn named<'a>(&self, headers: &'a HeaderMap) -> Option<&'a HeaderValue> {
        headers.get(ORIGIN).filter(|origin| self.0.contains(origin))
    }
}

/// Answers browsers that ask whether a page may, and tells them that it may read the answer.
pub(crate) async fn allow(State(app): State<App>, request: Request, next: Next) -> Response {
    let origins = &app.parts().limits.origins;
    if origins.0.is_empty() {
        return next.run(request).await;
    }
    let origin = origins.named(request.headers()).cloned();
    let asks = request.method() == Method::OPTIONS && request.headers().contains_key(ACCESS_CONTROL_REQUEST_METHOD);
    let mut answer = match &origin {
        Some(_) if asks => preflight(),
        Some(_) | None => next.run(request).await,
    };
    answer.headers_mut().append(VARY, HeaderValue::from(ORIGIN));
    if let Some(origin) = origin {
        let headers = answer.headers_mut();
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(SHOWN));
    }
    answer
}

fn preflight() -> Response {
    let headers =
        [(ACCESS_CONTROL_ALLOW_METHODS, METHODS), (ACCESS_CONTROL_ALLOW_HEADERS, SENT), (ACCESS_CONTROL_MAX_AGE, KEPT)];
    (StatusCode::NO_CONTENT, headers).into_response()
}
