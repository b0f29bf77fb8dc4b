//! Connections: pages of objects with their cursors, as Relay has them; the count and the far ends are found when asked.

use std::borrow::Cow;
use std::sync::Arc;

use async_graphql::parser::types::Field;
use async_graphql::registry::Registry;
use async_graphql::{
    Context, ContextSelectionSet, Error, Object, OutputType, Positioned, ServerResult, TypeName, Value,
};
use domain::Id;
use futures_util::future::BoxFuture;
use storage::read::{Cells, Columns, Count, CountAll, List, ListCells, Outside, OutsideAll, Within, WithinCells};
use storage::{Edge, End, Loader, Placed, Row, Slice, Window};

use crate::direct::Direct;
use crate::error::{Failure, Result};
use crate::object::{Shown, loader, type_name};
use crate::scalar::SafeInt;

/// A page of a list.
pub struct Connection<N: Shown> {
    slice: Slice<N::Entity>,
    list: Arc<dyn ListsOf<N::Entity>>,
}

/// The lists that pages are cut from, by the same window.
pub(crate) trait Lists: Send + Sync {
    /// How many there are.
    fn number(&self) -> usize;
    /// From which end the pages were counted.
    fn counted_from(&self) -> End;
    /// How many rows each has.
    fn counts(&self, loader: Loader) -> BoxFuture<'static, storage::Result<Vec<i64>>>;
    /// Whether each has rows beyond the cursor that bounds its page towards this end.
    fn outside(&self, loader: Loader, end: End) -> BoxFuture<'static, storage::Result<Vec<bool>>>;
}

/// Lists of `E`.
pub(crate) trait ListsOf<E: Row>: Lists {
    /// By what the pages are cut.
    fn window(&self) -> &Window<E>;
    /// The page of each.
    fn slices(&self, loader: Loader) -> BoxFuture<'static, storage::Result<Vec<Slice<E>>>>;
    /// Some columns of the page of each.
    fn cells(&self, loader: Loader, columns: Columns) -> BoxFuture<'static, storage::Result<Arc<Cells>>>;
}

/// What was found, for each that was asked for.
fn each<T: Default>(found: Vec<Option<T>>) -> Vec<T> {
    found.into_iter().map(Option::unwrap_or_default).collect()
}

struct All<E: Row>(Window<E>);

impl<E: Row> Lists for All<E> {
    fn number(&self) -> usize {
        1
    }

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

impl<E: Row> ListsOf<E> for All<E> {
    fn window(&self) -> &Window<E> {
        &self.0
    }

    fn slices(&self, loader: Loader) -> BoxFuture<'static, storage::Result<Vec<Slice<E>>>> {
        let key = List { window: self.0.clone() };
        Box::pin(async move { Ok(each(loader.load_all(vec![key]).await?)) })
    }

    fn cells(&self, loader: Loader, columns: Columns) -> BoxFuture<'static, storage::Result<Arc<Cells>>> {
        let key = ListCells { window: self.0.clone(), columns };
        Box::pin(async move { found(loader.load(key).await?) })
    }
}

fn found(cells: Option<Arc<Cells>>) -> storage::Result<Arc<Cells>> {
    cells.ok_or_else(|| storage::Error::internal("a page was not read"))
}

/// The children of these parents, by the same window.
pub(crate) struct Children<X: Edge>(Arc<[Id<X::Parent>]>, Window<X::Child>);

impl<X: Edge> Children<X> {
    /// The children of these parents.
    pub(crate) fn new(parents: impl Into<Arc<[Id<X::Parent>]>>, window: Window<X::Child>) -> Self {
        Self(parents.into(), window)
    }
}

impl<X: Edge> Lists for Children<X> {
    fn number(&self) -> usize {
        self.0.len()
    }

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

impl<X: Edge> ListsOf<X::Child> for Children<X> {
    fn window(&self) -> &Window<X::Child> {
        &self.1
    }

    fn slices(&self, loader: Loader) -> BoxFuture<'static, storage::Result<Vec<Slice<X::Child>>>> {
        let keys = self.0.iter().map(|parent| Within::<X> { parent: *parent, window: self.1.clone() }).collect();
        Box::pin(async move { Ok(each(loader.load_all(keys).await?)) })
    }

    fn cells(&self, loader: Loader, columns: Columns) -> BoxFuture<'static, storage::Result<Arc<Cells>>> {
        let key = WithinCells::<X> { parents: Arc::clone(&self.0), window: self.1.clone(), columns };
        Box::pin(async move { found(loader.load(key).await?) })
    }
}

/// A page of a list, which is read when it is known what is asked of it.
pub struct Listed<N: Shown>(Arc<dyn ListsOf<N::Entity>>);

impl<N: Shown> Listed<N> {
    /// The list.
    pub(crate) fn lists(&self) -> &dyn ListsOf<N::Entity> {
        &*self.0
    }

    async fn read(&self, ctx: &ContextSelectionSet<'_>) -> Result<Connection<N>> {
        let slices = self.0.slices(loader(ctx)?.clone()).await?;
        Ok(Connection { slice: slices.into_iter().next().unwrap_or_default(), list: Arc::clone(&self.0) })
    }
}

impl<N: Shown> OutputType for Listed<N> {
    fn type_name() -> Cow<'static, str> {
        <Connection<N> as OutputType>::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        Connection::<N>::create_type_info(registry)
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> ServerResult<Value> {
        match self.read(ctx).await {
            Ok(page) => page.resolve(ctx, field).await,
            Err(failure) => Err(ctx.set_error_path(Error::from(failure).into_server_error(field.pos))),
        }
    }
}

/// A page of all that the viewer sees.
pub fn list<N: Shown>(window: Window<N::Entity>) -> Direct<Listed<N>> {
    Direct(Listed(Arc::new(All(window))))
}

/// A page of the children of a parent that was read.
pub fn within<X: Edge, N: Shown<Entity = X::Child>>(
    parent: Id<X::Parent>,
    window: Window<X::Child>,
) -> Direct<Listed<N>> {
    Direct(Listed(Arc::new(Children::<X>::new([parent], window))))
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
        let edge = |placed: &Placed<_>| ConnectionEdge { placed: placed.clone(), window: self.list.window().clone() };
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
            placed.map(|placed| Ok::<_, Failure>(self.list.window().cursor(placed)?.to_string())).transpose()
        };
        let (start_cursor, end_cursor) = (cursor(first)?, cursor(last)?);
        let lists: Arc<dyn Lists> = Arc::<dyn ListsOf<_>>::clone(&self.list);
        Ok(PageInfo { start_cursor, end_cursor, more: self.slice.more, list: lists })
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
