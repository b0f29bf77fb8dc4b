//! What clients are told when something fails: a code from a closed list, and what they can do about it.
//!
//! The error of resolvers is `Failure`, which is not `Display`: an error that nobody thought about does not compile,
//! and so no text of the database reaches a client.

use std::sync::Arc;
use std::time::Duration;

use async_graphql::{ErrorExtensionValues, ServerError, Value, value};
use domain::{Denied, Invalid};
use storage::{Conflict, Error, Violation};

use crate::limits::Exceeded;

/// The result of a resolver.
pub type Result<T> = std::result::Result<T, Failure>;

/// Why a field could not be resolved.
#[derive(Clone, Debug)]
pub struct Failure(Why);

#[derive(Clone, Debug)]
enum Why {
    Error(Error),
    Exceeded(Exceeded),
}

/// The codes of errors, as `errors[].extensions.code` has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// The input breaks a rule; `violations` says which and where.
    BadUserInput,
    /// What is to be changed is not there, or not for the viewer.
    NotFound,
    /// It clashes with what is there; see `existing` or `currentRevision`.
    Conflict,
    /// Nobody is signed in.
    Unauthenticated,
    /// The viewer's role does not allow it.
    Forbidden,
    /// The state does not allow it.
    PreconditionFailed,
    /// It is more than the server allows.
    LimitExceeded,
    /// It cannot be done now; trying again later may help.
    Unavailable,
    /// Something that should not happen; `errorId` finds it in the log.
    Internal,
    /// The document is not GraphQL.
    GraphqlParseFailed,
    /// The document does not fit the schema.
    GraphqlValidationFailed,
    /// No document of this name is kept: it is to be sent in full.
    PersistedQueryNotFound,
    /// No documents are kept here.
    PersistedQueryNotSupported,
    /// The document is none of those that alone are executed.
    DocumentNotTrusted,
}

impl Code {
    /// All codes, as they are documented.
    pub const ALL: &'static [Self] = &[
        Self::BadUserInput,
        Self::NotFound,
        Self::Conflict,
        Self::Unauthenticated,
        Self::Forbidden,
        Self::PreconditionFailed,
        Self::LimitExceeded,
        Self::Unavailable,
        Self::Internal,
        Self::GraphqlParseFailed,
        Self::GraphqlValidationFailed,
        Self::PersistedQueryNotFound,
        Self::PersistedQueryNotSupported,
        Self::DocumentNotTrusted,
    ];

    /// The code's name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BadUserInput => "BAD_USER_INPUT",
            Self::NotFound => "NOT_FOUND",
            Self::Conflict => "CONFLICT",
            Self::Unauthenticated => "UNAUTHENTICATED",
            Self::Forbidden => "FORBIDDEN",
            Self::PreconditionFailed => "PRECONDITION_FAILED",
            Self::LimitExceeded => "LIMIT_EXCEEDED",
            Self::Unavailable => "UNAVAILABLE",
            Self::Internal => "INTERNAL",
            Self::GraphqlParseFailed => "GRAPHQL_PARSE_FAILED",
            Self::GraphqlValidationFailed => "GRAPHQL_VALIDATION_FAILED",
            Self::PersistedQueryNotFound => "PERSISTED_QUERY_NOT_FOUND",
            Self::PersistedQueryNotSupported => "PERSISTED_QUERY_NOT_SUPPORTED",
            Self::DocumentNotTrusted => "DOCUMENT_NOT_TRUSTED",
        }
    }
}

impl Failure {
    /// A refusal of the argument or input field at this path.
    pub fn refused(path: &[&str], why: &Invalid) -> Self {
        Error::refused(path, why.rule, why.message.clone()).into()
    }

    /// What a denial means for something of this name.
    pub fn denied(what: &'static str) -> impl Fn(Denied) -> Self {
        move |denied| Error::denied(what)(denied).into()
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self(Why::Error(error))
    }
}

impl From<Exceeded> for Failure {
    fn from(exceeded: Exceeded) -> Self {
        Self(Why::Exceeded(exceeded))
    }
}

