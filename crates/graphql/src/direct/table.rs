//! Tables: of each field of an object, how it is written or what hangs on it.

use std::collections::HashMap;

use super::branch::Branch;
use super::layout::Asked;
use super::leaf::Leaf;
use crate::input::camel;
use crate::object::{Shown, type_name};

/// An object whose fields stand in a table, as far as they need no resolver.
pub trait Tabled: Send + Sync + 'static {
    /// What it shows.
    type Of: Send + Sync + 'static;

    /// Its name.
    fn name() -> String;

    /// Its table.
    fn table() -> &'static Table<Self::Of>;
}

impl<N: Shown> Tabled for N {
    type Of = N::Entity;

    fn name() -> String {
        type_name::<N::Entity>()
    }

    fn table() -> &'static Table<N::Entity> {
        N::table()
    }
}

/// What is known of a field.
pub enum Known<E> {
    /// How it is written.
    Leaf(Leaf<E>),
    /// What hangs on it, as it is asked for; none where that is left to the resolvers.
    Branch(fn(&Asked<'_>) -> Option<Box<dyn Branch<E>>>),
}

/// The fields of an object that need no resolver, by their names.
pub struct Table<E>(HashMap<String, Known<E>>);

impl<E> Table<E> {
    /// A table of fields by the names of their resolvers.
    pub fn new(fields: impl IntoIterator<Item = (&'static str, Known<E>)>) -> Self {
        Self(fields.into_iter().map(|(name, known)| (camel(name), known)).collect())
    }

    /// What is known of the field of this name.
    pub(super) fn field(&self, name: &str) -> Option<&Known<E>> {
        self.0.get(name)
    }
}

/// Declares an object that shows a value which is no entity: its sentence, its name, what it shows, and a line for each
/// field.
#[macro_export]
macro_rules! plain {
    (
        $(#[doc = $doc:literal])+
        $name:ident of $of:ident { $($(#[doc = $field_doc:literal])+ $field:ident: $type:ty = $read:expr;)+ }
    ) => {
        $(#[doc = $doc])+
        #[derive(Clone, Debug)]
        pub struct $name(pub std::sync::Arc<$of>);

        impl $crate::direct::Tabled for $name {
            type Of = $of;

            fn name() -> String {
                stringify!($name).to_owned()
            }

            fn table() -> &'static $crate::direct::Table<$of> {
                static TABLE: std::sync::LazyLock<$crate::direct::Table<$of>> = std::sync::LazyLock::new(|| {
                    $crate::direct::Table::new([$((stringify!($field), $crate::leaf!($of, $field: $type = $read)),)+])
                });
                &TABLE
            }
        }

        $(#[doc = $doc])+
        #[async_graphql::Object]
        impl $name {
            $(
                $(#[doc = $field_doc])+
                async fn $field(&self) -> $type {
                    let read: fn(&$of) -> $type = $read;
                    read(&self.0)
                }
            )+
        }
    };
}
