//! Branches: what hangs on the rows of a level, loaded for all of them at once.

use std::collections::HashMap;
use std::sync::Arc;

use domain::{Entity, Id};
use futures_util::future::{BoxFuture, FutureExt};
use storage::read::{ById, Load, Only, Within};
use storage::{Edge, Loader, Result, Row, Slice, Window};

use super::connection::Page;
use super::layout::{Asked, Layout};
use super::pieces::Pieces;
use super::table::Tabled;
use crate::connection::Children;
use crate::object::Shown;

/// What hangs on rows.
pub trait Branch<E>: Send + Sync {
    /// Loads it for each row, and writes it.
    fn grow<'a>(&'a self, rows: &'a [Arc<E>], loader: &'a Loader) -> BoxFuture<'a, Result<Pieces>>;
}

/// The id of the parent of a row.
type KeyOf<E, P> = fn(&E) -> Option<<P as Entity>::Id>;

struct Parent<E: Row, P: Row> {
    key: KeyOf<E, P>,
    layout: Layout<P>,
}

/// A parent of each row.
pub fn parent<E: Row, N: Shown>(asked: &Asked<'_>, key: KeyOf<E, N::Entity>) -> Option<Box<dyn Branch<E>>> {
    Some(Box::new(Parent { key, layout: Layout::of::<N>(asked)? }))
}

impl<E: Row, P: Row> Branch<E> for Parent<E, P> {
    fn grow<'a>(&'a self, rows: &'a [Arc<E>], loader: &'a Loader) -> BoxFuture<'a, Result<Pieces>> {
        let keys = rows.iter().map(|row| (self.key)(row)).collect();
        parents(&self.layout, keys, loader).boxed()
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
    let objects = layout.write(&rows, loader).await?;
    Ok(Pieces::of(places, |text, place| match place.and_then(|place| numbers[place]) {
        Some(number) => text.piece(objects.nth(number)),
        None => text.null(),
    }))
}

/// Under which key something of a row is loaded.
type KeyIn<E, K> = Box<dyn Fn(&E) -> K + Send + Sync>;

struct Loaded<E, K, T> {
    key: KeyIn<E, K>,
    layout: Layout<T>,
}

/// What is loaded for each row.
pub fn loaded<E: Send + Sync + 'static, K: Load<Value: Into<Arc<N::Of>>>, N: Tabled>(
    asked: &Asked<'_>,
    key: impl Fn(&E) -> K + Send + Sync + 'static,
) -> Option<Box<dyn Branch<E>>> {
    Some(Box::new(Loaded { key: Box::new(key), layout: Layout::of::<N>(asked)? }))
}

impl<E: Send + Sync, K: Load<Value: Into<Arc<T>>>, T: Send + Sync + 'static> Branch<E> for Loaded<E, K, T> {
    fn grow<'a>(&'a self, rows: &'a [Arc<E>], loader: &'a Loader) -> BoxFuture<'a, Result<Pieces>> {
        async move {
            let found = loader.load_all(rows.iter().map(|row| (self.key)(row)).collect()).await?;
            let found: Vec<_> = found.into_iter().map(|found| found.map(Into::into)).collect();
            let places: Vec<_> = (0..rows.len()).map(Some).collect();
            written(&self.layout, &found, &places, loader).await
        }
        .boxed()
    }
}

struct Through<E, K, P> {
    key: KeyIn<E, K>,
    layout: Layout<P>,
}

/// The object whose id is loaded for each row.
pub fn through<E: Send + Sync + 'static, K: Load<Value = <N::Entity as Entity>::Id>, N: Shown>(
    asked: &Asked<'_>,
    key: impl Fn(&E) -> K + Send + Sync + 'static,
) -> Option<Box<dyn Branch<E>>> {
    Some(Box::new(Through { key: Box::new(key), layout: Layout::<N::Entity>::of::<N>(asked)? }))
}

impl<E: Send + Sync, K: Load<Value = P::Id>, P: Row> Branch<E> for Through<E, K, P> {
    fn grow<'a>(&'a self, rows: &'a [Arc<E>], loader: &'a Loader) -> BoxFuture<'a, Result<Pieces>> {
        async move {
            let ids = loader.load_all(rows.iter().map(|row| (self.key)(row)).collect()).await?;
            parents(&self.layout, ids, loader).await
        }
        .boxed()
    }
}

/// The id of a row on which others hang.
type IdOf<E> = fn(&E) -> Id<E>;

struct Sole<X: Edge> {
    id: IdOf<X::Parent>,
    layout: Layout<X::Child>,
}

/// The only child of each row.
pub fn only<X: Edge, N: Shown<Entity = X::Child>>(
    asked: &Asked<'_>,
    id: IdOf<X::Parent>,
) -> Option<Box<dyn Branch<X::Parent>>> {
    Some(Box::new(Sole::<X> { id, layout: Layout::of::<N>(asked)? }))
}

impl<X: Edge> Branch<X::Parent> for Sole<X> {
    fn grow<'a>(&'a self, rows: &'a [Arc<X::Parent>], loader: &'a Loader) -> BoxFuture<'a, Result<Pieces>> {
        async move {
            let found = loader.load_all(rows.iter().map(|row| Only::<X> { parent: (self.id)(row) }).collect()).await?;
            let places: Vec<_> = (0..rows.len()).map(Some).collect();
            written(&self.layout, &found, &places, loader).await
        }
        .boxed()
    }
}

struct Many<X: Edge> {
    id: IdOf<X::Parent>,
    window: Window<X::Child>,
    page: Page<X::Child>,
}

/// A page of the children of each row.
pub fn children<X: Edge, N: Shown<Entity = X::Child>>(
    asked: &Asked<'_>,
    id: IdOf<X::Parent>,
    window: Window<X::Child>,
) -> Option<Box<dyn Branch<X::Parent>>> {
    Some(Box::new(Many::<X> { id, window, page: Page::of::<N>(asked)? }))
}

impl<X: Edge> Branch<X::Parent> for Many<X> {
    fn grow<'a>(&'a self, rows: &'a [Arc<X::Parent>], loader: &'a Loader) -> BoxFuture<'a, Result<Pieces>> {
        async move {
            let parents: Vec<_> = rows.iter().map(|row| (self.id)(row)).collect();
            let keys = parents.iter().map(|parent| Within::<X> { parent: *parent, window: self.window.clone() });
            let slices: Vec<Slice<_>> =
                loader.load_all(keys.collect()).await?.into_iter().map(Option::unwrap_or_default).collect();
            let lists = Children::<X>(parents, self.window.clone());
            self.page.write(&slices, (&self.window, &lists), loader).await
        }
        .boxed()
    }
}
