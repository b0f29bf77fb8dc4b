//! How a request is refused: one shape for every path, the one that GraphQL's errors have.

use std::borrow::Cow;
use std::time::Duration;

use async_graphql::{ErrorExtensionValues, ServerError};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, HeaderName, HeaderValue, WWW_AUTHENTICATE};
use axum::response::{IntoResponse, Response};
use graphql::error::Code;
use serde_json::{Value, json};
use storage::objects;

/// The media type of all answers but those of GraphQL that ask for its own.
pub(crate) const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");

/// A request that is refused: its status, its code, and a sentence for people.
#[derive(Debug)]
pub struct Refusal {
    status: StatusCode,
    code: Code,
    message: Cow<'static, str>,
    more: serde_json::Map<String, Value>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl Refusal {
    pub(crate) fn new(status: StatusCode, code: Code, message: impl Into<Cow<'static, str>>) -> Self {
        let (more, headers) = (serde_json::Map::new(), Vec::new());
        Self { status, code, message: message.into(), more, headers }
    }

    /// The request breaks a rule of its form.
    pub(crate) fn bad_input(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, Code::BadUserInput, message)
    }

    /// A value of the input breaks a rule.
    pub(crate) fn violation(path: &[&str], why: &domain::Invalid) -> Self {
        let mut refusal = Self::bad_input(format!("{}: {}", path.join("."), why.message));
        let violation = json!([{ "path": path, "rule": why.rule, "message": why.message }]);
        refusal.more.insert("violations".into(), violation);
        refusal
    }

    /// Nobody is signed in, or what was shown for it does not hold.
    pub(crate) fn unauthenticated(message: impl Into<Cow<'static, str>>) -> Self {
        let refusal = Self::new(StatusCode::UNAUTHORIZED, Code::Unauthenticated, message);
        refusal.with(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
    }

    /// There is nothing at this address, or not for this viewer.
    pub(crate) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, Code::NotFound, "there is nothing at this address")
    }

    /// Something is larger than it may be.
    pub(crate) fn too_large(what: &str, limit: u64) -> Self {
        let message = format!("{what} is larger than {limit} bytes");
        let mut refusal = Self::new(StatusCode::PAYLOAD_TOO_LARGE, Code::LimitExceeded, message);
        refusal.more.insert("limit".into(), json!({ "name": "bytes", "allowed": limit }));
        refusal
    }

    /// It asks for more than there may be.
    pub(crate) fn over(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, Code::LimitExceeded, message)
    }

    /// It took its sender too long.
    pub(crate) fn too_slow(what: &str, limit: Duration) -> Self {
        let message = format!("{what} took longer than {limit:?} to come");
        Self::new(StatusCode::REQUEST_TIMEOUT, Code::LimitExceeded, message)
    }

    /// The media type of the body is not taken.
    pub(crate) fn unsupported(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, Code::BadUserInput, message)
    }

    /// It does not work now; trying again later may help.
    pub(crate) fn unavailable(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, Code::Unavailable, message)
    }

    /// Something went wrong that should not. The cause goes to the log, under an id that the client gets.
    pub(crate) fn internal(cause: impl std::fmt::Display) -> Self {
        let error_id = uuid::Uuid::now_v7().to_string();
        tracing::error!(error_id, "{cause}");
        let message = "something went wrong here; the log says what, under this id";
        let mut refusal = Self::new(StatusCode::INTERNAL_SERVER_ERROR, Code::Internal, message);
        refusal.more.insert("errorId".into(), error_id.into());
        refusal
    }

    /// The same refusal with a header.
    pub(crate) fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// The sentence for people.
    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    /// Whether it is who asks that does not hold.
    pub(crate) fn is_unauthenticated(&self) -> bool {
        self.code == Code::Unauthenticated
    }

    fn body(&self) -> Vec<u8> {
        let mut extensions = self.more.clone();
        extensions.insert("code".into(), self.code.as_str().into());
        // Written by hand so that the sentence comes first, as in GraphQL's own errors.
        let (message, extensions) = (Value::from(&*self.message), Value::from(extensions));
        format!(r#"{{"errors":[{{"message":{message},"extensions":{extensions}}}]}}"#).into_bytes()
    }

    /// The same as an error of GraphQL, for answers over a connection that stays.
    pub(crate) fn into_error(self) -> ServerError {
        let mut extensions = ErrorExtensionValues::default();
        extensions.set("code", self.code.as_str());
        let error = ServerError::new(self.message, None);
        ServerError { extensions: Some(extensions), ..error }
    }

    /// The answer in a media type of the client's choice.
    pub(crate) fn in_media_type(self, media_type: HeaderValue) -> Response {
        let mut answer = (self.status, self.body()).into_response();
        answer.headers_mut().insert(CONTENT_TYPE, media_type);
        answer.headers_mut().extend(self.headers);
        answer
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        self.in_media_type(JSON)
    }
}

impl From<storage::Error> for Refusal {
    fn from(error: storage::Error) -> Self {
        match error {
            storage::Error::Missing { .. } => Self::not_found(),
            storage::Error::Unauthenticated => Self::unauthenticated("sign in first"),
            storage::Error::Wrong(why) => Self::unauthenticated(why),
            storage::Error::Forbidden(why) => Self::new(StatusCode::FORBIDDEN, Code::Forbidden, why),
            storage::Error::Precondition(why) => Self::new(StatusCode::FORBIDDEN, Code::PreconditionFailed, why),
            storage::Error::Unavailable(cause) => {
                tracing::warn!("the database cannot be used: {cause}");
                Self::unavailable("the database cannot be used now: try again later")
            }
            other => Self::internal(format!("{other:?}")),
        }
    }
}

impl From<objects::Error> for Refusal {
    fn from(error: objects::Error) -> Self {
        match error {
            objects::Error::TooLarge(limit) => Self::too_large("the file", limit),
            objects::Error::Broken(_) => Self::bad_input("the upload broke off; nothing of it was kept"),
            objects::Error::Full => {
                tracing::error!("there is no room left where files are stored");
                let message = "there is no room left where files are stored; nothing of this one was kept";
                Self::new(StatusCode::INSUFFICIENT_STORAGE, Code::Unavailable, message)
            }
            objects::Error::Unavailable(cause) => {
                tracing::error!("the object store cannot be used: {cause}");
                Self::unavailable("files cannot be stored or read now: try again later")
            }
            objects::Error::NotFound => Self::internal("an object that a row names is missing"),
        }
    }
}
