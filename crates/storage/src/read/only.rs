//! The only child of a parent, where the key is unique among the children.

use std::collections::HashMap;
use std::sync::Arc;

use domain::Id;
use sea_orm::sea_query::Condition;

use super::within::known;
use super::{Load, in_order, key};
use crate::edge::Edge;
use crate::error::Result;
use crate::reader::{Reader, read_model, select_all};
use crate::row::{Row, uuid_in};
use crate::scope::{Depth, visible};

/// The one child of a parent that was read before.
pub struct Only<X: Edge> {
    /// The parent.
    pub parent: Id<X::Parent>,
}

key!(Only<X: Edge> { parent });

impl<X: Edge> Load for Only<X> {
    type Value = Arc<X::Child>;

    async fn load(keys: Vec<Self>, reader: &Reader) -> Result<Vec<Option<Self::Value>>> {
        let parents: Vec<_> = keys.iter().map(|key| key.parent.uuid()).collect();
        let mut select = select_all::<X::Child>(Depth::OUTER);
        let own = reader.dialect().among(Depth::OUTER.column(X::column()), &parents);
        let seen = visible::<X::Child>(&reader.viewer(), reader.dialect(), Depth::OUTER, known::<X>());
        select.cond_where(Condition::all().add(own).add(seen));
        let mut found = HashMap::with_capacity(keys.len());
        for row in reader.query(&select).await? {
            let model = read_model::<X::Child>(&row, 0)?;
            if let Some(parent) = uuid_in::<X::Child>(&model, X::column()) {
                found.insert(parent, Arc::new(X::Child::from_row(model)?));
            }
        }
        Ok(in_order(&parents, &found))
    }
}
