//! A window of the children of a parent: one statement for any number of parents.

use std::collections::HashMap;

use domain::Id;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, JoinType, Query, SelectStatement, TableRef};
use sea_orm::{Iterable, QueryResult};
use uuid::Uuid;

use super::{Load, grouped, key};
use crate::dialect::Dialect;
use crate::edge::Edge;
use crate::error::Result;
use crate::order::Order;
use crate::predicate::Asked;
use crate::reader::{Reader, read, select_all};
use crate::row::{Column, Row};
use crate::scope::{Depth, Known, follows_parent};
use crate::window::{Placed, Slice, Window};

/// A page of the children of a parent that was read before.
pub struct Within<X: Edge> {
    /// The parent.
    pub parent: Id<X::Parent>,
    /// The page.
    pub window: Window<X::Child>,
}

key!(Within<X: Edge> { parent, window });

impl<X: Edge> Load for Within<X> {
    type Value = Slice<X::Child>;

    async fn load(keys: Vec<Self>, reader: &Reader) -> Result<Vec<Option<Self::Value>>> {
        let mut found = vec![None; keys.len()];
        for (window, places) in grouped(&keys, |key| key.window.clone()) {
            let parents: Vec<_> = places.iter().map(|place| keys[*place].parent.uuid()).collect();
            let viewer = reader.viewer();
            let select = select::<X>(reader.asked(&viewer), &window, &parents)?;
            let mut rows = by_parent(&reader.query(&select).await?, window.order())?;
            for (place, parent) in places.into_iter().zip(parents) {
                found[place] = Some(window.slice(rows.remove(&parent).unwrap_or_default()));
            }
        }
        Ok(found)
    }
}

/// What is known of the children of a parent that was read.
pub(super) fn known<X: Edge>() -> Known {
    if follows_parent::<X::Parent, X::Child>() { Known::ParentSeen(X::KEY) } else { Known::Nothing }
}

/// The rows of the window for each parent, sorted.
fn select<X: Edge>(asked: Asked<'_>, window: &Window<X::Child>, parents: &[Uuid]) -> Result<SelectStatement> {
    let (keys, key) = asked.dialect.keys(parents);
    let inner = Depth::OUTER.inner();
    let own = X::hangs_on(inner, key.clone());
    let mut select = match asked.dialect {
        Dialect::Postgres => {
            let mut page = select_all::<X::Child>(inner);
            window.cut(page.and_where(own), asked, inner, known::<X>())?;
            let mut select = columns_of::<X::Child>(key);
            let on = Expr::val(true);
            select.from_function(keys, Alias::new("p")).join_lateral(
                JoinType::InnerJoin,
                page,
                Depth::OUTER.alias(),
                on,
            );
            select
        }
        Dialect::Sqlite => {
            // The window's rows are found by the index of the edge and named by their rowid: a table without one would
            // need another way.
            let rowid = Alias::new("rowid");
            let mut page = inner.select_from::<X::Child>().column((inner.alias(), rowid.clone())).take();
            window.cut(page.and_where(own), asked, inner, known::<X>())?;
            let mut select = columns_of::<X::Child>(key);
            let table = Alias::new(<X::Child as domain::Entity>::TABLE);
            select
                .from_function(keys, Alias::new("p"))
                .cross_join(TableRef::from(table).alias(Depth::OUTER.alias()))
                .and_where(Expr::col((Depth::OUTER.alias(), rowid)).in_subquery(page));
            select
        }
    };
    window.order().select(&mut select, Depth::OUTER);
    window.order().sort(&mut select, Depth::OUTER, window.backward());
    Ok(select)
}

/// A select of the parent's id, and then of the children's columns.
fn columns_of<E: Row>(parent: Expr) -> SelectStatement {
    let mut select = Query::select();
    select.expr_as(parent, Alias::new("parent"));
    for column in Column::<E>::iter() {
        select.column((Depth::OUTER.alias(), column));
    }
    select.take()
}

/// The rows of each parent.
fn by_parent<E: Row>(found: &[QueryResult], order: &Order<E>) -> Result<HashMap<Uuid, Vec<Placed<E>>>> {
    let mut rows: HashMap<Uuid, Vec<Placed<E>>> = HashMap::new();
    for row in found {
        let placed = Placed::new(read(row, 1)?, order.figure(row)?);
        rows.entry(row.try_get_by(0)?).or_default().push(placed);
    }
    Ok(rows)
}

/// A select of the children of these parents, with the expression of the parent's id.
pub(super) fn children_of<X: Edge>(dialect: Dialect, parents: &[Uuid]) -> (SelectStatement, Expr) {
    let (keys, key) = dialect.keys(parents);
    let table = TableRef::from(Alias::new(<X::Child as domain::Entity>::TABLE)).alias(Depth::OUTER.alias());
    let mut select = Query::select();
    select
        .expr_as(key.clone(), Alias::new("parent"))
        .from_function(keys, Alias::new("p"))
        .cross_join(table)
        .and_where(X::hangs_on(Depth::OUTER, key.clone()));
    (select, key)
}
