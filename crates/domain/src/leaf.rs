//! A leaf is a value that is one column in the database and one scalar on the wire; it owns the rule that a leaf which
//! exists is valid.

use std::fmt;

/// A parsed value with a raw form: what a column holds and what a client sends.
pub trait Leaf: Clone + PartialEq + fmt::Debug + Send + Sync + 'static {
    /// The plain form: text, a number, a time, JSON.
    type Raw;

    /// Checks the raw form, and normalises it where the type says so.
    fn parse(raw: Self::Raw) -> Result<Self, Invalid>;

    /// The raw form of a value that is valid.
    fn raw(&self) -> Self::Raw;
}

/// Why a raw value is refused: a rule's short name, and a sentence for people.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Invalid {
    /// The rule's name, as clients read it: `length`, `format`, `range`.
    pub rule: &'static str,
    /// What is wrong, in a sentence.
    pub message: String,
}

impl Invalid {
    /// A refusal by the rule of this name.
    pub fn new(rule: &'static str, message: impl Into<String>) -> Self {
        Self { rule, message: message.into() }
    }

    /// The same refusal as part of a larger value: "page 3: must not be blank".
    #[must_use]
    pub fn within(self, place: impl fmt::Display) -> Self {
        Self { message: format!("{place}: {}", self.message), ..self }
    }
}

/// What a field of an entity holds: a leaf, or one that may be missing.
pub trait Held: Sized {
    /// The leaf.
    type Leaf: Leaf;

    /// What the field holds where there is this leaf, or none; nothing where it cannot be missing.
    fn hold(leaf: Option<Self::Leaf>) -> Option<Self>;
}

impl<T: Leaf> Held for T {
    type Leaf = T;

    fn hold(leaf: Option<T>) -> Option<T> {
        leaf
    }
}

impl<T: Leaf> Held for Option<T> {
    type Leaf = T;

    fn hold(leaf: Option<T>) -> Option<Self> {
        Some(leaf)
    }
}

impl Leaf for bool {
    type Raw = Self;

    fn parse(raw: Self) -> Result<Self, Invalid> {
        Ok(raw)
    }

    fn raw(&self) -> Self {
        *self
    }
}

impl Leaf for uuid::Uuid {
    type Raw = Self;

    fn parse(raw: Self) -> Result<Self, Invalid> {
        Ok(raw)
    }

    fn raw(&self) -> Self {
        *self
    }
}

/// Lets leaves stand in documents, in their raw form.
macro_rules! in_documents {
    ($($leaf:ty),+) => { $(
        impl serde::Serialize for $leaf {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serde::Serialize::serialize(&$crate::Leaf::raw(self), serializer)
            }
        }

        impl<'de> serde::Deserialize<'de> for $leaf {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let raw = serde::Deserialize::deserialize(deserializer)?;
                $crate::Leaf::parse(raw).map_err(serde::de::Error::custom)
            }
        }
    )+ };
}
pub(crate) use in_documents;
