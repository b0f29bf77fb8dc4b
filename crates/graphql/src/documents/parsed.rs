//! Documents as they were parsed: who sends one again does not wait until it is read again.

use std::sync::Arc;

use async_graphql::Request;
use async_graphql::parser::types::ExecutableDocument;

use super::kept::Kept;
use crate::limits;

/// How many bytes of parsed documents are kept.
const MOST: u64 = 4 << 20;
/// What a name, a value or a sign of a document takes at most once it is parsed.
const EACH: u64 = 300;

/// The documents that were parsed.
#[derive(Debug)]
pub(super) struct Parsed(Kept<ExecutableDocument>);

impl Default for Parsed {
    fn default() -> Self {
        Self(Kept::new(MOST))
    }
}

impl Parsed {
    /// The request with its document as it is parsed, if that is safe; what is no document is left to whoever says why.
    pub(super) fn with(&self, mut request: Request) -> Request {
        if let Some(document) = self.0.get(&request.query) {
            request.set_parsed_query(ExecutableDocument::clone(&document));
        } else if let Some(tokens) = limits::tokens(&request.query)
            && let Ok(document) = request.parsed_query()
        {
            let document = Arc::new(document.clone());
            let bytes = u64::try_from(request.query.len()).unwrap_or(u64::MAX).saturating_mul(2);
            self.0.keep(&request.query, (document, tokens.saturating_mul(EACH).saturating_add(bytes)));
        }
        request
    }
}
