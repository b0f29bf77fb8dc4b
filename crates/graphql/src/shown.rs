//! How fields are read: from a leaf of the domain to what clients see.

use async_graphql::ID;
use domain::{Choice, Entity, Id, Leaf, Timestamp};

use crate::choice::Chosen;
use crate::scalar::{DateTime, Json, SafeInt, Wire};

/// Text.
pub fn text<T: Leaf<Raw = String>>(leaf: &T) -> String {
    leaf.raw()
}

/// A whole number.
pub fn whole<T: Leaf<Raw = i64>>(leaf: &T) -> SafeInt {
    SafeInt(leaf.raw())
}

/// A double.
pub fn real<T: Leaf<Raw = f64>>(leaf: &T) -> f64 {
    leaf.raw()
}

/// Yes or no.
pub fn flag(leaf: &bool) -> bool {
    *leaf
}

/// A moment.
pub fn time(leaf: &Timestamp) -> DateTime {
    DateTime(*leaf)
}

/// Any JSON.
pub fn json<T: Wire<Scalar = Json>>(leaf: &T) -> Json {
    leaf.to_scalar()
}

/// A value of an enumeration.
pub fn choice<T: Choice>(leaf: &T) -> Chosen<T> {
    Chosen(*leaf)
}

/// An id.
pub fn id<T: Entity>(leaf: &Id<T>) -> ID {
    leaf.to_string().into()
}

/// Null where there is nothing.
pub fn maybe<T, U>(read: impl Fn(&T) -> U) -> impl Fn(&Option<T>) -> Option<U> {
    move |leaf| leaf.as_ref().map(&read)
}
