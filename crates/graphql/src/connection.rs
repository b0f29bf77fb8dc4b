//! Connections: pages of objects with their cursors, as Relay has them; the count and the far ends are found when asked.

use std::borrow::Cow;
use std::sync::Arc;

use async_graphql::{Context, Object, TypeName};
use domain::Id;
use futures_util::future::BoxFuture;
use storage::read::{Count, CountAll, List, Outside, OutsideAll, Within};
use storage::{Edge, End, Loader, Placed, Row, Slice, Window};

use crate::error::{Failure, Result};
use crate::object::{Shown, loader, type_name};
use crate::scalar::SafeInt;

/// A page of a list.
pub struct Connection<N: Shown> {
    slice: Slice<N::Entity>,
    window: Window<N::Entity>,
    list: Arc<dyn Lists>,
}

impl<N: Shown> Connection<N> {
    /// The rows of the page.
    pub(crate) fn slice(&self) -> &Slice<N::Entity> {
        &self.slice
    }

    /// By what it was cut.
    pub(crate) fn window(&self) -> &Window<N::Entity> {
        &self.window
    }

    /// The list that it is a page of.
    pub(crate) fn lists(&self) -> &dyn Lists {
        &*self.list
    }
}

/// The lists that pages are cut from, by the same window.
pub(crate) trait Lists: Send + Sync {
    /// From which end the pages were counted.
    fn counted_from(&self) -> End;
    /// How many rows each has.
    fn counts(&self, loader: Loader) -> BoxFuture<'static, storage::Result<Vec<i64>>>;
    /// Whether each has rows beyond the cursor that bounds its page towards this end.
    fn outside(&self, loader: Loader, end: End) -> BoxFuture<'static, storage::Result<Vec<bool>>>;
}

/// What was found, for each that was asked for.
fn each<T: Default>(found: Vec<Option<T>>) -> Vec<T> {
    found.into_iter().map(Option::unwrap_or_default).collect()
}

struct All<E: Row>(Window<E>);

impl<E: Row> Lists for All<E> {
    fn counted_from(&self) -> End {
        self.0.page().end
    }

    fn counts(&self, loader: Loader) -> BoxFuture<'static, storage::Result<Vec<i64>>> {
        let key = CountAll { window: self.0.clone() };
        Box::pin(async move { Ok(each(loader.load_all(vec![key]).await?)) })
    }

    fn outside(&self, loader: Loader, end: End) -> BoxFuture<'static, storage::Result<Vec<bool>>> {
        let key = OutsideAll { window: self.0.clone(), end };
        Box::pin(async move { Ok(each(loader.load_all(vec![key]).await?)) })
    }
}

/// The children of these parents, by the same window.
pub(crate) struct Children<X: Edge>(pub Vec<Id<X::Parent>>, pub Window<X::Child>);

impl<X: Edge> Lists for Children<X> {
    fn counted_from(&self) -> End {
        self.1.page().end
    }

    fn counts(&self, loader: Loader) -> BoxFuture<'static, storage::Result<Vec<i64>>> {
        let key = |parent: &_| Count::<X> { parent: *parent, window: self.1.clone() };
        let keys = self.0.iter().map(key).collect();
        Box::pin(async move { Ok(each(loader.load_all(keys).await?)) })
    }

    fn outside(&self, loader: Loader, end: End) -> BoxFuture<'static, storage::Result<Vec<bool>>> {
        let key = |parent: &_| Outside::<X> { parent: *parent, window: self.1.clone(), end };
        let keys = self.0.iter().map(key).collect();
        Box::pin(async move { Ok(each(loader.load_all(keys).await?)) })
    }
}

/// A page of all that the viewer sees.
pub async fn list<N: Shown>(ctx: &Context<'_>, window: Window<N::Entity>) -> Result<Connection<N>> {
    let found = loader(ctx)?.load(List { window: window.clone() }).await?;
    Ok(Connection { slice: found.unwrap_or_default(), window: window.clone(), list: Arc::new(All(window)) })
}

/// A page of the children of a parent that was read.
pub async fn within<X: Edge, N: Shown<Entity = X::Child>>(
    ctx: &Context<'_>,
    parent: Id<X::Parent>,
    window: Window<X::Child>,
) -> Result<Connection<N>> {
    let found = loader(ctx)?.load(Within::<X> { parent, window: window.clone() }).await?;
    let list = Arc::new(Children::<X>(vec![parent], window.clone()));
    Ok(Connection { slice: found.unwrap_or_default(), window, list })
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
        let edge = |placed: &Placed<_>| ConnectionEdge { placed: placed.clone(), window: self.window.clone() };
        self.slice.rows.iter().map(edge).collect()
    }

    /// The objects of the page.
    async fn nodes(&self) -> Vec<N> {
        self.slice.rows.iter().map(|placed| N::new(Arc::clone(&placed.row))).collect()
    }

    /// Where the page stands in the list.
    #[expect(clippy::unused_async, reason = "a field is async whether it waits or not")]
    async fn page_info(&self) -> Result<PageInfo> {
        let (first, last) = (self.slice.rows.first(), self.slice.rows.last());
        let cursor = |placed: Option<&Placed<_>>| {
            placed.map(|placed| Ok::<_, Failure>(self.window.cursor(placed)?.to_string())).transpose()
        };
        let (start_cursor, end_cursor) = (cursor(first)?, cursor(last)?);
        Ok(PageInfo { start_cursor, end_cursor, more: self.slice.more, list: Arc::clone(&self.list) })
    }

    /// How many objects the whole list has.
    async fn total_count(&self, ctx: &Context<'_>) -> Result<SafeInt> {
        let counts = self.list.counts(loader(ctx)?.clone()).await?;
        Ok(SafeInt(counts.into_iter().sum()))
    }
}

/// An object of a page, with its cursor.
pub struct ConnectionEdge<N: Shown> {
    placed: Placed<N::Entity>,
    window: Window<N::Entity>,
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
    #[expect(clippy::unused_async, reason = "a field is async whether it waits or not")]
    async fn cursor(&self) -> Result<String> {
        Ok(self.window.cursor(&self.placed)?.to_string())
    }

    /// The object.
    async fn node(&self) -> N {
        N::new(Arc::clone(&self.placed.row))
    }
}

/// Where a page stands in its list.
pub struct PageInfo {
    start_cursor: Option<String>,
    end_cursor: Option<String>,
    more: bool,
    list: Arc<dyn Lists>,
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
        let beyond = self.list.outside(loader(ctx)?.clone(), towards).await?;
        Ok(beyond.contains(&true) || (self.more && self.list.counted_from() != towards))
    }
}
