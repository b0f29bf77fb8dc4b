//! The place of a row under its parent: what the rows of big tables that only grow are known by.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::str::FromStr;

use uuid::Uuid;

use crate::{AnyId, Count, Entity, Invalid, Key, Part};

/// The place of a `T`: the UUID of its parent, and its number there.
pub struct Nth<T> {
    parent: Uuid,
    number: Count,
    of: PhantomData<fn() -> T>,
}

impl<T> Nth<T> {
    /// The place of this number under a parent, whose id is a `UUIDv7`.
    pub fn try_new(parent: Uuid, number: Count) -> Result<Self, Invalid> {
        if parent.get_version_num() == 7 {
            Ok(Self { parent, number, of: PhantomData })
        } else {
            Err(Invalid::new("id", "an id must be a UUID of version 7"))
        }
    }

    /// The parent.
    pub fn parent(self) -> Uuid {
        self.parent
    }

    /// The number.
    pub fn number(self) -> Count {
        self.number
    }
}

impl<T: Entity> Key for Nth<T> {
    fn parts(self) -> Vec<Part> {
        vec![Part::Uuid(self.parent), Part::Number(self.number.get())]
    }

    fn try_from_parts(parts: &[Part]) -> Result<Self, Invalid> {
        match parts {
            [Part::Uuid(parent), Part::Number(number)] => Self::try_new(*parent, Count::try_new(*number)?),
            _ => {
                Err(Invalid::new("id", format!("an id that begins with \"{}_\" ends in a dot and a number", T::PREFIX)))
            }
        }
    }
}

impl<T: Entity> FromStr for Nth<T> {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::try_from_parts(&AnyId::parts_of::<T>(text)?)
    }
}

impl<T: Entity> fmt::Display for Nth<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let any = AnyId { prefix: T::PREFIX.to_owned(), parts: self.parts() };
        fmt::Display::fmt(&any, f)
    }
}

impl<T: Entity> fmt::Debug for Nth<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl<T> Clone for Nth<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Nth<T> {}

impl<T> PartialEq for Nth<T> {
    fn eq(&self, other: &Self) -> bool {
        (self.parent, self.number) == (other.parent, other.number)
    }
}

impl<T> Eq for Nth<T> {}

impl<T> Hash for Nth<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.parent, self.number.get()).hash(state);
    }
}
