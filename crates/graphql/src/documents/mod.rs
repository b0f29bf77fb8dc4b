//! The documents that requests may name in place of sending them: those that were sent before and are kept, or those of a
//! list, beside which no other runs.

mod kept;
mod parsed;
mod trusted;

use std::any::TypeId;
use std::sync::Arc;

use async_graphql::{Request, ServerError};
use domain::{Sha256, Viewer};

use crate::engine::is_unexecuted;
use crate::error::Code;
use crate::limits::set_code;
use kept::Kept;
use parsed::Parsed;
pub use trusted::Trusted;

/// The documents that are known.
#[derive(Clone, Debug)]
pub struct Documents {
    known: Known,
    parsed: Arc<Parsed>,
}

#[derive(Clone, Debug)]
enum Known {
    /// Those that were sent with their digest and could be executed.
    Kept(Arc<Kept<str>>),
    /// These alone.
    Trusted(Arc<Trusted>),
}

/// How a request says which document it means.
#[derive(Debug)]
pub enum Named {
    /// By its text.
    Text(String),
    /// By its name.
    Name(String),
    /// By both.
    Both(String, String),
}

/// Why a request cannot be run; it stands in the request, since the answer is that of a request which was executed.
struct Unknown(Code, &'static str);

/// A document that is kept once it was executed.
#[derive(Clone)]
struct Offered {
    kept: Arc<Kept<str>>,
    digest: Sha256,
    text: Arc<str>,
}

/// What is to be done with a document when it was executed.
pub(crate) struct Offer(Option<Offered>);

/// Apollo's clients send the text when they read these.
const NOT_FOUND: &str = "PersistedQueryNotFound";
/// And with this they name no document again.
const NOT_SUPPORTED: &str = "PersistedQueryNotSupported";
const MISMATCH: &str = "the digest is not that of the document: it must be the SHA-256 of its text in UTF-8";
const NOT_TRUSTED: &str = "only documents of a list are executed here, and this is none of them";

impl Documents {
    /// Keeps the documents that are sent with their digest, in so many bytes of memory; without any, none.
    pub fn kept(bytes: u64) -> Self {
        Self::from(Known::Kept(Arc::new(Kept::new(bytes))))
    }

    /// Knows the documents of a list, and lets no other be executed.
    pub fn only(trusted: Trusted) -> Self {
        Self::from(Known::Trusted(Arc::new(trusted)))
    }

    /// The request for the document that is meant; one that is not known is answered like one that does not fit.
    pub fn request(&self, named: Named) -> Request {
        let found = match &self.known {
            Known::Kept(kept) => find_kept(kept, named),
            Known::Trusted(trusted) => {
                trusted.find(&named).map(Request::new).ok_or(Unknown(Code::DocumentNotTrusted, NOT_TRUSTED))
            }
        };
        match found {
            Ok(request) => self.parsed.with(request),
            Err(unknown) => Request::new("").data(unknown),
        }
    }
}

impl From<Known> for Documents {
    fn from(known: Known) -> Self {
        Self { known, parsed: Arc::default() }
    }
}

fn find_kept(kept: &Arc<Kept<str>>, named: Named) -> Result<Request, Unknown> {
    match named {
        Named::Text(text) => Ok(Request::new(text)),
        Named::Name(_) if kept.holds_none() => Err(Unknown(Code::PersistedQueryNotSupported, NOT_SUPPORTED)),
        Named::Name(name) => match kept.get(&name) {
            Some(text) => Ok(Request::new(&*text)),
            None => Err(Unknown(Code::PersistedQueryNotFound, NOT_FOUND)),
        },
        Named::Both(text, name) => {
            let digest = Sha256::of(text.as_bytes());
            if digest.as_str() != name {
                return Err(Unknown(Code::BadUserInput, MISMATCH));
            }
            let offered = Offered { kept: Arc::clone(kept), digest, text: text.as_str().into() };
            Ok(Request::new(text).data(offered))
        }
    }
}

/// Refuses a request for a document that is not known; what is offered to be kept is taken from whoever is admitted.
pub(crate) fn offer(request: &Request, viewer: &Viewer) -> Result<Offer, ServerError> {
    if let Some(Unknown(code, why)) = found(request) {
        let mut error = ServerError::new(*why, None);
        set_code(&mut error, *code);
        return Err(error);
    }
    Ok(Offer(found::<Offered>(request).filter(|_| viewer.is_admitted()).cloned()))
}

fn found<T: 'static>(request: &Request) -> Option<&T> {
    request.data.get(&TypeId::of::<T>())?.downcast_ref()
}

impl Offer {
    /// Nothing is to be done.
    pub(crate) fn none() -> Self {
        Self(None)
    }

    /// Keeps the document if it was executed: it is within the limits then, and fits the schema.
    pub(crate) fn executed(&mut self, response: &async_graphql::Response) {
        if let Some(Offered { kept, digest, text }) = self.0.take()
            && !is_unexecuted(response)
        {
            let bytes = u64::try_from(text.len()).unwrap_or(u64::MAX);
            kept.keep(digest.as_str(), (text, bytes));
        }
    }
}
