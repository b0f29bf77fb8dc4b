//! Whether a list goes on beyond the cursor that bounds a page, on the side that the page itself does not tell.

use std::collections::HashSet;

use domain::Id;
use sea_orm::sea_query::Expr;
use uuid::Uuid;

use super::within::{children_of, known};
use super::{Load, grouped, key};
use crate::edge::Edge;
use crate::error::Result;
use crate::reader::Reader;
use crate::row::Row;
use crate::scope::{Depth, Known};
use crate::window::{End, Window};

/// Whether a parent has children beyond a page's cursor.
pub struct Outside<X: Edge> {
    /// The parent.
    pub parent: Id<X::Parent>,
    /// The page.
    pub window: Window<X::Child>,
    /// Towards which end of the list.
    pub end: End,
}

key!(Outside<X: Edge> { parent, window, end });

impl<X: Edge> Load for Outside<X> {
    type Value = bool;

    async fn load(keys: Vec<Self>, reader: &Reader) -> Result<Vec<Option<bool>>> {
        let mut found = vec![None; keys.len()];
        for ((window, end), places) in grouped(&keys, |key| (key.window.clone(), key.end)) {
            let parents: Vec<_> = places.iter().map(|place| keys[*place].parent.uuid()).collect();
            let with = parents_outside::<X>(&window, end, &parents, reader).await?;
            for (place, parent) in places.into_iter().zip(parents) {
                found[place] = Some(with.contains(&parent));
            }
        }
        Ok(found)
    }
}

async fn parents_outside<X: Edge>(
    window: &Window<X::Child>,
    end: End,
    parents: &[Uuid],
    reader: &Reader,
) -> Result<HashSet<Uuid>> {
    let Some(outside) = window.outside(end) else { return Ok(HashSet::new()) };
    let viewer = reader.viewer();
    let (mut select, _) = children_of::<X>(reader.dialect(), parents);
    select.distinct().cond_where(outside.condition(reader.asked(&viewer), Depth::OUTER, known::<X>())?);
    reader.query(&select).await?.iter().map(|row| Ok(row.try_get("", "parent")?)).collect()
}

/// Whether there are rows beyond a page's cursor, among all that the viewer sees.
pub struct OutsideAll<E: Row> {
    /// The page.
    pub window: Window<E>,
    /// Towards which end of the list.
    pub end: End,
}

key!(OutsideAll<E: Row> { window, end });

impl<E: Row> Load for OutsideAll<E> {
    type Value = bool;

    async fn load(keys: Vec<Self>, reader: &Reader) -> Result<Vec<Option<bool>>> {
        let mut found = Vec::with_capacity(keys.len());
        for key in keys {
            let outside = match key.window.outside(key.end) {
                None => false,
                Some(outside) => {
                    let viewer = reader.viewer();
                    let mut select = Depth::OUTER.select_from::<E>();
                    select
                        .expr(Expr::val(1))
                        .cond_where(outside.condition(reader.asked(&viewer), Depth::OUTER, Known::Nothing)?)
                        .limit(1);
                    !reader.query(&select).await?.is_empty()
                }
            };
            found.push(Some(outside));
        }
        Ok(found)
    }
}
