//! Reading: a handful of loads serve every entity and every edge, each in one statement for any number of keys.

mod by_id;
mod cells;
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
use std::sync::Arc;

pub use by_id::ById;
pub use cells::{Cells, Columns};
pub use count::{Count, CountAll};
pub use list::{List, ListCells};
pub use loader::{Level, Loader};
pub use only::Only;
pub use outside::{Outside, OutsideAll};
pub use within::{Within, WithinCells};

use crate::error::Result;
use crate::reader::Reader;

/// A key that is loaded together with all others of its type.
pub trait Load: Clone + Eq + Hash + Debug + Send + Sync + 'static {
    /// What is found under the key.
    type Value: Clone + Send + Sync + 'static;

    /// Loads all these keys: what is found under each, in their order.
    fn load(keys: Vec<Self>, reader: &Reader) -> impl Future<Output = Result<Vec<Option<Self::Value>>>> + Send;
}

/// What is found under a key, without a loader.
pub async fn load<K: Load>(key: K, reader: &Reader) -> Result<Option<K::Value>> {
    Ok(K::load(vec![key], reader).await?.pop().flatten())
}

/// What was found under each key, in the order of the keys.
pub(crate) fn in_order<K: Eq + Hash, V: Clone>(keys: &[K], found: &HashMap<K, V>) -> Vec<Option<V>> {
    keys.iter().map(|key| found.get(key).cloned()).collect()
}

/// The same, each shared by all who ask for it.
pub(crate) fn shared<K: Eq + Hash, V>(keys: &[K], found: HashMap<K, V>) -> Vec<Option<Arc<V>>> {
    in_order(keys, &found.into_iter().map(|(key, value)| (key, Arc::new(value))).collect())
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

/// Sorts the places of keys into groups that one statement serves; there are few.
fn grouped<K, G: Eq>(keys: &[K], group: impl Fn(&K) -> G) -> Vec<(G, Vec<usize>)> {
    let mut groups: Vec<(G, Vec<usize>)> = Vec::new();
    for (place, key) in keys.iter().enumerate() {
        let own = group(key);
        match groups.iter_mut().find(|(known, _)| *known == own) {
            Some((_, places)) => places.push(place),
            None => groups.push((own, vec![place])),
        }
    }
    groups
}
