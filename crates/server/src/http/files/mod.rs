//! Files: `POST /files` takes one, `GET /files/{id}` gives one.

mod disposition;
mod download;
mod range;
mod rows;
mod upload;

pub(super) use download::download;
pub(super) use upload::upload;
pub(crate) use upload::{Described, Shelf};