impl From<Failure> for async_graphql::Error {
    fn from(failure: Failure) -> Self {
        let mut extensions = ErrorExtensionValues::default();
        let (code, message) = match &failure.0 {
            Why::Error(error) => describe(error, &mut extensions),
            Why::Exceeded(exceeded) => exceeded.describe(&mut extensions),
        };
        extensions.set("code", code.as_str());
        let mut described = Self::new(message);
        if let (Code::Internal, Why::Error(error)) = (code, failure.0) {
            described.source = Some(Arc::new(Internal(error)));
        }
        described.extensions = Some(extensions);
        described
    }
}

/// The cause of an INTERNAL error: it goes to the error log, and to no client.
pub(crate) struct Internal(pub(crate) Error);

/// The code and the sentence for an error; what else there is to say goes to the extensions.
fn describe(error: &Error, extensions: &mut ErrorExtensionValues) -> (Code, String) {
    match error {
        Error::Missing { what } => (Code::NotFound, format!("there is no such {what}")),
        Error::Unauthenticated => (Code::Unauthenticated, "sign in first".into()),
        Error::Wrong(why) => (Code::Unauthenticated, (*why).into()),
        Error::Forbidden(why) => (Code::Forbidden, (*why).into()),
        Error::Conflict(conflict) => {
            extend_with_conflict(extensions, conflict);
            (Code::Conflict, conflict.message.clone())
        }
        Error::Raced { rule } => {
            extensions.set("rule", rule.as_str());
            (Code::Conflict, "it is there already".into())
        }
        Error::Refused(violations) => {
            extensions.set("violations", Value::List(violations.iter().map(violation_value).collect()));
            (Code::BadUserInput, violations.iter().map(sentence).collect::<Vec<_>>().join("; "))
        }
        Error::Precondition(why) => (Code::PreconditionFailed, why.clone()),
        Error::TooOften(pause) => {
            set_retry_after(extensions, *pause);
            (Code::LimitExceeded, "this was tried too often: wait a little, and try again".into())
        }
        Error::Unavailable(cause) => {
            log(extensions, cause);
            (Code::Unavailable, "the database or the object store cannot be used now".into())
        }
        Error::Corrupt { table, id, why } => {
            log(extensions, &format!("corrupt row {id:?} in {table}: {why}"));
            (Code::Internal, "a stored row breaks a rule; an administrator finds it with `reprograph doctor`".into())
        }
        Error::Internal(cause) => {
            log(extensions, cause);
            (Code::Internal, "something went wrong here; the log has more under the error id".into())
        }
    }
}

/// Says after how many whole seconds trying again may help.
pub(crate) fn set_retry_after(extensions: &mut ErrorExtensionValues, pause: Duration) {
    let whole = pause.as_secs().saturating_add(u64::from(pause.subsec_nanos() > 0));
    extensions.set(RETRY_AFTER, whole);
}

/// After how many seconds trying again may help, where an error says so.
pub fn retry_after(error: &ServerError) -> Option<u64> {
    match error.extensions.as_ref()?.get(RETRY_AFTER)? {
        Value::Number(seconds) => seconds.as_u64(),
        _ => None,
    }
}

const RETRY_AFTER: &str = "retryAfter";

fn extend_with_conflict(extensions: &mut ErrorExtensionValues, conflict: &Conflict) {
    extensions.set("rule", conflict.rule.as_str());
    if let Some(revision) = conflict.current_revision {
        extensions.set("currentRevision", revision);
    }
    if let Some(existing) = &conflict.existing {
        extensions.set("existing", existing.to_string());
    }
}

/// Gives the cause an id, under which the log has it.
fn log(extensions: &mut ErrorExtensionValues, cause: &str) {
    let id = uuid::Uuid::now_v7().simple().to_string();
    tracing::error!(error_id = id, cause, "a request failed");
    extensions.set("errorId", id);
}

/// A violation as clients read it.
pub(crate) fn violation_value(violation: &Violation) -> Value {
    let path: Vec<Value> = violation.path.iter().map(|part| part.as_str().into()).collect();
    value!({ "path": path, "rule": (violation.rule.as_str()), "message": (violation.message.as_str()) })
}

/// A violation in one sentence, with its place.
pub(crate) fn sentence(violation: &Violation) -> String {
    if violation.path.is_empty() {
        violation.message.clone()
    } else {
        format!("{}: {}", violation.path.join("."), violation.message)
    }
}
