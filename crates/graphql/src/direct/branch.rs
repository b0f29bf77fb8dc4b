//! Branches: what hangs on the rows of a level, loaded for all of them at once.

use std::collections::HashMap;
use std::sync::Arc;

use domain::{Entity, Id};
use futures_util::future::{BoxFuture, FutureExt};
use storage::read::{ById, Load, Only};
use storage::{Edge, Loader, Result, Row, Window};

use super::connection::Page;
use super::layout::{Asked, Layout};
use super::pieces::Pieces;
use super::rows::{Of, Rows};
use super::table::Tabled;
use crate::connection::Children;
use crate::object::Shown;

/// What hangs on rows.
pub trait Branch<E>: Send + Sync {
    /// The columns that tell what is loaded for a row.
    fn columns(&self) -> &'static [&'static str];

    /// Loads it for each row, and writes it.
    fn grow<'a>(&'a self, rows: &'a Rows<E>, loader: &'a Loader) -> BoxFuture<'a, Result<Pieces>>;
}

struct Parent<E: Row, P: Row> {
    of: Of<E, Option<P::Id>>,
    layout: Layout<P>,
}

/// A parent of each row.
pub fn parent<E: Row, N: Shown>(
    asked: &Asked<'_>,
    of: Of<E, Option<<N::Entity as Entity>::Id>>,
) -> Option<Box<dyn Branch<E>>> {
    Some(Box::new(Parent { of, layout: Layout::<N::Entity>::of::<N>(asked)? }))
}

impl<E: Row, P: Row> Branch<E> for Parent<E, P> {
    fn columns(&self) -> &'static [&'static str] {
        self.of.names()
    }

    fn grow<'a>(&'a self, rows: &'a Rows<E>, loader: &'a Loader) -> BoxFuture<'a, Result<Pieces>> {
        async move { parents(&self.layout, rows.take(&self.of)?, loader).await }.boxed()
    }
}

/// Writes what is known by each key; a row that several share is written once.
async fn parents<P: Row>(layout: &Layout<P>, keys: Vec<Option<P::Id>>, loader: &Loader) -> Result<Pieces> {
    let mut places = HashMap::new();
    let mut asked = Vec::new();
    for id in keys.iter().flatten() {
        places.entry(*id).or_insert_with(|| {
            asked.push(ById { id: *id });
            asked.len() - 1
        });
    }
    let places: Vec<_> = keys.iter().map(|key| key.as_ref().and_then(|key| places.get(key).copied())).collect();
    let found = loader.load_all(asked).await?;
    written(layout, &found, &places, loader).await
}

/// Writes, for each place, the row that was found there; null where none was.
async fn written<E: Send + Sync + 'static>(
    layout: &Layout<E>,
    found: &[Option<Arc<E>>],
    places: &[Option<usize>],
    loader: &Loader,
) -> Result<Pieces> {
    let rows: Vec<_> = found.iter().flatten().cloned().collect();
    let mut next = 0..;
    let numbers: Vec<_> = found.iter().map(|row| row.as_ref().and_then(|_| next.next())).collect();
    let objects = layout.write(&Rows::Whole(rows), loader).await?;
    Ok(Pieces::of(places, |text, place| match place.and_then(|place| numbers[place]) {
        Some(number) => text.piece(objects.nth(number)),
        None => text.null(),
    }))
}

/// What is loaded, by something of a row.
type KeyOf<T, K> = Box<dyn Fn(T) -> K + Send + Sync>;

struct Loaded<E, T, K, V: 'static> {
    of: Of<E, T>,
    key: KeyOf<T, K>,
    layout: Layout<V>,
}

/// What is loaded for each row.
pub fn loaded<E: Send + Sync + 'static, T: Send + 'static, K: Load<Value: Into<Arc<N::Of>>>, N: Tabled>(
    asked: &Asked<'_>,
    of: Of<E, T>,
    key: impl Fn(T) -> K + Send + Sync + 'static,
) -> Option<Box<dyn Branch<E>>> {
    Some(Box::new(Loaded { of, key: Box::new(key), layout: Layout::of::<N>(asked)? }))
}

