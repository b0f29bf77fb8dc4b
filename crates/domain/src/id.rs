//! Typed ids: a `UUIDv7` that knows what it names, and its TypeID form outside the database.
//!
//! Most rows have an id of their own. Those of big tables that only grow are known by their place under their parent, a
//! [`Nth`](crate::Nth). Whatever a row is known by is a [`Key`].

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::str::FromStr;

use uuid::Uuid;

use crate::any_id::Digits;
use crate::{AnyId, Invalid, Leaf, Part};

/// What an id can name: each table of rows is one.
pub trait Entity: Sized + Send + Sync + 'static {
    /// What each of them is known by.
    type Id: Key;
    /// The TypeID's prefix, unique among all entities: `projectmember`.
    const PREFIX: &'static str;
    /// The table's name: `project_members`.
    const TABLE: &'static str;
    /// What people call one of them: `project member`.
    const NAME: &'static str;
}

/// What a row is known by: its primary key, which is its id outside the database as well.
pub trait Key:
    Copy + Eq + Hash + fmt::Debug + fmt::Display + FromStr<Err = Invalid> + Send + Sync + Sized + 'static
{
    /// Its parts, in the order of the primary key's columns.
    fn parts(self) -> Vec<Part>;

    /// The key of these parts.
    fn try_from_parts(parts: &[Part]) -> Result<Self, Invalid>;
}

/// The id of a `T`.
pub struct Id<T> {
    uuid: Uuid,
    of: PhantomData<fn() -> T>,
}

impl<T> Id<T> {
    /// An id from a `UUIDv7`.
    pub fn try_new(uuid: Uuid) -> Result<Self, Invalid> {
        if uuid.get_version_num() == 7 {
            Ok(Self { uuid, of: PhantomData })
        } else {
            Err(Invalid::new("id", "an id must be a UUID of version 7"))
        }
    }

    /// The UUID itself.
    pub fn uuid(self) -> Uuid {
        self.uuid
    }
}

impl<T: Entity> Leaf for Id<T> {
    type Raw = Uuid;

    fn parse(raw: Uuid) -> Result<Self, Invalid> {
        Self::try_new(raw)
    }

    fn raw(&self) -> Uuid {
        self.uuid
    }
}

impl<T: Entity> FromStr for Id<T> {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::try_from_parts(&AnyId::parts_of::<T>(text)?)
    }
}

impl<T: Entity> Key for Id<T> {
    fn parts(self) -> Vec<Part> {
        vec![Part::Uuid(self.uuid)]
    }

    fn try_from_parts(parts: &[Part]) -> Result<Self, Invalid> {
        match parts {
            [Part::Uuid(uuid)] => Self::try_new(*uuid),
            _ => Err(AnyId::malformed()),
        }
    }
}

impl<T: Entity> fmt::Display for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::PREFIX)?;
        f.write_str("_")?;
        Digits(self.uuid).fmt(f)
    }
}

impl<T: Entity> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Id<T> {}

impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.uuid == other.uuid
    }
}

impl<T> Eq for Id<T> {}

impl<T> PartialOrd for Id<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> Ord for Id<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.uuid.cmp(&other.uuid)
    }
}

impl<T> Hash for Id<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.uuid.hash(state);
    }
}
