//! What the domain is handed instead of taking it itself: the time and new ids.

use uuid::Uuid;

use crate::{Entity, Id, Invalid, Timestamp};

/// Tells the time.
pub trait Clock: Send + Sync {
    /// The present moment.
    fn now(&self) -> Timestamp;
}

/// Makes new ids.
pub trait Ids: Send + Sync {
    /// A `UUIDv7` that was never given out before.
    fn next(&self) -> Uuid;
}

impl dyn Ids + '_ {
    /// A new id for a `T`.
    pub fn next_for<T: Entity>(&self) -> Result<Id<T>, Invalid> {
        Id::try_new(self.next())
    }
}
