//! What the domain is handed instead of taking it itself: the time, new ids and randomness.

use uuid::Uuid;

use crate::{Entity, Id, Invalid, Secret, Timestamp};

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

/// Makes what nobody can guess.
pub trait Randomness: Send + Sync {
    /// 32 random bytes; none where the system gives none.
    fn secret(&self) -> Option<Secret<[u8; 32]>>;
}

impl dyn Ids + '_ {
    /// A new id for a `T`.
    pub fn next_for<T: Entity>(&self) -> Result<Id<T>, Invalid> {
        Id::try_new(self.next())
    }
}
