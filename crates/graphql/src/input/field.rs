//! How a field of an entity is given when it is created and when it is changed: required, optional, or with a default.

use std::fmt::Debug;
use std::marker::PhantomData;

use async_graphql::InputType;
use domain::{Choice, Entity};

use super::{Change, Given, GlobalId, Parsed};
use crate::choice::Chosen;
use crate::scalar::Wire;

/// An input that holds one leaf.
pub trait Held: InputType + Clone + Debug {
    /// The leaf.
    type Leaf;

    /// The leaf itself.
    fn leaf(self) -> Self::Leaf;
}

impl<T: Wire> Held for Parsed<T> {
    type Leaf = T;

    fn leaf(self) -> T {
        self.0
    }
}

impl<T: Choice> Held for Chosen<T> {
    type Leaf = T;

    fn leaf(self) -> T {
        self.0
    }
}

impl<T: Entity> Held for GlobalId<T> {
    type Leaf = T::Id;

    fn leaf(self) -> T::Id {
        self.0
    }
}

/// How a field is given.
pub trait Field {
    /// What the entity has in the field.
    type Value;
    /// What a create takes.
    type Create: InputType + Clone + Debug;
    /// What an update takes; absent the field stays.
    type Update: InputType + Clone + Debug;

    /// The field of a new entity.
    fn first(given: Self::Create) -> storage::Result<Self::Value>;

    /// Changes the field of an entity.
    fn change(value: &mut Self::Value, given: Self::Update) -> storage::Result<()>;
}

/// A field that a create must give.
pub struct Required<T>(PhantomData<T>);

/// A field that may be absent; an update clears it with null.
pub struct Optional<T>(PhantomData<T>);

/// A field that has its type's default unless a create gives it.
pub struct Defaulted<T>(PhantomData<T>);

impl<T: Held> Field for Required<T> {
    type Value = T::Leaf;
    type Create = T;
    type Update = Given<T>;

    fn first(given: T) -> storage::Result<T::Leaf> {
        Ok(given.leaf())
    }

    fn change(value: &mut T::Leaf, given: Given<T>) -> storage::Result<()> {
        if let Some(given) = given.0 {
            *value = given.leaf();
        }
        Ok(())
    }
}

impl<T: Held> Field for Optional<T> {
    type Value = Option<T::Leaf>;
    type Create = Option<T>;
    type Update = Change<T>;

    fn first(given: Option<T>) -> storage::Result<Option<T::Leaf>> {
        Ok(given.map(T::leaf))
    }

    fn change(value: &mut Option<T::Leaf>, given: Change<T>) -> storage::Result<()> {
        match given {
            Change::Undefined => {}
            Change::Null => *value = None,
            Change::Value(given) => *value = Some(given.leaf()),
        }
        Ok(())
    }
}

impl<T: Held<Leaf: Default>> Field for Defaulted<T> {
    type Value = T::Leaf;
    type Create = Given<T>;
    type Update = Given<T>;

    fn first(given: Given<T>) -> storage::Result<T::Leaf> {
        Ok(given.0.map(T::leaf).unwrap_or_default())
    }

    fn change(value: &mut T::Leaf, given: Given<T>) -> storage::Result<()> {
        Required::<T>::change(value, given)
    }
}
