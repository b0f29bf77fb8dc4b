//! Files that were sent and that no row names yet.

use crate::account::{ApiKey, User};
use crate::text::{FileName, MediaType, StoragePath};
use crate::{Count, Entity, Id, Sha256, Timestamp};

/// A file that was sent: a mutation claims it in time, or it expires.
#[derive(Clone, Debug, PartialEq)]
pub struct Upload {
    /// The id that a mutation takes.
    pub id: Id<Upload>,
    /// Who sent it, and alone may use it.
    pub sender: Sender,
    /// What the file was called.
    pub file_name: Option<FileName>,
    /// What kind of file it is.
    pub media_type: MediaType,
    /// Where it is stored meanwhile.
    pub storage_path: StoragePath,
    /// How large it is.
    pub size_bytes: Count,
    /// The SHA-256 of its bytes.
    pub sha256: Sha256,
    /// When it was sent.
    pub created_at: Timestamp,
    /// Until when it can be used.
    pub expires_at: Timestamp,
}

impl Entity for Upload {
    type Id = Id<Self>;
    const PREFIX: &'static str = "upload";
    const TABLE: &'static str = "uploads";
    const NAME: &'static str = "upload";
}

/// Who sent a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sender {
    /// A user, or a key that acts for them wherever they work.
    User(Id<User>),
    /// A key that is for one project.
    Key(Id<ApiKey>),
}
