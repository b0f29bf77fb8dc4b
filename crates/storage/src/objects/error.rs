//! What can go wrong with objects. No message holds a credential.

use std::error::Error as _;
use std::fmt;
use std::io;

/// Why an object could not be stored or read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// There is no such object.
    NotFound,
    /// The disk, or the quota, is full.
    Full,
    /// It is larger than this many bytes.
    TooLarge(u64),
    /// Whoever sent it broke off, with this error.
    Broken(String),
    /// The store cannot be used now, for this reason.
    Unavailable(String),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound => f.write_str("there is no such object"),
            Self::Full => f.write_str("there is no room left where objects are stored"),
            Self::TooLarge(limit) => write!(f, "it is larger than {limit} bytes"),
            Self::Broken(why) => write!(f, "what was sent broke off: {why}"),
            Self::Unavailable(why) => write!(f, "the object store cannot be used now: {why}"),
        }
    }
}

impl std::error::Error for Error {}

impl From<object_store::Error> for Error {
    fn from(error: object_store::Error) -> Self {
        if matches!(error, object_store::Error::NotFound { .. }) {
            return Self::NotFound;
        }
        let text = error.to_string();
        // MinIO says the one, others the other; Amazon's room does not end.
        let says_full = text.contains("StorageFull") || text.contains("507 Insufficient Storage");
        if says_full || is_full(&error) { Self::Full } else { Self::Unavailable(without_body(&text)) }
    }
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        if full(error.kind()) { Self::Full } else { Self::Unavailable(error.to_string()) }
    }
}

/// What the rest of this layer and its callers know of it.
impl From<Error> for crate::Error {
    fn from(error: Error) -> Self {
        match error {
            Error::NotFound => Self::Internal("an object that a row names is missing".into()),
            Error::TooLarge(_) | Error::Broken(_) => Self::Precondition(error.to_string()),
            Error::Full | Error::Unavailable(_) => Self::Unavailable(error.to_string()),
        }
    }
}

fn is_full(error: &object_store::Error) -> bool {
    let mut cause = error.source();
    while let Some(error) = cause {
        if error.downcast_ref::<io::Error>().is_some_and(|error| full(error.kind())) {
            return true;
        }
        cause = error.source();
    }
    false
}

fn full(kind: io::ErrorKind) -> bool {
    matches!(kind, io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge)
}

/// A store's answer names keys and what they signed: of its XML only the code is kept.
fn without_body(text: &str) -> String {
    let code = text.split_once("<Code>").and_then(|(_, rest)| rest.split_once("</Code>")).map(|(code, _)| code);
    let before = text.split_once('<').map_or(text, |(before, _)| before).trim_end();
    code.map_or_else(|| before.to_owned(), |code| format!("{before} {code}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_stores_answer_only_the_code_is_told() {
        let text = "Server returned non-2xx status code: 403 Forbidden: <?xml version=\"1.0\"?><Error>\
            <Code>SignatureDoesNotMatch</Code><AWSAccessKeyId>AKIA</AWSAccessKeyId></Error>";
        assert_eq!(without_body(text), "Server returned non-2xx status code: 403 Forbidden: SignatureDoesNotMatch");
        assert_eq!(without_body("connection refused"), "connection refused");
    }

    #[test]
    fn a_full_disk_is_told_from_other_troubles() {
        let with = |kind| object_store::Error::Generic { store: "x", source: Box::new(io::Error::from(kind)) };
        assert_eq!(Error::from(with(io::ErrorKind::StorageFull)), Error::Full);
        assert!(matches!(Error::from(with(io::ErrorKind::PermissionDenied)), Error::Unavailable(_)));
    }
}
