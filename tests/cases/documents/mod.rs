//! What the documents say is so.

mod claims;
mod example;
