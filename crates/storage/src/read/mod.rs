//! Reading: a handful of loads serve every entity and every edge, each in one statement for any number of keys.

mod by_id;
mod count;
mod list;
mod loader;
mod only;
mod outside;
mod within;

use std::collections::HashMap;
use std::fmt::Debug;
use std::future::Future;
use std::hash::Hash;

pub use by_id::ById;
pub use count::{Count, CountAll};
pub use list::List;
pub use loader::{Level, Loader};
pub use only::Only;
pub use outside::{Outside, OutsideAll};
pub use within::Within;

use crate::error::Result;
use crate::reader::Reader;

/// A key that is loaded together with all others of its type.
pub trait Load: Clone + Eq + Hash + Debug + Send + Sync + 'static {
    /// What is found under the key.
    type Value: Clone + Send + Sync + 'static;

    /// Loads all these keys; what is not found is left out.
    fn load(keys: Vec<Self>, reader: &Reader) -> impl Future<Output = Result<HashMap<Self, Self::Value>>> + Send;
}

/// Derives what a key needs by hand, since deriving would ask it of the entity as well.
macro_rules! key {
    ($name:ident<$of:ident: $bound:path> { $($field:ident),+ }) => {
        impl<$of: $bound> Clone for $name<$of> {
            fn clone(&self) -> Self {
                Self { $($field: self.$field.clone()),+ }
            }
        }

        impl<$of: $bound> PartialEq for $name<$of> {
            fn eq(&self, other: &Self) -> bool {
                $(self.$field == other.$field)&&+
            }
        }

        impl<$of: $bound> Eq for $name<$of> {}

        impl<$of: $bound> std::hash::Hash for $name<$of> {
            fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
                $(self.$field.hash(state);)+
            }
        }

        impl<$of: $bound> std::fmt::Debug for $name<$of> {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), " key"))
            }
        }
    };
}
use key;

/// Sorts keys into groups that one statement serves.
fn grouped<K, G: Eq + Hash>(keys: Vec<K>, group: impl Fn(&K) -> G) -> HashMap<G, Vec<K>> {
    let mut groups: HashMap<G, Vec<K>> = HashMap::new();
    for key in keys {
        groups.entry(group(&key)).or_default().push(key);
    }
    groups
}
