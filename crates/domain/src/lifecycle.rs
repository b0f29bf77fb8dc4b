//! The life of a row that can be deleted and brought back: live, deleted, purged.

use crate::{Invalid, Timestamp};

/// Where a row stands in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lifecycle {
    /// It is there.
    Live,
    /// It is hidden, and can be restored.
    Deleted {
        /// Since when it is hidden.
        at: Timestamp,
    },
    /// It is hidden for good; a task removes what is left of it.
    Purged {
        /// Since when it is hidden.
        deleted_at: Timestamp,
        /// Since when it is to be removed.
        at: Timestamp,
    },
}

impl Lifecycle {
    /// Reads the two columns of a row.
    pub fn from_columns(deleted_at: Option<Timestamp>, purged_at: Option<Timestamp>) -> Result<Self, Invalid> {
        match (deleted_at, purged_at) {
            (None, None) => Ok(Self::Live),
            (Some(at), None) => Ok(Self::Deleted { at }),
            (Some(deleted_at), Some(at)) => Ok(Self::Purged { deleted_at, at }),
            (None, Some(_)) => Err(Invalid::new("lifecycle", "what is purged must be deleted")),
        }
    }

    /// The two columns of a row: when it was deleted, and when it was purged.
    pub fn columns(self) -> (Option<Timestamp>, Option<Timestamp>) {
        match self {
            Self::Live => (None, None),
            Self::Deleted { at } => (Some(at), None),
            Self::Purged { deleted_at, at } => (Some(deleted_at), Some(at)),
        }
    }

    /// A live row, deleted.
    pub fn delete(self, now: Timestamp) -> Option<Self> {
        (self == Self::Live).then_some(Self::Deleted { at: now })
    }

    /// A deleted row, live again; what is purged stays so.
    pub fn restore(self) -> Option<Self> {
        matches!(self, Self::Deleted { .. }).then_some(Self::Live)
    }

    /// A live or deleted row, hidden for good.
    pub fn purge(self, now: Timestamp) -> Option<Self> {
        match self {
            Self::Live => Some(Self::Purged { deleted_at: now, at: now }),
            Self::Deleted { at } => Some(Self::Purged { deleted_at: at, at: now }),
            Self::Purged { .. } => None,
        }
    }
}
