//! How many there are: of a parent's children, or of all that the viewer sees.

use std::collections::HashMap;

use domain::Id;
use sea_orm::sea_query::{Alias, Asterisk, Expr, ExprTrait};
use uuid::Uuid;

use super::within::{children_of, known};
use super::{Load, grouped, key};
use crate::edge::Edge;
use crate::error::Result;
use crate::reader::Reader;
use crate::row::Row;
use crate::scope::{Depth, Known};
use crate::window::Window;

/// How many children a parent has in a window's list, the page aside.
pub struct Count<X: Edge> {
    /// The parent.
    pub parent: Id<X::Parent>,
    /// A page of the list.
    pub window: Window<X::Child>,
}

key!(Count<X: Edge> { parent, window });

impl<X: Edge> Load for Count<X> {
    type Value = i64;

    async fn load(keys: Vec<Self>, reader: &Reader) -> Result<Vec<Option<i64>>> {
        let mut found = vec![None; keys.len()];
        for (window, places) in grouped(&keys, |key| key.window.clone()) {
            let parents: Vec<_> = places.iter().map(|place| keys[*place].parent.uuid()).collect();
            let viewer = reader.viewer();
            let (mut select, parent) = children_of::<X>(reader.dialect(), &parents);
            select
                .expr_as(Expr::col(Asterisk).count(), Alias::new("count"))
                .cond_where(window.condition(reader.asked(&viewer), Depth::OUTER, known::<X>()))
                .add_group_by([parent]);
            let mut counts: HashMap<Uuid, i64> = HashMap::new();
            for row in reader.query(&select).await? {
                counts.insert(row.try_get("", "parent")?, row.try_get("", "count")?);
            }
            for (place, parent) in places.into_iter().zip(parents) {
                found[place] = Some(counts.get(&parent).copied().unwrap_or_default());
            }
        }
        Ok(found)
    }
}

/// How many rows a window's list has, the page aside.
pub struct CountAll<E: Row> {
    /// A page of the list.
    pub window: Window<E>,
}

key!(CountAll<E: Row> { window });

impl<E: Row> Load for CountAll<E> {
    type Value = i64;

    async fn load(keys: Vec<Self>, reader: &Reader) -> Result<Vec<Option<i64>>> {
        let mut found = Vec::with_capacity(keys.len());
        for key in keys {
            let viewer = reader.viewer();
            let mut select = Depth::OUTER.select_from::<E>();
            select.expr_as(Expr::col(Asterisk).count(), Alias::new("count")).cond_where(key.window.condition(
                reader.asked(&viewer),
                Depth::OUTER,
                Known::Nothing,
            ));
            let rows = reader.query(&select).await?;
            let count = rows.first().map(|row| row.try_get("", "count")).transpose()?.unwrap_or_default();
            found.push(Some(count));
        }
        Ok(found)
    }
}
