//! A window of the children of a parent: one statement for any number of parents.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use domain::Id;
use sea_orm::QueryResult;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, JoinType, Query, SelectStatement, TableRef};
use uuid::Uuid;

use super::cells::{Cells, Columns};
use super::{Load, grouped, key};
use crate::dialect::Dialect;
use crate::edge::Edge;
use crate::error::Result;
use crate::order::Order;
use crate::predicate::Asked;
use crate::reader::{Reader, all_columns, columns_at, read, select_some};
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
            let select = select::<X>(reader.asked(&viewer), &window, &parents, &all_columns::<X::Child>())?;
            let mut rows = by_parent(&reader.query(&select).await?, window.order())?;
            for (place, parent) in places.into_iter().zip(parents) {
                found[place] = Some(window.slice(rows.remove(&parent).unwrap_or_default()));
            }
        }
        Ok(found)
    }
}

/// Pages of the children of parents that were read before, of which some columns are read.
pub struct WithinCells<X: Edge> {
    /// The parents.
    pub parents: Arc<[Id<X::Parent>]>,
    /// The page of each.
    pub window: Window<X::Child>,
    /// The columns.
    pub columns: Columns,
}

key!(WithinCells<X: Edge> { parents, window, columns });

impl<X: Edge> Load for WithinCells<X> {
    type Value = Arc<Cells>;

    async fn load(keys: Vec<Self>, reader: &Reader) -> Result<Vec<Option<Arc<Cells>>>> {
        let mut found = vec![None; keys.len()];
        for (window, places) in grouped(&keys, |key| key.window.clone()) {
            let own: Vec<_> = places.iter().map(|place| &keys[*place]).collect();
            let columns = Columns::union(own.iter().map(|key| &key.columns));
            let parents: BTreeSet<_> = own.iter().flat_map(|key| &*key.parents).map(|parent| parent.uuid()).collect();
            let parents: Vec<_> = parents.into_iter().collect();
            let viewer = reader.viewer();
            let select = select::<X>(reader.asked(&viewer), &window, &parents, &columns.of::<X::Child>())?;
            let rows = Arc::new(reader.query(&select).await?);
            let pages = pages(&rows, &window)?;
            for (place, key) in places.into_iter().zip(own) {
                let pages = key.parents.iter().map(|parent| pages.get(&parent.uuid()).cloned().unwrap_or_default());
                found[place] = Some(Arc::new(Cells::new(Arc::clone(&rows), (1, columns.clone()), pages)));
            }
        }
        Ok(found)
    }
}

/// The page of each parent, as the places of its rows, and whether there are more.
fn pages<E: Row>(found: &[QueryResult], window: &Window<E>) -> Result<HashMap<Uuid, (Vec<usize>, bool)>> {
    let mut rows: HashMap<Uuid, Vec<usize>> = HashMap::new();
    for (place, row) in found.iter().enumerate() {
        rows.entry(row.try_get_by(0)?).or_default().push(place);
    }
    Ok(rows.into_iter().map(|(parent, rows)| (parent, window.cut_off(rows))).collect())
}

/// What is known of the children of a parent that was read.
pub(super) fn known<X: Edge>() -> Known {
    if follows_parent::<X::Parent, X::Child>() { Known::ParentSeen(X::KEY) } else { Known::Nothing }
}

/// These columns of the rows of the window for each parent, whose id stands before them; sorted for each parent.
fn select<X: Edge>(
    asked: Asked<'_>,
    window: &Window<X::Child>,
    parents: &[Uuid],
    columns: &[Column<X::Child>],
) -> Result<SelectStatement> {
    let (keys, key) = asked.dialect.keys(parents);
    let inner = Depth::OUTER.inner();
    let own = X::hangs_on(inner, key.clone());
    let mut select = Query::select();
    select.expr_as(key, Alias::new("parent"));
    columns_at::<X::Child>(&mut select, Depth::OUTER, columns);
    match asked.dialect {
        Dialect::Postgres => {
            // A lateral select is run for one parent after the other, and what it finds stays in its order.
            let mut page = select_some::<X::Child>(inner, columns);
            window.order().select(&mut page, inner);
            window.cut(page.and_where(own), asked, inner, known::<X>())?;
            let (rows, on) = (Depth::OUTER.alias(), Expr::val(true));
            select.from(keys).join_lateral(JoinType::InnerJoin, page, rows, on);
            window.order().select_again(&mut select, Depth::OUTER);
        }
        Dialect::Sqlite => {
            // The window's rows are found by the index of the edge and named by their rowid: a table without one would
            // need another way.
            let rowid = Alias::new("rowid");
            let mut page = inner.select_from::<X::Child>().column((inner.alias(), rowid.clone())).take();
            window.cut(page.and_where(own), asked, inner, known::<X>())?;
            let table = Alias::new(<X::Child as domain::Entity>::TABLE);
            select
                .from(keys)
                .cross_join(TableRef::from(table).alias(Depth::OUTER.alias()))
                .and_where(Expr::col((Depth::OUTER.alias(), rowid)).in_subquery(page));
            window.order().select(&mut select, Depth::OUTER);
            window.order().sort(&mut select, Depth::OUTER, window.backward());
        }
    }
    Ok(select.take())
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
        .from(keys)
        .cross_join(table)
        .and_where(X::hangs_on(Depth::OUTER, key.clone()));
    (select, key)
}
