//! How many there are: of a parent's children, or of all that the viewer sees.

use std::collections::HashMap;

use domain::Id;
use sea_orm::QueryResult;
use sea_orm::sea_query::{Alias, Asterisk, Expr, ExprTrait, Query, SelectStatement};
use uuid::Uuid;

use super::within::known;
use super::{Load, grouped, key};
use crate::edge::Edge;
use crate::error::Result;
use crate::predicate::Asked;
use crate::reader::Reader;
use crate::row::Row;
use crate::scope::{Depth, Known, above, visible_itself};
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
            let select = of_each::<X>(reader.asked(&viewer), &window, &parents);
            let mut counts: HashMap<Uuid, i64> = HashMap::new();
            for row in reader.query(&select).await? {
                counts.insert(row.try_get("", "parent")?, count(&row)?);
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
            let rows = reader.query(&counted(reader.asked(&viewer), &key.window, Known::Nothing, None)).await?;
            found.push(Some(rows.first().map(count).transpose()?.unwrap_or_default()));
        }
        Ok(found)
    }
}

/// The number of each parent's children.
fn of_each<X: Edge>(asked: Asked<'_>, window: &Window<X::Child>, parents: &[Uuid]) -> SelectStatement {
    let (keys, key) = asked.dialect.keys(parents);
    let count = counted(asked, window, known::<X>(), Some(X::hangs_on(Depth::OUTER, key.clone())));
    let count = Expr::SubQuery(None, Box::new(count.into()));
    Query::select().expr_as(key, Alias::new("parent")).expr_as(count, Alias::new(COUNT)).from(keys).take()
}

/// The number of the rows of a window's list, the page aside, which fulfil a condition.
fn counted<E: Row>(asked: Asked<'_>, window: &Window<E>, known: Known, which: Option<Expr>) -> SelectStatement {
    let (count, depth) = (Alias::new(COUNT), Depth::OUTER);
    let filter = window.filter().map(|filter| filter.condition(asked, depth));
    let which = visible_itself::<E>(asked.viewer, asked.dialect, depth, known).add_option(which).add_option(filter);
    let mut select = depth.select_from::<E>();
    select.expr_as(Expr::col(Asterisk).count(), count.clone()).cond_where(which);
    let Some((columns, live)) = above::<E>(depth, known) else { return select };
    // Rows under the same are hidden together: this is asked once for all of them.
    select.add_group_by(columns).cond_having(live);
    let sum = Expr::col(count.clone()).sum().cast_as(Alias::new("bigint"));
    Query::select().expr_as(sum, count).from_subquery(select, Alias::new("alike")).take()
}

/// The column of the number.
const COUNT: &str = "count";

/// The number in a row; the sum of nothing is null.
fn count(row: &QueryResult) -> Result<i64> {
    Ok(row.try_get::<Option<i64>>("", COUNT)?.unwrap_or_default())
}
