//! Tables: of each field of an object, how it is written or what hangs on it.

use std::collections::HashMap;

use storage::Row;

use super::branch::Branch;
use super::layout::Asked;
use super::text::Text;
use crate::input::camel;

/// What is known of a field.
pub enum Known<E: Row> {
    /// How it is written.
    Leaf(fn(&E, &mut Text)),
    /// What hangs on it, as it is asked for; none where that is left to the resolvers.
    Branch(fn(&Asked<'_>) -> Option<Box<dyn Branch<E>>>),
}

/// The fields of an object that need no resolver, by their names.
pub struct Table<E: Row>(HashMap<String, Known<E>>);

impl<E: Row> Table<E> {
    /// A table of fields by the names of their resolvers.
    pub fn new(fields: impl IntoIterator<Item = (&'static str, Known<E>)>) -> Self {
        Self(fields.into_iter().map(|(name, known)| (camel(name), known)).collect())
    }

    /// What is known of the field of this name.
    pub(super) fn field(&self, name: &str) -> Option<&Known<E>> {
        self.0.get(name)
    }
}