impl<E, T, K, V> Branch<E> for Loaded<E, T, K, V>
where
    E: Send + Sync,
    T: Send,
    K: Load<Value: Into<Arc<V>>>,
    V: Send + Sync + 'static,
{
    fn columns(&self) -> &'static [&'static str] {
        self.of.names()
    }

    fn grow<'a>(&'a self, rows: &'a Rows<E>, loader: &'a Loader) -> BoxFuture<'a, Result<Pieces>> {
        async move {
            let keys = rows.take(&self.of)?.into_iter().map(&self.key).collect();
            let found: Vec<_> = loader.load_all(keys).await?.into_iter().map(|found| found.map(Into::into)).collect();
            let places: Vec<_> = (0..rows.len()).map(Some).collect();
            written(&self.layout, &found, &places, loader).await
        }
        .boxed()
    }
}

struct Through<E, T, K, P: 'static> {
    of: Of<E, T>,
    key: KeyOf<T, K>,
    layout: Layout<P>,
}

/// The object whose id is loaded for each row.
pub fn through<E: Send + Sync + 'static, T: Send + 'static, K: Load<Value = <N::Entity as Entity>::Id>, N: Shown>(
    asked: &Asked<'_>,
    of: Of<E, T>,
    key: impl Fn(T) -> K + Send + Sync + 'static,
) -> Option<Box<dyn Branch<E>>> {
    Some(Box::new(Through { of, key: Box::new(key), layout: Layout::<N::Entity>::of::<N>(asked)? }))
}

impl<E: Send + Sync, T: Send, K: Load<Value = P::Id>, P: Row> Branch<E> for Through<E, T, K, P> {
    fn columns(&self) -> &'static [&'static str] {
        self.of.names()
    }

    fn grow<'a>(&'a self, rows: &'a Rows<E>, loader: &'a Loader) -> BoxFuture<'a, Result<Pieces>> {
        async move {
            let ids = loader.load_all(rows.take(&self.of)?.into_iter().map(&self.key).collect()).await?;
            parents(&self.layout, ids, loader).await
        }
        .boxed()
    }
}

struct Sole<X: Edge> {
    of: Of<X::Parent, Id<X::Parent>>,
    layout: Layout<X::Child>,
}

/// The only child of each row.
pub fn only<X: Edge, N: Shown<Entity = X::Child>>(
    asked: &Asked<'_>,
    of: Of<X::Parent, Id<X::Parent>>,
) -> Option<Box<dyn Branch<X::Parent>>> {
    Some(Box::new(Sole::<X> { of, layout: Layout::of::<N>(asked)? }))
}

impl<X: Edge> Branch<X::Parent> for Sole<X> {
    fn columns(&self) -> &'static [&'static str] {
        self.of.names()
    }

    fn grow<'a>(&'a self, rows: &'a Rows<X::Parent>, loader: &'a Loader) -> BoxFuture<'a, Result<Pieces>> {
        async move {
            let keys = rows.take(&self.of)?.into_iter().map(|parent| Only::<X> { parent }).collect();
            let found = loader.load_all(keys).await?;
            let places: Vec<_> = (0..rows.len()).map(Some).collect();
            written(&self.layout, &found, &places, loader).await
        }
        .boxed()
    }
}

struct Many<X: Edge> {
    of: Of<X::Parent, Id<X::Parent>>,
    window: Window<X::Child>,
    page: Page<X::Child>,
}

/// A page of the children of each row.
pub fn children<X: Edge, N: Shown<Entity = X::Child>>(
    asked: &Asked<'_>,
    of: Of<X::Parent, Id<X::Parent>>,
    window: Window<X::Child>,
) -> Option<Box<dyn Branch<X::Parent>>> {
    Some(Box::new(Many::<X> { of, window, page: Page::of::<N>(asked)? }))
}

impl<X: Edge> Branch<X::Parent> for Many<X> {
    fn columns(&self) -> &'static [&'static str] {
        self.of.names()
    }

    fn grow<'a>(&'a self, rows: &'a Rows<X::Parent>, loader: &'a Loader) -> BoxFuture<'a, Result<Pieces>> {
        async move {
            let lists = Children::<X>::new(rows.take(&self.of)?, self.window.clone());
            self.page.write(&lists, loader).await
        }
        .boxed()
    }
}
