//! Connections: pages of objects with their cursors, as Relay has them; the count and the far ends are found when asked.

use std::borrow::Cow;
use std::sync::Arc;

use async_graphql::{Context, Object, TypeName};
use domain::Id;
use futures_util::future::BoxFuture;
use storage::read::{Count, CountAll, List, Outside, OutsideAll, Within};
use storage::{Cursor, Edge, End, Loader, Row, Slice, Window};

use crate::error::Result;
use crate::object::{Shown, loader, type_name};
use crate::scalar::SafeInt;

/// A page of a list.
pub struct Connection<N: Shown> {
    slice: Slice<N::Entity>,
    list: Arc<dyn Whole>,
}

/// The list that a page is cut from.
trait Whole: Send + Sync {
    /// From which end the page was counted.
    fn counted_from(&self) -> End;
    /// How many rows it has.
    fn count(&self, loader: Loader) -> BoxFuture<'static, storage::Result<Option<i64>>>;
    /// Whether it has rows beyond the cursor that bounds the page towards this end.
    fn outside(&self, loader: Loader, end: End) -> BoxFuture<'static, storage::Result<Option<bool>>>;
}

struct All<E: Row>(Window<E>);

impl<E: Row> Whole for All<E> {
    fn counted_from(&self) -> End {
        self.0.page().end
    }

    fn count(&self, loader: Loader) -> BoxFuture<'static, storage::Result<Option<i64>>> {
        let key = CountAll { window: self.0.clone() };
        Box::pin(async move { loader.load(key).await })
    }

    fn outside(&self, loader: Loader, end: End) -> BoxFuture<'static, storage::Result<Option<bool>>> {
        let key = OutsideAll { window: self.0.clone(), end };
        Box::pin(async move { loader.load(key).await })
    }
}

struct Children<X: Edge>(Id<X::Parent>, Window<X::Child>);

impl<X: Edge> Whole for Children<X> {
    fn counted_from(&self) -> End {
        self.1.page().end
    }

    fn count(&self, loader: Loader) -> BoxFuture<'static, storage::Result<Option<i64>>> {
        let key = Count::<X> { parent: self.0, window: self.1.clone() };
        Box::pin(async move { loader.load(key).await })
    }

    fn outside(&self, loader: Loader, end: End) -> BoxFuture<'static, storage::Result<Option<bool>>> {
        let key = Outside::<X> { parent: self.0, window: self.1.clone(), end };
        Box::pin(async move { loader.load(key).await })
    }
}

/// A page of all that the viewer sees.
pub async fn list<N: Shown>(ctx: &Context<'_>, window: Window<N::Entity>) -> Result<Connection<N>> {
    let found = loader(ctx)?.load(List { window: window.clone() }).await?;
    Ok(Connection { slice: found.unwrap_or_else(empty), list: Arc::new(All(window)) })
}

/// A page of the children of a parent that was read.
pub async fn within<X: Edge, N: Shown<Entity = X::Child>>(
    ctx: &Context<'_>,
    parent: Id<X::Parent>,
    window: Window<X::Child>,
) -> Result<Connection<N>> {
    let found = loader(ctx)?.load(Within::<X> { parent, window: window.clone() }).await?;
    Ok(Connection { slice: found.unwrap_or_else(empty), list: Arc::new(Children::<X>(parent, window)) })
}

fn empty<E>() -> Slice<E> {
    Slice { rows: Vec::new(), more: false }
}

impl<N: Shown> TypeName for Connection<N> {
    fn type_name() -> Cow<'static, str> {
        Cow::Owned(format!("{}Connection", type_name::<N::Entity>()))
    }
}

/// A page of a list, with where it stands in it.
#[Object(name_type)]
impl<N: Shown> Connection<N> {
    /// The objects of the page, each with its cursor.
    async fn edges(&self) -> Vec<ConnectionEdge<N>> {
        let edge =
            |(cursor, row): &(Cursor, Arc<N::Entity>)| ConnectionEdge { cursor: cursor.clone(), row: Arc::clone(row) };
        self.slice.rows.iter().map(edge).collect()
    }

    /// The objects of the page.
    async fn nodes(&self) -> Vec<N> {
        self.slice.rows.iter().map(|(_, row)| N::new(Arc::clone(row))).collect()
    }

    /// Where the page stands in the list.
    async fn page_info(&self) -> PageInfo {
        PageInfo {
            start_cursor: self.slice.rows.first().map(|(cursor, _)| cursor.to_string()),
            end_cursor: self.slice.rows.last().map(|(cursor, _)| cursor.to_string()),
            more: self.slice.more,
            list: Arc::clone(&self.list),
        }
    }

    /// How many objects the whole list has.
    async fn total_count(&self, ctx: &Context<'_>) -> Result<SafeInt> {
        let count = self.list.count(loader(ctx)?.clone()).await?;
        Ok(SafeInt(count.unwrap_or_default()))
    }
}

/// An object of a page, with its cursor.
pub struct ConnectionEdge<N: Shown> {
    cursor: Cursor,
    row: Arc<N::Entity>,
}

impl<N: Shown> TypeName for ConnectionEdge<N> {
    fn type_name() -> Cow<'static, str> {
        Cow::Owned(format!("{}Edge", type_name::<N::Entity>()))
    }
}

/// An object of a page, with its cursor.
#[Object(name_type)]
impl<N: Shown> ConnectionEdge<N> {
    /// The object's place in the list's order.
    async fn cursor(&self) -> String {
        self.cursor.to_string()
    }

    /// The object.
    async fn node(&self) -> N {
        N::new(Arc::clone(&self.row))
    }
}

/// Where a page stands in its list.
pub struct PageInfo {
    start_cursor: Option<String>,
    end_cursor: Option<String>,
    more: bool,
    list: Arc<dyn Whole>,
}

/// Where a page stands in its list; both answers are exact.
#[Object]
impl PageInfo {
    /// The cursor of the page's first object.
    async fn start_cursor(&self) -> Option<&str> {
        self.start_cursor.as_deref()
    }

    /// The cursor of the page's last object.
    async fn end_cursor(&self) -> Option<&str> {
        self.end_cursor.as_deref()
    }

    /// Whether the list goes on after the page.
    async fn has_next_page(&self, ctx: &Context<'_>) -> Result<bool> {
        self.goes_on(ctx, End::Last).await
    }

    /// Whether the list has something before the page.
    async fn has_previous_page(&self, ctx: &Context<'_>) -> Result<bool> {
        self.goes_on(ctx, End::First).await
    }
}

impl PageInfo {
    /// Whether the list goes on towards this end: the page tells by itself for the end that it was not counted from.
    async fn goes_on(&self, ctx: &Context<'_>, towards: End) -> Result<bool> {
        let beyond = self.list.outside(loader(ctx)?.clone(), towards).await?.unwrap_or_default();
        Ok(beyond || (self.more && self.list.counted_from() != towards))
    }
}
