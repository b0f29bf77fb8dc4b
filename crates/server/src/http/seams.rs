//! What the shell asks of the rest: who a viewer is, the execution of a request, the rows of files, and whether the
//! database is fit for use.

use std::time::Duration;

use axum::http::request::Parts;
use domain::text::{FileName, MediaType, StoragePath};
use domain::{AnyId, Count, Sha256, Timestamp, Viewer};
use futures_util::future::BoxFuture;

use super::answer::Refusal;

/// Finds out who asks.
pub trait Authenticate: Send + Sync {
    /// The viewer of a request, told from its head.
    fn viewer<'a>(&'a self, head: &'a Parts) -> BoxFuture<'a, Result<Viewer, Refusal>>;
}

/// Executes GraphQL.
pub trait Execute: Send + Sync {
    /// The response to a request, and what it cost.
    fn execute(
        &self,
        request: async_graphql::Request,
        who: Viewer,
        request_id: String,
    ) -> BoxFuture<'_, (async_graphql::Response, Metered)>;
}

/// What a request cost the database.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Metered {
    /// How many statements there were.
    pub statements: u64,
    /// How long they took, all together.
    pub sql_time: Duration,
}

/// Why the rows of files could not be used.
#[derive(Debug)]
pub enum Trouble {
    /// It is seen, but the viewer's role does not allow it.
    Forbidden(String),
    /// The database cannot be used now.
    Unavailable(String),
    /// Something that should not happen.
    Internal(String),
}

/// The rows of uploads, and of what can be downloaded.
pub trait Files: Send + Sync {
    /// Gives an upload an id and a place, and sees to it that the place is cleared if the upload is never kept.
    fn begin(&self, who: &Viewer) -> BoxFuture<'_, Result<NewUpload, Trouble>>;

    /// Keeps an upload whose object is stored.
    fn keep(&self, who: &Viewer, upload: StoredUpload) -> BoxFuture<'_, Result<Timestamp, Trouble>>;

    /// Forgets an upload that came to nothing, and of which no object is left.
    fn forget(&self, upload: NewUpload) -> BoxFuture<'_, Result<(), Trouble>>;

    /// What an id names, when it is a file that the viewer sees.
    fn find(&self, who: &Viewer, id: AnyId) -> BoxFuture<'_, Result<Option<StoredFile>, Trouble>>;
}

/// An upload that begins.
#[derive(Clone, Debug)]
pub struct NewUpload {
    /// Its id.
    pub id: AnyId,
    /// Where its object goes.
    pub path: StoragePath,
}

/// An upload whose object is stored.
#[derive(Clone, Debug)]
pub struct StoredUpload {
    /// Its id and the place of its object.
    pub begun: NewUpload,
    /// What the file was called where it came from.
    pub file_name: Option<FileName>,
    /// What kind of file it is.
    pub media_type: MediaType,
    /// How large it is.
    pub size: Count,
    /// The SHA-256 of its bytes.
    pub sha256: Sha256,
}

/// A file that can be downloaded.
#[derive(Clone, Debug)]
pub struct StoredFile {
    /// Where its object is.
    pub path: StoragePath,
    /// How large it is.
    pub size: Count,
    /// The SHA-256 of its bytes.
    pub sha256: Sha256,
    /// What kind of file it is.
    pub media_type: Option<MediaType>,
    /// What to call it.
    pub file_name: Option<FileName>,
}

/// Tells how the database does.
pub trait Health: Send + Sync {
    /// Whether the database answers and has the schema of this program; if not, why.
    fn ready(&self) -> BoxFuture<'_, Result<(), String>>;

    /// How the pools of connections are used.
    fn pools(&self) -> Vec<PoolUse>;
}

/// How a pool of connections is used.
#[derive(Clone, Copy, Debug)]
pub struct PoolUse {
    /// The pool: `reader`, `writer`.
    pub name: &'static str,
    /// How many connections are open.
    pub open: u32,
    /// How many of them nobody uses.
    pub idle: u32,
}
